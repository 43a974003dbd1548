#pragma once
// Files that are part of the program (server/cmake/embed.cmake).
#include <string_view>
#include <vector>

namespace auricle::embedded {

struct File {
  std::string_view path;  // relative to its folder: "en/errors.json"
  std::string_view content;
};
const std::vector<File>& locales();     // locales/*/*.json
const std::vector<File>& api();         // "openapi.json"
const std::vector<File>& api_docs();    // the page that shows it
const std::vector<File>& migrations();  // "0006_patients.sql", "0006_patients.registry.tsv"; sorted

}  // namespace auricle::embedded
