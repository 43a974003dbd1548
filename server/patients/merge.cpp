// Two records of one person become one, and can become two again. The record that goes stays, hidden, with what the
// kept one has too; what moves is listed, so that undoing moves exactly that back.
#include <algorithm>

#include "patients/events.h"
#include "patients/record.h"
#include "platform/audit/audit.h"
#include "platform/base/json_read.h"

namespace auricle::patients {
namespace {

using Fields = std::map<std::string, std::string>;
struct MergedFields {  // of the kept record
  Fields before, after;
  std::vector<std::int64_t> verified;  // contact points whose verification came with the other record
};
BOOST_DESCRIBE_STRUCT(MergedFields, (), (before, after, verified))

struct MergeRow {
  std::int64_t id = 0;
  PersonId kept_id, gone_id;
  db::Bytes fields;
  Instant merged_at;
  UserId merged_by;
  std::optional<Instant> undone_at;
};
BOOST_DESCRIBE_STRUCT(MergeRow, (), (id, kept_id, gone_id, fields, merged_at, merged_by, undone_at))
#define AURICLE_MERGE "SELECT id, kept_id, gone_id, fields, merged_at, merged_by, undone_at FROM patients_merge "

struct Field {
  const char* name;
  std::string (*get)(const store::PersonRow&);
  void (*set)(store::PersonRow&, const std::string&);
};
template <auto Member>
constexpr Field optional_field(const char* name) {
  return {name, [](const store::PersonRow& row) { return (row.*Member).value_or(""); },
          [](store::PersonRow& row, const std::string& value) {
            row.*Member = value.empty() ? std::nullopt : std::optional(value);
          }};
}
template <auto Member>
constexpr Field text_field(const char* name) {
  return {name, [](const store::PersonRow& row) { return row.*Member; },
          [](store::PersonRow& row, const std::string& value) { row.*Member = value; }};
}
using Row = store::PersonRow;
const Field kFields[] = {
    text_field<&Row::given_name>("given_name"),
    text_field<&Row::family_name>("family_name"),
    optional_field<&Row::birth_date>("birth_date"),
    {"sex", [](const Row& row) { return row.sex == Sex::unknown ? "" : std::string(enum_name(row.sex)); },
     [](Row& row, const std::string& value) { row.sex = value.empty() ? Sex::unknown : enum_from_name<Sex>(value); }},
    optional_field<&Row::pronouns>("pronouns"),
    optional_field<&Row::language>("language"),
    optional_field<&Row::preferred_channel>("preferred_channel"),
    optional_field<&Row::address>("address"),
    optional_field<&Row::postal_code>("postal_code"),
    optional_field<&Row::city>("city"),
};
constexpr const char* kYes = "1";

Fields fields_of(const Row& row) {
  Fields out;
  for (const auto& field : kFields) out[field.name] = field.get(row);
  out["is_patient"] = row.is_patient ? kYes : "";
  out["provisional"] = row.provisional ? kYes : "";
  return out;
}

// What a provisional record calls itself is only an address: the name of the other counts.
void take_fields(Row& kept, const Row& gone, const std::vector<std::string>& take) {
  const auto chosen = [&](std::string_view name) { return std::find(take.begin(), take.end(), name) != take.end(); };
  const bool name_too = kept.provisional && !gone.provisional;
  for (const auto& field : kFields) {
    const bool of_name = std::string_view(field.name).ends_with("_name");
    if (chosen(field.name) || (of_name ? name_too : field.get(kept).empty())) field.set(kept, field.get(gone));
  }
  kept.is_patient = kept.is_patient || gone.is_patient;
  kept.provisional = kept.provisional && gone.provisional;
}

void put_back(Row& row, const MergedFields& merged) {
  const auto now = fields_of(row);
  const auto untouched = [&](const std::string& name) { return now.at(name) == merged.after.at(name); };
  for (const auto& field : kFields)
    if (untouched(field.name)) field.set(row, merged.before.at(field.name));
  if (untouched("is_patient")) row.is_patient = !merged.before.at("is_patient").empty();
  if (untouched("provisional")) row.provisional = !merged.before.at("provisional").empty();
}

// --- What moves ----------------------------------------------------------------------------------------------------

struct Kind {
  const char* kind;
  const char* find;        // rows of $1 that the kept record $2 takes over
  const char* move;        // row $1 from $2 to $3
  const char* table = "";  // where it has something sealed
  const char* column = "";
};
constexpr Kind kKinds[] = {
    {"reach",
     "SELECT contact_point_id FROM patients_reach r WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM patients_reach "
     "o "
     "WHERE o.person_id = $2 AND o.contact_point_id = r.contact_point_id)",
     "UPDATE patients_reach SET person_id = $3 WHERE contact_point_id = $1 AND person_id = $2"},
    {"identifier",
     "SELECT id FROM patients_identifier i WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM patients_identifier o "
     "WHERE o.person_id = $2 AND o.system = i.system AND o.folded = i.folded)",
     "UPDATE patients_identifier SET person_id = $3 WHERE id = $1 AND person_id = $2"},
    {"acts_for", "SELECT id FROM patients_relationship WHERE person_id = $1 AND patient_id <> $2",
     "UPDATE patients_relationship SET person_id = $3 WHERE id = $1 AND person_id = $2"},
    {"cared_by", "SELECT id FROM patients_relationship WHERE patient_id = $1 AND person_id <> $2",
     "UPDATE patients_relationship SET patient_id = $3 WHERE id = $1 AND patient_id = $2", "patients_relationship",
     "evidence"},
    {"need",
     "SELECT id FROM patients_need n WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM patients_need o WHERE "
     "o.person_id = $2 AND o.kind = n.kind)",
     "UPDATE patients_need SET person_id = $3 WHERE id = $1 AND person_id = $2", "patients_need", "detail"},
    {"note", "SELECT id FROM patients_note WHERE person_id = $1 AND $2 = $2",
     "UPDATE patients_note SET person_id = $3 WHERE id = $1 AND person_id = $2", "patients_note", "text"},
    {"timeline", "SELECT id FROM patients_timeline WHERE person_id = $1 AND $2 = $2",
     "UPDATE patients_timeline SET person_id = $3 WHERE id = $1 AND person_id = $2"},
};

void move_to_kept(db::Tx& tx, std::int64_t merge, PersonId kept, PersonId gone) {
  for (const auto& kind : kKinds)
    for (const auto row : tx.all<std::int64_t>(kind.find, gone.value, kept.value)) {
      tx.exec(kind.move, row, gone.value, kept.value);
      tx.exec(
          "INSERT INTO patients_merge_move(merge_id, kind, row_id) VALUES($1, $2, $3) ON CONFLICT (merge_id, kind, "
          "row_id) "
          "DO NOTHING",
          merge, kind.kind, row);
    }
}

// Under the key of whose it is again: what was written while merged must not go when the other is erased.
void reseal(db::Tx& tx, crypto::Keyring& keyring, const Kind& kind, std::int64_t row, PersonId owner) {
  const std::string table = kind.table, column = kind.column;
  if (table.empty()) return;
  const auto cipher = tx.one<db::Bytes>("SELECT " + column + " FROM " + table + " WHERE id = $1", row);
  if (!cipher || cipher->data.empty()) return;
  const auto plain = keyring.decrypt(tx, {table, column, row}, *cipher);
  if (!plain) return;
  tx.exec("UPDATE " + table + " SET " + column + " = $2 WHERE id = $1", row,
          encrypted(tx, keyring, owner, table, column, row, *plain));
}

void move_back(db::Tx& tx, crypto::Keyring& keyring, std::int64_t merge, PersonId kept, PersonId gone) {
  for (const auto& kind : kKinds)
    for (const auto row : tx.all<std::int64_t>(
             "SELECT row_id FROM patients_merge_move WHERE merge_id = $1 AND kind = $2", merge, kind.kind)) {
      tx.exec(kind.move, row, kept.value, gone.value);
      reseal(tx, keyring, kind, row, gone);
    }
  tx.exec("DELETE FROM patients_merge_move WHERE merge_id = $1", merge);
}

// A point both have, verified only for the one that goes: verified for the kept one, too.
std::vector<std::int64_t> share_verification(db::Tx& tx, PersonId kept, PersonId gone) {
  std::vector<std::int64_t> shared;
  const auto theirs = store::points_of(tx, gone);
  for (auto mine : store::points_of(tx, kept)) {
    const auto same = std::find_if(theirs.begin(), theirs.end(), [&](const auto& one) { return one.id == mine.id; });
    if (mine.verified_at || same == theirs.end() || !same->verified_at) continue;
    mine.verified_at = same->verified_at, mine.verified_by = same->verified_by;
    mine.verification_method = same->verification_method;
    store::put_reach(tx, mine);
    shared.push_back(mine.id.value);
  }
  return shared;
}

Result<Row> at_version(const Viewer& viewer, db::Session& session, PersonId id, std::int64_t version) {
  auto row = person_for(viewer, session, id, Permission::patients_write);
  if (!row) return fail(row.error());
  if (row->id != id || row->version != version) return fail(ErrorKind::conflict, "error.conflict");
  return *row;
}

bool later_merge(db::Session& session, const MergeRow& row) {
  return session
      .one<std::int64_t>("SELECT id FROM patients_merge WHERE undone_at IS NULL AND id > $1 AND gone_id = $2", row.id,
                         row.kept_id)
      .has_value();
}

void audit_both(const Viewer& viewer, db::Tx& tx, const MergeRow& row, const char* what, Instant now) {
  for (const auto id : {row.kept_id, row.gone_id}) {
    audit::append(tx, viewer,
                  {audit::Action::change, "patient", {row.kept_id.value, row.gone_id.value}, {what}, "", id.value},
                  now);
    const auto person = store::person(tx, id);
    events::announce(tx, {"patient", id.value, person && !person->merged_into ? person->version : 0, {}});
  }
}

}  // namespace

PersonId Patients::now_called(db::Session& session, PersonId id) const { return store::now_called(session, id); }

std::vector<PersonId> Patients::same_person(db::Session& session, PersonId id) const {
  std::vector<PersonId> all{store::now_called(session, id)};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const auto other : session.all<PersonId>("SELECT id FROM patients_person WHERE merged_into = $1", all[i]))
      all.push_back(other);
  std::reverse(all.begin(), all.end());
  return all;
}

