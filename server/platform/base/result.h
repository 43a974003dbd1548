#pragma once
// Expected failures are values: `Result<T>`. A broken world (disk, database gone) is an exception caught at the HTTP
// dispatcher and the job runner; a bug is an assert.
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace auricle {

// One mapping to HTTP: invalid 422, unauthenticated 401, forbidden 403, not_found 404, conflict 409, too_large 413,
// rate_limited 429, unavailable 503.
enum class ErrorKind { invalid, unauthenticated, forbidden, not_found, conflict, too_large, rate_limited, unavailable };

struct FieldError {
  std::string field;  // snake_case path of the input field, e.g. "contact_points.0.value"
  std::string key;    // locale key, e.g. "error.phone_not_valid"
};

// `key` is a locale key (locales/*.json, "error.…"); `params` fill its placeholders and never hold patient data.
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string key;
  std::vector<FieldError> fields;
  std::map<std::string, std::string> params;
  int retry_after_s = 0;
};

template <class T>
using Result = tl::expected<T, Error>;

struct Done {};  // Result<Done>: nothing to return but that it worked

inline tl::unexpected<Error> fail(ErrorKind kind, std::string key) {
  return tl::unexpected<Error>(Error{kind, std::move(key), {}, {}, 0});
}
inline tl::unexpected<Error> fail_field(std::string field, std::string key) {
  return tl::unexpected<Error>(Error{ErrorKind::invalid, "error.invalid", {{std::move(field), std::move(key)}}, {}, 0});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace auricle
