#include "integrations/import/import.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "analytics/analytics.h"
#include "conversations/history.h"
#include "integrations/import/rows.h"
#include "patients/patients.h"
#include "platform/crypto/test_keyring.h"
#include "platform/db/test_database.h"

namespace auricle::import {
namespace json = boost::json;
namespace {

// A small clinic in which something of every kind happens. The reply stands before the case, the case before its
// patient.
constexpr const char* kHistory =
    R"({"kind":"message","id":"m2","case":"c1","channel":"email","direction":"out","author":"ana","at":"2026-03-02T11:00:00+01:00","text":"Buenos días","subject":"Re: Factura"}
{"kind":"case","id":"c1","patient":"p1","site":"s1","topic":"billing","opened_at":"2026-03-02T09:00:00+01:00","opened_by":"patient"}
{"kind":"message","id":"m1","case":"c1","channel":"email","direction":"in","from":"p1","at":"2026-03-02T09:00:00+01:00","text":"¿Me lo explican? 😀 \"€\"","subject":"Factura","mood":{"kind":"worried"}}
{"kind":"site","id":"s1","name":"Centro","time_zone":"Europe/Madrid","calendar":{"mon":[["09:00","14:00"],["16:00","20:00"]]},"holidays":["2026-03-19"],"floor":3}
{"kind":"agent","id":"ana","name":"Ana Gil","email":"ana@clinic.example","role":"agent"}
{"kind":"patient","id":"p1","given_name":"Núria","family_name":"Puig i Ferrer","birth_date":"1987-02-01","contact_points":[{"system":"email","value":"Nuria@Example.com","verified":true},{"system":"phone","value":"600 55 51 23"}],"needs":["interpreter"]}
{"kind":"person","id":"p2","given_name":"Pol","family_name":"Puig","contact_points":[]}
{"kind":"relationship","id":"r1","person":"p2","patient":"p1","relation":"child","authority":"appointments"}
{"kind":"assign","id":"a1","case":"c1","agent":"ana","at":"2026-03-02T09:30:00+01:00"}
{"kind":"wait","id":"w1","case":"c1","on":"third_party","at":"2026-03-02T11:30:00+01:00"}
{"kind":"topic","id":"t1","case":"c1","value":"insurance","at":"2026-03-02T11:40:00+01:00"}
{"kind":"resolve","id":"x1","case":"c1","agent":"ana","at":"2026-03-02T13:00:00+01:00","outcome":"solved"}
{"kind":"message","id":"m3","case":"c1","channel":"email","direction":"in","from":"p2","at":"2026-03-02T14:00:00+01:00","text":"Gracias"}
{"kind":"ack","id":"k1","message":"m3","at":"2026-03-02T15:00:00+01:00"}
{"kind":"call","id":"l1","from":"+34600555123","direction":"in","offered_at":"2026-03-02T15:00:00+01:00","ended_at":"2026-03-02T15:00:30+01:00","exit":"abandoned"}
{"kind":"survey","id":"y1","source":"surveys","case":"c1","instrument":"csat","sent_at":"2026-03-03T09:00:00+01:00","score":5,"answered_at":"2026-03-03T10:00:00+01:00"}
{"kind":"appointment","id":"b1","patient":"p1","service":"checkup","booked_at":"2026-03-01T09:00:00+01:00","start":"2026-03-09T09:00:00+01:00","end":"2026-03-09T09:30:00+01:00","status":"booked"}
{"kind":"presence","id":7,"agent":"ana","state":"available","at":"2026-03-02T09:00:00+01:00"}
)";

class HistoryTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring_ = crypto::make_test_keyring(test_database(), clock);
    patients_ = std::make_unique<patients::Patients>(*keyring_, clock);
  }
  History history() { return {database(), *keyring_, *patients_, clock}; }

  Summary import(const std::string& text) {
    const auto path = test_database().directory() + "/history.jsonl";
    std::ofstream(path) << text;
    refusals.clear();
    Options options;
    options.files = {path};
    options.batch = 3;
    options.refuse = [&](const Refusal& refusal) { refusals.push_back(refusal); };
    return history().import(options);
  }
  std::string exported() {
    std::string text;
    history().export_to([&](std::string_view line) { text += line; });
    return text;
  }
  std::vector<analytics::Figure> figures(const std::string& keys) {
    const auto query =
        analytics::parse_query({keys, "2026-03-01", "2026-04-01", "", "elapsed", "2026-05-01T00:00:00Z"}, clock.now());
    return database().read_now([&](db::Session& s) { return analytics::figures(s, *query); });
  }

  std::vector<Refusal> refusals;
  std::unique_ptr<crypto::Keyring> keyring_;
  std::unique_ptr<patients::Patients> patients_;
};
ON_BOTH_DATABASES(HistoryTest);

