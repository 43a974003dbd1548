#pragma once
// Reads the example files of golden/: facts in words, and the figures they give. They are the tests of the figures and,
// as they stand, part of docs/kpis.md. golden/README.md lists the phrases.
#include <string>
#include <vector>

#include "analytics/analytics.h"

namespace auricle::analytics {

struct Asked {
  Query query;
  std::vector<std::string> expected;  // one line per figure
  std::string heading;
};

struct Example {
  std::string title, text;
  Places places;
  Facts facts;
  std::vector<Asked> asked;
  std::map<std::int64_t, std::string> names;  // of sites and agents
};

Example read_example(const std::string& text);  // throws std::runtime_error naming the line
std::vector<std::string> lines_of(const Example& example, const Query& query);
std::vector<std::string> example_files(const std::string& folder);  // sorted paths
std::string read_text(const std::string& path);

}  // namespace auricle::analytics
