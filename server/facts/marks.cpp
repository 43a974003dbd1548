// Which times' figures a change may touch. Facts mark them in the transaction that writes them; whoever keeps figures
// of past days counts those days again. More may be marked than changed, never less.
#include <algorithm>
#include <set>

#include "facts/facts.h"
#include "facts/marks.h"

namespace auricle::facts {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kReachMs = 26 * kHourMs;  // a contact decides what became of a call missed a day before
constexpr std::int64_t kLateMs = kHourMs;        // known later than that: other days may have been counted without it

Instant ended(const Fact& fact) {
  Instant last = std::max({fact.happened_at, fact.queued_at.value_or(fact.happened_at),
                           fact.answered_at.value_or(fact.happened_at), fact.ended_at.value_or(fact.happened_at)});
  return last + 1000 * fact.wrap_up_seconds.value_or(0);
}

// A fact's id says when it was written down.
bool late(const Fact& fact) { return written_at(fact.id) - ended(fact) > kLateMs; }

void put(db::Tx& tx, Instant from, Instant to) {
  tx.exec("INSERT INTO facts_mark(id, from_at, to_at) VALUES($1, $2, $3)", next_id(), from, to);
}

// The present as the newest fact knows it: days end a day and more before they are counted for good.
Instant counted_until(const std::vector<Fact>& facts) {
  Instant now{0};
  for (const auto& fact : facts) now = std::max({now, written_at(fact.id), fact.happened_at});
  return now - kMarkFromMs;
}

// Told as it happened, with nothing that says something new of the past: only the days of the facts themselves change.
bool told_in_order(const std::vector<Fact>& facts) {
  std::set<SubjectId> later, opening;
  for (const auto& fact : facts) {
    if (late(fact) || fact.kind == Kind::ack || fact.kind == Kind::move) return false;
    (fact.kind == Kind::opened ? opening : later).insert(fact.subject_id);
  }
  return std::all_of(later.begin(), later.end(), [&](SubjectId id) { return !id || opening.contains(id); });
}

// Those of this transaction, as far as can be told: of the last minute.
std::vector<const Fact*> newest_of(const std::vector<Fact>& facts) {
  constexpr std::int64_t kTransactionMs = 60'000;
  Instant last{0};
  for (const auto& fact : facts) last = std::max(last, written_at(fact.id));
  std::vector<const Fact*> newest;
  for (const auto& fact : facts)
    if (last - written_at(fact.id) < kTransactionMs) newest.push_back(&fact);
  return newest;
}

// When a person of ours reached the patient.
std::optional<Instant> reached_at(const Fact& fact) {
  if (fact.kind == Kind::message && fact.actor == Actor::staff && fact.is_public) return fact.happened_at;
  if (fact.kind == Kind::call || fact.kind == Kind::visit) return fact.answered_at;
  return std::nullopt;
}

// That decides what became of a call they missed the day before.
void mark_missed(db::Tx& tx, Instant at, SubjectId subject, CallerId caller) {
  const Instant from = at - kReachMs;
  std::optional<Instant> missed;
  const auto look = [&](const char* sql, auto who) {
    if (const auto found = tx.one<Instant>(sql, who, from)) missed = std::min(missed.value_or(*found), *found);
  };
  if (subject)
    for (const auto one : same_as(tx, subject)) {
      look(
          "SELECT c.happened_at FROM facts_case k JOIN facts_fact c ON c.case_id = k.case_id WHERE k.subject_id = $1 "
          "AND c.kind = 'call' AND c.answered_at IS NULL AND c.happened_at >= $2 ORDER BY c.happened_at LIMIT 1",
          one);
      look(
          "SELECT happened_at FROM facts_fact WHERE subject_id = $1 AND kind = 'call' AND answered_at IS NULL AND "
          "happened_at >= $2 ORDER BY happened_at LIMIT 1",
          one);
    }
  if (caller)
    look(
        "SELECT happened_at FROM facts_fact WHERE caller_id = $1 AND answered_at IS NULL AND happened_at >= $2 ORDER "
        "BY "
        "happened_at LIMIT 1",
        caller);
  if (missed) put(tx, *missed, at);
}

// The first word of it decides what all days of the case are of; messages after it change nothing.
bool language_came_later(const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers) {
  std::map<CaseId, Instant> first;
  for (const auto& fact : facts) {
    if (fact.language.empty()) continue;
    auto& at = first.try_emplace(fact.case_id, fact.happened_at).first->second;
    at = std::min(at, fact.happened_at);
  }
  return std::any_of(ledgers.begin(), ledgers.end(), [&](const Ledger& ledger) {
    const auto found = first.find(ledger.case_id);
    return found != first.end() && found->second - ledger.opened_at > kLateMs;
  });
}

// Each day on which something happened; neighbours in one row.
void mark_days(db::Tx& tx, const std::vector<Fact>& facts, Instant counted) {
  std::vector<Instant> times;
  for (const auto& fact : facts)
    for (const auto at :
         {std::optional(fact.happened_at), fact.queued_at, fact.answered_at, fact.ended_at, std::optional(ended(fact))})
      if (at && *at < counted) times.push_back(*at);
  std::sort(times.begin(), times.end());
  for (std::size_t from = 0, to = 0; from < times.size(); from = to) {
    while (to < times.size() && times[to] - times[to == from ? from : to - 1] <= 12 * kHourMs) ++to;
    put(tx, times[from], times[to - 1]);
  }
}

std::optional<Instant> last_survey(db::Session& session, CaseId id) {
  return session.one<Instant>(
      "SELECT COALESCE(MAX(COALESCE(answered_at, sent_at)), 0) FROM facts_survey WHERE case_id = $1", id);
}

void mark_whole(db::Tx& tx, const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers) {
  Instant first = kOpenEnd, last{0};
  std::set<CaseId> cases;
  for (const auto& fact : facts) {
    first = std::min(first, fact.happened_at);
    last = std::max(last, ended(fact));
    if (fact.case_id) cases.insert(fact.case_id);
  }
  if (std::any_of(ledgers.begin(), ledgers.end(), [](const Ledger& l) { return l.open(); })) last = kOpenEnd;
  for (const auto id : cases)
    if (last < kOpenEnd) last = std::max(last, last_survey(tx, id).value_or(last));
  put(tx, first - kReachMs, last);
}

struct OtherCase {
  CaseId case_id;
  Instant opened_at, open_until;
};
BOOST_DESCRIBE_STRUCT(OtherCase, (), (case_id, opened_at, open_until))

// Another case of the patient within a week says that the need came again (first-contact resolution, containment).
void mark_others(db::Tx& tx, const Ledger& ledger, SubjectId of) {
  if (!of) return;
  for (const auto subject : same_as(tx, of))
    for (const auto& other :
         tx.all<OtherCase>("SELECT case_id, opened_at, open_until FROM facts_case WHERE subject_id = $1 AND "
                           "case_id <> $2 AND opened_at <= $3 AND open_until >= $4",
                           subject, ledger.case_id, ledger.opened_at, ledger.opened_at - kReopenWindowMs))
      put(tx, other.opened_at, std::min(other.open_until, ledger.opened_at));
}

}  // namespace

