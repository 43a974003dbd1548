// Records that may be of one person: asked at intake, and looked for after each change.
#include <algorithm>
#include <cmath>

#include "patients/match.h"
#include "patients/record.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"
#include "platform/search/fold.h"

namespace auricle::patients {
namespace {

constexpr int kEachKey = 200;  // a key that more people share says nothing
constexpr std::size_t kMostCandidates = 800;
constexpr std::size_t kShown = 8;

using Inputs = std::map<PersonId, MatchInput>;

void add_points(MatchInput& input, ContactSystem system, const std::string& value) {
  (system == ContactSystem::email ? input.emails : input.phones).push_back(value);
}

// What is compared of stored persons; merged ones are left out.
Inputs inputs_of(db::Session& session, const std::vector<PersonId>& ids,
                 std::map<PersonId, store::PersonRow>* rows = nullptr) {
  Inputs out;
  for (auto& row : store::persons(session, ids)) {
    if (row.merged_into) continue;
    out[row.id] = match_input(row);
    if (rows) (*rows)[row.id] = std::move(row);
  }
  for (const auto& point : store::points_of(session, ids))
    if (const auto found = out.find(point.person_id); found != out.end())
      add_points(found->second, point.system, point.value);
  for (const auto& identifier : store::identifiers_of(session, ids))
    if (const auto found = out.find(identifier.person_id); found != out.end())
      found->second.identifiers.push_back({identifier.system, identifier.value});
  return out;
}

std::vector<PersonId> candidates(db::Session& session, const MatchInput& input) {
  const auto record = prepare(input);
  std::vector<PersonId> found;
  const auto add = [&](const std::vector<PersonId>& more) { found.insert(found.end(), more.begin(), more.end()); };
  for (const auto& identifier : record.identifiers)
    add(store::by_whole_identifier(session, identifier.value, kEachKey));
  const auto add_point = [&](ContactSystem system, const std::string& value) {
    if (const auto point = store::find_point(session, system, value)) add(store::persons_of(session, *point));
  };
  for (const auto& email : input.emails) add_point(ContactSystem::email, email);
  for (const auto& phone : input.phones) {
    add_point(ContactSystem::phone, phone);
    add_point(ContactSystem::whatsapp, phone);
  }
  add(store::by_match_keys(session, match_keys(record), kEachKey));
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > kMostCandidates) found.resize(kMostCandidates);
  return found;
}

struct Likely {
  store::PersonRow row;
  Match match;
};

std::vector<Likely> likely_of(db::Session& session, const MatchInput& input, PersonId except) {
  auto ids = candidates(session, input);
  ids.erase(std::remove(ids.begin(), ids.end(), except), ids.end());
  const auto record = prepare(input);
  std::map<PersonId, store::PersonRow> rows;
  std::vector<Likely> out;
  for (const auto& [id, other] : inputs_of(session, ids, &rows)) {
    auto match = compare(record, prepare(other));
    if (match.verdict != MatchVerdict::different) out.push_back({rows[id], std::move(match)});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.match.bits > b.match.bits; });
  return out;
}

double score_of(double bits) { return std::round(chance_of(bits) * 100) / 100; }

PatientMatches shown(db::Session& session, std::vector<Likely> likely) {
  if (likely.size() > kShown) likely.resize(kShown);
  std::vector<PersonId> ids;
  for (const auto& one : likely) ids.push_back(one.row.id);
  std::map<PersonId, std::string> contacts;
  for (const auto& point : store::points_of(session, ids))
    contacts.try_emplace(point.person_id, display_point(point.system, point.value));
  PatientMatches out;
  for (auto& [row, match] : likely) {
    session.disclose("patient", row.id.value);
    const auto contact = contacts.find(row.id);
    out.items.push_back({row.id, display_name(row.given_name, row.family_name), row.provisional, row.is_patient,
                         row.birth_date, contact == contacts.end() ? std::nullopt : std::optional(contact->second),
                         score_of(match.bits), match.verdict, std::move(match.evidence)});
  }
  return out;
}

MatchInput input_of(const NewPatient& patient, std::string_view region) {
  MatchInput input;
  input.given_name = trimmed(patient.given_name);
  input.family_name = trimmed(patient.family_name);
  input.birth_date = patient.birth_date;
  input.sex = patient.sex;
  for (const auto& point : patient.contact_points)
    if (const auto normal = normal_point(point.system, point.value, region))
      add_points(input, point.system, normal->value);
  input.identifiers = patient.identifiers;
  input.address = patient.address.value_or("");
  input.postal_code = patient.postal_code.value_or("");
  input.city = patient.city.value_or("");
  return input;
}

struct Compared {
  PersonId id;
  std::int64_t version = 0;
  std::vector<std::pair<PersonId, std::int64_t>> likely;  // with tenths of bits
};

Compared compare_with_others(db::Session& session, PersonId id) {
  const auto row = store::person(session, id);
  if (!row || row->merged_into) return {id, 0, {}};
  Compared out{id, row->version, {}};
  for (const auto& one : likely_of(session, inputs_of(session, {id})[id], id))
    out.likely.emplace_back(one.row.id, static_cast<std::int64_t>(std::llround(one.match.bits * 10)));
  return out;
}

