#include "conversations/routes.h"

#include "platform/http/steps.h"

namespace auricle::conversations {
namespace {

using namespace http;

const auto kRead = Access::needs(Permission::cases_read);
const auto kWrite = Access::needs(Permission::cases_write);
const auto kSend = Access::needs(Permission::messages_send);

CaseId case_id(const Context& ctx) { return {ctx.id()}; }
MessageId message_id(const Context& ctx) { return {ctx.id()}; }
std::int64_t number_of(const Context& ctx, const std::string& name) { return std::atoll(query_of(ctx, name).c_str()); }

Result<CaseQuery> case_query(const Context& ctx) {
  CaseQuery query;
  const auto view = query_of(ctx, "view");
  if (!view.empty()) {
    const auto known = enum_parse<CaseView>(view);
    if (!known) return fail_field("view", "error.unknown_value");
    query.view = *known;
  }
  query.channel = query_of(ctx, "channel");
  const auto word = [&](const char* name) {
    auto text = query_of(ctx, name);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  };
  query.filter = {word("state"),    word("assignee"),  {}, {}, word("topic"), word("priority"),
                  word("language"), word("waiting_on")};
  query.saved_view = number_of(ctx, "saved_view_id");
  query.site = {number_of(ctx, "site_id")};
  query.patient = {number_of(ctx, "patient_id")};
  query.cursor = query_of(ctx, "cursor");
  query.limit = limit_of(ctx, 50, 100);
  return query;
}

// If-Match: "12", the version the change was decided on; 0 without it.
std::int64_t version_of(const Context& ctx) {
  const auto header = ctx.request.header("If-Match");
  const auto digit = header.find_first_of("0123456789");
  return digit == header.npos ? 0 : std::atoll(std::string(header.substr(digit)).c_str());
}

// The problem document as it is, with one more member.
template <class T>
Response problem_with(const char* key, const char* member, const T& value, const Request& request) {
  auto response = problem(Error{ErrorKind::conflict, key, {}, {}, 0}, request);
  response.body.pop_back();
  response.body += std::string(",\"") + member + "\":" + json::to_json(value) + "}";
  return response;
}

// A change of one case: refused with the case as it is when somebody changed it since.
struct Change {
  std::optional<CaseChanged> done;
  std::optional<Case> newer;
};
template <class F>
Task<Response> change_case(const Conversations& cases, Context& ctx, F call) {
  auto closure = [&](db::Tx& tx) -> Result<Change> {
    auto newer = cases.newer_than(ctx.viewer, tx, case_id(ctx), version_of(ctx));
    if (!newer) return fail(newer.error());
    if (*newer) return Change{std::nullopt, std::move(*newer)};
    auto done = call(tx);
    if (!done) return fail(done.error());
    return Change{std::move(*done), std::nullopt};
  };
  const auto result = co_await ctx.database.write(closure);
  if (!result) co_return problem(result.error(), ctx.request);
  if (result->newer)
    co_return problem_with("error.conversations.changed_meanwhile", "case", *result->newer, ctx.request);
  co_return json_answer(*result->done, ctx.request, 200);
}

template <class B, class F>
Task<Response> change_by_body(const Conversations& cases, Context& ctx, F call) {
  const auto body = read_body<B>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  auto with_body = [&](db::Tx& tx) { return call(tx, *body); };
  co_return co_await change_case(cases, ctx, with_body);
}

// A change of a case by a body: the same shape for each.
template <class B>
using ChangeBy = Result<CaseChanged> (Conversations::*)(const Viewer&, db::Tx&, CaseId, const B&) const;
template <class B>
void add_change(Router& router, const Conversations& cases, const std::string& action, const std::string& operation,
                ChangeBy<B> change, Method method = Method::post) {
  router.add(method, "/api/cases/{id}/" + action, operation, kWrite, [&cases, change](Context& ctx) {
    return change_by_body<B>(cases, ctx, [&cases, &ctx, change](db::Tx& tx, const B& body) {
      return (cases.*change)(ctx.viewer, tx, case_id(ctx), body);
    });
  });
}
void add_change(Router& router, const Conversations& cases, Method method, const std::string& action,
                const std::string& operation,
                Result<CaseChanged> (Conversations::*change)(const Viewer&, db::Tx&, CaseId) const) {
  router.add(method, "/api/cases/{id}/" + action, operation, kWrite, [&cases, change](Context& ctx) {
    return change_case(cases, ctx,
                       [&cases, &ctx, change](db::Tx& tx) { return (cases.*change)(ctx.viewer, tx, case_id(ctx)); });
  });
}

Task<Response> send_reply(const Conversations& cases, Context& ctx) {
  const auto body = read_body<NewReply>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  auto closure = [&](db::Tx& tx) { return cases.reply(ctx.viewer, tx, case_id(ctx), *body); };
  const auto result = co_await ctx.database.write(closure);
  if (!result) co_return problem(result.error(), ctx.request);
  if (result->message) co_return json_answer(*result->message, ctx.request, 201);
  co_return problem_with("error.conversations.newer_messages", "newer_messages", result->newer_messages, ctx.request);
}

Response html_answer(const Result<std::string>& html, const Request& request) {
  if (!html) return problem(html.error(), request);
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.push_back({"Content-Security-Policy", "sandbox; default-src 'none'"});
  response.body = *html;
  return response;
}

Task<Response> message_html(const Conversations& cases, Context& ctx) {
  auto closure = [&](db::Session& s) { return cases.message_html(ctx.viewer, s, message_id(ctx)); };
  const auto html = co_await audited_read(ctx, audit::Action::read, closure);
  co_return html_answer(html, ctx.request);
}

void add_view_routes(Router& router, const Conversations& cases) {
  router.add(Method::get, "/api/cases", "list_cases", kRead, [&](Context& ctx) {
    return read_only(
        ctx,
        [&](db::Session& s) -> Result<CaseRows> {
          const auto query = case_query(ctx);
          if (!query) return fail(query.error());
          return cases.list(ctx.viewer, s, *query);
        },
        audit::Action::list);
  });
  router.add(Method::get, "/api/cases/counts", "count_cases", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return cases.counts(ctx.viewer, s, {number_of(ctx, "site_id")}); });
  });
  router.add(Method::get, "/api/cases/{id}", "get_case", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return cases.get(ctx.viewer, s, case_id(ctx)); });
  });
  router.add(Method::get, "/api/cases/{id}/messages", "list_messages", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) {
      return cases.messages(ctx.viewer, s, case_id(ctx), query_of(ctx, "cursor"), limit_of(ctx, 50, 200));
    });
  });
  router.add(Method::get, "/api/cases/{id}/patient/candidates", "list_patient_candidates", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return cases.candidates(ctx.viewer, s, case_id(ctx)); });
  });
  router.add(Method::get, "/api/messages/{id}/html", "get_message_html", kRead,
             [&](Context& ctx) { return message_html(cases, ctx); });
}