TEST_P(HistoryTest, rows_in_any_order_become_people_cases_and_figures) {
  const auto summary = import(kHistory);
  EXPECT_EQ(summary.refused(), 0) << (refusals.empty() ? "" : refusals[0].reason);
  EXPECT_EQ(summary.added(), 18);
  const auto f = figures("cases_opened,first_response_time,full_resolution_time,third_party_time,reopen_rate,backlog");
  EXPECT_EQ(f[0].value, 1);
  EXPECT_EQ(f[1].value, 7200);
  EXPECT_EQ(f[2].value, 4 * 3600);
  EXPECT_EQ(f[3].value, 5400);
  EXPECT_EQ(f[4].numerator, 0);
  EXPECT_EQ(f[5].value, 0);
}

TEST_P(HistoryTest, calls_surveys_and_appointments_become_figures) {
  import(kHistory);
  const auto f = figures("csat,survey_response_rate,booking_lead_time,calls_missed,missed_recovered,contacts");
  EXPECT_EQ(f[0].numerator, 1);
  EXPECT_EQ(f[1].value, 1);
  EXPECT_EQ(f[2].value, 8 * 24 * 3600);
  EXPECT_EQ(f[3].n, 0) << "it never entered a queue";
  EXPECT_EQ(f[5].n, 2);
}

TEST_P(HistoryTest, an_unknown_caller_is_the_only_person_with_the_number) {
  const std::string call =
      R"({"kind":"call","id":"l9","from":"600 555 123","direction":"in","offered_at":"2026-03-02T09:30:00+01:00","queued_at":"2026-03-02T09:30:00+01:00","ended_at":"2026-03-02T09:31:00+01:00","exit":"abandoned"})";
  // Núria has that number, and Ana writes to her at eleven.
  EXPECT_EQ(import(kHistory + call + "\n").refused(), 0) << refusals[0].reason;
  const auto f = figures("calls_missed,missed_recovered,callback_time");
  EXPECT_EQ(f[0].value, 1);
  EXPECT_EQ(f[1].value, 1);
  EXPECT_EQ(f[2].value, 89 * 60);
}

TEST_P(HistoryTest, erasing_the_patient_changes_no_figure) {
  import(kHistory);
  std::string keys;
  for (const auto& definition : analytics::registry()) keys += definition.key + ",";
  const auto before = analytics::print(figures(keys), analytics::Format::json, {});
  database().write_now([&](db::Tx& tx) {
    const auto patient = inside_id(tx, "patient", "history", "p1");
    ASSERT_TRUE(patient);
    facts::forget_patient(tx, PersonId{*patient});
    facts::forget_number(tx, "+34600555123");
    forget_patient(tx, PersonId{*patient});
  });
  EXPECT_EQ(analytics::print(figures(keys), analytics::Format::json, {}), before);
}

TEST_P(HistoryTest, rows_that_make_no_sense_are_refused_in_plain_words) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"kind":"call","id":"1","from":"","direction":"in","offered_at":"2026-03-02T09:00:00Z","queued_at":"2026-03-02T08:00:00Z","ended_at":"2026-03-02T09:01:00Z","exit":"abandoned"})",
       "“queued_at” is before “offered_at”"},
      {R"({"kind":"call","id":"2","from":"","direction":"in","offered_at":"2026-03-02T09:00:00Z","ended_at":"2026-03-02T09:01:00Z","exit":"answered"})",
       "“answered_at” is missing (exit answered)"},
      {R"({"kind":"call","id":"3","from":"","direction":"in","offered_at":"2026-03-02T09:00:00Z","answered_at":"2026-03-02T09:00:10Z","ended_at":"2026-03-02T09:01:00Z","exit":"answered","hold_seconds":51})",
       "“hold_seconds” is longer than the talk"},
      {R"({"kind":"survey","id":"4","instrument":"csat","sent_at":"2026-03-02T09:00:00Z","answered_at":"2026-03-02T09:01:00Z","score":6})",
       "“score” of csat must be 1 to 5"},
      {R"({"kind":"survey","id":"5","instrument":"nps","sent_at":"2026-03-02T09:00:00Z","answered_at":"2026-03-02T09:01:00Z","score":4.5})",
       "“score” must be a whole number"},
      {R"({"kind":"survey","id":"6","instrument":"nps","sent_at":"2026-03-02T09:00:00Z","answered_at":"2026-03-01T09:01:00Z","score":4})",
       "“answered_at” is before “sent_at”"},
      {R"({"kind":"survey","id":"7","instrument":"nps","sent_at":"2026-03-02T09:00:00Z","score":4})",
       "“answered_at” is missing (a score was given)"}};
  for (const auto& [row, reason] : wrong) {
    EXPECT_EQ(import(row).refused(), 1) << row;
    if (refusals.empty()) continue;
    EXPECT_EQ(refusals[0].reason, reason);
  }
}

