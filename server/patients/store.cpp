#include "patients/store.h"

#include <algorithm>

#include "patients/match.h"
#include "platform/db/in_list.h"

namespace auricle::patients::store {
namespace {

#define AURICLE_PERSON_COLUMNS                                                                           \
  "id, version, provisional, is_patient, given_name, family_name, birth_date, sex, pronouns, language, " \
  "preferred_channel, created_at, address, postal_code, city, merged_into"
#define AURICLE_POINT_COLUMNS                                                                                         \
  "r.person_id, c.id, c.system, c.value, r.label, r.preferred, r.verified_at, r.verified_by, r.verification_method, " \
  "c.undeliverable_since, c.undeliverable_reason"
#define AURICLE_POINT_TABLES "patients_reach r JOIN patients_contact_point c ON c.id = r.contact_point_id"

void mark_unmatched(db::Tx& tx, PersonId id) {
  tx.exec("INSERT INTO patients_unmatched(person_id) VALUES($1) ON CONFLICT (person_id) DO NOTHING", id);
}

std::string above(std::string_view prefix) {
  return std::string(prefix) + "\xF4\x8F\xBF\xBF";
}  // after all that begin so

// How the person is found: words of the name, keys for comparing; and to be compared anew.
void put_keys(db::Tx& tx, const PersonRow& row) {
  for (const auto& word : name_words(row.given_name, row.family_name))
    tx.exec("INSERT INTO patients_name_word(word, person_id) VALUES($1, $2)", word, row.id);
  for (const auto key : match_keys(prepare(match_input(row))))
    tx.exec("INSERT INTO patients_match_key(match_key, person_id) VALUES($1, $2)", key, row.id);
  mark_unmatched(tx, row.id);
}

void drop_keys(db::Tx& tx, PersonId id) {
  for (const char* table : {"patients_name_word", "patients_match_key", "patients_unmatched"})
    tx.exec("DELETE FROM " + std::string(table) + " WHERE person_id = $1", id);
}

}  // namespace

std::optional<PersonRow> person(db::Session& session, PersonId id) {
  return session.one<PersonRow>("SELECT " AURICLE_PERSON_COLUMNS " FROM patients_person WHERE id = $1", id);
}

std::vector<PersonRow> persons(db::Session& session, const std::vector<PersonId>& ids) {
  std::vector<PersonRow> rows;
  db::each_in<PersonRow>(session, "SELECT " AURICLE_PERSON_COLUMNS " FROM patients_person WHERE id IN (", ")", ids,
                         [&](PersonRow&& row) { rows.push_back(std::move(row)); });
  return rows;
}

void insert_person(db::Tx& tx, const PersonRow& row) {
  tx.insert("patients_person", row);
  put_keys(tx, row);
}

void update_person(db::Tx& tx, const PersonRow& row) {
  tx.exec(
      "UPDATE patients_person SET version = $2, provisional = $3, is_patient = $4, given_name = $5, family_name = $6, "
      "birth_date = $7, sex = $8, pronouns = $9, language = $10, preferred_channel = $11, address = $12, postal_code = "
      "$13, city = $14 WHERE id = $1",
      row.id, row.version, row.provisional, row.is_patient, row.given_name, row.family_name, row.birth_date, row.sex,
      row.pronouns, row.language, row.preferred_channel, row.address, row.postal_code, row.city);
  drop_keys(tx, row.id);
  put_keys(tx, row);
}

void touch(db::Tx& tx, PersonId id) {
  tx.exec("UPDATE patients_person SET version = version + 1 WHERE id = $1", id);
  mark_unmatched(tx, id);
}

PersonId now_called(db::Session& session, PersonId id) {
  for (int steps = 0; steps < 20; ++steps) {
    const auto next = session.one<PersonId>("SELECT merged_into FROM patients_person WHERE id = $1", id);
    if (!next || !*next) break;
    id = *next;
  }
  return id;
}

void hide(db::Tx& tx, const PersonRow& row) {
  drop_keys(tx, row.id);
  tx.exec("DELETE FROM patients_suspect WHERE state = 'open' AND (first_id = $1 OR second_id = $1)", row.id);
  tx.exec("UPDATE patients_person SET merged_into = $2, version = $3 WHERE id = $1", row.id, row.merged_into,
          row.version);
}

void show(db::Tx& tx, const PersonRow& row) {
  tx.exec("UPDATE patients_person SET merged_into = NULL, version = $2 WHERE id = $1", row.id, row.version);
  put_keys(tx, row);
}

std::vector<PointRow> points_of(db::Session& session, PersonId person) {
  return session.all<PointRow>("SELECT " AURICLE_POINT_COLUMNS " FROM " AURICLE_POINT_TABLES
                               " WHERE r.person_id = $1 ORDER BY r.preferred DESC, c.id",
                               person);
}

std::vector<PointRow> points_of(db::Session& session, const std::vector<PersonId>& persons) {
  std::vector<PointRow> rows;
  db::each_in<PointRow>(
      session, "SELECT " AURICLE_POINT_COLUMNS " FROM " AURICLE_POINT_TABLES " WHERE r.person_id IN (",
      ") ORDER BY r.preferred DESC, c.id", persons, [&](PointRow&& row) { rows.push_back(std::move(row)); });
  return rows;
}

std::vector<PersonId> persons_of(db::Session& session, ContactPointId point) {
  return session.all<PersonId>(
      "SELECT r.person_id FROM patients_reach r JOIN patients_person p ON p.id = r.person_id WHERE r.contact_point_id "
      "= $1 AND p.merged_into IS NULL ORDER BY r.person_id",
      point);
}

std::optional<ContactPointId> find_point(db::Session& session, ContactSystem system, std::string_view value) {
  return session.one<ContactPointId>("SELECT id FROM patients_contact_point WHERE value = $1 AND system = $2", value,
                                     system);
}

std::optional<PointRow> point(db::Session& session, ContactPointId id) {
  return session.one<PointRow>(
      "SELECT id, system, value, undeliverable_since, undeliverable_reason FROM patients_contact_point WHERE id = $1",
      id);
}

std::optional<Undeliverable> undeliverable(const PointRow& row) {
  if (!row.undeliverable_since) return std::nullopt;
  return Undeliverable{*row.undeliverable_since, row.undeliverable_reason.value_or("")};
}

void set_undeliverable(db::Tx& tx, ContactPointId id, const std::optional<Undeliverable>& why) {
  tx.exec("UPDATE patients_contact_point SET undeliverable_since = $2, undeliverable_reason = $3 WHERE id = $1", id,
          why ? std::optional(why->since) : std::nullopt, why ? std::optional(why->reason) : std::nullopt);
}

ContactPointId ensure_point(db::Tx& tx, const NormalPoint& point) {
  if (const auto found = find_point(tx, point.system, point.value)) return *found;
  const auto id = new_id<ContactPointId>();
  tx.exec("INSERT INTO patients_contact_point(id, system, value, national, backwards) VALUES($1, $2, $3, $4, $5)", id,
          point.system, point.value, point.national, point.backwards);
  return id;
}

void put_reach(db::Tx& tx, const PointRow& row) {
  tx.exec(
      "INSERT INTO patients_reach(person_id, contact_point_id, label, preferred, verified_at, verified_by, "
      "verification_method) "
      "VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, contact_point_id) DO UPDATE SET label = "
      "excluded.label, "
      "preferred = excluded.preferred, verified_at = excluded.verified_at, verified_by = excluded.verified_by, "
      "verification_method = excluded.verification_method",
      row.person_id, row.id, row.label, row.preferred, row.verified_at, row.verified_by, row.verification_method);
}

void part_from_point(db::Tx& tx, PersonId person, ContactPointId point) {
  tx.exec("DELETE FROM patients_reach WHERE person_id = $1 AND contact_point_id = $2", person, point);
}

void remove_reach(db::Tx& tx, PersonId person, ContactPointId point) {
  part_from_point(tx, person, point);
  if (!tx.one<PersonId>("SELECT person_id FROM patients_reach WHERE contact_point_id = $1 LIMIT 1", point))
    tx.exec("DELETE FROM patients_contact_point WHERE id = $1", point);
}

std::vector<RelationshipRow> relationships_of(db::Session& session, PersonId either) {
  return session.all<RelationshipRow>(
      "SELECT id, person_id, patient_id, relation, authority, valid_from, valid_to, evidence FROM "
      "patients_relationship "
      "WHERE person_id = $1 UNION ALL SELECT id, person_id, patient_id, relation, authority, valid_from, valid_to, "
      "evidence "
      "FROM patients_relationship WHERE patient_id = $1 AND person_id <> $1 ORDER BY id",
      either);
}

std::optional<RelationshipRow> relationship(db::Session& session, RelationshipId id) {
  return session.one<RelationshipRow>(
      "SELECT id, person_id, patient_id, relation, authority, valid_from, valid_to, evidence FROM "
      "patients_relationship WHERE id = $1",
      id);
}

std::vector<IdentifierRow> identifiers_of(db::Session& session, PersonId person) {
  return session.all<IdentifierRow>(
      "SELECT id, person_id, system, value, folded FROM patients_identifier WHERE person_id = $1 ORDER BY id", person);
}

std::vector<IdentifierRow> identifiers_of(db::Session& session, const std::vector<PersonId>& persons) {
  std::vector<IdentifierRow> rows;
  db::each_in<IdentifierRow>(
      session, "SELECT id, person_id, system, value, folded FROM patients_identifier WHERE person_id IN (",
      ") ORDER BY id", persons, [&](IdentifierRow&& row) { rows.push_back(std::move(row)); });
  return rows;
}

std::vector<NeedRow> needs_of(db::Session& session, PersonId person) {
  return session.all<NeedRow>("SELECT id, person_id, kind, detail FROM patients_need WHERE person_id = $1 ORDER BY id",
                              person);
}

std::vector<NoteRow> notes_of(db::Session& session, PersonId person) {
  return session.all<NoteRow>(
      "SELECT id, person_id, text, author_id, created_at, changed_at FROM patients_note WHERE person_id = $1 ORDER BY "
      "id DESC LIMIT 500",
      person);
}

std::optional<NoteRow> note(db::Session& session, NoteId id) {
  return session.one<NoteRow>(
      "SELECT id, person_id, text, author_id, created_at, changed_at FROM patients_note WHERE id = $1", id);
}

std::int64_t count_notes(db::Session& session, PersonId person) {
  return session.one<std::int64_t>("SELECT COUNT(*) FROM patients_note WHERE person_id = $1", person).value_or(0);
}

std::vector<TimelineRow> timeline_before(db::Session& session, PersonId person, Instant before, std::int64_t before_id,
                                         int limit) {
  return session.all<TimelineRow>(
      "SELECT id, person_id, kind, happened_at, record_kind, record_id, title, channel, state, detail FROM "
      "patients_timeline "
      "WHERE person_id = $1 AND (happened_at, id) < ($2, $3) ORDER BY happened_at DESC, id DESC LIMIT $4",
      person, before, before_id, limit);
}

std::vector<PersonId> by_name(db::Session& session, const std::vector<std::string>& words, int limit) {
  if (words.empty()) return {};
  // The longest word is the rarest: it leads, the others only look up their person.
  std::vector<std::string> sorted = words;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  if (sorted.size() > 4) sorted.resize(4);
  std::vector<std::string> ends;
  for (const auto& word : sorted) ends.push_back(above(word));
  std::string sql = "SELECT DISTINCT w0.person_id FROM patients_name_word w0";
  std::vector<db::Value> values;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    values.push_back(std::string_view(sorted[i]));
    values.push_back(std::string_view(ends[i]));
  }
  const auto range = [](std::size_t i) {
    const auto name = "w" + std::to_string(i);
    return name + ".word >= $" + std::to_string(2 * i + 1) + " AND " + name + ".word < $" + std::to_string(2 * i + 2);
  };
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const auto name = "w" + std::to_string(i);
    sql += " JOIN patients_name_word " + name + " ON " + name + ".person_id = w0.person_id AND " + range(i);
  }
  sql += " WHERE " + range(0) + " LIMIT " + std::to_string(limit);
  std::vector<PersonId> found;
  session.run(sql, values, [&](const db::Row& row) {
    found.push_back({row.integer(0)});
    return true;
  });
  return found;
}

