// Samples and roll-ups → figures.
#include "analytics/summary.h"

#include <algorithm>
#include <cmath>

#include "analytics/rules.h"

namespace auricle::analytics {

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

namespace {

std::string sortable(const GroupValue& value) {  // unknown last
  if (const auto* id = std::get_if<std::int64_t>(&value)) {
    if (*id < 0) return "\x7e";  // the bot, after all people
    const auto digits = std::to_string(*id);
    return std::string(20 - digits.size(), '0') + digits;
  }
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "\x7f";
}

// R's type 7 of whole milliseconds, without sorting them all.
double percentile_of(std::vector<std::int64_t>& values, double p) {
  const double rank = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::ptrdiff_t>(std::floor(rank));
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const auto low = static_cast<double>(values[static_cast<std::size_t>(below)]);
  if (below + 1 >= static_cast<std::ptrdiff_t>(values.size())) return low / 1000;
  const auto high = static_cast<double>(*std::min_element(values.begin() + below + 1, values.end()));
  return (low + (rank - static_cast<double>(below)) * (high - low)) / 1000;
}

void fill_duration(Figure& figure, const Sums& sums) {
  figure.n = sums.timed;
  if (sums.timed == 0) return;  // null is not zero
  figure.value = static_cast<double>(sums.ms) / 1000 / static_cast<double>(sums.timed);
  figure.longest = static_cast<double>(sums.longest) / 1000;
}

void fill_ratio(const Definition& definition, Figure& figure, const Sums& sums) {
  figure.numerator = sums.part;
  figure.denominator = sums.whole;
  if (sums.whole <= 0) return;
  figure.value = sums.part / sums.whole;
  if (!definition.interval) return;
  const auto [low, high] = wilson(sums.part, sums.whole);
  figure.low = low;
  figure.high = high;
}

// 100 × (promoters − detractors), kpi.md.
void fill_points(Figure& figure, const Sums& sums) {
  if (sums.whole <= 0) return;
  const double n = sums.whole, p = sums.promoters / n, d = sums.detractors / n;
  const double half = 100 * kNormal95 * std::sqrt((p + d - (p - d) * (p - d)) / n);
  figure.value = 100 * (p - d);
  figure.low = *figure.value - half;
  figure.high = *figure.value + half;
}

// What a later fact decides tells how many were looked at, too.
void fill_count(const Definition& definition, Figure& figure, const Sums& sums) {
  figure.value = static_cast<double>(sums.counted);
  if (!definition.looks_ahead) return;
  figure.numerator = figure.value;
  figure.denominator = static_cast<double>(figure.n);
}

bool may_change(const Definition& definition) {
  return definition.looks_ahead || std::any_of(definition.parameters.begin(), definition.parameters.end(),
                                               [](const Parameter& p) { return p.name == "window"; });
}

bool allows(const Query& query, Dimension dimension, const GroupValue& value) {
  const auto id = [&](const auto& wanted) {
    if (!wanted) return true;
    return wanted->value ? value == GroupValue{wanted->value} : std::holds_alternative<std::nullptr_t>(value);
  };
  const auto word = [&](const auto& wanted) {
    if (!wanted) return true;
    return wanted->empty() ? std::holds_alternative<std::nullptr_t>(value) : value == GroupValue{*wanted};
  };
  switch (dimension) {
    case Dimension::site: {
      const auto* site = std::get_if<std::int64_t>(&value);
      return id(query.site) && (query.all_sites || query.sites.contains(SiteId{site ? *site : 0}));
    }
    case Dimension::channel:
      return word(query.channel);
    case Dimension::agent:
      return id(query.agent);
    case Dimension::topic:
      return word(query.topic);
    case Dimension::language:
      return word(query.language);
    case Dimension::priority:
      return word(query.priority);
    case Dimension::queue:
      return id(query.queue);
    case Dimension::service:
      return word(query.service);
    default:
      return true;
  }
}

}  // namespace

void Summary::Group::add(const Amount& amount, bool provisional_now) {
  sums.add(amount);
  if (amount.ms) ms.push_back(*amount.ms);
  provisional += provisional_now;
}

Summary::Summary(const Definition& definition, const Query& query) : definition_(definition), query_(query) {
  if (query.by.empty()) groups_[{}];  // one figure even when nothing happened
}

Summary::Group& Summary::group(std::vector<GroupValue> values) {
  std::vector<std::string> key;
  for (const auto& value : values) key.push_back(sortable(value));
  auto [it, added] = groups_.try_emplace(std::move(key));
  if (added) it->second.values = std::move(values);
  return it->second;
}

void Summary::add(const Sample& sample) {
  std::vector<GroupValue> values;
  for (const auto dimension : query_.by) values.push_back(value_of(sample, dimension));
  group(std::move(values)).add(amount_of(sample), sample.provisional);
}

// What is asked of the day itself is the same for all its samples.
GroupValue Summary::of_day(Dimension dimension, clinic::LocalDay day) {
  if (dimension == Dimension::weekday) return std::int64_t{clinic::iso_weekday(day)};
  return to_string(day);
}

namespace {
bool of_day(Dimension dimension) { return dimension == Dimension::day || dimension == Dimension::weekday; }
}  // namespace

// Which rows of a block the filters leave.
class Summary::Rows {
 public:
  Rows(const Query& query, const Block& block) {
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
      const auto& column = block.columns[c];
      std::vector<char> allowed;
      for (const auto& value : column.values) allowed.push_back(allows(query, kColumns[c], value));
      if (std::all_of(allowed.begin(), allowed.end(), [](char yes) { return yes; })) continue;
      tests_.push_back({&column.index, std::move(allowed)});
    }
  }
  bool take(std::size_t row) const {
    return std::all_of(tests_.begin(), tests_.end(),
                       [&](const Test& test) { return test.allowed[static_cast<std::size_t>((*test.index)[row])]; });
  }

