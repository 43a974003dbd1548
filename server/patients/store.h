#pragma once
// The only code touching the tables of people.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "patients/patients.h"
#include "patients/rules.h"

namespace auricle::patients::store {

struct PersonRow {
  PersonId id;
  std::int64_t version = 1;
  bool provisional = false, is_patient = true;
  std::string given_name, family_name;
  std::optional<std::string> birth_date;
  Sex sex = Sex::unknown;
  std::optional<std::string> pronouns, language, preferred_channel;
  Instant created_at;
  std::optional<std::string> address, postal_code, city;
  PersonId merged_into;
};
BOOST_DESCRIBE_STRUCT(PersonRow, (),
                      (id, version, provisional, is_patient, given_name, family_name, birth_date, sex, pronouns,
                       language, preferred_channel, created_at, address, postal_code, city, merged_into))

struct PointRow {  // a contact point as one person has it
  PersonId person_id;
  ContactPointId id;
  ContactSystem system = ContactSystem::email;
  std::string value;
  std::optional<std::string> label;
  bool preferred = false;
  std::optional<Instant> verified_at;
  UserId verified_by;
  std::optional<std::string> verification_method;
  std::optional<Instant> undeliverable_since;
  std::optional<std::string> undeliverable_reason;
};
BOOST_DESCRIBE_STRUCT(PointRow, (),
                      (person_id, id, system, value, label, preferred, verified_at, verified_by, verification_method,
                       undeliverable_since, undeliverable_reason))
std::optional<Undeliverable> undeliverable(const PointRow& row);

struct RelationshipRow {
  RelationshipId id;
  PersonId person_id, patient_id;
  Relation relation = Relation::other;
  Authority authority = Authority::none;
  std::optional<std::string> valid_from, valid_to;
  std::optional<db::Bytes> evidence;
};
BOOST_DESCRIBE_STRUCT(RelationshipRow, (),
                      (id, person_id, patient_id, relation, authority, valid_from, valid_to, evidence))

struct IdentifierRow {
  IdentifierId id;
  PersonId person_id;
  std::string system, value, folded;
};
BOOST_DESCRIBE_STRUCT(IdentifierRow, (), (id, person_id, system, value, folded))

struct NoteRow {
  NoteId id;
  PersonId person_id;
  db::Bytes text;
  UserId author_id;
  Instant created_at;
  std::optional<Instant> changed_at;
};
BOOST_DESCRIBE_STRUCT(NoteRow, (), (id, person_id, text, author_id, created_at, changed_at))

struct NeedRow {
  std::int64_t id = 0;
  PersonId person_id;
  NeedKind kind = NeedKind::other;
  db::Bytes detail;
};
BOOST_DESCRIBE_STRUCT(NeedRow, (), (id, person_id, kind, detail))

struct TimelineRow {
  std::int64_t id = 0;
  PersonId person_id;
  std::string kind;
  Instant happened_at;
  std::string record_kind;
  std::int64_t record_id = 0;
  db::Bytes title;
  std::optional<std::string> channel, state, detail;
};
BOOST_DESCRIBE_STRUCT(TimelineRow, (),
                      (id, person_id, kind, happened_at, record_kind, record_id, title, channel, state, detail))

std::optional<PersonRow> person(db::Session& session, PersonId id);
PersonId now_called(db::Session& session, PersonId id);  // the record it was merged into, or itself
std::vector<PersonRow> persons(db::Session& session, const std::vector<PersonId>& ids);
void insert_person(db::Tx& tx, const PersonRow& row);  // with the words of its name
void update_person(db::Tx& tx, const PersonRow& row);
void touch(db::Tx& tx, PersonId id);  // a new version

std::vector<PointRow> points_of(db::Session& session, PersonId person);
std::vector<PointRow> points_of(db::Session& session, const std::vector<PersonId>& persons);
std::vector<PersonId> persons_of(db::Session& session, ContactPointId point);
std::optional<ContactPointId> find_point(db::Session& session, ContactSystem system, std::string_view value);
std::optional<PointRow> point(db::Session& session, ContactPointId id);
ContactPointId ensure_point(db::Tx& tx, const NormalPoint& point);
void set_undeliverable(db::Tx& tx, ContactPointId id, const std::optional<Undeliverable>& why);
void put_reach(db::Tx& tx, const PointRow& row);  // row.id is the contact point
// The point itself stays as long as a conversation refers to it (points.h).
void part_from_point(db::Tx& tx, PersonId person, ContactPointId point);
void remove_reach(db::Tx& tx, PersonId person, ContactPointId point);  // and the point when nobody has it any more

std::vector<RelationshipRow> relationships_of(db::Session& session, PersonId either);
std::optional<RelationshipRow> relationship(db::Session& session, RelationshipId id);
std::vector<IdentifierRow> identifiers_of(db::Session& session, PersonId person);
std::vector<IdentifierRow> identifiers_of(db::Session& session, const std::vector<PersonId>& persons);
std::vector<NeedRow> needs_of(db::Session& session, PersonId person);
std::vector<NoteRow> notes_of(db::Session& session, PersonId person);
std::optional<NoteRow> note(db::Session& session, NoteId id);
std::int64_t count_notes(db::Session& session, PersonId person);
std::vector<TimelineRow> timeline_before(db::Session& session, PersonId person, Instant before, std::int64_t before_id,
                                         int limit);

// Candidates of a search, bounded; the rules score them.
std::vector<PersonId> by_name(db::Session& session, const std::vector<std::string>& words, int limit);
std::vector<PersonId> by_birth_date(db::Session& session, std::string_view date, int limit);
struct PointMatch {
  PersonId person_id;
  ContactSystem system = ContactSystem::email;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(PointMatch, (), (person_id, system, value))
std::vector<PointMatch> by_address(db::Session& session, std::string_view prefix, int limit);
std::vector<PointMatch> by_digits(db::Session& session, std::string_view digits, std::string_view exact, int limit);
std::vector<IdentifierRow> by_identifier(db::Session& session, std::string_view folded_prefix, int limit);

void hide(db::Tx& tx, const PersonRow& row);  // merged: no longer found
void show(db::Tx& tx, const PersonRow& row);  // found again

// Suspected duplicates.
struct SuspectRow {
  std::int64_t id = 0;
  PersonId first_id, second_id;
  std::int64_t tenth_bits = 0;
  SuspectState state = SuspectState::open;
  Instant found_at;
};
BOOST_DESCRIBE_STRUCT(SuspectRow, (), (id, first_id, second_id, tenth_bits, state, found_at))
std::vector<PersonId> by_match_keys(db::Session& session, const std::vector<std::int64_t>& keys, int limit_each);
std::vector<PersonId> by_whole_identifier(db::Session& session, std::string_view folded, int limit);
std::vector<PersonId> unmatched(db::Session& session, int limit);
void put_suspect(db::Tx& tx, PersonId one, PersonId other, std::int64_t tenth_bits, Instant now);
std::vector<SuspectRow> suspects(db::Session& session, std::int64_t bits_below, std::int64_t id_below, int limit);
std::optional<SuspectRow> suspect(db::Session& session, std::int64_t id);

void erase(db::Tx& tx, PersonId id);

}  // namespace auricle::patients::store