std::vector<PersonId> by_birth_date(db::Session& session, std::string_view date, int limit) {
  return session.all<PersonId>("SELECT id FROM patients_person WHERE birth_date = $1 AND merged_into IS NULL LIMIT $2",
                               date, limit);
}

std::vector<PointMatch> by_address(db::Session& session, std::string_view prefix, int limit) {
  return session.all<PointMatch>("SELECT r.person_id, c.system, c.value FROM " AURICLE_POINT_TABLES
                                 " WHERE c.value >= $1 AND c.value < $2 AND c.system = 'email' LIMIT $3",
                                 prefix, above(prefix), limit);
}

std::vector<PointMatch> by_digits(db::Session& session, std::string_view digits, std::string_view exact, int limit) {
  std::string backwards(digits.rbegin(), digits.rend());
  const std::string international = "+" + std::string(digits);
  return session.all<PointMatch>(
      "SELECT r.person_id, c.system, c.value FROM " AURICLE_POINT_TABLES
      " WHERE c.id IN (SELECT id FROM patients_contact_point WHERE value = $1 UNION SELECT id FROM "
      "patients_contact_point WHERE "
      "value >= $2 AND value < $3 UNION SELECT id FROM patients_contact_point WHERE national >= $4 AND national < $5 "
      "UNION "
      "SELECT id FROM patients_contact_point WHERE backwards >= $6 AND backwards < $7) LIMIT $8",
      exact, international, above(international), digits, above(digits), backwards, above(backwards), limit);
}