Instant written_at(FactId id) { return {1'577'836'800'000 + (id.value >> 12)}; }  // platform/base/id.h

std::vector<SubjectId> same_as(db::Session& session, SubjectId subject) {
  std::set<SubjectId> all{subject};
  for (std::vector<SubjectId> next{subject}; !next.empty();) {
    const auto one = next.back();
    next.pop_back();
    session.each<SubjectId>(
        "SELECT same_as FROM facts_same_subject WHERE subject_id = $1 UNION "
        "SELECT subject_id FROM facts_same_subject WHERE same_as = $1",
        [&](SubjectId&& other) {
          if (all.insert(other).second) next.push_back(other);
        },
        one);
  }
  return {all.begin(), all.end()};
}

void mark_case(db::Tx& tx, const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers) {
  const Instant counted = counted_until(facts);
  const bool in_order = told_in_order(facts) && !language_came_later(facts, ledgers);
  if (in_order)
    mark_days(tx, facts, counted);
  else
    mark_whole(tx, facts, ledgers);
  const auto newest = newest_of(facts);
  for (const auto& ledger : ledgers) {
    const auto of_ledger = [&](const Fact* fact) { return fact->case_id == ledger.case_id; };
    if (!in_order || std::any_of(newest.begin(), newest.end(),
                                 [&](const Fact* fact) { return of_ledger(fact) && fact->kind == Kind::opened; }))
      mark_others(tx, ledger, ledger.subject_id);
    for (const auto* fact : newest)
      if (const auto at = reached_at(*fact); in_order && at && of_ledger(fact))
        mark_missed(tx, *at, ledger.subject_id, fact->caller_id);
  }
}

void mark_left(db::Tx& tx, const Ledger& ledger) {
  const auto before = tx.one<SubjectId>("SELECT subject_id FROM facts_case WHERE case_id = $1", ledger.case_id);
  if (before && *before != ledger.subject_id) mark_others(tx, ledger, *before);
}

void mark_fact(db::Tx& tx, const Fact& alone) {
  if (late(alone)) return put(tx, alone.happened_at - kReachMs, ended(alone));
  if (written_at(alone.id) - alone.happened_at > kMarkFromMs) put(tx, alone.happened_at, ended(alone));  // a long one
  if (const auto at = reached_at(alone)) mark_missed(tx, *at, alone.subject_id, alone.caller_id);
}

void mark_time(db::Tx& tx, FactId written, Instant at) {
  if (at < written_at(written) - kLateMs) put(tx, at, at);
}

void mark_taken_back(db::Tx& tx, CaseId case_id) {
  const auto facts = facts_of(tx, case_id);
  if (facts.empty()) return;
  const auto ledgers = fold(facts);
  mark_whole(tx, facts, ledgers);
  for (const auto& ledger : ledgers) mark_others(tx, ledger, ledger.subject_id);
}

void mark_subject(db::Tx& tx, SubjectId subject) {
  for (const auto same : same_as(tx, subject)) {
    for (const auto& one :
         tx.all<OtherCase>("SELECT case_id, opened_at, open_until FROM facts_case WHERE subject_id = $1", same))
      put(tx, one.opened_at - kReachMs, one.open_until);
    for (const auto at :
         tx.all<Instant>("SELECT happened_at FROM facts_fact WHERE subject_id = $1 AND kind = 'call'", same))
      put(tx, at - kReachMs, at + kReachMs);
  }
}

// What was said before may tell of a week earlier, and of each day since.
void mark_unfolded(db::Tx& tx, Instant first) { put(tx, first - kReopenWindowMs, kOpenEnd); }

std::vector<Mark> marks(db::Session& session, int limit) {
  return session.all<Mark>("SELECT id, from_at, to_at FROM facts_mark ORDER BY id LIMIT $1", limit);
}

void forget_marks(db::Tx& tx, std::int64_t last) { tx.exec("DELETE FROM facts_mark WHERE id <= $1", last); }

}  // namespace auricle::facts