TEST_P(HistoryTest, a_late_import_marks_a_closed_period_restated) {
  import(kHistory);
  EXPECT_FALSE(figures("cases_opened")[0].restated) << "the first import restates nothing";
  import(
      R"({"kind":"case","id":"c9","opened_at":"2026-03-03T09:00:00+01:00","opened_by":"patient"}
{"kind":"message","id":"m9","case":"c9","channel":"email","direction":"in","at":"2026-03-03T09:00:00+01:00","text":"Hola"}
)");
  const auto f = figures("cases_opened,csat");
  EXPECT_EQ(f[0].value, 2);
  ASSERT_TRUE(f[0].restated);
  EXPECT_EQ(f[0].restated->value, 1);
  EXPECT_EQ(f[0].restated->n, 1);
  EXPECT_EQ(f[0].restated->added, "1 message, 1 opened");
  EXPECT_FALSE(f[1].restated) << "nothing changed it";
}

TEST_P(HistoryTest, a_second_import_adds_nothing) {
  import(kHistory);
  const auto before = exported();
  const auto again = import(kHistory);
  EXPECT_EQ(again.added(), 0);
  EXPECT_EQ(again.refused(), 0);
  EXPECT_EQ(exported(), before);
}

TEST_P(HistoryTest, every_field_comes_back_unknown_ones_too) {
  import(kHistory);
  std::map<std::string, json::object> out;
  std::istringstream lines(exported());
  for (std::string line; std::getline(lines, line);) {
    auto row = json::parse(line).as_object();
    out[std::string(row.at("kind").as_string()) + json::serialize(row.at("id"))] = row;
  }
  std::istringstream in(kHistory);
  std::size_t rows = 0;
  for (std::string line; std::getline(in, line); ++rows) {
    const auto row = json::parse(line).as_object();
    EXPECT_EQ(out[std::string(row.at("kind").as_string()) + json::serialize(row.at("id"))], row);
  }
  EXPECT_EQ(out.size(), rows);
}

TEST_P(HistoryTest, an_export_of_an_imported_export_is_the_same_to_the_byte) {
  import(kHistory);
  const auto first = exported();
  const auto other = db::make_test_database(GetParam());
  const auto keyring = crypto::make_test_keyring(*other, clock);
  const patients::Patients patients(*keyring, clock);
  const History second(other->database(), *keyring, patients, clock);
  const auto path = test_database().directory() + "/export.jsonl";
  std::ofstream(path) << first;
  Options options;
  options.files = {path};
  options.refuse = [](const Refusal& r) { ADD_FAILURE() << r.reason << ": " << r.row; };
  second.import(options);
  std::string text;
  second.export_to([&](std::string_view line) { text += line; });
  EXPECT_EQ(text, first);
}

TEST_P(HistoryTest, what_happened_here_is_exported_in_the_same_format) {
  import(kHistory);
  database().write_now([&](db::Tx& tx) {
    facts::Fact fact;
    fact.case_id = tx.one<CaseId>("SELECT id FROM conversations_case").value();
    fact.kind = facts::Kind::reopen;
    fact.happened_at = *parse_rfc3339("2026-03-04T09:00:00Z");
    facts::append(tx, fact);
  });
  const auto text = exported();
  EXPECT_NE(text.find(R"("source":"auricle","case":"c1","at":"2026-03-04T09:00:00Z")"), std::string::npos) << text;
}

