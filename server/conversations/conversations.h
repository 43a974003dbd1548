#pragma once
// Cases and their conversations: one patient's one need, over every channel. The wait ledger, topic, priority and
// assignee of a case are folded from its facts; what this module keeps besides is who, what was said, and what is on
// its way out.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conversations/channel.h"
#include "conversations/history.h"
#include "facts/facts.h"
#include "patients/patients.h"

namespace auricle::conversations {

using patients::PersonRef;

enum class CaseView { mine, unassigned, longest_waiting, at_risk, follow_ups, all, snoozed, resolved, failed };
BOOST_DESCRIBE_ENUM(CaseView, mine, unassigned, longest_waiting, at_risk, follow_ups, all, snoozed, resolved, failed)
enum class CaseStateName { open, snoozed, resolved };
BOOST_DESCRIBE_ENUM(CaseStateName, open, snoozed, resolved)
enum class Priority { low, normal, high, urgent };
BOOST_DESCRIBE_ENUM(Priority, low, normal, high, urgent)
enum class Outcome { solved, answered, booked, referred, not_possible, no_answer_from_patient, duplicate, spam };
BOOST_DESCRIBE_ENUM(Outcome, solved, answered, booked, referred, not_possible, no_answer_from_patient, duplicate, spam)
enum class OpenedBy { patient, staff };
BOOST_DESCRIBE_ENUM(OpenedBy, patient, staff)
using facts::Owner;

inline constexpr std::int64_t kUndoMs = 10'000;  // a reply waits this long before it leaves, a resolve before it counts

struct CaseRow {  // everything the list shows
  CaseId id;
  std::int64_t number = 0;
  std::int64_t version = 0;
  SiteId site_id;
  CaseStateName state = CaseStateName::open;
  std::optional<PersonRef> patient, sender;
  std::string title, preview;
  std::optional<std::string> channel;
  std::optional<Owner> waiting_on;
  std::optional<Instant> waiting_since;
  std::optional<std::string> promise;      // what falls due next: first_response, next_reply, resolution
  std::optional<Instant> warn_at, due_at;  // at risk from, wanted by
  bool unread = false;
  UserId assignee_id;
  Priority priority = Priority::normal;
  std::optional<std::string> topic, language;
  std::optional<Instant> follow_up_at, snoozed_until;
  Instant opened_at;
  std::optional<Instant> resolved_at, last_message_at;
  bool needs_patient = false, sending = false, failed = false, has_attachments = false;
  bool scheduled = false, held = false;  // a reply leaves later; one waits because the patient wrote first
};
BOOST_DESCRIBE_STRUCT(CaseRow, (),
                      (id, number, version, site_id, state, patient, sender, title, preview, channel, waiting_on,
                       waiting_since, promise, warn_at, due_at, unread, assignee_id, priority, topic, language,
                       follow_up_at, snoozed_until, opened_at, resolved_at, last_message_at, needs_patient, sending,
                       failed, has_attachments, scheduled, held))
struct CaseRows {
  std::vector<CaseRow> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(CaseRows, (), (items, next_cursor))
// Enumerated conditions, as in the URL; empty for any.
struct CaseFilter {
  using absent_is_default = void;
  std::optional<std::string> state;     // open, snoozed, resolved
  std::optional<std::string> assignee;  // me, none, an id
  std::optional<std::string> channel, site_id;
  std::optional<std::string> topic;  // a key, none
  std::optional<std::string> priority, language, waiting_on;
};
BOOST_DESCRIBE_STRUCT(CaseFilter, (), (state, assignee, channel, site_id, topic, priority, language, waiting_on))
struct CaseQuery {
  CaseView view = CaseView::all;
  CaseFilter filter;            // narrows the view; its state only that of `all`
  std::int64_t saved_view = 0;  // instead of a filter
  std::string channel;          // "" for all
  SiteId site;                  // zero: every site of the viewer
  PersonId patient;             // zero: everybody
  std::string cursor;
  int limit = 50;
};
struct CaseCounts {
  std::map<std::string, std::int64_t> views, channels;
};
BOOST_DESCRIBE_STRUCT(CaseCounts, (), (views, channels))

struct WaitInterval {
  Owner owner = Owner::clinic;
  Instant from;
  std::optional<Instant> to;
};
BOOST_DESCRIBE_STRUCT(WaitInterval, (), (owner, from, to))
struct FollowUp {
  std::string local, zone;
  Instant instant;
};
BOOST_DESCRIBE_STRUCT(FollowUp, (), (local, zone, instant))
struct MessageParty {
  ContactPointId contact_point_id;
  std::string system, value, name;
  PersonId person_id;
};
BOOST_DESCRIBE_STRUCT(MessageParty, (), (contact_point_id, system, value, name, person_id))
struct Conversation {
  ConversationId id;
  std::string channel, subject;
  std::optional<MessageParty> contact_point;
  Capabilities capabilities;
  std::optional<Instant> open_until;
  std::optional<std::string> blocked;
  bool contact_verified = false;
  std::optional<patients::Undeliverable> undeliverable;
  bool no_authority = false;  // its person is not the patient and may not act for them today: answers need a reason
  MessageId last_message_id;
};
BOOST_DESCRIBE_STRUCT(Conversation, (),
                      (id, channel, subject, contact_point, capabilities, open_until, blocked, contact_verified,
                       undeliverable, no_authority, last_message_id))

enum class LinkKind { linked, late_message, split, merged, moved };
BOOST_DESCRIBE_ENUM(LinkKind, linked, late_message, split, merged, moved)
struct LinkedCase {
  CaseId case_id;
  std::int64_t number = 0;
  std::string title;
  CaseStateName state = CaseStateName::open;
  LinkKind kind = LinkKind::linked;
};
BOOST_DESCRIBE_STRUCT(LinkedCase, (), (case_id, number, title, state, kind))

struct Case : CaseRow {
  std::vector<WaitInterval> intervals;
  std::vector<Conversation> conversations;
  std::optional<FollowUp> follow_up;
  MessageId last_message_id;
  CaseId linked_case_id;
  OpenedBy opened_by = OpenedBy::patient;
  std::optional<Outcome> outcome;
  std::optional<Instant> undo_resolve_until;
  std::optional<std::string> sender_relation, sender_authority;
  std::vector<LinkedCase> links;
  CaseId merged_into_case_id;
  std::optional<Instant> undo_split_until;
};
BOOST_DESCRIBE_STRUCT(Case, (CaseRow),
                      (intervals, conversations, follow_up, last_message_id, linked_case_id, opened_by, outcome,
                       undo_resolve_until, sender_relation, sender_authority, links, merged_into_case_id,
                       undo_split_until))
struct CaseUndo {  // the request that takes a change back
  std::string method = "post", path;
  json::Raw body;
};
BOOST_DESCRIBE_STRUCT(CaseUndo, (), (method, path, body))
struct CaseChanged {
  Case case_;
  std::optional<CaseUndo> undo;
};
BOOST_DESCRIBE_STRUCT(CaseChanged, (), (case_, undo))

struct PatientCandidate {
  PersonRef person;
  std::optional<std::string> birth_date;
  std::string via;  // address, acts_for
  std::optional<std::string> relation, authority;
  std::optional<PersonRef> by_person;
  bool sender = false;
};
BOOST_DESCRIBE_STRUCT(PatientCandidate, (), (person, birth_date, via, relation, authority, by_person, sender))
struct PatientCandidates {
  std::vector<PatientCandidate> items;
};
BOOST_DESCRIBE_STRUCT(PatientCandidates, (), (items))

struct Attachment {
  AttachmentId id;
  std::string name;
  std::int64_t size = 0;
  std::string content_type;
  bool inline_ = false;
  std::optional<std::string> content_id;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, name, size, content_type, inline_, content_id))
struct Delivery {
  DeliveryState state = DeliveryState::queued;
  std::optional<Instant> leaves_at;
  std::optional<std::string> reason;
  std::int64_t attempts = 0;
  std::optional<std::string> scheduled_local, scheduled_zone;  // to leave later, in local time
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (state, leaves_at, reason, attempts, scheduled_local, scheduled_zone))
struct CaseEvent {
  std::string type;
  std::optional<std::string> value, previous;
};
BOOST_DESCRIBE_STRUCT(CaseEvent, (), (type, value, previous))
struct Message {
  MessageId id;
  CaseId case_id;
  std::string kind;  // message, note, event
  std::optional<std::string> direction;
  std::string author_kind;  // person, staff, bot, system
  UserId author_id;
  std::optional<PersonRef> person;
  std::optional<std::string> channel;
  ConversationId conversation_id;
  std::optional<MessageParty> from;
  std::vector<MessageParty> to, cc;
  std::string subject, text;
  std::optional<std::string> quoted;
  bool has_html = false, has_original = false;
  std::vector<Attachment> attachments;
  Instant happened_at;
  std::optional<std::string> language;
  bool auto_reply = false;
  std::optional<std::string> warning;
  std::optional<Delivery> delivery;
  bool ack = false;
  std::optional<CaseEvent> event;
  bool erased = false;
  std::vector<UserId> mentions;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, case_id, kind, direction, author_kind, author_id, person, channel, conversation_id, from, to,
                       cc, subject, text, quoted, has_html, has_original, attachments, happened_at, language,
                       auto_reply, warning, delivery, ack, event, erased, mentions))