std::vector<IdentifierRow> by_identifier(db::Session& session, std::string_view folded_prefix, int limit) {
  return session.all<IdentifierRow>(
      "SELECT id, person_id, system, value, folded FROM patients_identifier WHERE folded >= $1 AND folded < $2 LIMIT "
      "$3",
      folded_prefix, above(folded_prefix), limit);
}

std::vector<PersonId> by_match_keys(db::Session& session, const std::vector<std::int64_t>& keys, int limit_each) {
  std::vector<PersonId> found;
  for (const auto key : keys)
    for (const auto id : session.all<PersonId>("SELECT person_id FROM patients_match_key WHERE match_key = $1 LIMIT $2",
                                               key, limit_each))
      found.push_back(id);
  return found;
}

std::vector<PersonId> by_whole_identifier(db::Session& session, std::string_view folded, int limit) {
  return session.all<PersonId>("SELECT person_id FROM patients_identifier WHERE folded = $1 LIMIT $2", folded, limit);
}

std::vector<PersonId> unmatched(db::Session& session, int limit) {
  return session.all<PersonId>("SELECT person_id FROM patients_unmatched ORDER BY person_id LIMIT $1", limit);
}

void put_suspect(db::Tx& tx, PersonId one, PersonId other, std::int64_t tenth_bits, Instant now) {
  tx.exec(
      "INSERT INTO patients_suspect(id, first_id, second_id, tenth_bits, state, found_at) VALUES($1, $2, $3, $4, "
      "'open', $5) ON CONFLICT (first_id, second_id) DO UPDATE SET tenth_bits = excluded.tenth_bits",
      next_id(), std::min(one, other), std::max(one, other), tenth_bits, now);
}

