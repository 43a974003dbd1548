// What staff look at: the lists, their counts, a case, its stream.
#include "clinic/clinic.h"
#include "conversations/present.h"
#include "conversations/work.h"

namespace auricle::conversations {
namespace {

store::ListFilter filter_of(const Viewer& viewer, db::Session& session, SiteId site, Instant now) {
  store::ListFilter filter;
  filter.me = viewer.user;
  filter.all_sites = viewer.all_sites || viewer.system;
  filter.sites.assign(viewer.sites.begin(), viewer.sites.end());
  if (site) {
    if (!filter.all_sites && !viewer.sites.contains(site))
      filter.sites.clear();
    else
      filter.sites = {site};
    filter.all_sites = false;
  }
  // Due by the end of today, as the site's day runs.
  const std::string zone = site_zone(session, filter.sites.empty() ? SiteId{} : filter.sites.front());
  filter.follow_up_before = clinic::start_of_day(zone, clinic::local_day(zone, now) + 1);
  return filter;
}

std::vector<WaitInterval> intervals_of(db::Session& session, CaseId id) {
  std::vector<WaitInterval> out;
  const auto ledgers = facts::ledgers_of(session, id);
  if (ledgers.empty()) return out;
  for (const auto& interval : ledgers.front().intervals) {
    const auto to = interval.to == facts::kOpenEnd ? std::nullopt : std::optional(interval.to);
    // Who had the case does not matter for the strip: neighbours with one owner are one stretch.
    if (!out.empty() && out.back().owner == interval.owner && out.back().to == interval.from)
      out.back().to = to;
    else
      out.push_back({interval.owner, interval.from, to});
  }
  return out;
}

struct ShowConversation {
  const Present& present;
  const Channels& channels;
  Instant now;

