// All figures, in the order of the documentation and the screens. A new one is an entry with its measure in the file
// of its family, an example in golden/, and its name and definition in locales/*/figures.json.
#include "analytics/measures.h"

namespace auricle::analytics {

const std::vector<Definition>& registry() {
  static const std::vector<Definition> all = [] {
    std::vector<Definition> list;
    for (auto family :
         {case_definitions(), call_definitions(), survey_definitions(), appointment_definitions(), team_definitions()})
      list.insert(list.end(), family.begin(), family.end());
    return list;
  }();
  return all;
}

const Definition* find_definition(std::string_view key) {
  for (const auto& definition : registry())
    if (definition.key == key) return &definition;
  return nullptr;
}

}  // namespace auricle::analytics