#define AURICLE_SUSPECT "SELECT id, first_id, second_id, tenth_bits, state, found_at FROM patients_suspect "

std::vector<SuspectRow> suspects(db::Session& session, std::int64_t bits_below, std::int64_t id_below, int limit) {
  return session.all<SuspectRow>(AURICLE_SUSPECT
                                 "WHERE state = 'open' AND (tenth_bits, id) < ($1, $2) ORDER BY tenth_bits DESC, id "
                                 "DESC LIMIT $3",
                                 bits_below, id_below, limit);
}

std::optional<SuspectRow> suspect(db::Session& session, std::int64_t id) {
  return session.one<SuspectRow>(AURICLE_SUSPECT "WHERE id = $1", id);
}

void erase(db::Tx& tx, PersonId id) {
  for (const auto& row : points_of(tx, id)) remove_reach(tx, id, row.id);
  drop_keys(tx, id);
  tx.exec("DELETE FROM patients_suspect WHERE first_id = $1 OR second_id = $1", id);
  tx.exec(
      "DELETE FROM patients_merge_move WHERE merge_id IN (SELECT id FROM patients_merge WHERE kept_id = $1 OR gone_id "
      "= "
      "$1)",
      id);
  tx.exec("DELETE FROM patients_intake_row WHERE person_id = $1", id);
  tx.exec("DELETE FROM patients_merge WHERE kept_id = $1 OR gone_id = $1", id);
  tx.exec("DELETE FROM patients_relationship WHERE person_id = $1 OR patient_id = $1", id);
  tx.exec("DELETE FROM patients_identifier WHERE person_id = $1", id);
  tx.exec("DELETE FROM patients_need WHERE person_id = $1", id);
  tx.exec("DELETE FROM patients_note WHERE person_id = $1", id);
  tx.exec("DELETE FROM patients_timeline WHERE person_id = $1", id);
  tx.exec("DELETE FROM patients_person WHERE id = $1", id);
}

}  // namespace auricle::patients::store