  Conversation operator()(const store::ConversationRecord& record) const {
    Conversation out;
    out.id = record.id;
    out.channel = record.channel;
    out.subject = Sealer(present.session, present.keyring).subject(record);
    out.last_message_id = record.last_message_id;
    const auto* channel = channels.find(record.channel);
    if (channel)
      out.capabilities = channel->capabilities();
    else
      out.capabilities = Capabilities{record.channel, false, false, false, 0, 0, {}, false, {}};
    if (record.contact_point_id) {
      std::string name;
      for (const auto& [id, ref] : present.patients.refs(present.session, {record.person_id})) name = ref.display_name;
      out.contact_point = present.party(record.contact_point_id, record.person_id, name);
      const auto reach = present.patients.reach(present.session, record.contact_point_id, record.person_id);
      out.contact_verified = reach && reach->verified;
    }
    out.open_until = open_until(out.capabilities, record.last_inbound_at);
    out.blocked = blocked(channel ? &out.capabilities : nullptr, static_cast<bool>(record.contact_point_id),
                          record.last_inbound_at, now);
    return out;
  }
};

std::optional<std::string> relation_of(const patients::Patients& patients, db::Session& session,
                                       const store::CaseRecord& row) {
  if (!row.patient_id || !row.sender_id || row.patient_id == row.sender_id) return std::nullopt;
  for (const auto& relationship : patients.acts_for(session, row.sender_id))
    if (relationship.patient.id == row.patient_id) return std::string(enum_name(relationship.relation));
  return std::nullopt;
}

}  // namespace

Result<CaseRows> Conversations::list(const Viewer& viewer, db::Session& session, const CaseQuery& query) const {
  if (!may(viewer, Permission::cases_read, query.site)) return fail(ErrorKind::forbidden, "error.forbidden");
  auto filter = filter_of(viewer, session, query.site, clock_.now());
  filter.view = query.view;
  filter.channel = query.channel;
  filter.patient = query.patient;
  filter.limit = query.limit + 1;
  if (const auto after = parse_cursor(query.cursor)) {
    filter.has_cursor = true;
    filter.after_key = after->first;
    filter.after_id = {after->second};
  }
  auto records = store::list_cases(session, filter);
  CaseRows out;
  if (static_cast<int>(records.size()) > query.limit) {
    records.resize(static_cast<std::size_t>(query.limit));
    const auto& last = records.back();
    out.next_cursor = cursor_of(store::sort_key(last, query.view, static_cast<bool>(query.patient)), last.id.value);
  }
  out.items = Present{session, keyring_, patients_, clock_.now()}.rows(viewer, records);
  return out;
}

Result<CaseCounts> Conversations::counts(const Viewer& viewer, db::Session& session, SiteId site) const {
  if (!may(viewer, Permission::cases_read, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  constexpr int kMost = 1000;
  auto filter = filter_of(viewer, session, site, clock_.now());
  CaseCounts out;
  for (const auto view : {CaseView::mine, CaseView::unassigned, CaseView::longest_waiting, CaseView::follow_ups,
                          CaseView::all, CaseView::snoozed, CaseView::failed}) {
    filter.view = view;
    out.views[std::string(enum_name(view))] = store::count_cases(session, filter, kMost);
  }
  filter.view = CaseView::all;
  out.channels = store::count_channels(session, filter);
  return out;
}

Result<Case> Conversations::get(const Viewer& viewer, db::Session& session, CaseId id) const {
  const auto row = case_for(viewer, session, id, Permission::cases_read);
  if (!row) return fail(row.error());
  const Instant now = clock_.now();
  const Present present{session, keyring_, patients_, now};
  Case out;
  static_cast<CaseRow&>(out) = present.rows(viewer, {*row}).front();
  if (row->patient_id) session.disclose("patient", row->patient_id.value);
  out.intervals = intervals_of(session, id);
  for (const auto& record : store::conversations_of(session, id))
    out.conversations.push_back(ShowConversation{present, channels_, now}(record));
  if (row->follow_up_at)
    out.follow_up = FollowUp{row->follow_up_local.value_or(""), row->follow_up_zone.value_or(""), *row->follow_up_at};
  out.last_message_id = row->last_message_id;
  out.linked_case_id = row->linked_case_id;
  out.opened_by = row->opened_by;
  out.outcome = row->outcome;
  if (const auto pending = store::resolving(session, id)) out.undo_resolve_until = pending->due_at;
  out.sender_relation = relation_of(patients_, session, *row);
  return out;
}

Result<Messages> Conversations::messages(const Viewer& viewer, db::Session& session, CaseId id, std::string_view cursor,
                                         int limit) const {
  const auto row = case_for(viewer, session, id, Permission::cases_read);
  if (!row) return fail(row.error());
  session.disclose("case", id.value);
  if (row->patient_id) session.disclose("patient", row->patient_id.value);
  const auto [before, before_id] = parse_cursor(cursor).value_or(std::pair{INT64_MAX, INT64_MAX});
  auto records = store::stream_before(session, id, Instant{before}, MessageId{before_id}, limit + 1);
  Messages out;
  if (static_cast<int>(records.size()) > limit) {
    records.resize(static_cast<std::size_t>(limit));
    out.next_cursor = cursor_of(records.back().happened_at.ms, records.back().id.value);
  }
  out.items = Present{session, keyring_, patients_, clock_.now()}.messages(records);
  return out;
}

Result<std::string> Conversations::message_html(const Viewer& viewer, db::Session& session, MessageId id) const {
  const auto message = store::find_message(session, id);
  const auto row = case_for(viewer, session, message ? message->case_id : CaseId{}, Permission::cases_read);
  if (!row) return fail(row.error());
  session.disclose("message", id.value);
  if (!message->html) return fail(ErrorKind::not_found, "error.not_found");
  auto html = Sealer(session, keyring_).open({"conversations_message", "html", id.value}, *message->html);
  if (!html) return fail(ErrorKind::not_found, "error.not_found");
  return std::move(*html);
}

Result<StoredFile> Conversations::message_original(const Viewer& viewer, db::Session& session, MessageId id) const {
  const auto message = store::find_message(session, id);
  const auto row = case_for(viewer, session, message ? message->case_id : CaseId{}, Permission::cases_read);
  if (!row) return fail(row.error());
  session.disclose("message", id.value);
  if (!message->original_blob) return fail(ErrorKind::not_found, "error.not_found");
  return StoredFile{*message->original_blob, std::to_string(row->number) + ".eml", "application/octet-stream",
                    message->original_size.value_or(0)};
}

Channel* Channels::find(std::string_view name) const {
  for (auto* channel : channels_)
    if (channel->capabilities().channel == name) return channel;
  return nullptr;
}

}  // namespace auricle::conversations
