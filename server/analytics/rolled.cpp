// Figures of past days from their roll-ups; days that are not settled, or that facts have touched since, from the
// facts.
#include <algorithm>

#include "analytics/collect.h"
#include "analytics/summary.h"
#include "platform/base/json.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kExact = 50'000;  // values up to which percentiles are exact
constexpr int kMarks = 5'000;            // more: an import is under way, the facts answer
constexpr int kNear = 4;                 // days between two that are scanned which are scanned with them

Instant within_reason(Instant at) {  // of the calendar
  constexpr Instant kYear1900{-2'208'988'800'000}, kYear2200{7'258'118'400'000};
  return std::clamp(at, kYear1900, kYear2200);
}

bool default_parameters(const Definition& definition, const Query& query) {
  return std::all_of(definition.parameters.begin(), definition.parameters.end(), [&](const Parameter& parameter) {
    const auto asked = query.parameters.find(parameter.name);
    return !parameter.settable || asked == query.parameters.end() || asked->second == parameter.default_;
  });
}

bool rolls(const Definition& definition, const Query& query) {
  if (definition.rows == Rows::person_days && asks_for(query, Dimension::hour)) return false;
  return default_parameters(definition, query);
}

// Asks for nothing but the site and the day.
bool by_totals(const Query& query) {
  const bool filtered =
      query.channel || query.topic || query.language || query.priority || query.agent || query.queue || query.service;
  return !filtered && std::all_of(query.by.begin(), query.by.end(), [](Dimension d) {
    return d == Dimension::site || d == Dimension::day || d == Dimension::weekday;
  });
}

std::vector<Days> runs(const std::vector<bool>& usable, clinic::LocalDay from, bool wanted) {
  std::vector<Days> found;
  for (std::size_t i = 0; i < usable.size(); ++i) {
    if (usable[i] != wanted) continue;
    const auto day = from + static_cast<int>(i);
    if (found.empty() || found.back().to != day) found.push_back({day, day});
    found.back().to = day + 1;
  }
  return found;
}

// What lies between two days to be scanned is read with them anyway.
void join_near(std::vector<bool>& usable) {
  std::size_t last = usable.size();
  for (std::size_t i = 0; i < usable.size(); ++i) {
    if (usable[i]) continue;
    if (last < i && i - last <= kNear) std::fill(usable.begin() + last, usable.begin() + i, false);
    last = i;
  }
}

class Rolled {
 public:
  Rolled(db::Session& session, const Places& places, const Query& query)
      : session_(session), places_(places), query_(query) {
    for (const auto& key : query.keys) summaries_.emplace_back(*find_definition(key), query);
  }

  std::vector<Figure> run() {
    auto usable = usable_days(session_, places_, query_.from, query_.to, query_.as_of);
    forget_moved(usable);
    join_near(usable);
    std::vector<std::string> scanned;
    for (std::size_t i = 0; i < query_.keys.size(); ++i) {
      const auto& definition = *find_definition(query_.keys[i]);
      if (rolls(definition, query_))
        add_days(definition, usable, summaries_[i]);
      else
        scanned.push_back(definition.key);
    }
    if (!scanned.empty()) scan(scanned, {query_.from, query_.to});
    std::erase_if(rolled_, [&](const std::string& key) {
      return std::find(scanned.begin(), scanned.end(), key) != scanned.end();
    });
    for (const auto& days : runs(usable, query_.from, false)) scan(keys_for(days), days);
    std::vector<Figure> figures;
    for (auto& summary : summaries_)
      for (auto& figure : summary.figures()) figures.push_back(std::move(figure));
    return figures;
  }

 private:
  // A backlog that is no series is that of the last day.
  bool only_last(std::string_view key) const { return key == "backlog" && !asks_for(query_, Dimension::day); }
  std::vector<std::string> keys_for(const Days& days) const {
    std::vector<std::string> keys;
    for (const auto& key : rolled_)
      if (days.to == query_.to || !only_last(key)) keys.push_back(key);
    return keys;
  }
  void scan(const std::vector<std::string>& keys, const Days& days) {
    if (keys.empty()) return;
    Query part = query_;
    part.keys = keys;
    part.from = days.from;
    part.to = days.to;
    const auto found = collect_all(session_, places_, part);
    for (std::size_t i = 0; i < query_.keys.size(); ++i) {
      const auto of_key = found.find(query_.keys[i]);
      if (of_key == found.end()) continue;
      for (const auto& sample : of_key->second) summaries_[i].add(sample);
    }
  }

