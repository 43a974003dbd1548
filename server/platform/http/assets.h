#pragma once
// The web pages, from a folder: hashed files for ever, index.html asked again each time, .br and .gz beside a file when
// the browser takes them, and index.html for every page address the router in the browser knows.
#include <filesystem>
#include <string>

#include "platform/http/http.h"

namespace auricle::http {

class Assets {
 public:
  explicit Assets(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Answers GET of anything that is not /api, /health or /metrics.
  Response answer(const Request& request) const;

 private:
  std::filesystem::path folder_;
};

bool is_page_address(std::string_view path);  // not /api/…, /health/…, /metrics

}  // namespace auricle::http