struct Messages {
  std::vector<Message> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Messages, (), (items, next_cursor))

// --- What is asked
// -----------------------------------------------------------------------------------------------------------------

struct NewConversation {
  using absent_is_default = void;
  std::string channel;
  ContactPointId contact_point_id;
  std::string subject, unverified_reason;
};
BOOST_DESCRIBE_STRUCT(NewConversation, (), (channel, contact_point_id, subject, unverified_reason))
struct NewCase {
  using absent_is_default = void;
  SiteId site_id;
  std::optional<PersonId> patient_id;
  std::string title;
  std::optional<std::string> topic;
  Priority priority = Priority::normal;
  std::optional<std::string> language;
  std::optional<UserId> assignee_id;
  std::string note;
  std::optional<NewConversation> start;
};
BOOST_DESCRIBE_STRUCT(NewCase, (), (site_id, patient_id, title, topic, priority, language, assignee_id, note, start))
struct CaseAssign {
  using absent_is_default = void;
  std::optional<UserId> assignee_id;
  std::string note;  // handed over with these words
  std::vector<UserId> mentions;
};
BOOST_DESCRIBE_STRUCT(CaseAssign, (), (assignee_id, note, mentions))
struct CaseTopic {
  std::optional<std::string> topic;
};
BOOST_DESCRIBE_STRUCT(CaseTopic, (), (topic))
struct CasePriority {
  Priority priority = Priority::normal;
};
BOOST_DESCRIBE_STRUCT(CasePriority, (), (priority))
struct CaseLanguage {
  std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(CaseLanguage, (), (language))
struct CaseTitle {
  std::string title;
};
BOOST_DESCRIBE_STRUCT(CaseTitle, (), (title))
struct CaseWait {
  Owner on = Owner::clinic;
};
BOOST_DESCRIBE_STRUCT(CaseWait, (), (on))
struct CaseSnooze {
  std::optional<Instant> until;
};
BOOST_DESCRIBE_STRUCT(CaseSnooze, (), (until))
struct CaseFollowUp {
  std::optional<std::string> local, zone;
};
BOOST_DESCRIBE_STRUCT(CaseFollowUp, (), (local, zone))
struct CaseResolve {
  std::optional<Outcome> outcome;
};
BOOST_DESCRIBE_STRUCT(CaseResolve, (), (outcome))
struct CaseReopen {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(CaseReopen, (), (reason))
struct CasePatient {
  PersonId patient_id;
  std::optional<PersonId> sender_person_id;
};
BOOST_DESCRIBE_STRUCT(CasePatient, (), (patient_id, sender_person_id))
struct CaseMerge {
  CaseId into_case_id;
};
BOOST_DESCRIBE_STRUCT(CaseMerge, (), (into_case_id))
struct CaseSplit {
  using absent_is_default = void;
  std::vector<MessageId> message_ids;
  std::string title;
  std::optional<std::string> topic;
};
BOOST_DESCRIBE_STRUCT(CaseSplit, (), (message_ids, title, topic))
struct ConversationMove {
  using absent_is_default = void;
  CaseId case_id;
  bool confirmed = false;  // although the other case is about somebody else
};
BOOST_DESCRIBE_STRUCT(ConversationMove, (), (case_id, confirmed))
struct CaseLink {
  CaseId case_id;
};
BOOST_DESCRIBE_STRUCT(CaseLink, (), (case_id))
struct NewNote {
  using absent_is_default = void;
  std::string text;
  std::vector<AttachmentId> attachment_ids;
  std::string idempotency_key;
  std::vector<UserId> mentions;
};
BOOST_DESCRIBE_STRUCT(NewNote, (), (text, attachment_ids, idempotency_key, mentions))
struct SendAt {  // local time, of the site without a zone
  using absent_is_default = void;
  std::string local, zone;
};
BOOST_DESCRIBE_STRUCT(SendAt, (), (local, zone))
struct NewReply {
  using absent_is_default = void;
  std::string idempotency_key;
  ConversationId conversation_id;
  std::string text;
  std::optional<std::string> html;
  std::vector<std::string> cc;
  std::vector<AttachmentId> attachment_ids;
  std::string unverified_reason;
  std::optional<MessageId> expected_last_message_id;
  bool confirmed = false;
  std::optional<CaseResolve> resolve;
  std::optional<Owner> wait_on;
  std::optional<SendAt> send_at;
};
BOOST_DESCRIBE_STRUCT(NewReply, (),
                      (idempotency_key, conversation_id, text, html, cc, attachment_ids, unverified_reason,
                       expected_last_message_id, confirmed, resolve, wait_on, send_at))
struct ReadMark {
  MessageId message_id;
};
BOOST_DESCRIBE_STRUCT(ReadMark, (), (message_id))
struct NewDraft {
  using absent_is_default = void;
  std::string kind = "reply";
  std::optional<ConversationId> conversation_id;
  std::string text;
  std::optional<std::string> html;
  std::vector<std::string> cc;
  std::vector<AttachmentId> attachment_ids;
};
BOOST_DESCRIBE_STRUCT(NewDraft, (), (kind, conversation_id, text, html, cc, attachment_ids))
struct Draft {
  std::string kind = "reply";
  ConversationId conversation_id;
  std::string text;
  std::optional<std::string> html;
  std::vector<std::string> cc;
  std::vector<Attachment> attachments;
  std::optional<Instant> saved_at;
};
BOOST_DESCRIBE_STRUCT(Draft, (), (kind, conversation_id, text, html, cc, attachments, saved_at))

// A reply that was refused because somebody was faster; empty otherwise.
struct ReplyOutcome {
  std::optional<Message> message;
  std::vector<Message> newer_messages;
};
struct StoredFile {  // of an attachment or an original, to be read from the blobs
  std::string blob, name, content_type;
  std::int64_t size = 0;
};
struct SearchText {  // what the index is given for one record
  std::string text;
  SiteId site;
  Instant happened_at;
};

struct SearchPlace {  // where a found message, note or case stands
  CaseId case_id;
  std::int64_t number = 0;
  std::string title;
  std::optional<std::string> channel;
  CaseStateName state = CaseStateName::open;
  PersonId patient, sender;
};

class Conversations final : public Inbound, public Past {
 public:
  Conversations(crypto::Keyring& keyring, const patients::Patients& patients, const Channels& channels,
                const Clock& clock)
      : keyring_(keyring), patients_(patients), channels_(channels), clock_(clock) {}

