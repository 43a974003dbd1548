// Figures by roll-ups are those by the facts, whatever happens in which order and whenever days are counted.
#include <random>

#include "analytics/analytics.h"
#include "analytics/rollup_block.h"
#include "platform/db/test_database.h"

namespace auricle::analytics {
namespace {

using facts::Actor;
using facts::Fact;
using facts::Kind;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

// What happened, as live use writes it down: in order, a moment after it happened.
class Clinic {
 public:
  Clinic(db::Database& database, FixedClock& clock, unsigned seed)
      : database_(database), clock_(clock), random_(seed) {}

  void open() {
    write([&](db::Tx& tx) {
      clinic::CalendarVersion week;
      for (int d = 0; d < 5; ++d) week.week[d] = {{540, 840}, {960, 1200}};
      ASSERT_TRUE(clinic::import_site(tx, {SiteId{1}, "Centro", "Europe/Madrid", week}));
      ASSERT_TRUE(clinic::import_site(tx, {SiteId{2}, "Isla", "Atlantic/Azores", std::nullopt}));
      ASSERT_TRUE(clinic::import_queue(tx, {QueueId{1}, "Teléfono", SiteId{1}, std::nullopt}));
      for (const auto measure : {clinic::Promise::first_response, clinic::Promise::resolution}) {
        clinic::Standard standard;
        standard.id = new_id<StandardId>();
        standard.measure = measure;
        standard.seconds = measure == clinic::Promise::first_response ? 3600 : 86'400;
        clinic::import_standard(tx, standard);
      }
    });
  }

  void happens() {
    clock_.advance(below(3 * kHour));
    const auto kind = below(24);
    write([&](db::Tx& tx) {
      kind == 0 ? other(tx) : kind < 4 ? call(tx) : kind < 9 || cases_.empty() ? opens(tx) : goes_on(tx);
    });
    if (wrote_) cases_.push_back(*wrote_);
    wrote_.reset();
  }
  // Of long ago, as a file brings it.
  void import_late() {
    const Instant before = clock_.now();
    const CaseId id = new_id<CaseId>();
    const auto back = 3 * kDay + below(30 * kDay);
    write([&](db::Tx& tx) {
      for (const auto& [kind, hours] : {std::pair{Kind::opened, 0}, {Kind::message, 0}, {Kind::resolve, 30}}) {
        Fact f = fact(kind, id);
        f.id = {};
        f.source = "file";
        f.source_id = std::to_string(below(1 << 30));
        f.happened_at = before - back + hours * kHour;
        f.actor = kind == Kind::resolve ? Actor::staff : Actor::patient;
        f.subject_id = {1 + below(6)};
        if (kind == Kind::message) f.channel = "email";
        f.id = id_at(before, kSequence + static_cast<std::int64_t>(kind));
        facts::append(tx, f);
      }
      facts::refold(tx, id);
    });
  }
  void merge() {
    write([&](db::Tx& tx) {
      tx.exec("INSERT INTO facts_subject(patient_id, subject_id) VALUES(1, 1), (2, 2) ON CONFLICT DO NOTHING");
      facts::join_subjects(tx, PersonId{1}, PersonId{2});
    });
  }
  void part() {
    write([&](db::Tx& tx) { facts::part_subjects(tx, PersonId{2}); });
  }
  void change_zone() {
    write([&](db::Tx& tx) { tx.exec("UPDATE clinic_site SET time_zone = 'Europe/Lisbon' WHERE id = 1"); });
  }