void keep(db::Tx& tx, const Compared& compared, Instant now) {
  const auto row = store::person(tx, compared.id);
  const bool there = row && !row->merged_into;
  if (there && row->version != compared.version) return;  // changed meanwhile: it is compared again
  tx.exec("DELETE FROM patients_unmatched WHERE person_id = $1", compared.id);
  if (!there) return;
  tx.exec("DELETE FROM patients_suspect WHERE state = 'open' AND (first_id = $1 OR second_id = $1)", compared.id);
  for (const auto& [other, bits] : compared.likely)
    if (const auto likely = store::person(tx, other); likely && !likely->merged_into)
      store::put_suspect(tx, compared.id, other, bits, now);
}

}  // namespace

Result<PatientMatches> Patients::similar(const Viewer& viewer, db::Session& session, const NewPatient& patient) const {
  if (!may(viewer, Permission::patients_read)) return fail(ErrorKind::forbidden, "error.forbidden");
  return shown(session, likely_of(session, input_of(patient, region_), {}));
}

Result<PatientMatches> Patients::similar(const Viewer& viewer, db::Session& session, PersonId id) const {
  const auto row = person_for(viewer, session, id, Permission::patients_read);
  if (!row) return fail(row.error());
  auto likely = likely_of(session, inputs_of(session, {row->id})[row->id], row->id);
  const auto told_apart = session.all<PersonId>(
      "SELECT CASE WHEN first_id = $1 THEN second_id ELSE first_id END FROM patients_suspect WHERE state = 'different' "
      "AND (first_id = $1 OR second_id = $1)",
      row->id);
  const auto known = [&](const Likely& one) {
    return std::find(told_apart.begin(), told_apart.end(), one.row.id) != told_apart.end();
  };
  likely.erase(std::remove_if(likely.begin(), likely.end(), known), likely.end());
  return shown(session, std::move(likely));
}

Result<Suspects> Patients::suspects(const Viewer& viewer, db::Session& session, std::string_view cursor,
                                    int limit) const {
  if (!may(viewer, Permission::patients_read)) return fail(ErrorKind::forbidden, "error.forbidden");
  std::int64_t bits = INT64_MAX, id = INT64_MAX;
  if (const auto dot = cursor.find('.'); dot != cursor.npos) {
    bits = std::strtoll(std::string(cursor.substr(0, dot)).c_str(), nullptr, 10);
    id = std::strtoll(std::string(cursor.substr(dot + 1)).c_str(), nullptr, 10);
  }
  auto rows = store::suspects(session, bits, id, limit + 1);
  Suspects out;
  if (rows.size() > static_cast<std::size_t>(limit)) {
    rows.resize(static_cast<std::size_t>(limit));
    out.next_cursor = std::to_string(rows.back().tenth_bits) + "." + std::to_string(rows.back().id);
  }
  std::vector<PersonId> ids;
  for (const auto& row : rows) ids.push_back(row.first_id), ids.push_back(row.second_id);
  const auto inputs = inputs_of(session, ids);
  const auto names = refs(session, ids);
  for (const auto& row : rows) {
    const auto first = inputs.find(row.first_id), second = inputs.find(row.second_id);
    if (first == inputs.end() || second == inputs.end()) continue;
    auto match = compare(prepare(first->second), prepare(second->second));
    session.disclose("patient", row.first_id.value);
    session.disclose("patient", row.second_id.value);
    out.items.push_back({row.id, score_of(match.bits), match.verdict, std::move(match.evidence), row.first_id,
                         row.second_id, names.at(row.first_id).display_name, names.at(row.second_id).display_name});
  }
  out.total = session.one<std::int64_t>("SELECT COUNT(*) FROM patients_suspect WHERE state = 'open'").value_or(0);
  out.searching = !store::unmatched(session, 1).empty();
  return out;
}

Result<Suspects> Patients::decide(const Viewer& viewer, db::Tx& tx, std::int64_t id, SuspectState state) const {
  if (auto allowed = may_write(viewer); !allowed) return fail(allowed.error());
  const auto row = store::suspect(tx, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  if (state == SuspectState::merged || row->state == SuspectState::merged)
    return fail(ErrorKind::conflict, "error.conflict");
  tx.exec("UPDATE patients_suspect SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1", id, state,
          clock_.now(), viewer.user);
  for (const auto person : {row->first_id, row->second_id})
    audit::append(tx, viewer, {audit::Action::change, "patient", {person.value}, {"duplicates"}, "", person.value},
                  clock_.now());
  events::announce(tx, {"patient", row->first_id.value, 0, {}});
  return suspects(viewer, tx, "", 1);
}

int Patients::find_suspects(db::Database& database, int most) const {
  const auto compared = database.read_now([&](db::Session& session) {
    std::vector<Compared> out;
    for (const auto id : store::unmatched(session, most)) out.push_back(compare_with_others(session, id));
    return out;
  });
  if (compared.empty()) return 0;
  database.write_now(
      [&](db::Tx& tx) {
        for (const auto& one : compared) keep(tx, one, clock_.now());
      },
      db::Lane::bulk);
  return static_cast<int>(compared.size());
}

}  // namespace auricle::patients
