// Silent import and export: given ids, no announcement, no audit row each.
#include "patients/record.h"

namespace auricle::patients {

Result<Done> Patients::import_person(db::Tx& tx, const ImportedPerson& person) const {
  if (trimmed(person.given_name).empty() && trimmed(person.family_name).empty())
    return fail_field("given_name", "error.patients.name_required");
  if (person.birth_date && !is_date(*person.birth_date))
    return fail_field("birth_date", "error.patients.date_not_valid");
  store::insert_person(tx, {person.id,
                            1,
                            false,
                            person.is_patient,
                            trimmed(person.given_name),
                            trimmed(person.family_name),
                            person.birth_date,
                            person.sex,
                            {},
                            person.language,
                            {},
                            person.created_at});
  for (const auto& point : person.contact_points) {
    const auto normal = normal_point(point.system, point.value, region_);
    if (!normal) return fail_field("contact_points", point_error(point.system));
    store::PointRow row{person.id, store::ensure_point(tx, *normal), point.system, "", {}, false, {}, {}, {}};
    if (point.verified) row.verified_at = person.created_at, row.verification_method = "import";
    store::put_reach(tx, row);
  }
  for (const auto& identifier : person.identifiers) put_identifier(tx, person.id, identifier);
  for (const auto& need : person.needs) {
    const auto id = next_id();
    tx.insert("patients_need",
              store::NeedRow{id, person.id, need.kind,
                             encrypted(tx, keyring_, person.id, "patients_need", "detail", id, need.detail)});
  }
  return Done{};
}

Result<Done> Patients::import_relationship(db::Tx& tx, const ImportedRelationship& relationship) const {
  const auto& from = relationship;
  if (!store::person(tx, from.person_id) || !store::person(tx, from.patient_id))
    return fail_field("person", "error.patients.person_unknown");
  tx.insert(
      "patients_relationship",
      store::RelationshipRow{
          from.id, from.person_id, from.patient_id, from.relation, from.authority, from.valid_from, from.valid_to, {}});
  return Done{};
}

std::optional<ImportedPerson> Patients::export_person(db::Session& session, PersonId id) const {
  const auto row = store::person(session, id);
  if (!row || row->merged_into) return std::nullopt;
  const Record record{session, keyring_, clock_.now()};
  ImportedPerson out{id,
                     row->is_patient,
                     row->given_name,
                     row->family_name,
                     row->birth_date,
                     row->sex,
                     row->language,
                     row->created_at,
                     {},
                     {},
                     {}};
  for (const auto& point : store::points_of(session, id))
    out.contact_points.push_back({point.system, point.value, point.verified_at.has_value()});
  for (const auto& identifier : store::identifiers_of(session, id))
    out.identifiers.push_back({identifier.system, identifier.value});
  out.needs = record.needs(id);
  return out;
}

std::vector<PersonId> Patients::export_person_ids(db::Session& session, PersonId after, int limit) const {
  return session.all<PersonId>(
      "SELECT id FROM patients_person WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2", after.value, limit);
}

std::vector<ImportedRelationship> Patients::export_relationships(db::Session& session, RelationshipId after,
                                                                 int limit) const {
  return session.all<ImportedRelationship>(
      "SELECT id, person_id, patient_id, relation, authority, valid_from, valid_to FROM patients_relationship WHERE id "
      "> $1 "
      "ORDER BY id LIMIT $2",
      after.value, limit);
}

}  // namespace auricle::patients
