#include <algorithm>

#include "analytics/analytics.h"
#include "analytics/rules.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
using facts::Fact;
using facts::Ledger;
using Keyed = std::map<std::string, std::vector<Sample>, std::less<>>;

struct Opening {
  CaseId case_id;
  Instant at;
  std::string topic;
};

struct Collected {
  Keyed keyed;
  std::map<facts::SubjectId, std::vector<Opening>> openings;  // of the patients, where a figure asks for other cases
};

GroupValue value_of(const Sample& sample, Dimension dimension) {
  const auto id = [](auto i) { return i ? GroupValue{i.value} : GroupValue{nullptr}; };
  const auto text = [](const std::string& t) { return t.empty() ? GroupValue{nullptr} : GroupValue{t}; };
  switch (dimension) {
    case Dimension::site:
      return id(sample.site_id);
    case Dimension::channel:
      return text(sample.channel);
    case Dimension::agent:
      return id(sample.agent_id);
    case Dimension::topic:
      return text(sample.topic);
    case Dimension::language:
      return text(sample.language);
    case Dimension::priority:
      return text(sample.priority);
    case Dimension::weekday:
      return std::int64_t{clinic::iso_weekday(sample.day)};
    case Dimension::hour:
      return std::int64_t{sample.hour};
    case Dimension::day:
      return to_string(sample.day);
  }
  return nullptr;
}

std::string sortable(const GroupValue& value) {  // unknown last
  if (const auto* id = std::get_if<std::int64_t>(&value)) {
    const auto digits = std::to_string(*id);
    return std::string(20 - digits.size(), '0') + digits;
  }
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "\x7f";
}

void fill_duration(Figure& figure, const std::vector<const Sample*>& samples) {
  if (samples.empty()) return;  // null is not zero
  std::vector<double> seconds;
  double sum = 0;
  for (const auto* sample : samples) {
    seconds.push_back(static_cast<double>(*sample->ms) / 1000);
    sum += seconds.back();
  }
  std::sort(seconds.begin(), seconds.end());
  figure.value = sum / static_cast<double>(seconds.size());
  figure.p50 = percentile(seconds, 0.5);
  figure.p90 = percentile(seconds, 0.9);
  figure.p99 = percentile(seconds, 0.99);
}

void fill_ratio(Figure& figure, const std::vector<const Sample*>& samples) {
  figure.numerator = std::count_if(samples.begin(), samples.end(), [](const Sample* s) { return s->counted; });
  figure.denominator = figure.n;
  if (figure.n) figure.value = static_cast<double>(*figure.numerator) / static_cast<double>(figure.n);
}

bool has_window(const Definition& definition) {
  return std::any_of(definition.parameters.begin(), definition.parameters.end(),
                     [](const Parameter& p) { return p.name == "window"; });
}

Figure figure_of(const Definition& definition, const Query& query, const std::vector<const Sample*>& samples) {
  Figure figure;
  figure.key = definition.key;
  figure.version = definition.version;
  figure.n = static_cast<std::int64_t>(samples.size());
  if (definition.unit == Unit::seconds) {
    figure.clock = query.clock;
    fill_duration(figure, samples);
  } else if (definition.unit == Unit::ratio) {
    fill_ratio(figure, samples);
  } else {
    figure.value = static_cast<double>(figure.n);
  }
  if (has_window(definition))
    figure.provisional = std::count_if(samples.begin(), samples.end(), [](const Sample* s) { return s->provisional; });
  return figure;
}

// The last instant of a day at a site, or `as_of` if that comes first.
Instant end_of(const Places& places, SiteId site, clinic::LocalDay day, Instant as_of) {
  return std::min(places.start_of_day(site, day + 1) - 1, as_of);
}

bool open_at(const Ledger& ledger, Instant when) {
  return std::any_of(ledger.intervals.begin(), ledger.intervals.end(),
                     [&](const auto& i) { return i.from <= when && when < i.to; });
}

bool wants(const Query& query, std::string_view key) {
  return std::find(query.keys.begin(), query.keys.end(), key) != query.keys.end();
}

bool is_series(const Query& query) {
  return std::find(query.by.begin(), query.by.end(), Dimension::day) != query.by.end();
}

