// Spreadsheets in, refused rows out.
#include "patients/csv.h"
#include "patients/intake.h"
#include "platform/base/utf8.h"
#include "platform/http/off_loop.h"
#include "platform/http/steps.h"

namespace auricle::patients {
namespace {

using namespace http;

constexpr std::size_t kLargest = 32 << 20;
const auto kRead = Access::needs(Permission::patients_read);
const auto kWrite = Access::needs(Permission::patients_write);

std::string file_name(std::string_view encoded) {
  std::string out;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    char c = encoded[i];
    if (c == '%' && i + 2 < encoded.size()) {
      c = static_cast<char>(std::strtol(std::string(encoded.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    }
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return is_utf8(out) ? std::string(cut_utf8(out, 200)) : "";
}

Task<Response> upload(const Intaking& intaking, blobs::Blobs& blobs, Context& ctx) {
  struct Read {
    Result<IntakeDetail> seen;
    std::string blob;
  };
  auto work = [&] {
    Read read{looked_at(file_name(ctx.request.header("X-File-Name")), ctx.request.body), ""};
    if (read.seen) read.blob = blobs.keep(ctx.request.body);
    return read;
  };
  auto read = co_await off_loop(work);
  if (!read.seen) co_return problem(read.seen.error(), ctx.request);
  auto closure = [&](db::Tx& tx) { return intaking.begin(ctx.viewer, tx, *read.seen, read.blob); };
  const auto begun = co_await ctx.database.write(closure);
  if (!begun) co_return problem(begun.error(), ctx.request);
  static_cast<Intake&>(*read.seen) = *begun;
  co_return json_answer(read.seen, ctx.request, 201);
}

Task<Response> refused_rows(const Intaking& intaking, blobs::Blobs& blobs, Context& ctx) {
  std::string blob;
  auto closure = [&](db::Session& session) -> Result<Intake> {
    blob = intaking.blob_of(session, ctx.id());
    return intaking.get(ctx.viewer, session, ctx.id());
  };
  const Result<Intake> intake = co_await audited_read(ctx, audit::Action::export_, closure);
  if (!intake) co_return problem(intake.error(), ctx.request);
  if (intake->state != IntakeState::done || blob.empty())
    co_return problem(Error{ErrorKind::not_found, "error.not_found", {}, {}, 0}, ctx.request);
  auto work = [&] { return blobs.fetch(blob); };
  auto bytes = co_await off_loop(work);
  if (!bytes) co_return problem(bytes.error(), ctx.request);
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"refused.csv\""});
  response.body = "\xEF\xBB\xBF" + *bytes;
  co_return response;
}

}  // namespace

void Intaking::add_routes(Router& router) {
  Limits limits;
  limits.body = kLargest;
  router.add(
      Method::post, "/api/patient-imports", "upload_patient_import", kWrite,
      [this](Context& ctx) { return upload(*this, blobs_, ctx); }, limits);
  router.add(Method::get, "/api/patient-imports", "list_patient_imports", kRead, [this](Context& ctx) {
    return read_only(ctx, [this, &ctx](db::Session& s) { return list(ctx.viewer, s); });
  });
  router.add(Method::get, "/api/patient-imports/{id}", "get_patient_import", kRead, [this](Context& ctx) {
    return read_only(ctx, [this, &ctx](db::Session& s) -> Result<IntakeDetail> {
      const auto intake = get(ctx.viewer, s, ctx.id());
      if (!intake) return fail(intake.error());
      IntakeDetail out;
      static_cast<Intake&>(out) = *intake;
      out.refusals = refusals(s, ctx.id(), 50);
      return out;
    });
  });
  router.add(Method::post, "/api/patient-imports/{id}/start", "start_patient_import", kWrite, [this](Context& ctx) {
    return write_body<IntakeStart>(
        ctx, [this, &ctx](db::Tx& tx, const IntakeStart& body) { return start(ctx.viewer, tx, ctx.id(), body); });
  });
  router.add(Method::post, "/api/patient-imports/{id}/undo", "undo_patient_import", kWrite, [this](Context& ctx) {
    return write_only(ctx, [this, &ctx](db::Tx& tx) { return undo(ctx.viewer, tx, ctx.id()); });
  });
  router.add(Method::get, "/api/patient-imports/{id}/refused", "refused_patient_rows", kRead,
             [this](Context& ctx) { return refused_rows(*this, blobs_, ctx); });
}

}  // namespace auricle::patients