  // Reading
  Result<CaseRows> list(const Viewer& viewer, db::Session& session, const CaseQuery& query) const;
  // At most `most`; the filter must be one that list() takes.
  Result<std::int64_t> count(const Viewer& viewer, db::Session& session, const CaseFilter& filter, int most) const;
  Result<CaseCounts> counts(const Viewer& viewer, db::Session& session, SiteId site) const;
  Result<Case> get(const Viewer& viewer, db::Session& session, CaseId id) const;
  std::optional<SiteId> site_of(db::Session& session, CaseId id) const;  // for checks of access by others
  Result<Messages> messages(const Viewer& viewer, db::Session& session, CaseId id, std::string_view cursor,
                            int limit) const;
  Result<std::string> message_html(const Viewer& viewer, db::Session& session, MessageId id) const;
  Result<StoredFile> message_original(const Viewer& viewer, db::Session& session, MessageId id) const;
  Result<PatientCandidates> candidates(const Viewer& viewer, db::Session& session, CaseId id) const;

  // Cases
  Result<Case> create(const Viewer& viewer, db::Tx& tx, const NewCase& new_case) const;
  Result<CaseChanged> assign(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseAssign& change) const;
  Result<CaseChanged> set_topic(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseTopic& change) const;
  Result<CaseChanged> set_priority(const Viewer& viewer, db::Tx& tx, CaseId id, const CasePriority& change) const;
  Result<CaseChanged> set_language(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseLanguage& change) const;
  Result<CaseChanged> set_title(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseTitle& change) const;
  Result<CaseChanged> set_wait(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseWait& change) const;
  Result<CaseChanged> snooze(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseSnooze& change) const;
  Result<CaseChanged> set_follow_up(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseFollowUp& change) const;
  Result<CaseChanged> resolve(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseResolve& change) const;
  Result<CaseChanged> undo_resolve(const Viewer& viewer, db::Tx& tx, CaseId id) const;
  Result<CaseChanged> reopen(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseReopen& change) const;
  Result<CaseChanged> set_patient(const Viewer& viewer, db::Tx& tx, CaseId id, const CasePatient& change) const;

