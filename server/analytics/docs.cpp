#include "analytics/example.h"

namespace auricle::analytics {
namespace {

std::string amount(const Parameter& parameter) {
  const auto seconds = parameter.default_;
  const std::string business = parameter.unit == "business_seconds" ? "business " : "";
  if (seconds % 86400 == 0) return std::to_string(seconds / 86400) + " " + business + "days";
  if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + " " + business + "hours";
  if (seconds % 60 == 0) return std::to_string(seconds / 60) + " " + business + "minutes";
  return std::to_string(seconds) + " " + business + "seconds";
}

std::string parameters_of(const Definition& definition) {
  std::string text;
  for (const auto& p : definition.parameters) text += (text.empty() ? "" : ", ") + p.name + " " + amount(p);
  return text.empty() ? "–" : text;
}

std::string title_of(Family group) {
  std::string name(enum_name(group));
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

std::string tables() {
  std::string text;
  std::optional<Family> group;
  for (const auto& d : registry()) {
    if (group != d.group)
      text += "\n## " + title_of(d.group) +
              "\n| key | version | unit | definition | not counted | parameters |\n|---|---|---|---|---|---|\n";
    group = d.group;
    text += "| `" + d.key + "` | " + std::to_string(d.version) + " | " + std::string(enum_name(d.unit)) + " | " +
            d.formula + " | " + (d.excluded.empty() ? "–" : d.excluded) + " | " + parameters_of(d) + " |\n";
  }
  return text;
}

constexpr const char* kIntroduction = R"(# Figures

Made by `auricle docs kpis` from the registry (`server/analytics/registry.cpp`) and the example files
(`server/analytics/golden`), which are also the tests. Do not edit by hand.

How to read a figure:
- A duration counts on the local day of the site on which it ended; a count on the day the thing happened.
- By person, an answer belongs to who gave it, other time to who held the case. By channel and site, the contact that began
  the wait decides; for cases and their resolution, the first contact.
- `elapsed` counts every second; `business` counts opening hours only. Without a calendar there is no business value.
- Percentiles are exact (linear interpolation, R's type 7). "Within" includes equality.
- A figure marked provisional may still change, by at most the number of cases given.
- The backlog is taken at the end of the last day, or at the instant given if that comes first.

)";

}  // namespace

std::string kpi_documentation(const std::string& folder) {
  std::string text = kIntroduction + tables() + "\n# Examples\n";
  for (const auto& path : example_files(folder)) {
    const auto example = read_text(path);
    const auto end = example.find('\n');
    auto body = example.substr(end + 1);
    body.erase(0, body.find_first_not_of('\n'));
    text += "\n## " + example.substr(0, end) + "\n```\n" + body + "```\n";
  }
  return text;
}

}  // namespace auricle::analytics
