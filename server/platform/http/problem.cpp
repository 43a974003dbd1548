// RFC 9457 problem documents: what went wrong, in the language of the reader, with the request id and nothing personal.
#include "platform/base/json.h"
#include "platform/http/http.h"
#include "platform/i18n/locale.h"

namespace auricle::http {
namespace {

struct FieldProblem {
  std::string field, key, message;
};
BOOST_DESCRIBE_STRUCT(FieldProblem, (), (field, key, message))

struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status = 500;
  std::optional<std::string> detail;
  std::string key;
  std::vector<FieldProblem> fields;
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, key, fields, request_id))

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 422;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::rate_limited:
      return 429;
    case ErrorKind::unavailable:
      return 503;
  }
  return 500;
}

}  // namespace

Response problem_with_status(int status, const Error& error, const Request& request) {
  const auto language = i18n::pick_language(request.header("Accept-Language"));
  Problem problem;
  problem.status = status;
  problem.key = error.key;
  problem.title = i18n::text(language, error.key, error.params);
  problem.request_id = request.request_id;
  for (const auto& field : error.fields)
    problem.fields.push_back({field.field, field.key, i18n::text(language, field.key, error.params)});
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = json::to_json(problem);
  response.headers.push_back({"Content-Language", std::string(i18n::code(language))});
  if (error.retry_after_s > 0) response.headers.push_back({"Retry-After", std::to_string(error.retry_after_s)});
  return response;
}

Response problem(const Error& error, const Request& request) {
  const bool plain = error.key == "error.malformed_json";  // syntax, not content
  return problem_with_status(plain ? 400 : status_of(error.kind), error, request);
}

}  // namespace auricle::http