// In whatever order the rows come: the inbox shows what the figures count, and the export says it again.
TEST_P(HistoryTest, a_moved_conversation_stands_in_the_case_it_went_to) {
  const std::string moved = std::string(kHistory) +
                            R"({"kind":"move","id":"v2","conversation":"thread","case":"c3","at":"2026-03-05T09:00:00Z"}
{"kind":"move","id":"v1","conversation":"thread","case":"c4","at":"2026-03-04T09:00:00Z"}
{"kind":"case","id":"c2","patient":"p1","site":"s1","opened_at":"2026-03-03T09:00:00Z","opened_by":"patient"}
{"kind":"case","id":"c3","patient":"p1","site":"s1","opened_at":"2026-03-03T09:00:00Z","opened_by":"patient"}
{"kind":"case","id":"c4","patient":"p1","site":"s1","opened_at":"2026-03-03T09:00:00Z","opened_by":"patient"}
{"kind":"message","id":"m9","case":"c2","conversation":"thread","channel":"email","direction":"in","from":"p1","at":"2026-03-03T09:00:00Z","text":"¿Y el otro recibo?"}
)";
  EXPECT_EQ(import(moved).refused(), 0);
  const auto where = database().read_now([&](db::Session& s) {
    const auto message = inside_id(s, "message", "history", "m9").value();
    const auto of = [&](const char* name) { return CaseId{inside_id(s, "case", "history", name).value()}; };
    const auto in = s.one<CaseId>("SELECT case_id FROM conversations_message WHERE id = $1", message).value();
    EXPECT_TRUE(conversations::export_messages(s, *keyring_, of("c2")).empty());
    EXPECT_EQ(conversations::export_messages(s, *keyring_, of("c3")).size(), 1u);
    EXPECT_EQ(facts::ledgers_of(s, of("c3")).back().unanswered.size(), 1u);
    return std::pair(in, of("c3"));
  });
  EXPECT_EQ(where.first, where.second);
  const auto text = exported();
  for (const char* part :
       {R"("id":"m9","case":"c2","conversation":"thread")", "el otro recibo", R"("id":"v1")", R"("id":"v2")"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  EXPECT_EQ(import(moved).added(), 0);
}

TEST_P(HistoryTest, wrong_rows_are_refused_with_line_and_reason_and_stop_nothing) {
  const auto summary =
      import(std::string(kHistory) +
             "{\"kind\":\"case\",\"id\":\"c9\",\"opened_at\":\"2026-03-02T09:00:00\",\"opened_by\":\"patient\"}\n"
             "not json\n"
             "{\"kind\":\"dance\",\"id\":\"1\"}\n"
             "{\"kind\":\"resolve\",\"id\":\"x9\",\"case\":\"c9\",\"at\":\"2026-03-02T09:00:00Z\"}\n"
             "{\"kind\":\"message\",\"id\":\"m9\",\"case\":\"c1\",\"channel\":\"email\",\"direction\":\"out\",\"at\":"
             "\"2026-03-02T09:00:00Z\",\"text\":\"x\"}\n"
             "\n"
             "{\"kind\":\"wait\",\"id\":\"w9\",\"case\":\"c1\",\"on\":\"nobody\",\"at\":\"2026-03-02T09:00:00Z\"}\n");
  EXPECT_EQ(summary.added(), 18);
  ASSERT_EQ(refusals.size(), 6u);
  std::map<std::int64_t, std::string> reasons;
  for (const auto& r : refusals) reasons[r.line] = r.reason;
  EXPECT_NE(reasons[19].find("opened_at"), std::string::npos);
  EXPECT_NE(reasons[20].find("JSON"), std::string::npos);
  EXPECT_NE(reasons[21].find("kind"), std::string::npos);
  EXPECT_NE(reasons[22].find("c9"), std::string::npos);
  EXPECT_NE(reasons[23].find("author"), std::string::npos);
  EXPECT_NE(reasons[25].find("clinic|patient|third_party"), std::string::npos);
}

TEST_P(HistoryTest, a_later_file_goes_on_where_an_earlier_one_ended) {
  import(kHistory);
  const auto summary = import(R"({"kind":"reopen","id":"o1","case":"c1","at":"2026-03-04T09:00:00+01:00"}
{"kind":"resolve","id":"x2","case":"c1","agent":"ana","at":"2026-03-04T10:00:00+01:00"})");
  EXPECT_EQ(summary.added(), 2);
  EXPECT_EQ(figures("reopen_rate")[0].numerator, 1);
  EXPECT_EQ(figures("full_resolution_time")[0].value, 5 * 3600);
}

TEST_P(HistoryTest, a_case_may_stand_before_its_queue_whose_hours_then_hold) {
  const auto summary = import(
      R"({"kind":"message","id":"m1","case":"c1","channel":"email","direction":"in","at":"2026-03-02T13:00:00+01:00","text":"?"}
{"kind":"message","id":"m2","case":"c1","channel":"email","direction":"out","author":"ana","at":"2026-03-02T17:00:00+01:00","text":"!"}
{"kind":"case","id":"c1","queue":"q1","opened_at":"2026-03-02T13:00:00+01:00","opened_by":"patient"}
{"kind":"queue","id":"q1","name":"Results","site":"s1","calendar":{"mon":[["10:00","15:00"]]}}
{"kind":"queue","id":"q2","name":"Others","site":"s1","holidays":["2026-03-02"]}
{"kind":"agent","id":"ana","name":"Ana Gil","email":"ana@clinic.example"}
{"kind":"site","id":"s1","name":"Centro","time_zone":"Europe/Madrid","calendar":{"mon":[["09:00","14:00"],["16:00","20:00"]]}})");
  EXPECT_EQ(summary.refused(), 0) << (refusals.empty() ? "" : refusals[0].reason);
  auto query =
      *analytics::parse_query({"first_response_time", "2026-03-01", "2026-04-01", "", "business", ""}, clock.now());
  const auto f = database().read_now([&](db::Session& s) { return analytics::figures(s, query); });
  EXPECT_EQ(f[0].value, 2 * 3600);
}

TEST_P(HistoryTest, an_erased_patient_leaves_the_figures_and_nothing_in_the_export) {
  import(kHistory);
  database().write_now([&](db::Tx& tx) {
    const auto patient = tx.one<PersonId>("SELECT target_id FROM import_row WHERE kind = 'patient'").value();
    keyring_->destroy(tx, "patient", patient.value, clock.now());
    forget_patient(tx, patient);
    facts::forget_patient(tx, patient);
  });
  const auto text = exported();
  EXPECT_EQ(text.find("\"kind\":\"message\""), std::string::npos) << text;
  EXPECT_EQ(text.find("\"kind\":\"appointment\""), std::string::npos) << text;
  EXPECT_EQ(figures("first_response_time")[0].value, 7200);
}

TEST_P(HistoryTest, the_demo_clinic_is_accepted_whole_and_is_the_same_for_a_seed) {
  const auto told = [&](std::uint64_t seed) {
    std::string text;
    write_demo({40, 20, seed}, clock.now(), [&](std::string_view line) { text += line; });
    return text;
  };
  EXPECT_EQ(told(5), told(5));
  EXPECT_NE(told(5), told(6));
  const auto summary = import(told(5));
  EXPECT_EQ(summary.refused(), 0) << (refusals.empty() ? "" : refusals[0].reason + refusals[0].row);
  EXPECT_GT(summary.kinds.at("message").added, 40);
}

TEST(Rows, say_in_plain_words_what_is_wrong) {
  const auto reason = [](std::string_view line) {
    Row row;
    std::string text;
    return read_row(line, row, text) ? std::string() : text;
  };
  EXPECT_EQ(reason(R"({"kind":"reopen","id":"1","case":"c","at":"2026-03-04T09:00:00Z","note":1})"), "");
  EXPECT_EQ(reason(R"({"kind":"reopen","id":"1","at":"2026-03-04T09:00:00Z"})"), "“case” is missing");
  EXPECT_EQ(reason(R"({"kind":"reopen","case":"c","at":"2026-03-04T09:00:00Z"})"), "“id” is missing");
  EXPECT_EQ(reason(R"([1])"), "not a JSON object");
  EXPECT_EQ(reason(R"({"kind":"site","id":"1","name":"x","time_zone":"Mars/Base"})"),
            "“time_zone” is not a known time zone");
  EXPECT_EQ(
      reason(
          R"({"kind":"call","id":"1","from":"x","direction":"in","exit":"closed","offered_at":"2026-03-04T09:00:00Z","ended_at":"2026-03-04T08:00:00Z"})"),
      "“ended_at” is before “offered_at”");
}

}  // namespace
}  // namespace auricle::import
