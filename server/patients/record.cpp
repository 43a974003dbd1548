#include "patients/record.h"

#include <algorithm>
#include <set>

#include "platform/audit/audit.h"
#include "platform/events/bus.h"
#include "platform/search/fold.h"

namespace auricle::patients {

std::string point_error(ContactSystem system) {
  return system == ContactSystem::email ? "error.patients.email_not_valid" : "error.patients.phone_not_valid";
}

void put_identifier(db::Tx& tx, PersonId person, const NewIdentifier& identifier) {
  std::string folded;
  for (const auto& word : search::folded_words(identifier.value)) folded += word;
  tx.insert("patients_identifier", store::IdentifierRow{new_id<IdentifierId>(), person, trimmed(identifier.system),
                                                        trimmed(identifier.value), folded});
}

std::string Record::decrypted(std::string_view table, std::string_view column, std::int64_t row,
                              const db::Bytes& cipher) const {
  return keyring.decrypt(session, {table, column, row}, cipher).value_or("");
}

db::Bytes encrypted(db::Tx& tx, crypto::Keyring& keyring, PersonId owner, std::string_view table,
                    std::string_view column, std::int64_t row, std::string_view plain) {
  return keyring.encrypt(tx, keyring.key_for(tx, "patient", owner.value), {table, column, row}, plain);
}

std::vector<ContactPoint> Record::contact_points(PersonId person) const {
  std::vector<ContactPoint> out;
  for (const auto& row : store::points_of(session, person)) {
    ContactPoint point{row.id,
                       row.system,
                       row.value,
                       display_point(row.system, row.value),
                       row.label,
                       row.preferred,
                       row.verified_at.has_value(),
                       row.verified_at,
                       row.verified_by,
                       row.verification_method,
                       store::undeliverable(row),
                       {}};
    std::vector<PersonId> others = store::persons_of(session, row.id);
    others.erase(std::remove(others.begin(), others.end(), person), others.end());
    for (const auto& other : store::persons(session, others)) point.shared_with.push_back(ref_of(other));
    out.push_back(std::move(point));
  }
  return out;
}

std::vector<Relationship> Record::relationships(PersonId person) const {
  const auto rows = store::relationships_of(session, person);
  std::vector<PersonId> ids;
  for (const auto& row : rows) ids.push_back(row.person_id), ids.push_back(row.patient_id);
  std::map<PersonId, PersonRef> refs;
  std::set<PersonId> merged;
  for (const auto& other : store::persons(session, ids)) {
    refs[other.id] = ref_of(other);
    if (other.merged_into) merged.insert(other.id);
  }
  std::vector<Relationship> out;
  for (const auto& row : rows) {
    if (merged.contains(row.person_id == person ? row.patient_id : row.person_id)) continue;  // they are the same
    Relationship relationship{row.id,         refs[row.person_id], refs[row.patient_id], row.relation, row.authority,
                              row.valid_from, row.valid_to,        std::nullopt,         true};
    if (row.evidence)
      relationship.evidence = decrypted("patients_relationship", "evidence", row.id.value, *row.evidence);
    relationship.active = active_on(row.valid_from, row.valid_to, date_of(now));
    out.push_back(std::move(relationship));
  }
  return out;
}

std::vector<Identifier> Record::identifiers(PersonId person) const {
  std::vector<Identifier> out;
  for (const auto& row : store::identifiers_of(session, person)) out.push_back({row.id, row.system, row.value});
  return out;
}

std::vector<Need> Record::needs(PersonId person) const {
  std::vector<Need> out;
  for (const auto& row : store::needs_of(session, person))
    out.push_back({row.kind, decrypted("patients_need", "detail", row.id, row.detail)});
  return out;
}

namespace {

// Every change of the record: a new version, an audit row with the name of the part, an announcement, and the record as
// it is now.
Result<Patient> changed(const Patients& patients, const Viewer& viewer, db::Tx& tx, PersonId id, const char* part,
                        Instant now) {
  store::touch(tx, id);
  auto out = patients.get(viewer, tx, id);
  audit::append(tx, viewer, {audit::Action::change, "patient", {id.value}, {part}, "", id.value}, now);
  if (out) events::announce(tx, {"patient", id.value, out->version, {}});
  return out;
}

std::optional<std::string> text_or_none(const std::optional<std::string>& text) {
  if (!text || trimmed(*text).empty()) return std::nullopt;
  return trimmed(*text);
}

std::optional<store::PointRow> point_of(db::Session& session, PersonId person, ContactPointId point) {
  for (auto& row : store::points_of(session, person))
    if (row.id == point) return row;
  return std::nullopt;
}

void only_preferred(db::Tx& tx, PersonId person, ContactPointId point) {
  tx.exec("UPDATE patients_reach SET preferred = 0 WHERE person_id = $1 AND contact_point_id <> $2", person, point);
}

}  // namespace

Result<Patient> Patients::add_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id,
                                            const NewContactPoint& point) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  const auto normal = normal_point(point.system, point.value, region_);
  if (!normal) return fail_field("value", point_error(point.system));
  const auto point_id = store::ensure_point(tx, *normal);
  if (point_of(tx, id, point_id)) return fail_field("value", "error.patients.contact_point_there");
  store::put_reach(tx,
                   {id, point_id, point.system, "", text_or_none(point.label), point.preferred, {}, {}, {}, {}, {}});
  if (point.preferred) only_preferred(tx, id, point_id);
  return changed(*this, viewer, tx, id, "contact_points", clock_.now());
}

