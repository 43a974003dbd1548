#pragma once
// Inside this module: which days' figures a change may touch (marks.cpp).
#include <vector>

#include "facts/facts.h"

namespace auricle::facts {

// What happened later than this before now belongs to no day that was counted for good; with an hour to spare.
inline constexpr std::int64_t kMarkFromMs = kSettledMs - 3600 * 1000;

Instant written_at(FactId id);
std::vector<SubjectId> same_as(db::Session& session, SubjectId subject);  // itself and those joined with it
// After a fact of the case, or of a group joined by a moved conversation.
void mark_case(db::Tx& tx, const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers);
void mark_left(db::Tx& tx, const Ledger& ledger);        // before it is kept: it may have been another patient's
void mark_fact(db::Tx& tx, const Fact& alone);           // of no case
void mark_time(db::Tx& tx, FactId written, Instant at);  // of what counts on one day
void mark_taken_back(db::Tx& tx, CaseId case_id);        // before its facts go
void mark_subject(db::Tx& tx, SubjectId subject);        // joined with another, or parted

}  // namespace auricle::facts
