#pragma once
// Many cases changed by one request: each has its own outcome, and what changed is taken back by one request too.
#include "conversations/conversations.h"

namespace auricle::conversations {

enum class BulkAction {
  assign,
  topic,
  priority,
  language,
  wait,
  snooze,
  follow_up,
  resolve,
  undo_resolve,
  reopen,
  ack,
  unack
};
BOOST_DESCRIBE_ENUM(BulkAction, assign, topic, priority, language, wait, snooze, follow_up, resolve, undo_resolve,
                    reopen, ack, unack)

struct BulkChange {
  using absent_is_default = void;
  CaseId case_id;
  BulkAction action = BulkAction::assign;
  std::optional<UserId> assignee_id;
  std::optional<std::string> topic;
  std::optional<Priority> priority;
  std::optional<std::string> language;
  std::optional<Owner> on;
  std::optional<Instant> until;
  std::optional<std::string> local, zone;
  std::optional<Outcome> outcome;
  std::vector<MessageId> message_ids;  // ack without: every message nobody answered yet
};
BOOST_DESCRIBE_STRUCT(BulkChange, (),
                      (case_id, action, assignee_id, topic, priority, language, on, until, local, zone, outcome,
                       message_ids))
struct BulkChanges {
  std::vector<BulkChange> changes;
};
BOOST_DESCRIBE_STRUCT(BulkChanges, (), (changes))

struct BulkItem {
  CaseId case_id;
  bool changed = false;
  std::optional<std::string> error;  // locale key
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(BulkItem, (), (case_id, changed, error, version))
struct BulkDone {
  std::vector<BulkItem> items;
  std::optional<CaseUndo> undo;
};
BOOST_DESCRIBE_STRUCT(BulkDone, (), (items, undo))

struct BulkOutcome {
  BulkItem item;
  std::optional<BulkChange> undo;  // none when nothing changed or it cannot be taken back
};
// One of them; a refused one changes nothing.
BulkOutcome change_one(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const BulkChange& change);

inline constexpr std::size_t kMostChanges = 200, kChangesAtOnce = 20;  // in one request; in one transaction

}  // namespace auricle::conversations
