#pragma once
// Histories in words (golden/*.txt) → facts → stays; and findings → words. golden/README.md lists the phrases.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {

struct History {
  std::string title;
  analytics::Places places;
  std::vector<facts::Fact> facts;
  std::vector<std::string> expected;  // findings, else "nothing"
  std::vector<std::string> change;    // against the days before, where asked for
  std::optional<LocalDay> week;       // the first day of the seven that are compared
  std::map<std::int64_t, std::string> sites;
};
History read_history(const std::string& text);  // throws std::runtime_error naming the line
std::vector<Stay> stays_of(const History& history);
// Of cases resolved, and calls offered, in [from, to).
std::vector<Stay> stays_between(const History& history, LocalDay from, LocalDay to);
std::vector<std::string> lines_of(const History& history, const Report& report);
std::vector<std::string> lines_of(const History& history, const Change& change);

}  // namespace auricle::bottlenecks
