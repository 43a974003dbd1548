// Keeping roll-ups: days that facts have touched are counted anew from the facts, never adjusted. Every step is one
// transaction that leaves days either rolled up as the facts say or waiting; readers take those that wait from the
// facts.
#include <algorithm>

#include "analytics/collect.h"
#include "platform/events/sequencer.h"

namespace auricle::analytics {
namespace {

constexpr int kMarksAtOnce = 20'000, kDaysAtOnce = 7;
constexpr std::int64_t kFactsAtOnce = 60'000;
constexpr std::int64_t kQuietMs = 3'000, kPatienceMs = 5 * 60'000;
constexpr clinic::LocalDay kFirstDay{7'305};          // 1990-01-01
constexpr std::string_view kTaken = "rollups_taken";  // the last mark that was taken, by any process

struct Rollup {
  std::string kpi;
  int variant = 0;
  std::int32_t day = 0;
  db::Bytes totals, samples;
};
BOOST_DESCRIBE_STRUCT(Rollup, (), (kpi, variant, day, totals, samples))

bool shared_by_person(const Definition& d) {
  return d.rows == Rows::surveys || (d.group == Family::resolving && d.unit == Unit::seconds);
}

Instant written_at(std::int64_t id) { return {1'577'836'800'000 + (id >> 12)}; }  // platform/base/id.h

// What to ask so that every figure is answered in every variant.
std::vector<Query> questions(const Days& days, Instant now) {
  std::vector<Query> all;
  for (const bool by_person : {false, true})
    for (const auto clock : {ClockKind::elapsed, ClockKind::business}) {
      Query query;
      query.from = days.from;
      query.to = days.to;
      query.as_of = now;
      query.clock = clock;
      query.by = {Dimension::day, Dimension::hour};
      if (by_person) query.by.push_back(Dimension::agent);
      const int variant = (by_person ? kByPerson : 0) + (clock == ClockKind::business ? kBusiness : 0);
      for (const auto& definition : registry()) {
        const auto variants = variants_of(definition);
        if (definition.rows != Rows::person_days &&
            std::find(variants.begin(), variants.end(), variant) != variants.end())
          query.keys.push_back(definition.key);
      }
      all.push_back(std::move(query));
    }
  Query of_people = all.front();
  of_people.by = {Dimension::day};
  of_people.keys.clear();
  for (const auto& definition : registry())
    if (definition.rows == Rows::person_days) of_people.keys.push_back(definition.key);
  all.push_back(std::move(of_people));
  return all;
}

std::vector<Rollup> count(db::Session& session, const Places& places, const Days& days, Instant now) {
  const auto asked = questions(days, now);
  const auto answers = collect_many(session, places, asked);
  std::vector<Rollup> rollups;
  for (std::size_t i = 0; i < asked.size(); ++i)
    for (const auto& [key, samples] : answers[i]) {
      std::map<std::int32_t, std::vector<Sample>> by_day;
      for (const auto& sample : samples) by_day[sample.day.days].push_back(sample);
      for (const auto& [day, of_day] : by_day) {
        const auto bytes = write_block(of_day);
        rollups.push_back(
            {key, variant_of(*find_definition(key), asked[i]), day, {write_totals(read_block(bytes))}, {bytes}});
      }
    }
  return rollups;
}

Places all_places(db::Session& session) {
  Places places = load_places(session);
  load_homes(session, places);
  return places;
}

// From the first fact to the last settled day.
Days countable(db::Session& session, const Places& places, Instant now) {
  const auto first = facts::earliest(session);
  if (!first) return {};
  const auto from = std::max(kFirstDay, days_of(places, *first, *first).from);
  return {from, std::max(from, first_unsettled(places, now))};
}

// On which of the days a mark lies: one entry a day. On all of them while an import goes on.
std::vector<bool> touched(db::Session& session, const Places& places, const Days& days) {
  const auto marks = facts::marks(session, kMarksAtOnce);
  const bool all = marks.size() == kMarksAtOnce;
  std::vector<bool> touched(static_cast<std::size_t>(days.to - days.from), all);
  for (std::size_t i = 0; i < marks.size() && !all; ++i) {
    const auto of_mark = days_of(places, marks[i].from_at, marks[i].to_at);
    for (auto day = std::max(of_mark.from, days.from); day < std::min(of_mark.to, days.to); day = day + 1)
      touched[static_cast<std::size_t>(day - days.from)] = true;
  }
  return touched;
}

std::int64_t facts_in(db::Session& session, const Days& days) {
  constexpr std::int64_t kDayMs = 86'400'000;
  return session
      .one<std::int64_t>("SELECT COUNT(*) FROM facts_fact WHERE happened_at >= $1 AND happened_at < $2",
                         days.from.days * kDayMs, days.to.days * kDayMs)
      .value_or(0);
}

// The latest days that wait and can be counted, a few at once.
std::optional<Days> next_days(db::Session& session, const Places& places, Instant now) {
  const auto all = countable(session, places, now);
  const auto usable = usable_days(session, places, all.from, all.to, now), marked = touched(session, places, all);
  const auto waits = [&](clinic::LocalDay day) {
    const auto i = static_cast<std::size_t>(day - all.from);
    return !usable[i] && !marked[i];
  };
  for (auto last = all.to; last > all.from; last = last + -1) {
    Days days{last + -1, last};
    if (!waits(days.from)) continue;
    while (days.from > all.from && days.to - days.from < kDaysAtOnce) {
      const Days longer{days.from + -1, days.to};
      if (!waits(longer.from) || facts_in(session, longer) > kFactsAtOnce) break;
      days = longer;
    }
    return days;
  }
  return std::nullopt;
}

struct Counted {
  Days days;
  std::vector<Rollup> rollups;
  std::vector<std::int64_t> rules;
  std::int64_t taken = 0;
};

// Unless somebody wrote of these days meanwhile, even if another process took the mark already: then they wait on.
void keep(db::Tx& tx, const Counted& counted) {
  if (events::mark(tx, kTaken) != counted.taken) return;
  const auto marked = touched(tx, all_places(tx), counted.days);
  if (std::find(marked.begin(), marked.end(), true) != marked.end()) return;
  const auto from = std::int64_t{counted.days.from.days}, to = std::int64_t{counted.days.to.days};
  tx.exec("DELETE FROM analytics_day WHERE day >= $1 AND day < $2", from, to);
  tx.exec("DELETE FROM analytics_rollup WHERE day >= $1 AND day < $2", from, to);
  for (const auto& rollup : counted.rollups) tx.insert("analytics_rollup", rollup);
  for (std::size_t i = 0; i < counted.rules.size(); ++i)
    tx.exec("INSERT INTO analytics_day(day, rules) VALUES($1, $2)", from + static_cast<std::int64_t>(i),
            counted.rules[i]);
}

bool ahead(db::Session& session, Instant now) {
  const auto latest = facts::latest_fact(session);
  return latest && *latest > now;
}

}  // namespace

int variant_of(const Definition& definition, const Query& query) {
  return (definition.unit == Unit::seconds && query.clock == ClockKind::business ? kBusiness : 0) +
         (shared_by_person(definition) && splits_by_person(query) ? kByPerson : 0);
}

std::vector<int> variants_of(const Definition& definition) {
  std::vector<int> all{0};
  if (definition.unit == Unit::seconds) all.push_back(kBusiness);
  if (!shared_by_person(definition)) return all;
  all.push_back(kByPerson);
  if (definition.unit == Unit::seconds) all.push_back(kBusiness + kByPerson);
  return all;
}

// Marked days wait from now on. Not while an import goes on: each of its rows would have them counted again.
bool Rollups::take_marks(Marks when) {
  const Instant now = clock_.now();
  return database_.write_now(
      [&](db::Tx& tx) {
        const auto marks = facts::marks(tx, kMarksAtOnce);
        if (marks.empty()) return false;
        if (when == Marks::when_quiet && now - written_at(marks.back().id) < kQuietMs &&
            now - written_at(marks.front().id) < kPatienceMs)
          return false;
        const Places places = load_places(tx);
        std::map<std::int32_t, std::int32_t> ranges;  // longest from each day
        for (const auto& mark : marks) {
          const auto days = days_of(places, mark.from_at, mark.to_at);
          auto& to = ranges.try_emplace(days.from.days, days.to.days).first->second;
          to = std::max(to, days.to.days);
        }
        for (const auto& [from, to] : ranges)
          tx.exec("DELETE FROM analytics_day WHERE day >= $1 AND day < $2", std::int64_t{from}, std::int64_t{to});
        facts::forget_marks(tx, marks.back().id);
        events::set_mark(tx, kTaken, marks.back().id);
        return true;
      },
      db::Lane::bulk);
}

bool Rollups::roll_some() {
  const Instant now = clock_.now();
  const auto counted = database_.read_now([&](db::Session& session) -> std::optional<Counted> {
    const Places places = all_places(session);
    if (ahead(session, now)) return std::nullopt;
    const auto days = next_days(session, places, now);
    if (!days) return std::nullopt;
    Counted out{*days, count(session, places, *days, now), {}, events::mark(session, kTaken)};
    for (auto day = days->from; day < days->to; day = day + 1) out.rules.push_back(rules_of(places, day));
    return out;
  });
  if (!counted) return false;
  database_.write_now([&](db::Tx& tx) { keep(tx, *counted); }, db::Lane::bulk);
  return true;
}

// Somebody who works elsewhere now: the days of his occupancy are counted again.
void Rollups::forget_moved_homes() {
  const auto moved = database_.read_now([&](db::Session& session) {
    const Places places = all_places(session);
    std::vector<std::int64_t> days;
    if (places.homes() == std::exchange(homes_, places.homes())) return days;
    session.run(
        "SELECT r.kpi, r.day, r.samples FROM analytics_rollup r JOIN analytics_day d ON d.day = r.day WHERE "
        "r.kpi = 'occupancy'",
        {}, [&](const db::Row& row) {
          if (!homes_hold(places, read_block(row.bytes(2)))) days.push_back(row.integer(1));
          return true;
        });
    return days;
  });
  if (moved.empty()) return;
  database_.write_now(
      [&](db::Tx& tx) {
        for (const auto day : moved) tx.exec("DELETE FROM analytics_day WHERE day = $1", day);
      },
      db::Lane::bulk);
}

// Counted while the clock was ahead: there is more to come, and nothing told in time marks them.
void Rollups::forget_unsettled() {
  const Instant now = clock_.now();
  const auto from = database_.read_now([&](db::Session& session) {
    return session.one<std::int64_t>("SELECT day FROM analytics_day WHERE day >= $1 ORDER BY day LIMIT 1",
                                     std::int64_t{first_unsettled(load_places(session), now).days});
  });
  if (!from) return;
  database_.write_now([&](db::Tx& tx) { tx.exec("DELETE FROM analytics_day WHERE day >= $1", *from); }, db::Lane::bulk);
}

bool Rollups::step(Marks when) {
  forget_unsettled();
  forget_moved_homes();
  const bool took = take_marks(when);
  return roll_some() || took;
}

std::int64_t Rollups::rebuild(const std::function<void(std::int64_t done, std::int64_t of)>& progress) {
  database_.write_now([](db::Tx& tx) {
    tx.exec("DELETE FROM analytics_day");
    tx.exec("DELETE FROM analytics_rollup");
  });
  const auto waiting = [&] {
    return database_.read_now([&](db::Session& session) { return days_waiting(session, clock_.now()); });
  };
  const auto all = waiting();
  for (auto left = all; step(Marks::at_once); left = waiting()) progress(all - left, all);
  return all - waiting();
}

std::int64_t days_waiting(db::Session& session, Instant now) {
  const Places places = load_places(session);
  const auto all = countable(session, places, now);
  const auto usable = usable_days(session, places, all.from, all.to, now);
  return std::count(usable.begin(), usable.end(), false);
}

namespace {

std::vector<Rollup> kept(db::Session& session, clinic::LocalDay day) {
  return session.all<Rollup>("SELECT kpi, variant, day, totals, samples FROM analytics_rollup WHERE day = $1",
                             std::int64_t{day.days});
}

std::string bytes_of(std::vector<Rollup> rollups) {
  std::sort(rollups.begin(), rollups.end(),
            [](const Rollup& a, const Rollup& b) { return std::tie(a.kpi, a.variant) < std::tie(b.kpi, b.variant); });
  std::string all;
  for (const auto& one : rollups) all += one.kpi + std::to_string(one.variant) + one.totals.data + one.samples.data;
  return all;
}

}  // namespace

std::vector<std::string> check_rollups(db::Session& session, Instant now, int days) {
  const Places places = all_places(session);
  const auto all = countable(session, places, now);
  auto usable = usable_days(session, places, all.from, all.to, now);
  std::vector<std::string> problems;
  const auto step = std::max<std::size_t>(usable.size() / static_cast<std::size_t>(days), 1);
  for (std::size_t i = usable.size(); i-- > 0;) {
    if (!usable[i] || (usable.size() - i - 1) % step != 0) continue;
    const auto day = all.from + static_cast<int>(i);
    if (bytes_of(kept(session, day)) != bytes_of(count(session, places, {day, day + 1}, now)))
      problems.push_back(to_string(day) + " is not as its facts say: auricle rebuild rollups");
  }
  return problems;
}

}  // namespace auricle::analytics
