#include "patients/patients.h"

#include "patients/record.h"
#include "patients/rules.h"
#include "patients/store.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::patients {
namespace {

// Empty removes; absent leaves as it is.
void apply(std::optional<std::string>& field, const std::optional<std::string>& change) {
  if (!change) return;
  const auto text = trimmed(*change);
  field = text.empty() ? std::nullopt : std::optional(text);
}

Result<Done> check_change(const store::PersonRow& row) {
  if (row.given_name.empty() && row.family_name.empty())
    return fail_field("given_name", "error.patients.name_required");
  if (row.birth_date && !is_date(*row.birth_date)) return fail_field("birth_date", "error.patients.date_not_valid");
  if (row.language && !valid_language(*row.language))
    return fail_field("language", "error.patients.language_not_valid");
  return Done{};
}

std::vector<std::string> changed_fields(const PatientChange& change) {
  std::vector<std::string> fields;
  const auto note = [&](bool present, const char* name) {
    if (present) fields.emplace_back(name);
  };
  note(change.given_name.has_value(), "given_name");
  note(change.family_name.has_value(), "family_name");
  note(change.birth_date.has_value(), "birth_date");
  note(change.sex.has_value(), "sex");
  note(change.pronouns.has_value(), "pronouns");
  note(change.language.has_value(), "language");
  note(change.preferred_channel.has_value(), "preferred_channel");
  note(change.is_patient.has_value(), "is_patient");
  note(change.provisional.has_value(), "provisional");
  note(change.address.has_value(), "address");
  note(change.postal_code.has_value(), "postal_code");
  note(change.city.has_value(), "city");
  return fields;
}

std::optional<std::string> given(const std::optional<std::string>& text) {
  if (!text || trimmed(*text).empty()) return std::nullopt;
  return trimmed(*text);
}

}  // namespace

PersonRef ref_of(const store::PersonRow& row) {
  return {row.id, display_name(row.given_name, row.family_name), row.provisional};
}

Result<Done> may_write(const Viewer& viewer) {
  if (!may(viewer, Permission::patients_write)) return fail(ErrorKind::forbidden, "error.forbidden");
  return Done{};
}

Result<store::PersonRow> person_for(const Viewer& viewer, db::Session& session, PersonId id, Permission permission) {
  if (!may(viewer, permission)) return fail(ErrorKind::forbidden, "error.forbidden");
  auto row = id ? store::person(session, store::now_called(session, id)) : std::nullopt;
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  return *row;
}

Result<Patient> Patients::create(const Viewer& viewer, db::Tx& tx, const NewPatient& patient) const {
  if (auto allowed = may_write(viewer); !allowed) return fail(allowed.error());
  if (auto good = check(patient); !good) return fail(good.error());
  if (!patient.confirmed) {
    const auto alike = similar(viewer, tx, patient);
    if (alike && !alike->items.empty()) return fail(ErrorKind::conflict, "error.patients.similar");
  }
  store::PersonRow row{new_id<PersonId>(),
                       1,
                       false,
                       patient.is_patient,
                       trimmed(patient.given_name),
                       trimmed(patient.family_name),
                       given(patient.birth_date),
                       patient.sex,
                       given(patient.pronouns),
                       given(patient.language),
                       given(patient.preferred_channel),
                       clock_.now(),
                       given(patient.address),
                       given(patient.postal_code),
                       given(patient.city),
                       {}};
  store::insert_person(tx, row);
  for (std::size_t i = 0; i < patient.contact_points.size(); ++i) {
    const auto& point = patient.contact_points[i];
    const auto normal = normal_point(point.system, point.value, region_);
    if (!normal) return fail_field("contact_points." + std::to_string(i) + ".value", point_error(point.system));
    store::put_reach(
        tx,
        {row.id, store::ensure_point(tx, *normal), point.system, "", given(point.label), point.preferred, {}, {}, {}});
  }
  for (const auto& identifier : patient.identifiers) put_identifier(tx, row.id, identifier);
  audit::append(tx, viewer, {audit::Action::create, "patient", {row.id.value}, {}, "", row.id.value}, clock_.now());
  events::announce(tx, {"patient", row.id.value, row.version, {}});
  return get(viewer, tx, row.id);
}

