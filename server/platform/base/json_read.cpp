#include "platform/base/json_read.h"

namespace auricle::json {

Result<boost::json::value> parse(std::string_view text) {
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error) return fail(ErrorKind::invalid, "error.malformed_json");
  return value;
}

void Reader::read_instant(const boost::json::value& value, Instant& out) {
  const auto* text = value.if_string();
  if (!text) return refuse("error.wrong_type");
  if (const auto instant = parse_rfc3339(std::string_view(text->data(), text->size())))
    out = *instant;
  else
    refuse("error.not_an_instant");
}

void Reader::read_text(const boost::json::value& value, std::string& out) {
  const auto* text = value.if_string();
  if (!text) return refuse("error.wrong_type");
  out.assign(text->data(), text->size());
}

}  // namespace auricle::json
