#pragma once
// Inside this module: the segments a stay belongs to, as one number each: site, channel, topic, language, weekday and
// hour of the week, alone and in pairs; and a channel of something at a time (calls in French, Monday at nine).
#include <map>
#include <unordered_map>

#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {

using Code = std::uint64_t;

class Segments {
 public:
  // What all stays have in common tells nothing and makes no segment. Hours are those of the clinic's own work: when it
  // is the patient's turn nobody is to be at the desk.
  explicit Segments(const std::vector<const Stay*>& stays);
  const std::vector<Code>& of(const Stay& stay);  // until called again
  Segment named(Code code) const;
  static bool of_hour(Code code);
  static int dimensions(Code code);
  static std::optional<Code> next_hour(Code code, int by);  // the same segment an hour later or earlier in the day

 private:
  int number(int dimension, const std::string& value) const;
  std::vector<std::string> values_[4];  // site, channel, topic, language; sorted
  bool weekdays_ = false, hours_ = false;
  std::vector<Code> codes_;
};

}  // namespace auricle::bottlenecks