  void add_days(const Definition& definition, const std::vector<bool>& usable, Summary& summary) {
    rolled_.push_back(definition.key);
    if (usable.empty() || std::find(usable.begin(), usable.end(), true) == usable.end()) return;
    auto from = query_.from;
    if (only_last(definition.key)) from = query_.to + -1;
    if (by_totals(query_) && definition.rows != Rows::person_days)
      add_totals(definition, from, usable, summary);
    else
      add_samples(definition, from, usable, summary);
  }
  template <class Visit>
  void each(const char* column, const Definition& definition, clinic::LocalDay from, const std::vector<bool>& usable,
            const Visit& visit) {
    session_.run(std::string("SELECT day, ") + column +
                     " FROM analytics_rollup WHERE kpi = $1 AND variant = $2 AND day >= $3 AND day < $4 ORDER BY day",
                 {std::string_view(definition.key), std::int64_t{variant_of(definition, query_)},
                  std::int64_t{from.days}, std::int64_t{query_.to.days}},
                 [&](const db::Row& row) {
                   const clinic::LocalDay day{static_cast<std::int32_t>(row.integer(0))};
                   if (usable[static_cast<std::size_t>(day - query_.from)]) visit(day, row.bytes(1));
                   return true;
                 });
  }
  void add_samples(const Definition& definition, clinic::LocalDay from, const std::vector<bool>& usable,
                   Summary& summary) {
    each("samples", definition, from, usable,
         [&](clinic::LocalDay day, std::string_view bytes) { summary.add(read_block(bytes), day); });
  }
  // Sums where they tell all: days on which nothing can change any more, and percentiles of very many values.
  void add_totals(const Definition& definition, clinic::LocalDay from, const std::vector<bool>& usable,
                  Summary& summary) {
    std::vector<std::pair<clinic::LocalDay, Totals>> days;
    std::vector<bool> open(usable.size(), false);
    std::int64_t values = 0;
    each("totals", definition, from, usable, [&](clinic::LocalDay day, std::string_view bytes) {
      auto totals = read_totals(bytes);
      for (const auto& site : totals.sites) values += site.sums.timed;
      if (query_.as_of < totals.settles)
        open[static_cast<std::size_t>(day - query_.from)] = true;
      else
        days.emplace_back(day, std::move(totals));
    });
    if (definition.unit == Unit::seconds && values <= kExact) return add_samples(definition, from, usable, summary);
    for (const auto& [day, totals] : days) summary.add(totals, day);
    if (std::find(open.begin(), open.end(), true) != open.end()) add_samples(definition, from, open, summary);
  }

  // Somebody who works elsewhere now: that day's occupancy belongs to another site.
  void forget_moved(std::vector<bool>& usable) {
    for (const auto& key : query_.keys)
      if (const auto& definition = *find_definition(key); definition.rows == Rows::person_days)
        each("samples", definition, query_.from, usable, [&](clinic::LocalDay day, std::string_view bytes) {
          if (!homes_hold(places_, read_block(bytes))) usable[static_cast<std::size_t>(day - query_.from)] = false;
        });
  }

  db::Session& session_;
  const Places& places_;
  const Query& query_;
  std::vector<Summary> summaries_;
  std::vector<std::string> rolled_;
};

}  // namespace

std::vector<Figure> rolled_figures(db::Session& session, const Places& places, const Query& query) {
  return Rolled(session, places, query).run();
}

Days days_of(const Places& places, Instant from, Instant to) {
  auto sites = places.sites();
  if (sites.empty()) sites.push_back({});
  Days days{{INT32_MAX}, {INT32_MIN}};
  for (const auto site : sites) {
    days.from = std::min(days.from, places.local_day(site, within_reason(from)));
    days.to = std::max(days.to, places.local_day(site, within_reason(to)) + 1);
  }
  return days;
}

clinic::LocalDay first_unsettled(const Places& places, Instant now) {
  return days_of(places, now - facts::kSettledMs, now - facts::kSettledMs).from;
}

bool homes_hold(const Places& places, const Block& block) {
  const auto& person = block.column(Dimension::agent);
  const auto& site = block.column(Dimension::site);
  for (std::size_t row = 0; row < block.rows; ++row) {
    const auto* who = std::get_if<std::int64_t>(&person.values[static_cast<std::size_t>(person.index[row])]);
    const auto& where = site.values[static_cast<std::size_t>(site.index[row])];
    const auto home = places.home_of(UserId{who ? *who : 0});
    if (where != (home ? GroupValue{home.value} : GroupValue{nullptr})) return false;
  }
  return true;
}

std::int64_t rules_of(const Places& places, clinic::LocalDay day) {
  static const std::uint64_t definitions = [] {
    std::uint64_t all = kRollupFormat;
    for (const auto& definition : registry()) all = all * 31 + std::hash<std::string>{}(json::to_json(definition));
    return all;
  }();
  return static_cast<std::int64_t>(places.fingerprint(day) ^ definitions);
}

std::vector<bool> usable_days(db::Session& session, const Places& places, clinic::LocalDay from, clinic::LocalDay to,
                              Instant now) {
  std::vector<bool> usable(static_cast<std::size_t>(std::max(to - from, 0)), false);
  const auto latest = facts::latest_fact(session);
  if (usable.empty() || (latest && *latest > now)) return usable;  // a clock was set back, or facts are ahead
  const auto marks = facts::marks(session, kMarks + 1);
  if (marks.size() > kMarks) return usable;
  const auto unsettled = first_unsettled(places, now);
  session.run("SELECT day, rules FROM analytics_day WHERE day >= $1 AND day < $2",
              {std::int64_t{from.days}, std::int64_t{to.days}}, [&](const db::Row& row) {
                const clinic::LocalDay day{static_cast<std::int32_t>(row.integer(0))};
                usable[static_cast<std::size_t>(day - from)] =
                    day < unsettled && row.integer(1) == rules_of(places, day);
                return true;
              });
  for (const auto& mark : marks) {
    const auto days = days_of(places, mark.from_at, mark.to_at);
    for (auto day = std::max(days.from, from); day < std::min(days.to, to); day = day + 1)
      usable[static_cast<std::size_t>(day - from)] = false;
  }
  return usable;
}

}  // namespace auricle::analytics