void add_change_routes(Router& router, const Conversations& cases) {
  router.add(Method::post, "/api/cases", "create_case", kWrite, [&](Context& ctx) {
    return write_body<NewCase>(
        ctx, [&](db::Tx& tx, const NewCase& body) { return cases.create(ctx.viewer, tx, body); }, 201);
  });
  add_change(router, cases, "assign", "assign_case", &Conversations::assign);
  add_change(router, cases, "topic", "set_case_topic", &Conversations::set_topic);
  add_change(router, cases, "priority", "set_case_priority", &Conversations::set_priority);
  add_change(router, cases, "language", "set_case_language", &Conversations::set_language);
  add_change(router, cases, "title", "set_case_title", &Conversations::set_title);
  add_change(router, cases, "wait", "set_case_wait", &Conversations::set_wait);
  add_change(router, cases, "snooze", "snooze_case", &Conversations::snooze);
  add_change(router, cases, "follow-up", "set_case_follow_up", &Conversations::set_follow_up);
  add_change(router, cases, "resolve", "resolve_case", &Conversations::resolve);
  add_change(router, cases, "reopen", "reopen_case", &Conversations::reopen);
  add_change(router, cases, Method::delete_, "resolve", "undo_resolve", &Conversations::undo_resolve);
  add_change(router, cases, "patient", "set_case_patient", &Conversations::set_patient, Method::put);
}

