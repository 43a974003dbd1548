// Files in and out. Their bytes are made durable before the row that names them, and leave only after the audit row.
#include "conversations/file_type.h"
#include "conversations/routes.h"
#include "platform/http/off_loop.h"
#include "platform/http/steps.h"

namespace auricle::conversations {
namespace {

using namespace http;

constexpr std::size_t kLargestFile = 25 << 20;

// Always a download: never shown by the browser as a page of ours (data.md).
Response file_answer(std::string bytes, const StoredFile& file) {
  Response response;
  response.content_type = file.content_type;
  response.headers.push_back({"Content-Disposition", content_disposition(file.name)});
  response.headers.push_back({"Content-Security-Policy", "sandbox; default-src 'none'"});
  response.body = std::move(bytes);
  return response;
}

Task<Response> upload(const Conversations& cases, blobs::Blobs& blobs, Context& ctx) {
  const CaseId id{ctx.id()};
  auto check = [&](db::Session& session) { return cases.may_attach(ctx.viewer, session, id); };
  const auto allowed = co_await ctx.database.read(check);
  if (!allowed) co_return problem(allowed.error(), ctx.request);
  if (ctx.request.body.empty())
    co_return problem(Error{ErrorKind::invalid, "error.conversations.file_empty", {}, {}, 0}, ctx.request);
  ChannelFile file;
  file.name = safe_name(percent_decoded(ctx.request.header("X-File-Name")));
  file.content_type = file_type(ctx.request.body);
  file.size = static_cast<std::int64_t>(ctx.request.body.size());
  auto keep = [&] { return blobs.keep(ctx.request.body); };
  file.blob = co_await off_loop(keep);
  auto closure = [&](db::Tx& tx) { return cases.attach(ctx.viewer, tx, id, file); };
  const auto result = co_await ctx.database.write(closure);
  co_return json_answer(result, ctx.request, 201);
}

template <class Find>
Task<Response> download(blobs::Blobs& blobs, Context& ctx, Find find) {
  const Result<StoredFile> file = co_await audited_read(ctx, audit::Action::read, find);
  if (!file) co_return problem(file.error(), ctx.request);
  auto fetch = [&] { return blobs.fetch(file->blob); };
  auto bytes = co_await off_loop(fetch);
  if (!bytes) co_return problem(bytes.error(), ctx.request);
  co_return file_answer(std::move(*bytes), *file);
}

}  // namespace

void add_file_routes(Router& router, const Conversations& cases, blobs::Blobs& blobs) {
  Limits limits;
  limits.body = kLargestFile;
  router.add(
      Method::post, "/api/cases/{id}/attachments", "upload_attachment", Access::needs(Permission::cases_write),
      [&](Context& ctx) { return upload(cases, blobs, ctx); }, limits);
  router.add(Method::get, "/api/attachments/{id}", "download_attachment", Access::needs(Permission::cases_read),
             [&](Context& ctx) {
               return download(blobs, ctx, [&](db::Session& s) { return cases.attachment(ctx.viewer, s, {ctx.id()}); });
             });
  router.add(Method::get, "/api/messages/{id}/original", "get_message_original", Access::needs(Permission::cases_read),
             [&](Context& ctx) {
               return download(blobs, ctx,
                               [&](db::Session& s) { return cases.message_original(ctx.viewer, s, {ctx.id()}); });
             });
}

}  // namespace auricle::conversations
