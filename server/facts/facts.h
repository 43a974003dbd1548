#pragma once
// Facts: what happened in a case, appended in the transaction that made it happen and never edited. They hold no text,
// name or birth date and name the patient by a random subject, so erasing a patient keeps the figures. The ledger is a
// pure fold of a case's facts (history-format.md, derivation rules): live use, import and figures run the same
// function.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/id.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle {
struct QueueTag;
using QueueId = Id<QueueTag>;
}  // namespace auricle

namespace auricle::facts {

struct FactTag;
using FactId = Id<FactTag>;
struct SubjectTag;
using SubjectId = Id<SubjectTag>;  // stands for a patient in facts; random
struct CallerTag;
using CallerId = Id<CallerTag>;  // stands for a telephone number in facts; random

// In the order of rule 1: facts of one instant are folded in this order.
enum class Kind {
  opened,
  message,
  call,
  visit,
  wait,
  assign,
  topic,
  priority,
  move,
  handoff,
  escalate,
  ack,
  resolve,
  reopen,
  left
};
BOOST_DESCRIBE_ENUM(Kind, opened, message, call, visit, wait, assign, topic, priority, move, handoff, escalate, ack,
                    resolve, reopen, left)

enum class Actor { patient, staff, bot };  // patient: also a carer who writes for one
BOOST_DESCRIBE_ENUM(Actor, patient, staff, bot)

enum class Owner { clinic, patient, third_party };  // who holds the case
BOOST_DESCRIBE_ENUM(Owner, clinic, patient, third_party)

// One fact. Which members a kind uses:
//   opened   actor (patient or staff), site, queue, topic, priority      message  actor, agent, conversation, message,
//   channel, is_public call     actor patient = in, staff = out; queued/answered/ended_at, agent, value = exit;
//   happened_at = offered_at visit    happened_at = arrived_at, answered_at = called_at, ended_at, agent wait     owner
//   assign  agent (none: unassigned), value = team       topic, priority   the new value move     conversation,
//   other_case = where it goes; with a message: split off into that conversation   ack      message resolve  agent or
//   actor bot, value = outcome handoff, escalate, reopen, left   nothing more (agent where known)
struct Fact {
  FactId id;
  CaseId case_id;  // none: a call that belongs to no case
  SubjectId subject_id;
  Kind kind = Kind::message;
  Instant happened_at;
  std::string source;  // where an imported row came from; "" in live use
  std::string
      source_id;  // its id there: orders facts of one instant and kind (rule 1); "" in live use: the fact's id orders
  Actor actor = Actor::staff;
  UserId agent_id;
  ConversationId conversation_id;
  MessageId message_id;
  std::string channel;
  SiteId site_id;  // the fact's own site; none: the case's
  QueueId queue_id;
  bool is_public = true;  // false: an internal note
  std::optional<Owner> owner;
  std::string topic, priority, language, value;
  std::optional<Instant> queued_at, answered_at, ended_at;
  std::optional<std::int64_t> wrap_up_seconds;
  CaseId other_case_id;
  CallerId caller_id;  // of a call: the outside number
  std::optional<std::int64_t> hold_seconds;
  std::string ended_by;  // caller, agent, system
};
BOOST_DESCRIBE_STRUCT(Fact, (),
                      (id, case_id, subject_id, kind, happened_at, source, source_id, actor, agent_id, conversation_id,
                       message_id, channel, site_id, queue_id, is_public, owner, topic, priority, language, value,
                       queued_at, answered_at, ended_at, wrap_up_seconds, other_case_id, caller_id, hold_seconds,
                       ended_by))

// An `ack` with this value takes the mark back: the message counts again, from its own time.
inline constexpr const char* kAckUndone = "undone";

// Rule 4: within includes equality. Later, live use opens a new case linked to the old one.
inline constexpr std::int64_t kReopenWindowMs = 7LL * 24 * 3600 * 1000;
inline bool reopens(Instant last_resolved_at, Instant message_at) {
  return message_at - last_resolved_at <= kReopenWindowMs;
}

// --- Facts that belong to no case's story ----------------------------------------------------------------------------

struct Survey {
  FactId id;
  CaseId case_id;          // none: asked after an appointment, or of no record
  FactId appointment_id;   // none: asked after a case
  std::string instrument;  // csat (scores 1 to 5) or nps (0 to 10)
  Instant sent_at;
  std::optional<Instant> answered_at;
  std::optional<std::int64_t> score;  // none: not answered, or without a score
  std::string channel;                // "": as the case
  std::string source, source_id;
};
BOOST_DESCRIBE_STRUCT(Survey, (),
                      (id, case_id, appointment_id, instrument, sent_at, answered_at, score, channel, source,
                       source_id))

enum class Attendance { booked, arrived, fulfilled, cancelled, noshow };
BOOST_DESCRIBE_ENUM(Attendance, booked, arrived, fulfilled, cancelled, noshow)
struct Appointment {
  FactId id;
  SubjectId subject_id;
  std::string service;
  UserId agent_id;  // the practitioner, where that is a member of staff
  SiteId site_id;
  Instant booked_at, starts_at, ends_at;
  Attendance status = Attendance::booked;
  std::optional<Instant> cancelled_at, arrived_at, called_at, started_at;
  std::string channel;  // it was booked by
  std::string source, source_id;
};
BOOST_DESCRIBE_STRUCT(Appointment, (),
                      (id, subject_id, service, agent_id, site_id, booked_at, starts_at, ends_at, status, cancelled_at,
                       arrived_at, called_at, started_at, channel, source, source_id))

struct Presence {  // from then on, until the person's next
  FactId id;
  UserId agent_id;
  std::string state;  // available busy wrap_up break training offline
  Instant at;
  std::string source, source_id;
};
BOOST_DESCRIBE_STRUCT(Presence, (), (id, agent_id, state, at, source, source_id))

// --- The ledger: what the fold of a case's facts yields
// --------------------------------------------------------------------------

struct Contact {  // a patient's contact that began something
  Kind kind = Kind::message;
  Instant at;
  std::string channel;
  SiteId site_id;
  ConversationId conversation_id;
};

struct Interval {  // who held the case, and which member of staff had it
  Owner owner = Owner::clinic;
  UserId agent_id;
  Instant from, to;
};

enum class WaitKind { first_response, next_reply, first_automated, handoff };
struct Answer {  // a wait that ended with an answer: a person's, for first_automated the bot's
  WaitKind kind = WaitKind::first_response;
  Contact contact;
  Instant at;
  UserId agent_id;
  SiteId site_id;  // of the answering fact: gives the local day
  std::string topic, priority;
};

struct Resolve {
  Instant at;
  UserId agent_id;  // who resolved; none: by a bot or unknown
  SiteId site_id;
  std::string topic, priority;
  std::optional<Instant> reopened_at;
  bool by_bot = false;
  bool unanswered = false;  // no person or bot ever answered
};

struct Unmet {  // a wait that got no answer by a person: a resolve ended it, or it is still open
  WaitKind kind = WaitKind::first_response;
  Contact contact;
  Instant until;  // kOpenEnd: still open
};

struct PublicAnswer {  // whether or not somebody waited for it
  Instant at;
  Actor by = Actor::staff;  // staff or bot
  SiteId site_id;
};

struct State {  // what holds from `since` on
  Instant since;
  std::string topic, priority;
  UserId agent_id;
};

// A case, or a linked case that a late message of an imported case opened (rule 4); both stand under the same case id.
struct Ledger {
  CaseId case_id;
  SubjectId subject_id;
  bool linked = false;
  Actor opened_by = Actor::patient;
  Instant opened_at;
  SiteId site_id;
  QueueId queue_id;
  std::string opening_topic, opening_priority;
  UserId opening_agent_id;
  std::optional<Contact> first_contact;
  std::vector<Interval>
      intervals;  // in order, without gaps but for the time it was resolved; the last is open if `to` == kOpenEnd
  std::vector<Answer> answers;
  std::vector<Unmet> unmet;
  std::vector<Resolve> resolves;
  std::vector<Contact> contacts;  // as kpi.md counts them: calls, visits, runs of messages
  std::vector<PublicAnswer> public_answers;
  std::vector<Instant> inbound;  // each message of the patient, thank-yous left out
  std::vector<Instant> handoffs;
  std::optional<Instant> left_at;  // the visitor of a web chat
  std::vector<State> states;
  std::string language;
  // The state after the last fact.
  UserId agent_id;
  std::string topic, priority;
  std::vector<Contact> unanswered;  // contacts no person answered yet, earliest first
  std::optional<Instant> first_answer_at;
  bool escalated = false;
  bool open() const { return resolves.empty() || resolves.back().reopened_at.has_value(); }
  const State& state_at(Instant when) const;
};
// A contact by messages lasts until the patient was silent longer than this (kpi.md, `contacts`).
inline constexpr std::int64_t kContactGapMs = 8LL * 3600 * 1000;
inline constexpr Instant kOpenEnd{INT64_MAX};

// The pure fold: facts of one case, or of several that a moved conversation joins, in any order → one ledger per case
// (and linked case), by case id, then time. Rule 1 sorts them first.
// Nothing after `as_of` is known to it.
std::vector<Ledger> fold(std::vector<Fact> facts, Instant as_of = kOpenEnd);

// --- What the inbox keeps on the case row
// ----------------------------------------------------------------------------------------

enum class CaseStatus { open, resolved };
BOOST_DESCRIBE_ENUM(CaseStatus, open, resolved)
struct CaseState {
  CaseStatus status = CaseStatus::open;
  Owner waiting_on = Owner::clinic;
  std::optional<Instant> waiting_since;     // when waiting_on began; none while resolved
  std::optional<Instant> unanswered_since;  // earliest inbound message without a person's answer
  std::optional<Instant> first_answer_at;
  Instant opened_at;
  std::optional<Instant> last_resolved_at;
  UserId agent_id;
  std::string topic, priority;
  QueueId queue_id;
  std::string first_channel, waiting_channel;  // of the first contact; of the message nobody answered yet
};
CaseState state_of(const Ledger& ledger);

// --- Service
// ---------------------------------------------------------------------------------------------------------------------

// Appends the fact (its id is made if zero) and returns the id. The caller refolds after its last fact.
FactId append(db::Tx& tx, Fact fact);
void append(db::Tx& tx, const Survey& survey);
void append(db::Tx& tx, const Appointment& appointment);
void append(db::Tx& tx, const Presence& presence);
// Takes back the opening of a case by a split and what moved to it, within the seconds in which it can be undone: like
// an undone resolve it never reaches the figures. After that only further facts can change anything.
void retract_split(db::Tx& tx, CaseId opened);
// The random subject of a patient; made at first use. Erasing the patient deletes the one row that joins them.
SubjectId subject_of(db::Tx& tx, PersonId patient);
void forget_patient(db::Tx& tx, PersonId patient);
// The same for a telephone number in full form (+34…); "" and what is no number have none.
CallerId caller_of(db::Tx& tx, const std::string& number);
void forget_number(db::Tx& tx, const std::string& number);
// The only deletion there is: history that was taken in on trial and is taken back, as if it had never been.
void take_back(db::Tx& tx, CaseId case_id);
// Where moves have taken the conversation: the latest one says; nothing when it never moved.
std::optional<CaseId> moved_to(db::Session& session, ConversationId conversation);
// Two patients turned out to be one (their facts are read as of one subject), or not to be.
void join_subjects(db::Tx& tx, PersonId kept, PersonId gone);
void part_subjects(db::Tx& tx, PersonId gone);
// Facts of the case and of those joined to it by a moved conversation.
std::vector<Fact> facts_of(db::Session& session, CaseId case_id);
// Folds the case anew and keeps what the figures look cases up by.
CaseState refold(db::Tx& tx, CaseId case_id);
// When the last known fact happened, of those older than this id; nothing while there is none.
std::optional<Instant> latest_fact(db::Session& session, std::int64_t before_id = INT64_MAX);
// All ledgers of the case, the case itself first, for the strip on the screen.
std::vector<Ledger> ledgers_of(db::Session& session, CaseId case_id);

// For figures: streams the facts of the cases that had a fact in [from, to), or with open_after of those opened by `to`
// and still unresolved at `from` or later; one call per case, or per group of cases joined by a moved conversation.
struct Candidates {
  Instant from, to;
  bool open_after = false;
  std::optional<Instant> open_from, open_to;  // beside those with a fact in the time: these unresolved ones
};
// Calls without a case come one by one.
void for_each_group(db::Session& session, const Candidates& candidates,
                    const std::function<void(std::vector<Fact>&&)>& visit);

// Surveys sent or answered, appointments that start, and states that begin in [from, to); presence by person and time.
std::vector<Survey> surveys(db::Session& session, Instant from, Instant to);
std::vector<Appointment> appointments(db::Session& session, Instant from, Instant to);
std::vector<Presence> presences(db::Session& session, Instant from, Instant to);
std::vector<Appointment> appointments_of(db::Session& session, const std::vector<Survey>& surveys);

// A closed period never changes by itself: what an import adds to days that were counted before is noted.
struct Counted {  // the time of which facts were known
  Instant since, until;
};
Counted counted_before(db::Session& session, std::int64_t id);  // by the facts older than this id
// Notes what rows of [first_id, last_id) came into that time, if any.
void note_late(db::Tx& tx, const Counted& counted, std::int64_t first_id, std::int64_t last_id, Instant now);
struct Restatement {
  std::int64_t id = 0;
  Instant recorded_at;
  std::int64_t first_id = 0, last_id = 0;
  Instant from_at, to_at;  // of what was added
  std::string added;       // "12 message, 3 resolve"
};
BOOST_DESCRIBE_STRUCT(Restatement, (), (id, recorded_at, first_id, last_id, from_at, to_at, added))
std::vector<Restatement> restatements(db::Session& session, Instant from, Instant to);
// --- For who keeps the figures of past days (marks.cpp)
// ---------------------------------------------------------------------------------------

// A local day that ended so long ago is settled: what happens now leaves it alone but for what is marked.
inline constexpr std::int64_t kSettledMs = 3LL * 3600 * 1000;
struct Mark {  // what is counted on days of that time may have changed; kOpenEnd: until now
  std::int64_t id = 0;
  Instant from_at, to_at;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (id, from_at, to_at))
std::vector<Mark> marks(db::Session& session, int limit);  // in the order of their ids
void forget_marks(db::Tx& tx, std::int64_t last);          // those up to it that this transaction sees
void mark_unfolded(db::Tx& tx, Instant first);             // facts of cases from then on that are refolded later
std::optional<Instant> earliest(db::Session& session);     // of all there is to count

// --- For the arrival forecast (arrivals.cpp)
// ---------------------------------------------------------------------------------------

// Something a patient began: a call that entered a queue, a visit to the desk, or a case opened in writing (by the
// channel of its first message; a case that began with a call or a visit is not counted again).
struct Arrival {
  Instant at;  // entered the queue, came in, wrote
  std::string channel;
  SiteId site_id;  // its own, else its case's; zero: none
  QueueId queue_id;
  bool timed = false;  // a call or visit: it waits in a queue and is served in one go
  std::optional<Instant> served_at, ended_at;
  std::int64_t wrap_up_seconds = 0;
  bool hung_up = false;  // left the queue by itself
};
// Those in [from, to), in no particular order. Reads the facts of patients in that time once.
void for_each_arrival(db::Session& session, Instant from, Instant to, const std::function<void(Arrival&&)>& visit);

}  // namespace auricle::facts