  // The case as it is now when it is not at the version a change was decided on; nothing for version 0 or the same.
  Result<std::optional<Case>> newer_than(const Viewer& viewer, db::Tx& tx, CaseId id, std::int64_t version) const;

  // Which conversation belongs to which case (rearrange.cpp). Refused with other_patient when they are about different
  // people.
  Result<CaseChanged> merge(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseMerge& change) const;
  Result<CaseChanged> unmerge(const Viewer& viewer, db::Tx& tx, CaseId id) const;
  Result<CaseChanged> split(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseSplit& change) const;
  Result<CaseChanged> unsplit(const Viewer& viewer, db::Tx& tx, CaseId id) const;
  Result<CaseChanged> move_conversation(const Viewer& viewer, db::Tx& tx, ConversationId id,
                                        const ConversationMove& change) const;
  Result<CaseChanged> link(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseLink& change) const;
  Result<CaseChanged> unlink(const Viewer& viewer, db::Tx& tx, CaseId id, CaseId other) const;

  // Messages
  Result<Case> start_conversation(const Viewer& viewer, db::Tx& tx, CaseId id, const NewConversation& start) const;
  Result<Message> add_note(const Viewer& viewer, db::Tx& tx, CaseId id, const NewNote& note) const;
  Result<ReplyOutcome> reply(const Viewer& viewer, db::Tx& tx, CaseId id, const NewReply& reply) const;
  Result<Message> cancel(const Viewer& viewer, db::Tx& tx, MessageId id) const;
  Result<Message> send_now(const Viewer& viewer, db::Tx& tx, MessageId id) const;  // a scheduled or held one
  Result<Message> retry(const Viewer& viewer, db::Tx& tx, MessageId id) const;
  Result<Message> set_ack(const Viewer& viewer, db::Tx& tx, MessageId id, bool ack) const;
  Result<Done> mark_read(const Viewer& viewer, db::Tx& tx, CaseId id, MessageId up_to) const;  // zero: unread
  Result<Draft> draft(const Viewer& viewer, db::Session& session, CaseId id) const;
  Result<Draft> put_draft(const Viewer& viewer, db::Tx& tx, CaseId id, const NewDraft& draft) const;
  Result<Done> delete_draft(const Viewer& viewer, db::Tx& tx, CaseId id) const;
  Result<Done> may_attach(const Viewer& viewer, db::Session& session, CaseId id) const;  // before the bytes are stored
  Result<Attachment> attach(const Viewer& viewer, db::Tx& tx, CaseId id, const ChannelFile& file) const;
  Result<StoredFile> attachment(const Viewer& viewer, db::Session& session, AttachmentId id) const;
  Result<Done> delete_attachment(const Viewer& viewer, db::Tx& tx, AttachmentId id) const;

