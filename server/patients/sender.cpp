// Who writes from an address: for the modules that receive messages.
#include <algorithm>

#include "patients/record.h"
#include "platform/audit/audit.h"
#include "platform/base/utf8.h"
#include "platform/events/bus.h"

namespace auricle::patients {
namespace {

// The name a message gives its sender, unless it is only the address again.
SplitName provisional_name(std::string_view name, const std::string& shown) {
  auto split = split_name(name);
  if (split.given.empty() && split.family.empty()) return {shown, ""};
  if (is_email(trimmed(name))) return {shown, ""};
  constexpr std::size_t kLongest = 300;
  split.given = cut_utf8(split.given, kLongest);
  split.family = cut_utf8(split.family, kLongest);
  return split;
}

}  // namespace

Result<Sender> Patients::sender(db::Tx& tx, ContactSystem system, std::string_view value, std::string_view name) const {
  const auto normal = normal_point(system, value, region_);
  if (!normal) return fail_field("from", point_error(system));
  Sender out;
  out.contact_point = store::ensure_point(tx, *normal);
  out.persons = persons_of(tx, out.contact_point);
  if (!out.persons.empty()) return out;
  const auto split = provisional_name(name, display_point(system, normal->value));
  store::PersonRow row{new_id<PersonId>(), 1,  true, true, split.given, split.family, {},
                       Sex::unknown,       {}, {},   {},   clock_.now()};
  store::insert_person(tx, row);
  store::put_reach(tx, {row.id, out.contact_point, system, normal->value, {}, false, {}, {}, {}, {}, {}});
  events::announce(tx, {"patient", row.id.value, row.version, {}});
  out.persons.push_back(ref_of(row));
  out.made = true;
  return out;
}

std::optional<ContactPointId> Patients::find_contact_point(db::Session& session, ContactSystem system,
                                                           std::string_view value) const {
  const auto normal = normal_point(system, value, region_);
  return normal ? store::find_point(session, normal->system, normal->value) : std::nullopt;
}

std::vector<PersonRef> Patients::persons_of(db::Session& session, ContactPointId point) const {
  std::vector<PersonRef> out;
  for (const auto& row : store::persons(session, store::persons_of(session, point))) out.push_back(ref_of(row));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

void Patients::mark_undeliverable(db::Tx& tx, ContactPointId point, const std::optional<Undeliverable>& why) const {
  store::set_undeliverable(tx, point, why);
  for (const auto& person : store::persons(tx, store::persons_of(tx, point))) {
    // Not a new version of the record: nobody has worked on it, and a provisional one still goes with its messages.
    audit::append(tx, Viewer::system_viewer("mail"),
                  {audit::Action::change, "patient", {person.id.value}, {"contact_points"}, "", person.id.value},
                  clock_.now());
    events::announce(tx, {"patient", person.id.value, person.version, {}});
  }
}

void Patients::heard_from(db::Tx& tx, ContactPointId point, Instant when) const {
  const auto row = store::point(tx, point);
  if (row && row->undeliverable_since && *row->undeliverable_since < when) mark_undeliverable(tx, point, std::nullopt);
}

std::vector<std::string> Patients::addresses_of(db::Session& session, PersonId person) const {
  std::vector<std::string> out;
  for (const auto& point : store::points_of(session, person))
    if (point.system == ContactSystem::email && store::persons_of(session, point.id).size() < 2)
      out.push_back(point.value);
  return out;
}

std::optional<Reach> Patients::reach(db::Session& session, ContactPointId point, PersonId person) const {
  const auto row = store::point(session, point);
  if (!row) return std::nullopt;
  Reach out{
      row->id, row->system, row->value, display_point(row->system, row->value), false, store::undeliverable(*row)};
  for (const auto& theirs : store::points_of(session, person))
    if (theirs.id == point) out.verified = theirs.verified_at.has_value();
  return out;
}

std::vector<Relationship> Patients::acts_for(db::Session& session, PersonId person) const {
  auto all = Record{session, keyring_, clock_.now()}.relationships(person);
  all.erase(
      std::remove_if(all.begin(), all.end(), [&](const auto& one) { return one.person.id != person || !one.active; }),
      all.end());
  return all;
}

std::optional<Relationship> Patients::acting(db::Session& session, PersonId person, PersonId patient) const {
  if (!person || !patient || person == patient) return std::nullopt;
  std::optional<Relationship> best;
  for (const auto& one : acts_for(session, person))
    if (one.patient.id == patient && (!best || one.authority > best->authority)) best = one;
  return best;
}

bool Patients::may_hear_about(db::Session& session, PersonId person, ContactPointId point, PersonId patient) const {
  if (!person || !patient || person == patient) return true;
  const auto owners = point ? store::persons_of(session, point) : std::vector<PersonId>{};
  if (std::find(owners.begin(), owners.end(), patient) != owners.end()) return true;
  const auto how = acting(session, person, patient);
  return how && how->authority != Authority::none;
}

Result<Done> Patients::claim_contact_point(const Viewer& viewer, db::Tx& tx, ContactPointId point, PersonId person,
                                           PersonId provisional) const {
  const auto target = store::person(tx, person);
  const auto row = store::point(tx, point);
  if (!target || !row) return fail(ErrorKind::not_found, "error.not_found");
  const auto owners = store::persons_of(tx, point);
  if (std::find(owners.begin(), owners.end(), person) == owners.end())
    store::put_reach(tx, {person, point, row->system, row->value, {}, false, {}, {}, {}, {}, {}});
  const auto old = provisional && provisional != person ? store::person(tx, provisional) : std::nullopt;
  if (old && old->provisional) {
    store::part_from_point(tx, provisional, point);
    if (store::points_of(tx, provisional).empty() && store::relationships_of(tx, provisional).empty() &&
        store::count_notes(tx, provisional) == 0) {
      tx.exec("UPDATE patients_timeline SET person_id = $2 WHERE person_id = $1", provisional, person);
      store::erase(tx, provisional);
      events::announce(tx, {"patient", provisional.value, 0, {}});
    }
  }
  store::touch(tx, person);
  audit::append(tx, viewer, {audit::Action::change, "patient", {person.value}, {"contact_points"}, "", person.value},
                clock_.now());
  events::announce(tx, {"patient", person.value, target->version + 1, {}});
  return Done{};
}

void Patients::take_back(db::Tx& tx, PersonId id) const {
  const auto row = store::person(tx, id);
  if (!row || !row->provisional || row->version > 1 || store::count_notes(tx, id) > 0 ||
      !store::relationships_of(tx, id).empty())
    return;
  if (tx.one<std::int64_t>("SELECT COUNT(*) FROM patients_timeline WHERE person_id = $1", id).value_or(0) > 0) return;
  store::erase(tx, id);  // with the address, if nobody else has it
  events::announce(tx, {"patient", id.value, 0, {}});
}

}  // namespace auricle::patients
