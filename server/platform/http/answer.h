#pragma once
// For routes.cpp: answers from values, bodies into described structs, and reads that are in the audit before they
// leave.
//
//   Task<Response> show(Context& ctx) {
//     const auto found = co_await audited_read(ctx, audit::Action::read,
//                                              [&](db::Session& s) { return patients.show(ctx.viewer, s, ctx.id()); });
//     co_return json_answer(found, ctx.request);
//   }
#include "platform/audit/audit.h"
#include "platform/base/json_read.h"
#include "platform/http/http.h"

namespace auricle::http {

template <class T>
struct is_result : std::false_type {};
template <class T>
struct is_result<Result<T>> : std::true_type {};

inline Response json_text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// A value → `status` with JSON; Result<Done> → 204; a failed Result → its problem document.
template <class T>
Response json_answer(const T& value, const Request& request, int status = 200) {
  if constexpr (is_result<T>::value)
    return value ? json_answer(*value, request, status) : problem(value.error(), request);
  else if constexpr (std::is_same_v<T, Done>)
    return no_content();
  else
    return json_text(json::to_json(value), status);
}

// The body as T; every wrong field is named (platform/base/json_read.h).
template <class T>
Result<T> read_body(const Context& ctx) {
  return json::read<T>(std::string_view(ctx.request.body));
}

// What was disclosed, as audit entries: one row for the request, plus one for its patients when several were in it.
std::vector<audit::Entry> disclosure_entries(audit::Action action, const std::vector<db::Disclosed>& disclosed);
// Commits them. Throws db::Unavailable if they could not be written: then nothing may leave.
Task<Done> commit_disclosures(Context& ctx, audit::Action action, std::vector<db::Disclosed> disclosed);

enum class Pace { fast, slow };  // slow: may exceed a millisecond (search, reports): bounded pool with a deadline

// Reads, then commits what was disclosed to the audit, and only then returns. `closure(db::Session&)` returns a value
// or a Result.
template <class F>
Task<std::invoke_result_t<F, db::Session&>> audited_read(Context& ctx, audit::Action action, F closure,
                                                         Pace pace = Pace::fast) {
  using R = std::invoke_result_t<F, db::Session&>;
  auto both = [&closure](db::Session& session) {
    R value = closure(session);
    return std::pair<R, std::vector<db::Disclosed>>(std::move(value), session.disclosed());
  };
  std::optional<std::pair<R, std::vector<db::Disclosed>>> got;
  if (pace == Pace::slow)
    got.emplace(co_await ctx.database.read_slow(both));
  else
    got.emplace(co_await ctx.database.read(both));
  if (!got->second.empty()) co_await commit_disclosures(ctx, action, std::move(got->second));
  co_return std::move(got->first);
}

}  // namespace auricle::http