 private:
  static constexpr std::int64_t kSequence = 3000;
  template <class F>
  void write(const F& closure) {
    const auto before = random_;
    ++sequence_;
    database_.write_now([&](db::Tx& tx) {
      random_ = before;  // the same again: closures of tests run twice
      closure(tx);
    });
  }
  static facts::FactId id_at(Instant at, std::int64_t sequence) {
    return {((at.ms - 1'577'836'800'000) << 12) | (sequence & 4095)};
  }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n)); }
  Fact fact(Kind kind, CaseId id) {
    Fact f;
    f.id = id_at(clock_.now(), ++next_);
    f.case_id = id;
    f.kind = kind;
    f.happened_at = clock_.now();
    f.agent_id = {10 + below(3)};
    return f;
  }
  void opens(db::Tx& tx) {
    const CaseId id{1000 + sequence_};
    static constexpr const char* kTopics[] = {"billing", "results"};
    Fact opened = fact(Kind::opened, id);
    opened.actor = below(8) ? Actor::patient : Actor::staff;
    opened.subject_id = {1 + below(6)};
    opened.site_id = {below(3)};
    opened.topic = kTopics[below(2)];
    opened.priority = "normal";
    opened.language = below(2) ? "es" : "";
    facts::append(tx, opened);
    Fact message = fact(Kind::message, id);
    message.actor = Actor::patient;
    message.channel = below(2) ? "email" : "webchat";
    message.conversation_id = {id.value};
    message.message_id = {id.value};
    facts::append(tx, message);
    facts::refold(tx, id);
    wrote_ = id;
  }
  void goes_on(db::Tx& tx) {
    const CaseId id = cases_[static_cast<std::size_t>(below(static_cast<std::int64_t>(cases_.size())))];
    static constexpr Kind kKinds[] = {Kind::message, Kind::message,  Kind::message, Kind::assign,  Kind::resolve,
                                      Kind::resolve, Kind::wait,     Kind::topic,   Kind::handoff, Kind::reopen,
                                      Kind::ack,     Kind::escalate, Kind::move,    Kind::call,    Kind::visit};
    Fact f = fact(kKinds[below(std::size(kKinds))], id);
    if (f.kind == Kind::message) {
      f.actor = static_cast<Actor>(below(3));
      f.channel = "email";
      f.conversation_id = {id.value};
      f.message_id = {f.id.value};
    }
    if (f.kind == Kind::wait) f.owner = static_cast<facts::Owner>(below(3));
    if (f.kind == Kind::topic) f.value = "billing";
    if (f.kind == Kind::ack) f.message_id = {id.value};
    if (f.kind == Kind::resolve && below(4) == 0) f.actor = Actor::bot;
    if (f.kind == Kind::move) {
      f.conversation_id = {id.value};
      f.other_case_id = cases_[static_cast<std::size_t>(below(static_cast<std::int64_t>(cases_.size())))];
      if (f.other_case_id == id || below(4)) return;
    }
    if (f.kind == Kind::call || f.kind == Kind::visit) rings(f);
    if (below(10) == 0) f.subject_id = {1 + below(6)};
    facts::append(tx, f);
    facts::refold(tx, id);
  }
  void rings(Fact& f) {
    f.actor = below(3) ? Actor::patient : Actor::staff;
    f.channel = f.kind == Kind::call ? "phone" : "frontdesk";
    f.happened_at = clock_.now() - 20 * kMinute;
    if (f.kind == Kind::call) f.queued_at = f.happened_at;
    if (below(2)) f.answered_at = f.happened_at + below(kMinute);
    f.ended_at = f.answered_at.value_or(f.happened_at) + below(10 * kMinute);
    if (f.kind == Kind::call) f.value = f.answered_at ? "answered" : "abandoned";
    f.queue_id = {below(2)};
    f.caller_id = {1 + below(5)};
  }
  void call(db::Tx& tx) {
    Fact f = fact(Kind::call, {});
    rings(f);
    if (below(2)) f.subject_id = {1 + below(6)};
    facts::append(tx, f);
  }
  void other(db::Tx& tx) {
    const Instant now = clock_.now();
    facts::Survey survey;
    survey.id = id_at(now, ++next_);
    if (!cases_.empty()) survey.case_id = cases_.back();
    survey.instrument = below(2) ? "csat" : "nps";
    survey.sent_at = now - 30 * kMinute;
    if (below(2)) survey.answered_at = now;
    if (survey.answered_at) survey.score = below(6);
    facts::append(tx, survey);
    facts::Appointment appointment;
    appointment.id = id_at(now, ++next_);
    appointment.service = "cardiology";
    appointment.site_id = {1};
    appointment.booked_at = now - 3 * kDay;
    appointment.starts_at = now - 40 * kMinute;
    appointment.ends_at = now;
    appointment.status = facts::Attendance::fulfilled;
    appointment.arrived_at = now - 45 * kMinute;
    appointment.called_at = now - 30 * kMinute;
    facts::append(tx, appointment);
    facts::Presence presence;
    presence.id = id_at(now, ++next_);
    presence.agent_id = {10 + below(3)};
    presence.state = below(2) ? "available" : "busy";
    presence.at = now;
    facts::append(tx, presence);
  }

  db::Database& database_;
  FixedClock& clock_;
  std::mt19937_64 random_;
  std::vector<CaseId> cases_;
  std::optional<CaseId> wrote_;
  std::int64_t next_ = 0, sequence_ = 0;
};

class RollupsTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    clinic_ = std::make_unique<Clinic>(database(), clock, 5);
    clinic_->open();
    from_ = clinic::local_day("Europe/Madrid", clock.now());
  }
  void roll() {
    Rollups rollups(database(), clock);
    while (rollups.step(Rollups::Marks::at_once)) continue;
  }
  std::int64_t waiting() {
    return database().read_now([&](db::Session& s) { return days_waiting(s, clock.now()); });
  }
  Query query(std::vector<Dimension> by) {
    Query q;
    for (const auto& definition : registry()) q.keys.push_back(definition.key);
    q.from = from_ + -40;
    q.to = clinic::local_day("Europe/Madrid", clock.now()) + 1;
    q.by = std::move(by);
    q.as_of = clock.now();
    q.live = true;
    return q;
  }
  static std::string text(const std::vector<Figure>& figures) {
    std::string all;
    for (auto figure : figures) {
      for (auto* number : {&figure.numerator, &figure.denominator, &figure.value, &figure.low, &figure.high})
        if (*number) *number = std::round(**number * 1e6) / 1e6;
      all += json::to_json(figure) + "\n";
    }
    return all;
  }
  void same(const Query& q) {
    const auto both = database().read_now([&](db::Session& s) {
      return std::pair{text(figures(s, q)), text(scanned_figures(s, q))};
    });
    ASSERT_EQ(both.first, both.second);
  }
  void all_the_same() {
    for (const auto clock_kind : {ClockKind::elapsed, ClockKind::business})
      for (const auto& by : std::vector<std::vector<Dimension>>{{},
                                                                {Dimension::day},
                                                                {Dimension::agent},
                                                                {Dimension::site, Dimension::weekday},
                                                                {Dimension::channel, Dimension::topic},
                                                                {Dimension::weekday, Dimension::hour}}) {
        auto q = query(by);
        q.clock = clock_kind;
        same(q);
        q.channel = "email";
        same(q);
      }
    auto q = query({Dimension::topic});
    q.agent = UserId{11};
    same(q);
    q.agent.reset();
    q.all_sites = false;
    q.sites = {SiteId{2}};
    same(q);
    q.to = q.to + -5;
    same(q);
    q.parameters["target"] = 5;
    same(q);
  }
  std::string bytes() {
    return database().read_now([](db::Session& s) {
      std::string all;
      s.run("SELECT kpi, variant, day, totals, samples FROM analytics_rollup ORDER BY kpi, variant, day", {},
            [&](const db::Row& row) {
              all += std::string(row.text(0)) + std::to_string(row.integer(1)) + std::to_string(row.integer(2));
              all.append(row.bytes(3)).append(row.bytes(4));
              return true;
            });
      return all;
    });
  }

  std::unique_ptr<Clinic> clinic_;
  clinic::LocalDay from_;
};

TEST_P(RollupsTest, are_the_facts_whatever_happens_between_two_counts) {
  std::mt19937 random(9);
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE(round);
    for (auto n = 5 + random() % 25; n > 0; --n) clinic_->happens();
    if (round % 5 == 3) clinic_->import_late();
    if (round == 10) clinic_->merge();
    if (round == 16) clinic_->part();
    if (round % 3 == 1) same(query({}));  // with marks that nobody has taken yet
    if (round % 4 != 2) roll();
    same(query({Dimension::day}));
    if (round % 6 == 5) all_the_same();
    if (HasFatalFailure()) return;
  }
  roll();
  EXPECT_EQ(waiting(), 0);
  EXPECT_FALSE(bytes().empty());
  EXPECT_EQ(database().read_now([&](db::Session& s) { return check_rollups(s, clock.now(), 100); }),
            std::vector<std::string>{});
}

TEST_P(RollupsTest, made_anew_have_the_same_bytes) {
  for (int i = 0; i < 150; ++i) {
    clinic_->happens();
    if (i % 20 == 0) roll();
  }
  roll();
  const auto kept = bytes();
  ASSERT_FALSE(kept.empty());
  Rollups rollups(database(), clock);
  EXPECT_GT(rollups.rebuild([](std::int64_t, std::int64_t) {}), 5);
  EXPECT_EQ(bytes(), kept);
}

TEST_P(RollupsTest, a_zone_changed_last_year_has_all_days_counted_again) {
  for (int i = 0; i < 120; ++i) clinic_->happens();
  roll();
  ASSERT_EQ(waiting(), 0);
  clinic_->change_zone();
  EXPECT_GT(waiting(), 5);
  all_the_same();
  roll();
  EXPECT_EQ(waiting(), 0);
  all_the_same();
}