Result<Patient> Patients::merge(const Viewer& viewer, db::Tx& tx, PersonId kept_id, const NewMerge& merge) const {
  auto kept = at_version(viewer, tx, kept_id, merge.version);
  if (!kept) return fail(kept.error());
  if (merge.other_id == kept_id) return fail_field("other_id", "error.patients.merge_self");
  auto gone = at_version(viewer, tx, merge.other_id, merge.other_version);
  if (!gone) return fail(gone.error());
  const Instant now = clock_.now();
  MergeRow row{next_id(), kept_id, gone->id, {}, now, viewer.user, {}};
  MergedFields fields{fields_of(*kept), {}, share_verification(tx, kept_id, gone->id)};
  take_fields(*kept, *gone, merge.take);
  fields.after = fields_of(*kept);
  row.fields = encrypted(tx, keyring_, kept_id, "patients_merge", "fields", row.id, json::to_json(fields));
  tx.insert("patients_merge", row);
  move_to_kept(tx, row.id, kept_id, gone->id);
  gone->merged_into = kept_id;
  ++gone->version, ++kept->version;
  store::hide(tx, *gone);
  store::update_person(tx, *kept);
  tx.exec(
      "UPDATE patients_suspect SET state = 'merged', decided_at = $3, decided_by = $4 WHERE first_id = $1 AND "
      "second_id = $2",
      std::min(kept_id, gone->id), std::max(kept_id, gone->id), now, viewer.user);
  if (bus_) bus_->publish(tx, PatientsMerged{row.id, kept_id, gone->id});
  audit_both(viewer, tx, row, "merged", now);
  return get(viewer, tx, kept_id);
}

