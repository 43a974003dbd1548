// The figures of years by roll-ups and by scanning the facts. ./dev bench rollups; or build/release/rollups_bench
//   fill URL|FOLDER FACTS DAYS   writes an invented history of that many facts up to yesterday, straight into the
//   tables roll URL|FOLDER              counts every day that waits ask URL|FOLDER REPEATS       month and year
//   dashboards, p50 and p95 in ms, by roll-ups and by the facts
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "analytics/analytics.h"
#include "platform/db/database.h"

namespace auricle {
namespace {

using facts::Fact;
using facts::Kind;
using std::chrono::steady_clock;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

std::unique_ptr<db::Database> open(const std::string& where) {
  db::Options options;
  (where.starts_with("postgres") ? options.postgres_url : options.sqlite_directory) = where;
  options.slow_read_ms = 600'000;
  auto database = db::open_database(options);
  database->migrate();
  return database;
}

// Many rows in one statement.
template <class T>
class Rows {
 public:
  explicit Rows(std::string table) : table_(std::move(table)) {}
  void add(db::Tx& tx, const T& row) {
    rows_.push_back(row);
    if (rows_.size() == kAtOnce) flush(tx);
  }
  void flush(db::Tx& tx) {
    if (rows_.empty()) return;
    std::string columns, marks;
    std::vector<db::Value> values;
    int count = 0;
    for (const auto& row : rows_) {
      std::string one;
      boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_any_access>>([&](auto member) {
        if (&row == rows_.data()) columns += (columns.empty() ? "" : ",") + std::string(member.name);
        one += (one.empty() ? "$" : ",$") + std::to_string(++count);
        values.push_back(db::to_value(row.*member.pointer));
      });
      marks += (marks.empty() ? "(" : ",(") + one + ")";
    }
    tx.run("INSERT INTO " + table_ + "(" + columns + ") VALUES" + marks, values, [](const db::Row&) { return true; });
    rows_.clear();
  }

 private:
  static constexpr std::size_t kAtOnce = 200;
  std::string table_;
  std::vector<T> rows_;
};

struct CaseRow {
  CaseId case_id;
  Instant opened_at, open_until;
};
BOOST_DESCRIBE_STRUCT(CaseRow, (), (case_id, opened_at, open_until))

class Invented {
 public:
  Invented(db::Database& database, std::int64_t facts, int days) : database_(database), wanted_(facts), days_(days) {}

  void run(Instant now) {
    now_ = now;
    set_up();
    const auto begin = steady_clock::now();
    const Instant first{(now.ms / kDay - days_) * kDay};
    for (int day = 0; day < days_ && made_ < wanted_; ++day) {
      const auto until = wanted_ * (day + 1) / days_;
      database_.write_now([&](db::Tx& tx) {
        while (made_ < until) one(tx, first + day * kDay);
        facts_.flush(tx);
        cases_.flush(tx);
        surveys_.flush(tx);
        appointments_.flush(tx);
        presences_.flush(tx);
      });
    }
    database_.write_now([](db::Tx& tx) { tx.exec("DELETE FROM facts_mark"); });
    fmt::print("{} facts in {} days, {:.0f} s\n", made_, days_, seconds_since(begin));
  }

