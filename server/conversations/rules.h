#pragma once
// Pure decisions about cases: what a message does to a case, in which order cases stand, what may be sent.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conversations/conversations.h"
#include "conversations/store.h"

namespace auricle::conversations {

// The first words of a text on one line, at most about 160 letters, cut between words.
std::string first_words(std::string_view text);
// Without Re:, Fwd:, RV:, Antwort: … in front, white space joined.
std::string plain_subject(std::string_view subject);

// Where a case stands in its list: those waiting for the clinic by the start of the wait, then the others; snoozed by
// their end; resolved latest first.
std::int64_t list_key_of(const store::CaseRecord& row);
CaseStateName state_name(facts::CaseStatus status, bool resolving, bool snoozed);
// The columns that follow from the facts.
void apply_state(store::CaseRecord& row, const facts::CaseState& state, bool resolving);

// Where an inbound message goes. A candidate is a conversation its threading points at.
struct JoinCandidate {
  ConversationId conversation;
  CaseId case_id;
  bool same_sender = false;  // the conversation is with the contact point it came from
  bool resolved = false;
  std::optional<Instant> resolved_at;
};
struct JoinDecision {
  enum class Kind { join, reopen, linked, fresh } kind = Kind::fresh;
  JoinCandidate to;
};
// data.md: joining needs the same sender, never a header alone; an unauthenticated message never joins. Derivation rule
// 4: within seven days of the resolve it reopens, later it opens a linked case. A machine's answer joins as it is and
// never reopens.
JoinDecision decide_join(const std::vector<JoinCandidate>& candidates, bool authenticated, bool auto_reply,
                         Instant now);

// Why one cannot answer in a conversation now, as a locale key.
std::optional<std::string> blocked(const Capabilities* capabilities, bool has_contact_point,
                                   std::optional<Instant> last_inbound_at, Instant now);
std::optional<Instant> open_until(const Capabilities& capabilities, std::optional<Instant> last_inbound_at);

// "2026-11-26T09:00" → day and minute; nullopt if it is none.
struct LocalTime {
  std::string day;
  int minute = 0;
};
std::optional<LocalTime> parse_local_time(std::string_view text);

// After how long a failed attempt is made again; nullopt: that was the last.
std::optional<std::int64_t> retry_after_ms(std::int64_t attempts);

std::string cursor_of(std::int64_t key, std::int64_t id);
std::optional<std::pair<std::int64_t, std::int64_t>> parse_cursor(std::string_view cursor);
std::string undo_path(CaseId id, std::string_view action);

}  // namespace auricle::conversations
