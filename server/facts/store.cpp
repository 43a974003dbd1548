#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "facts/facts.h"
#include "facts/marks.h"
#include "platform/base/id.h"

namespace auricle::facts {
namespace {

constexpr const char* kColumns =
    "id, case_id, subject_id, kind, happened_at, source, source_id, actor, agent_id, conversation_id, message_id, "
    "channel, site_id, "
    "queue_id, is_public, owner, topic, priority, language, value, queued_at, answered_at, ended_at, "
    "wrap_up_seconds, other_case_id, caller_id, hold_seconds, ended_by";

std::string select(const std::string& rest) { return std::string("SELECT ") + kColumns + " FROM facts_fact " + rest; }

// Subjects of merged records; few.
class SameSubjects {
 public:
  explicit SameSubjects(db::Session& session) {
    session.run("SELECT subject_id, same_as FROM facts_same_subject", {}, [&](const db::Row& row) {
      same_[{row.integer(0)}] = {row.integer(1)};
      return true;
    });
  }
  void apply(Fact& fact) const {
    for (auto found = same_.find(fact.subject_id); found != same_.end(); found = same_.find(fact.subject_id))
      fact.subject_id = found->second;
  }

 private:
  std::map<SubjectId, SubjectId> same_;
};

// Random, not time-ordered: a subject must not tell when its patient was first met. 53 bits are safe in JSON.
SubjectId random_subject() {
  std::random_device device;  // the system's generator
  std::uint64_t bits = 0;
  while (bits == 0) bits = ((static_cast<std::uint64_t>(device()) << 32) | device()) >> 11;
  return {static_cast<std::int64_t>(bits)};
}

void keep_case(db::Tx& tx, CaseId id, const std::vector<Ledger>& mine) {
  if (mine.empty()) return;
  const Ledger& last = mine.back();
  tx.exec(
      "INSERT INTO facts_case(case_id, opened_at, open_until, subject_id) VALUES($1, $2, $3, $4) "
      "ON CONFLICT (case_id) DO UPDATE SET opened_at = excluded.opened_at, open_until = excluded.open_until, "
      "subject_id = excluded.subject_id",
      id, mine.front().opened_at, last.open() ? kOpenEnd : last.resolves.back().at, last.subject_id);
}

std::vector<Ledger> of_case(std::vector<Ledger> ledgers, CaseId id) {
  std::erase_if(ledgers, [&](const Ledger& ledger) { return ledger.case_id != id; });
  return ledgers;
}

}  // namespace

FactId append(db::Tx& tx, Fact fact) {
  if (!fact.id) fact.id = new_id<FactId>();
  tx.insert("facts_fact", fact);
  if (!fact.case_id) mark_fact(tx, fact);
  return fact.id;
}

void retract_split(db::Tx& tx, CaseId opened) {
  mark_taken_back(tx, opened);
  tx.exec("DELETE FROM facts_fact WHERE case_id = $1 OR (other_case_id = $1 AND kind = 'move')", opened);
  tx.exec("DELETE FROM facts_case WHERE case_id = $1", opened);
}

SubjectId subject_of(db::Tx& tx, PersonId patient) {
  if (const auto found = tx.one<SubjectId>("SELECT subject_id FROM facts_subject WHERE patient_id = $1", patient))
    return *found;
  const SubjectId subject = random_subject();
  tx.exec("INSERT INTO facts_subject(patient_id, subject_id) VALUES($1, $2)", patient, subject);
  return subject;
}

void forget_patient(db::Tx& tx, PersonId patient) {
  tx.exec("DELETE FROM facts_subject WHERE patient_id = $1", patient);
}

void take_back(db::Tx& tx, CaseId case_id) {
  mark_taken_back(tx, case_id);
  tx.exec("DELETE FROM facts_fact WHERE case_id = $1", case_id);
  tx.exec("DELETE FROM facts_case WHERE case_id = $1", case_id);
}

std::optional<CaseId> moved_to(db::Session& session, ConversationId conversation) {
  return session.one<CaseId>(
      "SELECT other_case_id FROM facts_fact WHERE other_case_id IS NOT NULL AND conversation_id = $1 AND kind = 'move' "
      "ORDER BY happened_at DESC, source_id DESC, id DESC LIMIT 1",
      conversation);
}

void join_subjects(db::Tx& tx, PersonId kept, PersonId gone) {
  tx.exec(
      "INSERT INTO facts_same_subject(subject_id, same_as) VALUES($1, $2) ON CONFLICT (subject_id) DO UPDATE SET "
      "same_as = excluded.same_as",
      subject_of(tx, gone), subject_of(tx, kept));
  mark_subject(tx, subject_of(tx, gone));
}

void part_subjects(db::Tx& tx, PersonId gone) {
  mark_subject(tx, subject_of(tx, gone));
  tx.exec("DELETE FROM facts_same_subject WHERE subject_id = $1", subject_of(tx, gone));
}

// Of the case, and of the cases that a moved conversation joins to it.
std::vector<Fact> facts_of(db::Session& session, CaseId case_id) {
  static const std::string of_case = select("WHERE case_id = $1");
  std::vector<Fact> facts;
  std::set<CaseId> seen{case_id};
  std::vector<CaseId> next{case_id};
  const auto join = [&](CaseId other) {
    if (other && seen.insert(other).second) next.push_back(other);
  };
  while (!next.empty()) {
    const CaseId id = next.back();
    next.pop_back();
    const auto keep = [&](Fact&& fact) {
      join(fact.other_case_id);
      facts.push_back(std::move(fact));
    };
    session.each<Fact>(of_case, keep, id);
    session.each<CaseId>("SELECT case_id FROM facts_fact WHERE other_case_id = $1", join, id);
  }
  return facts;
}

std::vector<Ledger> ledgers_of(db::Session& session, CaseId case_id) {
  return of_case(fold(facts_of(session, case_id)), case_id);
}

std::optional<Instant> latest_fact(db::Session& session, std::int64_t before_id) {
  return session.one<Instant>(
      "SELECT happened_at FROM facts_fact WHERE id < $1 ORDER BY happened_at DESC, case_id DESC LIMIT 1", before_id);
}

CaseState refold(db::Tx& tx, CaseId case_id) {
  const auto facts = facts_of(tx, case_id);
  const auto all = fold(facts);
  std::map<CaseId, std::vector<Ledger>> by_case;
  for (const auto& ledger : all) by_case[ledger.case_id].push_back(ledger);
  for (const auto& [id, ledgers] : by_case) {
    mark_left(tx, ledgers.back());
    keep_case(tx, id, ledgers);
  }
  mark_case(tx, facts, all);
  const auto& mine = by_case[case_id];
  return mine.empty() ? CaseState{} : state_of(mine.back());
}

void for_each_group(db::Session& session, const Candidates& candidates,
                    const std::function<void(std::vector<Fact>&&)>& visit) {
  std::set<CaseId> moved;  // cases joined by a move are folded together; they are few
  session.each<CaseId>(
      "SELECT case_id FROM facts_fact WHERE other_case_id IS NOT NULL UNION "
      "SELECT other_case_id FROM facts_fact WHERE other_case_id IS NOT NULL",
      [&](CaseId&& id) { moved.insert(id); });
  const SameSubjects same(session);
  std::vector<Fact> facts;
  std::set<CaseId> done;
  const auto flush = [&] {
    if (facts.empty()) return;
    const CaseId id = facts.front().case_id;
    if (!moved.contains(id)) {
      visit(std::move(facts));
    } else if (!done.contains(id)) {
      auto joined = facts_of(session, id);
      for (auto& fact : joined) {
        same.apply(fact);
        done.insert(fact.case_id);
      }
      visit(std::move(joined));
    }
    facts.clear();
  };
  const std::string cases =
      candidates.open_after  ? "SELECT case_id FROM facts_case WHERE open_until >= $1 AND opened_at <= $2"
      : candidates.open_from ? "SELECT case_id FROM facts_fact WHERE happened_at >= $1 AND happened_at < $2 UNION "
                               "SELECT case_id FROM facts_case WHERE open_until >= $3 AND opened_at <= $4"
                             : "SELECT DISTINCT case_id FROM facts_fact WHERE happened_at >= $1 AND happened_at < $2";
  const auto keep = [&](Fact&& fact) {
    if (!facts.empty() && facts.front().case_id != fact.case_id) flush();
    same.apply(fact);
    facts.push_back(std::move(fact));
  };
  const std::string of_cases = select("WHERE case_id IN (" + cases + ") ORDER BY case_id");
  if (candidates.open_from && !candidates.open_after)
    session.each<Fact>(of_cases, keep, candidates.from, candidates.to, *candidates.open_from, *candidates.open_to);
  else
    session.each<Fact>(of_cases, keep, candidates.from, candidates.to);
  flush();
  if (candidates.open_after) return;
  session.each<Fact>(
      select("WHERE case_id IS NULL AND happened_at >= $1 AND happened_at < $2"),
      [&](Fact&& call) { visit({std::move(call)}); }, candidates.from, candidates.to);
}

}  // namespace auricle::facts