TEST_P(RollupsTest, erasing_a_patient_changes_no_figure) {
  for (int i = 0; i < 120; ++i) clinic_->happens();
  clinic_->merge();
  roll();
  const auto ask = [&] {
    return database().read_now([&](db::Session& s) { return text(figures(s, query({Dimension::day}))); });
  };
  const auto before = ask();
  database().write_now([](db::Tx& tx) { facts::forget_patient(tx, PersonId{1}); });
  EXPECT_EQ(ask(), before);
  EXPECT_EQ(waiting(), 0);
}

TEST_P(RollupsTest, a_clock_set_back_has_the_facts_answer) {
  for (int i = 0; i < 60; ++i) clinic_->happens();
  roll();
  clock.advance(-3 * kDay);
  same(query({Dimension::day}));
}

TEST_P(RollupsTest, a_patient_known_only_later_comes_again) {
  const auto tell = [&](Kind kind, CaseId id, std::int64_t subject, Actor actor) {
    clock.advance(kMinute);
    database().write_now([&](db::Tx& tx) {
      Fact fact;
      fact.id = {((clock.now().ms - 1'577'836'800'000) << 12) | 1};
      fact.case_id = id;
      fact.subject_id = {subject};
      fact.kind = kind;
      fact.actor = actor;
      fact.happened_at = clock.now();
      if (kind == Kind::message) {
        fact.channel = "email";
        fact.conversation_id = {id.value};
        fact.message_id = {fact.id.value};
      }
      facts::append(tx, fact);
      facts::refold(tx, id);
    });
  };
  const CaseId first{1}, again{2};
  tell(Kind::opened, first, 0, Actor::patient);
  tell(Kind::message, first, 0, Actor::patient);
  tell(Kind::message, first, 1, Actor::staff);
  tell(Kind::resolve, first, 1, Actor::staff);
  clock.advance(2 * kDay);
  roll();
  tell(Kind::opened, again, 1, Actor::patient);
  tell(Kind::message, again, 1, Actor::patient);
  roll();
  same(query({Dimension::day}));
  tell(Kind::topic, again, 2, Actor::staff);  // somebody else, it turns out
  roll();
  same(query({Dimension::day}));
  tell(Kind::topic, again, 1, Actor::staff);
  roll();
  database().write_now([&](db::Tx& tx) { facts::take_back(tx, again); });
  roll();
  same(query({Dimension::day}));
}

TEST_P(RollupsTest, days_counted_while_the_clock_was_ahead_are_counted_again) {
  for (int i = 0; i < 60; ++i) clinic_->happens();
  clock.advance(4 * kDay);
  roll();
  clock.advance(-4 * kDay);
  roll();
  clock.advance(kHour);
  database().write_now([&](db::Tx& tx) {
    Fact call;
    call.id = {((clock.now().ms - 1'577'836'800'000) << 12) | 1};
    call.kind = Kind::call;
    call.actor = Actor::patient;
    call.channel = "phone";
    call.happened_at = clock.now() - kMinute;
    call.queued_at = call.happened_at;
    call.ended_at = clock.now();
    call.value = "abandoned";
    facts::append(tx, call);
  });
  clock.advance(2 * kDay);
  same(query({Dimension::day}));
  roll();
  same(query({Dimension::day}));
}

TEST_P(RollupsTest, a_row_that_was_changed_is_found) {
  for (int i = 0; i < 60; ++i) clinic_->happens();
  roll();
  database().write_now([](db::Tx& tx) { tx.exec("DELETE FROM analytics_rollup WHERE kpi = 'contacts'"); });
  EXPECT_FALSE(database().read_now([&](db::Session& s) { return check_rollups(s, clock.now(), 100); }).empty());
}

ON_BOTH_DATABASES(RollupsTest);

TEST(Sketch, percentiles_are_within_one_percent) {
  std::mt19937 random(2);
  std::lognormal_distribution<double> spread(14, 2);
  Sketch sketch;
  std::vector<double> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(std::floor(spread(random)));
    sketch.add(static_cast<std::int64_t>(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double p : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = values[static_cast<std::size_t>(p * (static_cast<double>(values.size()) - 1))] / 1000;
    EXPECT_NEAR(sketch.seconds(p), exact, 0.0101 * exact) << p;
  }
}

}  // namespace
}  // namespace auricle::analytics
