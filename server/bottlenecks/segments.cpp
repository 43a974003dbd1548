#include "bottlenecks/segments.h"

#include <algorithm>
#include <bit>
#include <set>

namespace auricle::bottlenecks {
namespace {

// Twelve bits for each of site, channel, topic and language, four for the weekday, five for the hour; 0: any.
constexpr int kBits = 12, kWeekday = 48, kHour = 52;
constexpr int kChannel = 1;
constexpr int kMostValues = (1 << kBits) - 1;

std::string text_of(const Stay& stay, int dimension) {
  switch (dimension) {
    case 0:
      return stay.site_id ? std::to_string(stay.site_id.value) : "";
    case 1:
      return stay.channel;
    case 2:
      return stay.topic;
    default:
      return stay.language;
  }
}
Code part(Code code, int from, int bits) { return (code >> from) & ((Code{1} << bits) - 1); }

}  // namespace

Segments::Segments(const std::vector<const Stay*>& stays) {
  std::set<std::string> found[4];
  std::set<int> weekdays, hours;
  for (const auto* stay : stays) {
    for (int d = 0; d < 4; ++d) found[d].insert(text_of(*stay, d));
    if (stay->stage == Stage::patient || stay->stage == Stage::third_party) continue;
    weekdays.insert(stay->weekday);
    hours.insert(stay->hour);
  }
  for (int d = 0; d < 4; ++d)
    if (found[d].size() > 1) values_[d].assign(found[d].begin(), found[d].end());
  weekdays_ = weekdays.size() > 1;
  hours_ = hours.size() > 1;
}

int Segments::number(int dimension, const std::string& value) const {
  const auto& all = values_[dimension];
  if (all.empty() || value.empty()) return 0;  // what is not known is nothing to act on
  const auto place = std::lower_bound(all.begin(), all.end(), value) - all.begin() + 1;
  return place <= kMostValues ? static_cast<int>(place) : 0;
}

const std::vector<Code>& Segments::of(const Stay& stay) {
  std::vector<Code> attributes, times;
  Code channel = 0;
  for (int d = 0; d < 4; ++d)
    if (const int n = number(d, text_of(stay, d))) {
      attributes.push_back(static_cast<Code>(n) << (d * kBits));
      if (d == kChannel) channel = attributes.back();
    }
  const Code weekday = static_cast<Code>(stay.weekday + 1) << kWeekday;
  if (weekdays_) times.push_back(weekday);
  if (hours_) times.push_back(weekday | static_cast<Code>(stay.hour + 1) << kHour);
  codes_ = attributes;
  codes_.insert(codes_.end(), times.begin(), times.end());
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    for (std::size_t k = i + 1; k < attributes.size(); ++k) codes_.push_back(attributes[i] | attributes[k]);
    for (const auto time : times) {
      codes_.push_back(attributes[i] | time);
      if (channel && attributes[i] != channel) codes_.push_back(attributes[i] | channel | time);
    }
  }
  return codes_;
}

Segment Segments::named(Code code) const {
  Segment segment;
  const auto value = [&](int d) -> std::optional<std::string> {
    const auto n = part(code, d * kBits, kBits);
    return n ? std::optional(values_[d][n - 1]) : std::nullopt;
  };
  if (const auto site = value(0)) segment.site_id = {std::stoll(*site)};
  segment.channel = value(1);
  segment.topic = value(2);
  segment.language = value(3);
  if (const auto weekday = part(code, kWeekday, 4)) segment.weekday = static_cast<int>(weekday) - 1;
  if (const auto hour = part(code, kHour, 5)) {
    segment.hour_from = static_cast<int>(hour) - 1;
    segment.hour_to = static_cast<int>(hour);
  }
  return segment;
}

bool Segments::of_hour(Code code) { return part(code, kHour, 5) != 0; }

int Segments::dimensions(Code code) {
  int n = part(code, kWeekday, 4) != 0 ? 1 + of_hour(code) : 0;
  for (int d = 0; d < 4; ++d) n += part(code, d * kBits, kBits) != 0;
  return n;
}

std::optional<Code> Segments::next_hour(Code code, int by) {
  const int hour = static_cast<int>(part(code, kHour, 5)) + by;
  if (hour < 1 || hour > 24) return std::nullopt;
  return (code & ~(Code{31} << kHour)) | static_cast<Code>(hour) << kHour;
}

}  // namespace auricle::bottlenecks