 private:
  void set_up() {
    database_.write_now([&](db::Tx& tx) {
      clinic::CalendarVersion calendar;
      for (int d = 0; d < 5; ++d) calendar.week[d] = {{540, 840}, {960, 1200}};
      for (std::int64_t s = 1; s <= 3; ++s) {
        (void)clinic::import_site(tx, {SiteId{s}, fmt::format("Site {}", s), "Europe/Madrid", calendar});
        (void)clinic::import_queue(tx, {QueueId{s}, fmt::format("Queue {}", s), SiteId{s}, std::nullopt});
      }
      for (const auto measure : {clinic::Promise::first_response, clinic::Promise::resolution}) {
        clinic::Standard standard;
        standard.id = new_id<StandardId>();
        standard.measure = measure;
        standard.seconds = measure == clinic::Promise::first_response ? 4 * 3600 : 5 * 24 * 3600;
        clinic::import_standard(tx, standard);
      }
    });
  }
  std::int64_t below(std::int64_t n) { return std::uniform_int_distribution<std::int64_t>(0, n - 1)(random_); }
  std::int64_t about(double mean_ms) {
    return static_cast<std::int64_t>(std::exponential_distribution<double>(1 / mean_ms)(random_));
  }
  Fact fact(Kind kind, Instant at) const {
    Fact f;
    f.id = new_id<facts::FactId>();
    f.kind = kind;
    f.happened_at = at;
    f.source = "bench";
    f.source_id = std::to_string(f.id.value);
    f.site_id = site_;
    return f;
  }
  void put(db::Tx& tx, Fact f) {
    if (std::max(f.happened_at, f.ended_at.value_or(f.happened_at)) > now_) return;
    facts_.add(tx, f);
    ++made_;
  }
  void one(db::Tx& tx, Instant day) {
    const Instant at = day + 7 * kHour + below(12 * kHour);
    site_ = SiteId{1 + below(3)};
    agent_ = UserId{100 + below(20)};
    const auto kind = below(10);
    if (kind < 2) return call(tx, at);
    a_case(tx, at);
    if (kind == 2) appointment(tx, at);
    if (kind == 3) presence(tx, day);
  }
  void call(db::Tx& tx, Instant at) {
    Fact f = fact(Kind::call, at);
    f.actor = facts::Actor::patient;
    f.channel = "phone";
    f.queue_id = QueueId{site_.value};
    f.queued_at = at;
    f.caller_id = {1 + below(50'000)};
    const auto wait = about(40'000);
    const bool answered = below(10) > 0;
    if (answered) f.answered_at = at + wait;
    f.ended_at = at + wait + (answered ? about(180'000) : 0);
    f.value = answered ? "answered" : "abandoned";
    if (answered) f.agent_id = agent_;
    put(tx, f);
  }
  void a_case(db::Tx& tx, Instant at) {
    static constexpr const char* kTopics[] = {"billing",      "appointment", "results",
                                              "prescription", "insurance",   "other"};
    static constexpr const char* kChannels[] = {"email", "whatsapp", "webchat", "sms"};
    static constexpr const char* kLanguages[] = {"es", "ca", "en", "fr"};
    const CaseId id = new_id<CaseId>();
    const facts::SubjectId subject{1 + below(200'000)};
    const std::string channel = kChannels[below(4)];
    Instant now = at;
    const auto add = [&](Kind kind, facts::Actor actor) {
      Fact f = fact(kind, now);
      f.case_id = id;
      f.subject_id = subject;
      f.actor = actor;
      if (actor == facts::Actor::staff) f.agent_id = agent_;
      if (kind == Kind::message) f.channel = channel;
      if (kind == Kind::opened) {
        f.topic = kTopics[below(6)];
        f.priority = below(5) ? "normal" : "high";
        f.language = kLanguages[below(4)];
      }
      if (kind == Kind::message) f.conversation_id = {id.value};
      put(tx, f);
    };
    add(Kind::opened, facts::Actor::patient);
    add(Kind::message, facts::Actor::patient);
    add(Kind::assign, facts::Actor::staff);
    now = now + about(2.0 * kHour);
    add(Kind::message, facts::Actor::staff);
    now = now + about(5.0 * kHour);
    add(Kind::message, facts::Actor::patient);
    now = now + about(2.0 * kHour);
    add(Kind::message, facts::Actor::staff);
    now = now + about(10.0 * kHour);
    add(Kind::resolve, facts::Actor::staff);
    cases_.add(tx, {id, at, now > now_ ? facts::kOpenEnd : now});
    if (below(5) == 0) survey(tx, id, now + kHour);
  }
  void survey(db::Tx& tx, CaseId id, Instant at) {
    facts::Survey s;
    s.id = new_id<facts::FactId>();
    s.case_id = id;
    s.instrument = "csat";
    s.sent_at = at;
    if (below(2)) s.answered_at = at + kHour;
    if (s.answered_at) s.score = 1 + below(5);
    surveys_.add(tx, s);
  }
  void appointment(db::Tx& tx, Instant at) {
    facts::Appointment a;
    a.id = new_id<facts::FactId>();
    a.subject_id = {1 + below(200'000)};
    a.service = below(2) ? "cardiology" : "dermatology";
    a.site_id = site_;
    a.booked_at = at - 10 * kDay;
    a.starts_at = at;
    a.ends_at = at + 30 * kMinute;
    a.status = below(10) ? facts::Attendance::fulfilled : facts::Attendance::noshow;
    if (a.status == facts::Attendance::fulfilled) {
      a.arrived_at = at - 5 * kMinute;
      a.called_at = a.started_at = at + about(10.0 * kMinute);
    }
    appointments_.add(tx, a);
  }
  void presence(db::Tx& tx, Instant day) {
    facts::Presence p;
    p.agent_id = agent_;
    for (const auto& [hour, state] : {std::pair{8, "available"}, {13, "break"}, {14, "available"}, {18, "offline"}}) {
      p.id = new_id<facts::FactId>();
      p.state = state;
      p.at = day + hour * kHour;
      presences_.add(tx, p);
    }
  }

  db::Database& database_;
  std::int64_t wanted_, made_ = 0;
  int days_;
  Instant now_;
  std::mt19937_64 random_{7};
  SiteId site_;
  UserId agent_;
  Rows<Fact> facts_{"facts_fact"};
  Rows<CaseRow> cases_{"facts_case"};
  Rows<facts::Survey> surveys_{"facts_survey"};
  Rows<facts::Appointment> appointments_{"facts_appointment"};
  Rows<facts::Presence> presences_{"facts_presence"};
};

// What the page of figures asks for.
struct Dashboard {
  const char* name;
  std::vector<analytics::Dimension> by;
  bool all_keys = true;
  bool filtered = false;
};

analytics::Query query_of(const Dashboard& dashboard, Instant now, int days) {
  analytics::Query query;
  query.as_of = now;
  query.live = true;
  query.to = clinic::local_day("Europe/Madrid", now) + 1;
  query.from = query.to + -days;
  query.by = dashboard.by;
  if (dashboard.filtered) query.channel = "whatsapp";
  if (!dashboard.all_keys) query.keys = {"first_response_time"};
  if (dashboard.all_keys)
    for (const auto& definition : analytics::registry()) query.keys.push_back(definition.key);
  return query;
}

struct Took {
  double p50 = 0, p95 = 0;
};
template <class F>
Took timed(int repeats, const F& call) {
  std::vector<double> ms;
  for (int i = 0; i < repeats; ++i) {
    const auto start = steady_clock::now();
    call();
    ms.push_back(1000 * seconds_since(start));
  }
  std::sort(ms.begin(), ms.end());
  return {ms[ms.size() / 2], ms[ms.size() * 95 / 100]};
}

void ask(db::Database& database, int repeats, int scans) {
  const Instant now = SystemClock().now();
  const Dashboard dashboards[] = {
      {"all figures", {}},
      {"all figures, one channel", {}, true, true},
      {"all figures by day", {analytics::Dimension::day}},
      {"one figure by person", {analytics::Dimension::agent}, false},
      {"one figure by topic, one channel", {analytics::Dimension::topic}, false, true},
      {"one figure by hour of the week", {analytics::Dimension::weekday, analytics::Dimension::hour}, false}};
  fmt::print("| days | question | roll-ups p50 | p95 | facts | ratio |\n|---|---|---|---|---|---|\n");
  for (const int days : {30, 365})
    for (const auto& dashboard : dashboards) {
      const auto query = query_of(dashboard, now, days);
      const auto with = [&](db::Session& session) { return analytics::figures(session, query); };
      const auto without = [&](db::Session& session) { return analytics::scanned_figures(session, query); };
      const auto rolled = timed(repeats, [&] { (void)database.read_now(with); });
      const auto scanned = scans ? timed(scans, [&] { (void)database.read_now(without); }) : Took{};
      fmt::print("| {} | {} | {:.1f} ms | {:.1f} ms | {:.0f} ms | {:.4f} |\n", days, dashboard.name, rolled.p50,
                 rolled.p95, scanned.p50, scanned.p50 > 0 ? rolled.p50 / scanned.p50 : 0);
      std::fflush(stdout);
    }
}

void roll(db::Database& database) {
  const SystemClock clock;
  const auto start = steady_clock::now();
  analytics::Rollups rollups(database, clock);
  const auto days = rollups.rebuild([](std::int64_t, std::int64_t) {});
  fmt::print("{} days in {:.0f} s\n", days, seconds_since(start));
}

}  // namespace
}  // namespace auricle

int main(int argc, char** argv) {
  using namespace auricle;
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) return fmt::print(stderr, "rollups_bench fill|roll|ask URL|FOLDER …\n"), 2;
  const auto database = open(args[1]);
  const auto number = [&](std::size_t i, std::int64_t otherwise) {
    return i < args.size() ? std::stoll(args[i]) : otherwise;
  };
  if (args[0] == "fill")
    Invented(*database, number(2, 1'000'000), static_cast<int>(number(3, 365))).run(SystemClock().now());
  if (args[0] == "roll") roll(*database);
  if (args[0] == "ask") ask(*database, static_cast<int>(number(2, 40)), static_cast<int>(number(3, 1)));
}
