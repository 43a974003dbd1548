// Samples → figures.
#include <algorithm>
#include <cmath>

#include "analytics/measures.h"
#include "analytics/rules.h"

namespace auricle::analytics {
namespace {

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
    case Dimension::queue:
      return id(sample.queue_id);
    case Dimension::standard:
      return id(sample.standard_id);
    case Dimension::service:
      return text(sample.service);
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
    if (*id < 0) return "\x7e";  // the bot, after all people
    const auto digits = std::to_string(*id);
    return std::string(20 - digits.size(), '0') + digits;
  }
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "\x7f";
}

void fill_duration(Figure& figure, const std::vector<const Sample*>& samples) {
  std::vector<double> seconds;
  double sum = 0;
  for (const auto* sample : samples) {
    if (!sample->ms) continue;
    seconds.push_back(static_cast<double>(*sample->ms) / 1000);
    sum += seconds.back();
  }
  figure.n = static_cast<std::int64_t>(seconds.size());
  if (seconds.empty()) return;  // null is not zero
  std::sort(seconds.begin(), seconds.end());
  figure.value = sum / static_cast<double>(seconds.size());
  figure.p50 = percentile(seconds, 0.5);
  figure.p90 = percentile(seconds, 0.9);
  figure.p99 = percentile(seconds, 0.99);
  figure.longest = seconds.back();
}

void fill_ratio(const Definition& definition, Figure& figure, const std::vector<const Sample*>& samples) {
  double part = 0, whole = 0;
  for (const auto* s : samples) {
    part += s->part.value_or(s->counted ? s->weight : 0);
    whole += s->weight;
  }
  figure.numerator = part;
  figure.denominator = whole;
  if (whole <= 0) return;
  figure.value = part / whole;
  if (!definition.interval) return;
  const auto [low, high] = wilson(part, whole);
  figure.low = low;
  figure.high = high;
}

// 100 × (promoters − detractors), kpi.md.
void fill_points(Figure& figure, const std::vector<const Sample*>& samples) {
  double promoters = 0, detractors = 0, n = 0;
  for (const auto* s : samples) {
    n += s->weight;
    if (*s->score >= 9) promoters += s->weight;
    if (*s->score <= 6) detractors += s->weight;
  }
  if (n <= 0) return;
  const double p = promoters / n, d = detractors / n;
  const double half = 100 * kNormal95 * std::sqrt((p + d - (p - d) * (p - d)) / n);
  figure.value = 100 * (p - d);
  figure.low = *figure.value - half;
  figure.high = *figure.value + half;
}

// What a later fact decides tells how many were looked at, too.
void fill_count(const Definition& definition, Figure& figure, const std::vector<const Sample*>& samples) {
  const auto counted = std::count_if(samples.begin(), samples.end(), [](const Sample* s) { return s->counted; });
  figure.value = static_cast<double>(counted);
  if (!definition.looks_ahead) return;
  figure.numerator = figure.value;
  figure.denominator = static_cast<double>(figure.n);
}

bool may_change(const Definition& definition) {
  return definition.looks_ahead || std::any_of(definition.parameters.begin(), definition.parameters.end(),
                                               [](const Parameter& p) { return p.name == "window"; });
}

Figure figure_of(const Definition& definition, const Query& query, const std::vector<const Sample*>& samples) {
  Figure figure;
  figure.key = definition.key;
  figure.version = definition.version;
  figure.n = static_cast<std::int64_t>(samples.size());
  switch (definition.unit) {
    case Unit::seconds:
      figure.clock = query.clock;
      fill_duration(figure, samples);
      break;
    case Unit::ratio:
      fill_ratio(definition, figure, samples);
      break;
    case Unit::points:
      fill_points(figure, samples);
      break;
    case Unit::count:
      fill_count(definition, figure, samples);
  }
  if (may_change(definition))
    figure.provisional = std::count_if(samples.begin(), samples.end(), [](const Sample* s) { return s->provisional; });
  return figure;
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

}  // namespace auricle::analytics