Result<Patient> Patients::change_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, ContactPointId point,
                                               const NewContactPoint& value) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  auto row = point_of(tx, id, point);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  const auto normal = normal_point(value.system, value.value, region_);
  if (!normal) return fail_field("value", point_error(value.system));
  const auto target = store::ensure_point(tx, *normal);
  if (target != point) {
    if (point_of(tx, id, target)) return fail_field("value", "error.patients.contact_point_there");
    store::part_from_point(tx, id, point);
    row->id = target;
    row->verified_at.reset();
    row->verified_by = {};
    row->verification_method.reset();
  }
  store::set_undeliverable(tx, target, std::nullopt);  // whoever edits it has just looked at it
  row->label = text_or_none(value.label);
  row->preferred = value.preferred;
  store::put_reach(tx, *row);
  if (value.preferred) only_preferred(tx, id, target);
  return changed(*this, viewer, tx, id, "contact_points", clock_.now());
}

Result<Patient> Patients::remove_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id,
                                               ContactPointId point) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  if (!point_of(tx, id, point)) return fail(ErrorKind::not_found, "error.not_found");
  store::part_from_point(tx, id, point);
  return changed(*this, viewer, tx, id, "contact_points", clock_.now());
}

Result<Patient> Patients::verify_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, ContactPointId point,
                                               const Verification& verification) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  auto row = point_of(tx, id, point);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  if (verification.verified && !verification.method) return fail_field("method", "error.missing");
  if (verification.verified) store::set_undeliverable(tx, point, std::nullopt);
  row->verified_at = verification.verified ? std::optional(clock_.now()) : std::nullopt;
  row->verified_by = verification.verified ? viewer.user : UserId{};
  row->verification_method = verification.verified ? verification.method : std::nullopt;
  store::put_reach(tx, *row);
  return changed(*this, viewer, tx, id, "verification", clock_.now());
}