// The days whose end a backlog is taken at: each day of the period, or the last one only.
std::vector<clinic::LocalDay> backlog_days(const Query& query) {
  if (query.to <= query.from) return {};
  std::vector<clinic::LocalDay> days;
  for (auto day = is_series(query) ? query.from : query.to + -1; day < query.to; day = day + 1) days.push_back(day);
  return days;
}

void measure_backlog(const Query& query, const Places& places, const std::vector<Fact>& facts,
                     std::vector<Sample>& out) {
  const auto known = facts::fold(facts, query.as_of);
  for (const auto day : backlog_days(query)) {
    std::set<Instant> instants;  // sites of joined cases may lie in different zones
    for (const auto& ledger : known) {
      if (is_series(query) && places.start_of_day(ledger.site_id, day) > query.as_of) continue;  // not yet
      const Instant end = end_of(places, ledger.site_id, day, query.as_of);
      if (open_at(ledger, end)) instants.insert(end);
    }
    for (const Instant end : instants) {
      Query at_end = query;
      at_end.as_of = end;
      for (const auto& ledger : facts::fold(facts, end))
        if (end_of(places, ledger.site_id, day, query.as_of) == end)
          measure(*find_definition("backlog"), at_end, places, ledger, [&](Sample&& s) {
            s.day = day;
            out.push_back(std::move(s));
          });
    }
  }
}

// Figures that look at cases which may lie outside the facts of the period: unresolved ones.
bool looks_at_unresolved(std::string_view key) { return key == "backlog" || key == "abandoned_inquiries"; }
bool looks_at_other_cases(std::string_view key) {
  return key == "first_contact_resolution" || key == "bot_containment";
}
bool any(const Query& query, bool (*test)(std::string_view)) {
  return std::any_of(query.keys.begin(), query.keys.end(), test);
}

void collect(const Query& query, const Places& places, const std::vector<Fact>& facts, bool unresolved,
             Collected& out) {
  const auto ledgers = facts::fold(facts, query.as_of);
  for (const auto& key : query.keys) {
    if (looks_at_unresolved(key) != unresolved || key == "backlog") continue;
    auto& samples = out.keyed[key];
    const auto emit = [&](Sample&& s) { samples.push_back(std::move(s)); };
    for (const auto& ledger : ledgers) measure(*find_definition(key), query, places, ledger, emit);
    for (const auto& fact : facts)
      if (!fact.case_id) measure_call(*find_definition(key), query, places, fact, emit);
  }
  if (unresolved || !any(query, looks_at_other_cases)) return;
  for (const auto& ledger : ledgers)
    if (ledger.subject_id)
      out.openings[ledger.subject_id].push_back({ledger.case_id, ledger.opened_at, ledger.opening_topic});
}

// Takes samples out of the numerator whose patient came with the same need again.
void settle(Collected& collected) {
  for (auto& [key, samples] : collected.keyed)
    for (auto& sample : samples) {
      if (!sample.unless || !sample.counted) continue;
      const auto found = collected.openings.find(sample.unless->subject_id);
      if (found == collected.openings.end()) continue;
      const bool again = std::any_of(found->second.begin(), found->second.end(), [&](const Opening& other) {
        return other.case_id != sample.case_id && other.topic == sample.unless->topic &&
               other.at > sample.unless->after && other.at <= sample.unless->until;
      });
      if (again) sample.counted = sample.provisional = false;
    }
}

std::vector<Figure> all_figures(const Query& query, const Keyed& keyed) {
  std::vector<Figure> figures;
  for (const auto& key : query.keys) {
    const auto found = keyed.find(key);
    const auto some =
        summarise(*find_definition(key), query, found == keyed.end() ? std::vector<Sample>{} : found->second);
    figures.insert(figures.end(), some.begin(), some.end());
  }
  return figures;
}

// Any fact that ends an interval of the period lies in it; two days more on each side cover zones and long calls.
facts::Candidates period_of(const Query& query) {
  const auto utc = [](clinic::LocalDay day) { return Instant{day.days * kDayMs}; };
  const int later = any(query, looks_at_other_cases) ? 7 : 0;
  return {utc(query.from + -2), utc(query.to + 2 + later), false};
}