 private:
  struct Test {
    const Numbers* index;
    std::vector<char> allowed;
  };
  std::vector<Test> tests_;
};

// The group of a row, looked up once for each combination of values.
class Summary::Groups {
 public:
  Groups(Summary& summary, const Block& block, clinic::LocalDay day) : summary_(summary), block_(block), day_(day) {
    for (const auto dimension : summary.query_.by)
      if (!analytics::of_day(dimension)) columns_.push_back(&block.column(dimension));
    for (const auto* column : columns_) combinations_ *= column->values.size();
    found_.resize(std::min<std::size_t>(combinations_, kKept));
  }
  Group& of(std::size_t row) {
    std::size_t index = 0;
    for (const auto* column : columns_)
      index = index * column->values.size() + static_cast<std::size_t>(column->index[row]);
    if (index >= found_.size()) return look(row);
    auto*& group = found_[index];
    if (!group) group = &look(row);
    return *group;
  }

 private:
  static constexpr std::size_t kKept = 65536;
  Group& look(std::size_t row) {
    std::vector<GroupValue> values;
    std::size_t next = 0;
    for (const auto dimension : summary_.query_.by) {
      if (analytics::of_day(dimension)) {
        values.push_back(Summary::of_day(dimension, day_));
        continue;
      }
      const auto& column = *columns_[next++];
      values.push_back(column.values[static_cast<std::size_t>(column.index[row])]);
    }
    return summary_.group(std::move(values));
  }
  Summary& summary_;
  const Block& block_;
  clinic::LocalDay day_;
  std::vector<const Block::Column*> columns_;
  std::size_t combinations_ = 1;
  std::vector<Group*> found_;
};

void Summary::add(const Block& block, clinic::LocalDay day) {
  const Rows rows(query_, block);
  Groups groups(*this, block, day);
  for (std::size_t row = 0; row < block.rows; ++row) {
    if (!rows.take(row)) continue;
    const auto amount = block.amount(row);
    groups.of(row).add(amount, query_.as_of < amount.settles);
  }
}

void Summary::add(const Totals& totals, clinic::LocalDay day) {
  for (const auto& site : totals.sites) {
    const GroupValue id = site.site_id ? GroupValue{site.site_id.value} : GroupValue{nullptr};
    if (!allows(query_, Dimension::site, id)) continue;
    std::vector<GroupValue> values;
    for (const auto dimension : query_.by) values.push_back(dimension == Dimension::site ? id : of_day(dimension, day));
    auto& to = group(std::move(values));
    to.sums.add(site.sums);
    to.sketch.add(site.sketch);
  }
}

void Summary::fill_percentiles(Figure& figure, Group& group) {
  if (group.sums.timed == 0) return;
  if (group.sketch.n() > 0) {
    for (const auto ms : group.ms) group.sketch.add(ms);
    const auto within = [&](double p) {
      return std::clamp(group.sketch.seconds(p), static_cast<double>(group.sums.shortest) / 1000, *figure.longest);
    };
    figure.p50 = within(0.5);
    figure.p90 = within(0.9);
    figure.p99 = within(0.99);
    return;
  }
  figure.p50 = percentile_of(group.ms, 0.5);
  figure.p90 = percentile_of(group.ms, 0.9);
  figure.p99 = percentile_of(group.ms, 0.99);
}

Figure Summary::figure_of(Group& group) {
  Figure figure;
  figure.key = definition_.key;
  figure.version = definition_.version;
  figure.n = group.sums.n;
  switch (definition_.unit) {
    case Unit::seconds:
      figure.clock = query_.clock;
      fill_duration(figure, group.sums);
      fill_percentiles(figure, group);
      break;
    case Unit::ratio:
      fill_ratio(definition_, figure, group.sums);
      break;
    case Unit::points:
      fill_points(figure, group.sums);
      break;
    case Unit::count:
      fill_count(definition_, figure, group.sums);
  }
  if (may_change(definition_)) figure.provisional = group.provisional;
  return figure;
}

std::vector<Figure> Summary::figures() {
  std::vector<Figure> figures;
  for (auto& [key, group] : groups_) {
    figures.push_back(figure_of(group));
    if (query_.by.empty()) continue;
    auto& of = figures.back().group.emplace();
    for (std::size_t i = 0; i < query_.by.size(); ++i) of[std::string(enum_name(query_.by[i]))] = group.values[i];
  }
  return figures;
}

std::vector<Figure> summarise(const Definition& definition, const Query& query, const std::vector<Sample>& samples) {
  Summary summary(definition, query);
  for (const auto& sample : samples) summary.add(sample);
  return summary.figures();
}

}  // namespace auricle::analytics