Result<Patient> Patients::add_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient,
                                           const NewRelationship& relationship) const {
  if (auto row = person_for(viewer, tx, patient, Permission::patients_write); !row)
    return fail(row.error());
  else
    patient = row->id;
  const PersonId person = store::now_called(tx, relationship.person_id.value_or(PersonId{}));
  if (!person || !store::person(tx, person)) return fail_field("person_id", "error.patients.person_unknown");
  if (person == patient) return fail_field("person_id", "error.patients.acts_for_self");
  if (auto good = check_relationship(relationship); !good) return fail(good.error());
  const auto id = new_id<RelationshipId>();
  store::RelationshipRow row{id,
                             person,
                             patient,
                             relationship.relation,
                             relationship.authority,
                             text_or_none(relationship.valid_from),
                             text_or_none(relationship.valid_to),
                             std::nullopt};
  if (const auto evidence = text_or_none(relationship.evidence))
    row.evidence = encrypted(tx, keyring_, patient, "patients_relationship", "evidence", id.value, *evidence);
  tx.insert("patients_relationship", row);
  store::touch(tx, person);
  return changed(*this, viewer, tx, patient, "relationships", clock_.now());
}

Result<Patient> Patients::change_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient, RelationshipId id,
                                              const NewRelationship& relationship) const {
  if (auto row = person_for(viewer, tx, patient, Permission::patients_write); !row)
    return fail(row.error());
  else
    patient = row->id;
  const auto row = store::relationship(tx, id);
  if (!row || (row->patient_id != patient && row->person_id != patient))
    return fail(ErrorKind::not_found, "error.not_found");
  if (auto good = check_relationship(relationship); !good) return fail(good.error());
  std::optional<db::Bytes> evidence;
  if (const auto text = text_or_none(relationship.evidence))
    evidence = encrypted(tx, keyring_, row->patient_id, "patients_relationship", "evidence", id.value, *text);
  tx.exec(
      "UPDATE patients_relationship SET relation = $2, authority = $3, valid_from = $4, valid_to = $5, evidence = $6 "
      "WHERE id = $1",
      id, relationship.relation, relationship.authority, text_or_none(relationship.valid_from),
      text_or_none(relationship.valid_to), evidence);
  store::touch(tx, row->patient_id == patient ? row->person_id : row->patient_id);
  return changed(*this, viewer, tx, patient, "relationships", clock_.now());
}

Result<Patient> Patients::remove_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient,
                                              RelationshipId id) const {
  if (auto row = person_for(viewer, tx, patient, Permission::patients_write); !row)
    return fail(row.error());
  else
    patient = row->id;
  const auto row = store::relationship(tx, id);
  if (!row || (row->patient_id != patient && row->person_id != patient))
    return fail(ErrorKind::not_found, "error.not_found");
  tx.exec("DELETE FROM patients_relationship WHERE id = $1", id);
  store::touch(tx, row->patient_id == patient ? row->person_id : row->patient_id);
  return changed(*this, viewer, tx, patient, "relationships", clock_.now());
}

Result<Patient> Patients::add_identifier(const Viewer& viewer, db::Tx& tx, PersonId id,
                                         const NewIdentifier& identifier) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  if (trimmed(identifier.system).empty()) return fail_field("system", "error.missing");
  if (trimmed(identifier.value).empty()) return fail_field("value", "error.missing");
  put_identifier(tx, id, identifier);
  return changed(*this, viewer, tx, id, "identifiers", clock_.now());
}

Result<Patient> Patients::remove_identifier(const Viewer& viewer, db::Tx& tx, PersonId id,
                                            IdentifierId identifier) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  if (tx.exec("DELETE FROM patients_identifier WHERE id = $1 AND person_id = $2", identifier, id) == 0)
    return fail(ErrorKind::not_found, "error.not_found");
  return changed(*this, viewer, tx, id, "identifiers", clock_.now());
}

Result<Patient> Patients::set_needs(const Viewer& viewer, db::Tx& tx, PersonId id, const Needs& needs) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  tx.exec("DELETE FROM patients_need WHERE person_id = $1", id);
  for (const auto& need : needs.items) {
    const auto need_id = next_id();
    tx.insert("patients_need",
              store::NeedRow{need_id, id, need.kind,
                             encrypted(tx, keyring_, id, "patients_need", "detail", need_id, trimmed(need.detail))});
  }
  return changed(*this, viewer, tx, id, "needs", clock_.now());
}

}  // namespace auricle::patients
