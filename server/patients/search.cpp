// Finding people as one types.
#include <algorithm>
#include <map>

#include "patients/record.h"
#include "platform/base/phone.h"
#include "platform/search/fold.h"

namespace auricle::patients {
namespace {

constexpr int kCandidates = 300;

struct Found {
  double score = 0;
  MatchReason reason = MatchReason::name;
  std::string matched;
};
using FoundMap = std::map<PersonId, Found>;

void keep_best(FoundMap& found, PersonId id, Found match) {
  auto& best = found[id];
  if (match.score > best.score) best = std::move(match);
}

void find_by_name(db::Session& session, std::string_view query, FoundMap& found) {
  const auto words = search::folded_words(query);
  if (words.empty()) return;
  for (const auto& row : store::persons(session, store::by_name(session, words, kCandidates))) {
    const double score = name_score(words, row.given_name, row.family_name);
    if (score > 0) keep_best(found, row.id, {score, MatchReason::name, display_name(row.given_name, row.family_name)});
  }
}

void find_by_phone(db::Session& session, std::string_view query, std::string_view region, FoundMap& found) {
  if (!looks_like_phone(query)) return;
  std::string digits = digits_of(query);
  const auto number = parse_phone(query, region);
  if (digits.starts_with("00"))
    digits.erase(0, 2);
  else if (digits.starts_with("0"))
    digits.erase(0, 1);  // trunk prefix
  if (digits.empty()) return;
  for (const auto& match : store::by_digits(session, digits, number ? number->e164 : "", kCandidates)) {
    const bool exact = number && number->e164 == match.value;
    const double part = static_cast<double>(digits.size()) / static_cast<double>(match.value.size());
    keep_best(found, match.person_id,
              {exact ? 1.0 : 0.6 + 0.35 * std::min(1.0, part), MatchReason::phone, display_phone(match.value)});
  }
}

void find_by_address(db::Session& session, std::string_view query, FoundMap& found) {
  std::string lower = trimmed(query);
  if (lower.size() < 2 || lower.find(' ') != lower.npos) return;
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  for (const auto& match : store::by_address(session, lower, kCandidates)) {
    const double part = static_cast<double>(lower.size()) / static_cast<double>(match.value.size());
    keep_best(found, match.person_id,
              {match.value == lower ? 1.0 : 0.6 + 0.35 * part, MatchReason::email, match.value});
  }
}

void find_by_identifier(db::Session& session, std::string_view query, FoundMap& found) {
  std::string folded;
  for (const auto& word : search::folded_words(query)) folded += word;
  if (folded.size() < 3) return;
  for (const auto& row : store::by_identifier(session, folded, kCandidates)) {
    const double part = static_cast<double>(folded.size()) / static_cast<double>(row.folded.size());
    keep_best(found, row.person_id,
              {row.folded == folded ? 1.0 : 0.6 + 0.35 * part, MatchReason::identifier, row.value});
  }
}

void find_by_birth_date(db::Session& session, std::string_view query, FoundMap& found) {
  const auto date = typed_date(trimmed(query));
  if (!date) return;
  for (const auto id : store::by_birth_date(session, *date, kCandidates))
    keep_best(found, id, {0.97, MatchReason::birth_date, *date});
}

std::vector<std::pair<PersonId, Found>> best_of(const FoundMap& found, std::size_t limit) {
  std::vector<std::pair<PersonId, Found>> sorted(found.begin(), found.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.score > b.second.score; });
  if (sorted.size() > limit) sorted.resize(limit);
  return sorted;
}

std::vector<PatientHit> hits_of(db::Session& session, const FoundMap& found, std::size_t limit) {
  const auto best = best_of(found, limit);
  std::vector<PersonId> ids;
  for (const auto& [id, match] : best) ids.push_back(id);
  std::map<PersonId, store::PersonRow> rows;
  for (auto& row : store::persons(session, ids)) rows[row.id] = row;
  std::map<PersonId, std::string> contacts;
  for (const auto& point : store::points_of(session, ids))
    contacts.try_emplace(point.person_id, display_point(point.system, point.value));
  std::vector<PatientHit> hits;
  for (const auto& [id, match] : best) {
    const auto row = rows.find(id);
    if (row == rows.end() || row->second.merged_into) continue;
    session.disclose("patient", id.value);
    const auto contact = contacts.find(id);
    hits.push_back({id, display_name(row->second.given_name, row->second.family_name), row->second.provisional,
                    row->second.is_patient, row->second.birth_date, match.score, match.reason, match.matched,
                    contact == contacts.end() ? std::nullopt : std::optional(contact->second)});
  }
  return hits;
}

}  // namespace

Result<PatientHits> Patients::search(const Viewer& viewer, db::Session& session, std::string_view query,
                                     int limit) const {
  if (!may(viewer, Permission::patients_read)) return fail(ErrorKind::forbidden, "error.forbidden");
  FoundMap found;
  find_by_name(session, query, found);
  find_by_phone(session, query, region_, found);
  find_by_address(session, query, found);
  find_by_identifier(session, query, found);
  find_by_birth_date(session, query, found);
  return PatientHits{hits_of(session, found, static_cast<std::size_t>(limit))};
}

}  // namespace auricle::patients