Result<Merges> Patients::merges(const Viewer& viewer, db::Session& session, PersonId id) const {
  const auto kept = person_for(viewer, session, id, Permission::patients_read);
  if (!kept) return fail(kept.error());
  session.disclose("patient", kept->id.value);
  Merges out;
  for (const auto& row :
       session.all<MergeRow>(AURICLE_MERGE "WHERE kept_id = $1 AND undone_at IS NULL ORDER BY id DESC", kept->id)) {
    const auto gone = store::person(session, row.gone_id);
    if (!gone) continue;
    session.disclose("patient", row.gone_id.value);
    out.items.push_back({row.id, row.gone_id, display_name(gone->given_name, gone->family_name), row.merged_at,
                         row.merged_by, !later_merge(session, row)});
  }
  return out;
}

Result<Patient> Patients::undo_merge(const Viewer& viewer, db::Tx& tx, PersonId kept_id, std::int64_t id) const {
  auto kept = person_for(viewer, tx, kept_id, Permission::patients_write);
  if (!kept) return fail(kept.error());
  const auto row = tx.one<MergeRow>(AURICLE_MERGE "WHERE id = $1", id);
  if (!row || row->kept_id != kept->id || row->undone_at) return fail(ErrorKind::not_found, "error.not_found");
  auto gone = store::person(tx, row->gone_id);
  if (!gone) return fail(ErrorKind::not_found, "error.not_found");
  if (later_merge(tx, *row)) return fail(ErrorKind::conflict, "error.patients.merge_later_first");
  const auto text = Record{tx, keyring_, clock_.now()}.decrypted("patients_merge", "fields", row->id, row->fields);
  const auto fields = json::read<MergedFields>(text);
  if (!fields) return fail(ErrorKind::conflict, "error.conflict");
  put_back(*kept, *fields);
  for (const auto point : fields->verified)
    tx.exec(
        "UPDATE patients_reach SET verified_at = NULL, verified_by = NULL, verification_method = NULL WHERE person_id "
        "= "
        "$1 AND contact_point_id = $2",
        kept->id, point);
  ++kept->version, ++gone->version;
  move_back(tx, keyring_, row->id, kept->id, gone->id);
  store::update_person(tx, *kept);
  gone->merged_into = {};
  store::show(tx, *gone);
  tx.exec("UPDATE patients_merge SET undone_at = $2, undone_by = $3 WHERE id = $1", row->id, clock_.now(), viewer.user);
  tx.exec(
      "UPDATE patients_suspect SET state = 'open', decided_at = NULL, decided_by = NULL WHERE first_id = $1 AND "
      "second_id = $2",
      std::min(kept->id, gone->id), std::max(kept->id, gone->id));
  // What another merged record has in common with the one that left now comes from that other.
  for (const auto& other :
       tx.all<MergeRow>(AURICLE_MERGE "WHERE kept_id = $1 AND undone_at IS NULL ORDER BY id", kept->id))
    move_to_kept(tx, other.id, kept->id, other.gone_id);
  if (bus_) bus_->publish(tx, MergeUndone{row->id, kept->id, gone->id});
  audit_both(viewer, tx, *row, "merge_undone", clock_.now());
  return get(viewer, tx, kept->id);
}

}  // namespace auricle::patients