Result<Patient> Patients::get(const Viewer& viewer, db::Session& session, PersonId id) const {
  auto row = person_for(viewer, session, id, Permission::patients_read);
  if (!row) return fail(row.error());
  id = row->id;
  session.disclose("patient", id.value);
  Patient out;
  out.id = row->id;
  out.version = row->version;
  out.provisional = row->provisional;
  out.is_patient = row->is_patient;
  out.given_name = row->given_name;
  out.family_name = row->family_name;
  out.display_name = display_name(row->given_name, row->family_name);
  out.birth_date = row->birth_date;
  if (row->birth_date) out.age = age_on(*row->birth_date, date_of(clock_.now()));
  out.sex = row->sex;
  out.pronouns = row->pronouns;
  out.language = row->language;
  out.preferred_channel = row->preferred_channel;
  out.created_at = row->created_at;
  out.address = row->address;
  out.postal_code = row->postal_code;
  out.city = row->city;
  Record record{session, keyring_, clock_.now()};
  out.contact_points = record.contact_points(id);
  out.relationships = record.relationships(id);
  out.identifiers = record.identifiers(id);
  out.needs = record.needs(id);
  out.note_count = store::count_notes(session, id);
  return out;
}

Result<Patient> Patients::change(const Viewer& viewer, db::Tx& tx, PersonId id, const PatientChange& change) const {
  auto row = person_for(viewer, tx, id, Permission::patients_write);
  if (!row) return fail(row.error());
  id = row->id;
  if (change.version != row->version) return fail(ErrorKind::conflict, "error.conflict");
  if (change.given_name) row->given_name = trimmed(*change.given_name);
  if (change.family_name) row->family_name = trimmed(*change.family_name);
  apply(row->birth_date, change.birth_date);
  apply(row->pronouns, change.pronouns);
  apply(row->language, change.language);
  apply(row->preferred_channel, change.preferred_channel);
  apply(row->address, change.address);
  apply(row->postal_code, change.postal_code);
  apply(row->city, change.city);
  if (change.sex) row->sex = *change.sex;
  if (change.is_patient) row->is_patient = *change.is_patient;
  if (change.provisional) row->provisional = *change.provisional;
  if (auto good = check_change(*row); !good) return fail(good.error());
  ++row->version;
  store::update_person(tx, *row);
  audit::append(tx, viewer, {audit::Action::change, "patient", {id.value}, changed_fields(change), "", id.value},
                clock_.now());
  events::announce(tx, {"patient", id.value, row->version, {}});
  return get(viewer, tx, id);
}

std::map<PersonId, PersonRef> Patients::refs(db::Session& session, const std::vector<PersonId>& ids) const {
  std::map<PersonId, PersonRef> out;
  for (const auto& row : store::persons(session, ids)) {
    const auto kept = row.merged_into ? store::person(session, store::now_called(session, row.id)) : std::nullopt;
    out[row.id] = ref_of(kept ? *kept : row);
  }
  return out;
}

std::optional<std::string> Patients::birth_date(db::Session& session, PersonId id) const {
  const auto row = store::person(session, id);
  return row ? row->birth_date : std::nullopt;
}

void Patients::erase(db::Tx& tx, PersonId id) const {
  store::erase(tx, id);
  keyring_.destroy(tx, "patient", id.value, clock_.now());
  events::announce(tx, {"patient", id.value, 0, {}});
}

std::optional<std::string> Patients::search_text(db::Session& session, PersonId id) const {
  const auto row = store::person(session, id);
  if (!row || row->merged_into) return std::nullopt;
  std::string text = display_name(row->given_name, row->family_name);
  for (const auto& point : store::points_of(session, id))
    text += " " + point.value +
            (point.system == ContactSystem::email ? "" : " " + display_point(point.system, point.value));
  for (const auto& identifier : store::identifiers_of(session, id)) text += " " + identifier.value;
  return text;
}

}  // namespace auricle::patients