  // Inbound
  Result<Received> receive(db::Tx& tx, const InboundMessage& message) override;
  Result<Received> record_sent(db::Tx& tx, const SentElsewhere& message) override;
  Result<Done> report_delivery(db::Tx& tx, MessageId message, DeliveryState state, std::string_view reason) override;
  void report_undeliverable(db::Tx& tx, const std::vector<Address>& recipients, MessageId message,
                            std::string_view reason, Instant when) override;
  // Past
  Result<PastIds> record_past(db::Tx& tx, const PastCase& past) override;
  bool take_back(db::Tx& tx, const PastIds& past) override;

  // The worker (delivery.h): what is due, what became of it.
  struct Leased {
    OutboundMessage message;
    std::int64_t fence = 0;
    UserId author_id;
    std::string channel;
  };
  std::vector<Leased> lease_due(db::Tx& tx, int most) const;
  void finish(db::Tx& tx, const Leased& leased, const SendResult& result) const;
  int settle_due(db::Tx& tx) const;  // resolves whose ten seconds are over, snoozed cases to wake; returns how many
  bool anything_due(db::Session& session) const;
  struct Outbox {
    std::int64_t due = 0, scheduled = 0;  // to leave now; later
    Instant oldest_due;                   // zero when nothing is due
  };
  Outbox outbox(db::Session& session) const;
  void release_leases(db::Tx& tx) const;  // of an earlier process of this node

