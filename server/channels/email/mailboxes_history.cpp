// Asking for the past of a mailbox, and taking it back.
#include "channels/email/email.h"
#include "channels/email/store.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kMostDays = 730;

MailHistory view_of(MailboxId id, const std::optional<store::HistoryRow>& row) {
  MailHistory out;
  out.mailbox_id = id;
  if (!row) return out;
  out.state = row->state, out.error_key = row->error_key, out.finished_at = row->finished;
  if (row->state != HistoryState::none) out.since = row->since, out.started_at = row->started;
  out.found = row->found, out.read = row->read_count, out.skipped = row->skipped;
  out.cases = row->cases, out.messages = row->messages, out.replies = row->replies, out.kept = row->kept;
  return out;
}

bool busy(HistoryState state) {
  return state == HistoryState::queued || state == HistoryState::reading || state == HistoryState::importing ||
         state == HistoryState::undoing;
}

}  // namespace

Result<MailHistory> Mailboxes::history(const Viewer& viewer, db::Session& session, MailboxId id) {
  const auto box = show(viewer, session, id);
  if (!box) return fail(box.error());
  return view_of(id, store::history(session, id));
}

Result<MailHistory> Mailboxes::take_history(const Viewer& viewer, db::Tx& tx, MailboxId id, const HistoryInput& input) {
  const auto box = show(viewer, tx, id);
  if (!box) return fail(box.error());
  if (input.days < 1 || input.days > kMostDays) return fail_field("days", "error.mail_history_days");
  const auto before = store::history(tx, id);
  if (before && busy(before->state)) return fail(ErrorKind::conflict, "error.mail_history_busy");
  store::HistoryRow row = before.value_or(store::HistoryRow{});
  row.mailbox_id = id, row.state = HistoryState::queued, row.keep_open = input.keep_open;
  row.started = clock_.now(), row.since = row.started - input.days * kDayMs;
  row.error_key.reset(), row.finished.reset(), row.kept = 0;
  store::begin_history(tx, row);
  audit::append(tx, viewer, {audit::Action::change, "mailbox", {id.value}, {"history"}, "", 0}, clock_.now());
  events::announce(tx, {"mailbox_history", id.value, 0, box->site_id});
  return view_of(id, row);
}

Result<MailHistory> Mailboxes::take_history_back(const Viewer& viewer, db::Tx& tx, MailboxId id) {
  const auto box = show(viewer, tx, id);
  if (!box) return fail(box.error());
  auto row = store::history(tx, id);
  if (!row || row->state == HistoryState::none) return view_of(id, row);
  row->state = HistoryState::undoing, row->error_key.reset(), row->finished.reset();
  store::begin_history(tx, *row);
  audit::append(tx, viewer, {audit::Action::erase, "mailbox", {id.value}, {"history"}, "", 0}, clock_.now());
  events::announce(tx, {"mailbox_history", id.value, 0, box->site_id});
  return view_of(id, row);
}

}  // namespace auricle::email