void add_rearranging_routes(Router& router, const Conversations& cases) {
  add_change(router, cases, "merge", "merge_case", &Conversations::merge);
  add_change(router, cases, Method::post, "unmerge", "unmerge_case", &Conversations::unmerge);
  add_change(router, cases, "split", "split_case", &Conversations::split);
  add_change(router, cases, Method::post, "unsplit", "unsplit_case", &Conversations::unsplit);
  add_change(router, cases, "links", "link_case", &Conversations::link);
  router.add(Method::delete_, "/api/cases/{id}/links/{other_id}", "unlink_case", kWrite, [&](Context& ctx) {
    return change_case(cases, ctx,
                       [&](db::Tx& tx) { return cases.unlink(ctx.viewer, tx, case_id(ctx), {ctx.id("other_id")}); });
  });
  router.add(Method::post, "/api/conversations/{id}/move", "move_conversation", kWrite, [&](Context& ctx) {
    return write_body<ConversationMove>(ctx, [&](db::Tx& tx, const ConversationMove& body) {
      return cases.move_conversation(ctx.viewer, tx, {ctx.id()}, body);
    });
  });
}

void add_message_routes(Router& router, const Conversations& cases) {
  router.add(Method::post, "/api/cases/{id}/notes", "add_case_note", kWrite, [&](Context& ctx) {
    return write_body<NewNote>(
        ctx, [&](db::Tx& tx, const NewNote& body) { return cases.add_note(ctx.viewer, tx, case_id(ctx), body); }, 201);
  });
  router.add(Method::post, "/api/cases/{id}/replies", "send_reply", kSend,
             [&](Context& ctx) { return send_reply(cases, ctx); });
  router.add(Method::post, "/api/cases/{id}/conversations", "start_conversation", kSend, [&](Context& ctx) {
    return write_body<NewConversation>(
        ctx,
        [&](db::Tx& tx, const NewConversation& body) {
          return cases.start_conversation(ctx.viewer, tx, case_id(ctx), body);
        },
        201);
  });
  router.add(Method::post, "/api/messages/{id}/cancel", "cancel_message", kSend, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.cancel(ctx.viewer, tx, message_id(ctx)); });
  });
  router.add(Method::post, "/api/messages/{id}/send-now", "send_message_now", kSend, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.send_now(ctx.viewer, tx, message_id(ctx)); });
  });
  router.add(Method::post, "/api/messages/{id}/retry", "retry_message", kSend, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.retry(ctx.viewer, tx, message_id(ctx)); });
  });
  router.add(Method::put, "/api/messages/{id}/ack", "ack_message", kWrite, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.set_ack(ctx.viewer, tx, message_id(ctx), true); });
  });
  router.add(Method::delete_, "/api/messages/{id}/ack", "unack_message", kWrite, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.set_ack(ctx.viewer, tx, message_id(ctx), false); });
  });
}

void add_own_routes(Router& router, const Conversations& cases) {
  router.add(Method::put, "/api/cases/{id}/read", "mark_case_read", kRead, [&](Context& ctx) {
    return write_body<ReadMark>(ctx, [&](db::Tx& tx, const ReadMark& body) {
      return cases.mark_read(ctx.viewer, tx, case_id(ctx), body.message_id);
    });
  });
  router.add(Method::delete_, "/api/cases/{id}/read", "mark_case_unread", kRead, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.mark_read(ctx.viewer, tx, case_id(ctx), {}); });
  });
  router.add(Method::get, "/api/cases/{id}/draft", "get_draft", kWrite, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return cases.draft(ctx.viewer, s, case_id(ctx)); });
  });
  router.add(Method::put, "/api/cases/{id}/draft", "put_draft", kWrite, [&](Context& ctx) {
    return write_body<NewDraft>(
        ctx, [&](db::Tx& tx, const NewDraft& body) { return cases.put_draft(ctx.viewer, tx, case_id(ctx), body); });
  });
  router.add(Method::delete_, "/api/cases/{id}/draft", "delete_draft", kWrite, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.delete_draft(ctx.viewer, tx, case_id(ctx)); });
  });
  router.add(Method::delete_, "/api/attachments/{id}", "delete_attachment", kWrite, [&](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return cases.delete_attachment(ctx.viewer, tx, {ctx.id()}); });
  });
}

}  // namespace

void add_routes(Router& router, const Conversations& conversations) {
  add_view_routes(router, conversations);
  add_change_routes(router, conversations);
  add_rearranging_routes(router, conversations);
  add_message_routes(router, conversations);
  add_own_routes(router, conversations);
}

void add_search_routes(Router& router, const Search& search) {
  router.add(Method::post, "/api/search", "search", kRead, [&](Context& ctx) {
    return read_body_only<SearchRequest>(
        ctx, [&](db::Session& s, const SearchRequest& body) { return search.find(ctx.viewer, s, body); },
        audit::Action::search, Pace::slow);
  });
}

}  // namespace auricle::conversations