facts::Candidates unresolved_in(const Query& query) {
  auto candidates = period_of(query);
  const auto days = backlog_days(query);
  if (!wants(query, "abandoned_inquiries") && !days.empty()) candidates.from = {(days.front().days - 1) * kDayMs};
  candidates.from = std::min(candidates.from, query.as_of);
  candidates.open_after = true;
  return candidates;
}

bool looks_at_facts(std::string_view key) { return !looks_at_unresolved(key); }

Keyed collect_all(db::Session& session, const Query& query) {
  const Places places = load_places(session);
  Collected collected;
  if (any(query, looks_at_facts))
    facts::for_each_group(session, period_of(query),
                          [&](std::vector<Fact>&& facts) { collect(query, places, facts, false, collected); });
  if (any(query, looks_at_unresolved))
    facts::for_each_group(session, unresolved_in(query), [&](std::vector<Fact>&& facts) {
      collect(query, places, facts, true, collected);
      if (wants(query, "backlog")) measure_backlog(query, places, facts, collected.keyed["backlog"]);
    });
  settle(collected);
  return std::move(collected.keyed);
}

constexpr std::pair<const char*, std::int64_t> kBands[] = {{"under_4_hours", kDayMs / 6},  {"under_1_day", kDayMs},
                                                           {"under_3_days", 3 * kDayMs},   {"under_7_days", 7 * kDayMs},
                                                           {"under_30_days", 30 * kDayMs}, {"over_30_days", INT64_MAX}};

const char* band_of(std::int64_t age) {
  for (const auto& [name, limit] : kBands)
    if (age < limit) return name;
  return "over_30_days";
}

}  // namespace

std::vector<Figure> summarise(const Definition& definition, const Query& query, const std::vector<Sample>& samples) {
  std::map<std::vector<std::string>, std::vector<const Sample*>> groups;
  if (query.by.empty()) groups[{}];  // one figure even when nothing happened
  for (const auto& sample : samples) {
    std::vector<std::string> key;
    for (const auto dimension : query.by) key.push_back(sortable(value_of(sample, dimension)));
    groups[key].push_back(&sample);
  }
  std::vector<Figure> figures;
  for (const auto& [key, members] : groups) {
    figures.push_back(figure_of(definition, query, members));
    if (query.by.empty()) continue;
    auto& group = figures.back().group.emplace();
    for (const auto dimension : query.by)
      group[std::string(enum_name(dimension))] = value_of(*members.front(), dimension);
  }
  return figures;
}

std::vector<Figure> figures(db::Session& session, const Query& query) {
  return all_figures(query, collect_all(session, query));
}

std::vector<Sample> samples(db::Session& session, const Query& query, std::string_view key) {
  Query one = query;
  one.keys = {std::string(key)};
  return std::move(collect_all(session, one)[one.keys.front()]);
}

std::vector<Figure> figures(const std::vector<Fact>& facts, const Places& places, const Query& query) {
  Collected collected;
  collect(query, places, facts, false, collected);
  collect(query, places, facts, true, collected);
  settle(collected);
  if (wants(query, "backlog")) measure_backlog(query, places, facts, collected.keyed["backlog"]);
  return all_figures(query, collected.keyed);
}

Backlog backlog(db::Session& session, const Query& query) {
  const Places places = load_places(session);
  Backlog result;
  result.as_of = query.as_of;
  std::map<std::pair<int, std::string>, std::int64_t> counts;
  facts::for_each_group(session, {query.as_of, query.as_of, true}, [&](std::vector<Fact>&& facts) {
    for (const auto& ledger : facts::fold(std::move(facts), query.as_of))
      measure(*find_definition("backlog"), query, places, ledger, [&](Sample&&) {
        ++result.n;
        ++counts[{static_cast<int>(ledger.intervals.back().owner), band_of(query.as_of - ledger.opened_at)}];
      });
  });
  for (const auto owner : {facts::Owner::clinic, facts::Owner::patient, facts::Owner::third_party})
    for (const auto& [band, limit] : kBands)
      result.bands.push_back({owner, band, counts[{static_cast<int>(owner), band}]});
  return result;
}

}  // namespace auricle::analytics