  // Erasure and search
  std::vector<ConversationId> conversations_of(db::Session& session,
                                               PersonId patient) const;  // that erase() will delete
  std::vector<std::string> erase(db::Tx& tx,
                                 PersonId patient) const;  // listener; returns the blobs to remove after commit
  // Uploads never sent and in no draft; returns the blobs to remove after commit.
  std::vector<std::string> forget_unsent(db::Tx& tx, Instant before, int most) const;
  bool uses_blob(db::Session& session, std::string_view blob) const;
  // Two persons became one, or two again: their cases, conversations and messages follow.
  void follow_merge(db::Tx& tx, std::int64_t merge, PersonId kept, PersonId gone) const;
  void undo_merge(db::Tx& tx, std::int64_t merge, PersonId kept, PersonId gone) const;
  std::optional<SearchText> search_text(db::Session& session, std::string_view kind, std::int64_t id) const;
  std::optional<SearchPlace> search_place(db::Session& session, std::string_view kind, std::int64_t id) const;

 private:
  crypto::Keyring& keyring_;
  const patients::Patients& patients_;
  const Channels& channels_;
  const Clock& clock_;
};

// How the desk stands right now: numbers only, for a screen on the wall.
struct Standing {                      // of the unresolved cases of one channel
  std::optional<std::string> channel;  // none: nobody has written yet
  std::int64_t waiting = 0;            // patients whose last word is unanswered
  std::optional<Instant> since;        // since when the longest of them waits
  std::int64_t late = 0, soon = 0;     // past the standard; due between now and `soon_until`
  std::optional<Instant> next_due;     // the earliest still to come
};
BOOST_DESCRIBE_STRUCT(Standing, (), (channel, waiting, since, late, soon, next_due))
// One pass over the unresolved cases; channels nobody waits in and nothing is due in are left out.
std::vector<Standing> standing(db::Session& session, const SiteScope& scope, Instant now, Instant soon_until);

}  // namespace auricle::conversations
