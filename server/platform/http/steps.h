#pragma once
// The three shapes nearly every route has, for routes.cpp. `call` is a lambda that captures by reference.
//
//   router.add(Method::post, "/api/patients", "create_patient", Access::needs(Permission::patients_write),
//              [&](Context& ctx) { return write_body<NewPatient>(ctx, [&](db::Tx& tx, const NewPatient& body) {
//                return patients.create(ctx.viewer, tx, body); }, 201); });
#include "platform/http/answer.h"

namespace auricle::http {

template <class B, class F>
Task<Response> write_body(Context& ctx, F call, int status = 200) {
  const auto body = read_body<B>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  auto closure = [&](db::Tx& tx) { return call(tx, *body); };
  const auto result = co_await ctx.database.write(closure);
  co_return json_answer(result, ctx.request, status);
}

template <class F>
Task<Response> write_only(Context& ctx, F call, int status = 200) {
  auto closure = [&](db::Tx& tx) { return call(tx); };
  const auto result = co_await ctx.database.write(closure);
  co_return json_answer(result, ctx.request, status);
}

template <class F>
Task<Response> read_only(Context& ctx, F call, audit::Action action = audit::Action::read, Pace pace = Pace::fast) {
  auto closure = [&](db::Session& session) { return call(session); };
  const auto result = co_await audited_read(ctx, action, closure, pace);
  co_return json_answer(result, ctx.request);
}

template <class B, class F>
Task<Response> read_body_only(Context& ctx, F call, audit::Action action = audit::Action::read,
                              Pace pace = Pace::fast) {
  const auto body = read_body<B>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  auto closure = [&](db::Session& session) { return call(session, *body); };
  const auto result = co_await audited_read(ctx, action, closure, pace);
  co_return json_answer(result, ctx.request);
}

// ?limit=… within 1…most.
inline int limit_of(const Context& ctx, int usual, int most) {
  const auto found = ctx.request.query.find("limit");
  if (found == ctx.request.query.end()) return usual;
  const int value = std::atoi(found->second.c_str());
  return value < 1 ? 1 : value > most ? most : value;
}

inline std::string query_of(const Context& ctx, const std::string& name) {
  const auto found = ctx.request.query.find(name);
  return found == ctx.request.query.end() ? "" : found->second;
}

}  // namespace auricle::http
