// What staff look at: the lists, their counts, a case, its stream.
#include "clinic/clinic.h"
#include "conversations/present.h"
#include "conversations/saved_views.h"
#include "conversations/work.h"

namespace auricle::conversations {
namespace {

store::ListFilter filter_of(const Viewer& viewer, db::Session& session, SiteId site, Instant now) {
  store::ListFilter filter;
  filter.me = viewer.user;
  filter.now = now;
  const auto scope = scope_of(viewer, Permission::cases_read);
  filter.all_sites = scope.all;
  filter.sites.assign(scope.sites.begin(), scope.sites.end());
  if (site) {
    if (!scope.all && !scope.sites.contains(site))
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

std::optional<std::int64_t> number_in(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  return std::atoll(text.c_str());
}

template <class E>
bool read_word(const std::optional<std::string>& text, std::optional<E>& out) {
  if (!text || text->empty()) return true;
  out = enum_parse<E>(*text);
  return out.has_value();
}

// What the filter says; false for a word or number that is none.
struct FilterWords {
  std::optional<CaseStateName> state;
  SiteId site;
};
bool apply(const CaseFilter& from, UserId me, store::ListFilter& to, FilterWords& words) {
  to.channel = from.channel.value_or("");
  to.topic = from.topic.value_or("");
  to.language = from.language.value_or("");
  bool good = read_word(from.state, words.state) && read_word(from.priority, to.priority) &&
              read_word(from.waiting_on, to.waiting_on);
  const auto assignee = from.assignee.value_or("");
  if (assignee == "me")
    to.assignee = me;
  else if (assignee == "none")
    to.assignee = UserId{};
  else if (const auto id = number_in(assignee))
    to.assignee = UserId{*id};
  else
    good &= assignee.empty();
  const auto site = from.site_id.value_or("");
  words.site = {number_in(site).value_or(0)};
  return good && (site.empty() || words.site);
}

// The rows a query is about.
Result<store::ListFilter> filter_for(const Viewer& viewer, db::Session& session, const CaseQuery& query, Instant now) {
  store::ListFilter narrowed;
  FilterWords words;
  if (!apply(query.filter, viewer.user, narrowed, words))
    return fail(ErrorKind::invalid, "error.conversations.filter_not_valid");
  auto filter = filter_of(viewer, session, query.site ? query.site : words.site, now);
  filter.view = query.view;
  if (words.state && query.view == CaseView::all)
    filter.view = *words.state == CaseStateName::resolved  ? CaseView::resolved
                  : *words.state == CaseStateName::snoozed ? CaseView::snoozed
                                                           : CaseView::all;
  filter.channel = query.channel.empty() ? narrowed.channel : query.channel;
  filter.topic = narrowed.topic;
  filter.language = narrowed.language;
  filter.assignee = narrowed.assignee;
  filter.priority = narrowed.priority;
  filter.waiting_on = narrowed.waiting_on;
  filter.patient = query.patient;
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
      if (reach) out.undeliverable = reach->undeliverable;
    }
    out.open_until = open_until(out.capabilities, record.last_inbound_at);
    out.blocked = blocked(channel ? &out.capabilities : nullptr, static_cast<bool>(record.contact_point_id),
                          record.last_inbound_at, now);
    return out;
  }
};

// Those the viewer may see; a late message's earlier case is one of them.
std::vector<LinkedCase> links_of(const Viewer& viewer, db::Session& session, const Sealer& sealer,
                                 const store::CaseRecord& row) {
  auto links = store::links_of(session, row.id);
  if (row.linked_case_id) links.push_back({row.linked_case_id, LinkKind::late_message});
  std::vector<LinkedCase> out;
  for (const auto& link : links) {
    const auto other = case_for(viewer, session, link.case_id, Permission::cases_read);
    if (!other) continue;
    session.disclose("case", other->id.value);
    out.push_back({other->id, other->number, sealer.title(*other), other->state, link.kind});
  }
  return out;
}

}  // namespace

Result<CaseRows> Conversations::list(const Viewer& viewer, db::Session& session, const CaseQuery& query) const {
  if (!may(viewer, Permission::cases_read, query.site)) return fail(ErrorKind::forbidden, "error.forbidden");
  CaseQuery asked = query;
  if (query.saved_view) {
    auto saved = saved_filter(viewer, session, query.saved_view);
    if (!saved) return fail(saved.error());
    asked.filter = std::move(*saved);
  }
  auto made = filter_for(viewer, session, asked, clock_.now());
  if (!made) return fail(made.error());
  auto& filter = *made;
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
    out.next_cursor = cursor_of(store::sort_key(last, filter.view, static_cast<bool>(query.patient)), last.id.value);
  }
  out.items = Present{session, keyring_, patients_, clock_.now()}.rows(viewer, records);
  return out;
}

Result<std::int64_t> Conversations::count(const Viewer& viewer, db::Session& session, const CaseFilter& filter,
                                          int most) const {
  CaseQuery query;
  query.filter = filter;
  const auto made = filter_for(viewer, session, query, clock_.now());
  if (!made) return fail(made.error());
  return store::count_cases(session, *made, most);
}

Result<CaseCounts> Conversations::counts(const Viewer& viewer, db::Session& session, SiteId site) const {
  if (!may(viewer, Permission::cases_read, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  constexpr int kMost = 1000;
  auto filter = filter_of(viewer, session, site, clock_.now());
  CaseCounts out;
  for (const auto view : {CaseView::mine, CaseView::unassigned, CaseView::longest_waiting, CaseView::at_risk,
                          CaseView::follow_ups, CaseView::all, CaseView::snoozed, CaseView::failed}) {
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
  for (const auto& record : store::conversations_of(session, id)) {
    out.conversations.push_back(ShowConversation{present, channels_, now}(record));
    out.conversations.back().no_authority =
        !patients_.may_hear_about(session, record.person_id, record.contact_point_id, row->patient_id);
  }
  if (row->follow_up_at)
    out.follow_up = FollowUp{row->follow_up_local.value_or(""), row->follow_up_zone.value_or(""), *row->follow_up_at};
  out.last_message_id = row->last_message_id;
  out.linked_case_id = row->linked_case_id;
  out.opened_by = row->opened_by;
  out.outcome = row->outcome;
  if (const auto pending = store::resolving(session, id)) out.undo_resolve_until = pending->due_at;
  if (const auto acts = patients_.acting(session, row->sender_id, row->patient_id)) {
    out.sender_relation = std::string(enum_name(acts->relation));
    out.sender_authority = std::string(enum_name(acts->authority));
  }
  out.links = links_of(viewer, session, Sealer(session, keyring_), *row);
  out.merged_into_case_id = row->merged_into_case_id;
  if (const auto split = store::find_split(session, id); split && now <= split->split_at + kUndoMs)
    out.undo_split_until = split->split_at + kUndoMs;
  return out;
}

Result<std::optional<Case>> Conversations::newer_than(const Viewer& viewer, db::Tx& tx, CaseId id,
                                                      std::int64_t version) const {
  if (!version) return std::optional<Case>();
  const auto row = case_for(viewer, tx, id, Permission::cases_read);
  if (!row) return fail(row.error());
  if (row->version == version) return std::optional<Case>();
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  audit::append(tx, viewer, {audit::Action::read, "case", {id.value}, {}, "", row->patient_id.value}, clock_.now());
  return std::optional(std::move(*now));
}

std::optional<SiteId> Conversations::site_of(db::Session& session, CaseId id) const {
  const auto row = store::find_case(session, id);
  return row ? std::optional(row->site_id) : std::nullopt;
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
