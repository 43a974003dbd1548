#pragma once
// People: patients, carers, and provisional persons known only from a message. Contact points are shared between
// persons; relationships say who may act for whom. Names, contact points and birth dates are plain (searchable); notes,
// needs and evidence are encrypted under the patient's key.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/id.h"
#include "platform/base/json.h"
#include "platform/base/result.h"
#include "platform/base/time.h"
#include "platform/crypto/keys.h"
#include "platform/db/database.h"
#include "platform/db/session.h"
#include "platform/events/bus.h"

namespace auricle::patients {

struct NoteTag;
using NoteId = Id<NoteTag>;
struct RelationshipTag;
using RelationshipId = Id<RelationshipTag>;
struct IdentifierTag;
using IdentifierId = Id<IdentifierTag>;

enum class ContactSystem { phone, email, whatsapp };
BOOST_DESCRIBE_ENUM(ContactSystem, phone, email, whatsapp)
enum class Sex { female, male, other, unknown };
BOOST_DESCRIBE_ENUM(Sex, female, male, other, unknown)
enum class Relation { parent, child, partner, carer, guardian, other };
BOOST_DESCRIBE_ENUM(Relation, parent, child, partner, carer, guardian, other)
enum class Authority { none, appointments, billing, full };
BOOST_DESCRIBE_ENUM(Authority, none, appointments, billing, full)
enum class NeedKind { interpreter, hearing, vision, mobility, cognitive, communication, other };
BOOST_DESCRIBE_ENUM(NeedKind, interpreter, hearing, vision, mobility, cognitive, communication, other)
// Two records compared (match.h): the field, how it agrees, and how much that says.
enum class MatchVerdict { same, possible, different };
BOOST_DESCRIBE_ENUM(MatchVerdict, same, possible, different)
enum class MatchField { name, given_name, family_name, birth_date, identifier, phone, email, address, sex };
BOOST_DESCRIBE_ENUM(MatchField, name, given_name, family_name, birth_date, identifier, phone, email, address, sex)
enum class Agreement { missing, same, variant, part, alike, swapped, one_digit, different };
BOOST_DESCRIBE_ENUM(Agreement, missing, same, variant, part, alike, swapped, one_digit, different)
struct MatchEvidence {
  MatchField field = MatchField::name;
  Agreement agreement = Agreement::missing;
  double bits = 0;  // for (positive) or against
};
BOOST_DESCRIBE_STRUCT(MatchEvidence, (), (field, agreement, bits))
enum class MatchReason { name, phone, email, identifier, birth_date };
BOOST_DESCRIBE_ENUM(MatchReason, name, phone, email, identifier, birth_date)

struct PersonRef {
  PersonId id;
  std::string display_name;
  bool provisional = false;
};
BOOST_DESCRIBE_STRUCT(PersonRef, (), (id, display_name, provisional))

struct Undeliverable {  // what we sent there came back for good
  Instant since;
  std::string reason;  // locale key
};
BOOST_DESCRIBE_STRUCT(Undeliverable, (), (since, reason))

struct ContactPoint {
  ContactPointId id;
  ContactSystem system = ContactSystem::email;
  std::string value;    // E.164 or lower-case address
  std::string display;  // as people write it
  std::optional<std::string> label;
  bool preferred = false;
  bool verified = false;
  std::optional<Instant> verified_at;
  UserId verified_by;
  std::optional<std::string> verification_method;
  std::optional<Undeliverable> undeliverable;
  std::vector<PersonRef> shared_with;
};
BOOST_DESCRIBE_STRUCT(ContactPoint, (),
                      (id, system, value, display, label, preferred, verified, verified_at, verified_by,
                       verification_method, undeliverable, shared_with))

struct Relationship {  // `person` acts for `patient`
  RelationshipId id;
  PersonRef person, patient;
  Relation relation = Relation::other;
  Authority authority = Authority::none;
  std::optional<std::string> valid_from, valid_to;  // dates
  std::optional<std::string> evidence;
  bool active = true;
};
BOOST_DESCRIBE_STRUCT(Relationship, (),
                      (id, person, patient, relation, authority, valid_from, valid_to, evidence, active))

struct Identifier {
  IdentifierId id;
  std::string system, value;
};
BOOST_DESCRIBE_STRUCT(Identifier, (), (id, system, value))

struct Need {
  NeedKind kind = NeedKind::other;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(Need, (), (kind, detail))
struct Needs {
  std::vector<Need> items;
};
BOOST_DESCRIBE_STRUCT(Needs, (), (items))

struct Patient {
  PersonId id;
  std::int64_t version = 1;
  bool provisional = false;
  bool is_patient = true;
  std::string given_name, family_name, display_name;
  std::optional<std::string> birth_date;  // "1987-02-01"
  std::optional<int> age;
  Sex sex = Sex::unknown;
  std::optional<std::string> pronouns, language, preferred_channel;
  Instant created_at;
  std::vector<ContactPoint> contact_points;
  std::vector<Relationship> relationships;
  std::vector<Identifier> identifiers;
  std::vector<Need> needs;
  std::int64_t note_count = 0;
  std::optional<std::string> address, postal_code, city;
};
BOOST_DESCRIBE_STRUCT(Patient, (),
                      (id, version, provisional, is_patient, given_name, family_name, display_name, birth_date, age,
                       sex, pronouns, language, preferred_channel, created_at, contact_points, relationships,
                       identifiers, needs, note_count, address, postal_code, city))

struct NewContactPoint {
  using absent_is_default = void;
  ContactSystem system = ContactSystem::email;
  std::string value;
  std::optional<std::string> label;
  bool preferred = false;
};
BOOST_DESCRIBE_STRUCT(NewContactPoint, (), (system, value, label, preferred))
struct NewIdentifier {
  using absent_is_default = void;
  std::string system, value;
};
BOOST_DESCRIBE_STRUCT(NewIdentifier, (), (system, value))
struct NewRelationship {
  using absent_is_default = void;
  std::optional<PersonId> person_id;
  Relation relation = Relation::other;
  Authority authority = Authority::none;
  std::optional<std::string> valid_from, valid_to, evidence;
};
BOOST_DESCRIBE_STRUCT(NewRelationship, (), (person_id, relation, authority, valid_from, valid_to, evidence))
struct Verification {
  using absent_is_default = void;
  bool verified = false;
  std::optional<std::string> method;
};
BOOST_DESCRIBE_STRUCT(Verification, (), (verified, method))

struct NewPatient {
  using absent_is_default = void;
  std::string given_name, family_name;
  std::optional<std::string> birth_date;
  Sex sex = Sex::unknown;
  std::optional<std::string> pronouns, language, preferred_channel;
  bool is_patient = true;
  std::vector<NewContactPoint> contact_points;
  std::vector<NewIdentifier> identifiers;
  bool confirmed = false;
  std::optional<std::string> address, postal_code, city;
};
BOOST_DESCRIBE_STRUCT(NewPatient, (),
                      (given_name, family_name, birth_date, sex, pronouns, language, preferred_channel, is_patient,
                       contact_points, identifiers, confirmed, address, postal_code, city))

struct PatientChange {
  using absent_is_default = void;  // empty strings remove
  std::int64_t version = 0;
  std::optional<std::string> given_name, family_name, birth_date;
  std::optional<Sex> sex;
  std::optional<std::string> pronouns, language, preferred_channel;
  std::optional<bool> is_patient, provisional;
  std::optional<std::string> address, postal_code, city;
};
BOOST_DESCRIBE_STRUCT(PatientChange, (),
                      (version, given_name, family_name, birth_date, sex, pronouns, language, preferred_channel,
                       is_patient, provisional, address, postal_code, city))

struct PatientSearch {
  using absent_is_default = void;
  std::string query;
  int limit = 10;
};
BOOST_DESCRIBE_STRUCT(PatientSearch, (), (query, limit))

struct PatientHit {
  PersonId id;
  std::string display_name;
  bool provisional = false;
  bool is_patient = true;
  std::optional<std::string> birth_date;
  double score = 0;
  MatchReason reason = MatchReason::name;
  std::string matched;
  std::optional<std::string> contact;
};
BOOST_DESCRIBE_STRUCT(PatientHit, (),
                      (id, display_name, provisional, is_patient, birth_date, score, reason, matched, contact))
struct PatientHits {
  std::vector<PatientHit> items;
};
BOOST_DESCRIBE_STRUCT(PatientHits, (), (items))

// A record that may be of the same person.
struct PatientMatch {
  PersonId id;
  std::string display_name;
  bool provisional = false;
  bool is_patient = true;
  std::optional<std::string> birth_date, contact;
  double score = 0;  // 0…1, the chance that it is one person
  MatchVerdict verdict = MatchVerdict::possible;
  std::vector<MatchEvidence> evidence;
};
BOOST_DESCRIBE_STRUCT(PatientMatch, (),
                      (id, display_name, provisional, is_patient, birth_date, contact, score, verdict, evidence))
struct PatientMatches {
  std::vector<PatientMatch> items;
};
BOOST_DESCRIBE_STRUCT(PatientMatches, (), (items))

enum class SuspectState { open, different, merged };
BOOST_DESCRIBE_ENUM(SuspectState, open, different, merged)
struct Suspect {  // two records that may be one person
  std::int64_t id = 0;
  double score = 0;
  MatchVerdict verdict = MatchVerdict::possible;
  std::vector<MatchEvidence> evidence;
  PersonId first_id, second_id;  // the older record first
  std::string first_name, second_name;
};
BOOST_DESCRIBE_STRUCT(Suspect, (), (id, score, verdict, evidence, first_id, second_id, first_name, second_name))
struct Suspects {
  std::vector<Suspect> items;
  std::optional<std::string> next_cursor;
  std::int64_t total = 0;
  bool searching = false;  // records that changed are still being compared
};
BOOST_DESCRIBE_STRUCT(Suspects, (), (items, next_cursor, total, searching))
struct SuspectDecision {
  SuspectState state = SuspectState::open;  // open or different
};
BOOST_DESCRIBE_STRUCT(SuspectDecision, (), (state))

// `other` joins the record; fields named in `take` are taken from it, others only where this record has nothing.
struct NewMerge {
  using absent_is_default = void;
  PersonId other_id;
  std::int64_t version = 0, other_version = 0;
  std::vector<std::string> take;
};
BOOST_DESCRIBE_STRUCT(NewMerge, (), (other_id, version, other_version, take))
struct Merge {
  std::int64_t id = 0;
  PersonId gone_id;
  std::string gone_name;
  Instant merged_at;
  UserId merged_by;
  bool undoable = true;  // false: a later merge must be undone first
};
BOOST_DESCRIBE_STRUCT(Merge, (), (id, gone_id, gone_name, merged_at, merged_by, undoable))
struct Merges {
  std::vector<Merge> items;
};
BOOST_DESCRIBE_STRUCT(Merges, (), (items))

struct PatientNote {
  NoteId id;
  std::string text;
  UserId author_id;
  Instant created_at;
  std::optional<Instant> changed_at;
};
BOOST_DESCRIBE_STRUCT(PatientNote, (), (id, text, author_id, created_at, changed_at))
struct NewPatientNote {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(NewPatientNote, (), (text))
struct PatientNotes {
  std::vector<PatientNote> items;
};
BOOST_DESCRIBE_STRUCT(PatientNotes, (), (items))

// What modules above put on a patient's timeline: one entry per record, put again when it changes.
struct TimelineEntry {
  std::int64_t id = 0;
  std::string kind;  // "case"
  Instant happened_at;
  std::string record_kind;
  std::int64_t record_id = 0;
  std::string title;  // encrypted at rest
  std::optional<std::string> channel, state, detail;
};
BOOST_DESCRIBE_STRUCT(TimelineEntry, (), (id, kind, happened_at, record_kind, record_id, title, channel, state, detail))
struct Timeline {
  std::vector<TimelineEntry> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Timeline, (), (items, next_cursor))

// Who writes from a contact point.
struct Sender {
  ContactPointId contact_point;
  std::vector<PersonRef> persons;  // all who have it; one was made (provisional) when there was none
  bool made = false;
  bool shared() const { return persons.size() > 1; }
};
struct Reach {  // a contact point as one person has it
  ContactPointId id;
  ContactSystem system = ContactSystem::email;
  std::string value, display;
  bool verified = false;
  std::optional<Undeliverable> undeliverable;
};

// Silent import: given ids, no announcement, no audit row each.
struct ImportedContactPoint {
  ContactSystem system = ContactSystem::email;
  std::string value;
  bool verified = false;
};
BOOST_DESCRIBE_STRUCT(ImportedContactPoint, (), (system, value, verified))
struct ImportedPerson {
  PersonId id;
  bool is_patient = true;
  std::string given_name, family_name;
  std::optional<std::string> birth_date;
  Sex sex = Sex::unknown;
  std::optional<std::string> language;
  Instant created_at;
  std::vector<ImportedContactPoint> contact_points;
  std::vector<NewIdentifier> identifiers;
  std::vector<Need> needs;
};
BOOST_DESCRIBE_STRUCT(ImportedPerson, (),
                      (id, is_patient, given_name, family_name, birth_date, sex, language, created_at, contact_points,
                       identifiers, needs))
struct ImportedRelationship {
  RelationshipId id;
  PersonId person_id, patient_id;
  Relation relation = Relation::other;
  Authority authority = Authority::none;
  std::optional<std::string> valid_from, valid_to;
};
BOOST_DESCRIBE_STRUCT(ImportedRelationship, (), (id, person_id, patient_id, relation, authority, valid_from, valid_to))

class Patients {
 public:
  // `region`: where numbers without a country code belong ("ES").
  // `bus` hears of merges (events.h).
  Patients(crypto::Keyring& keyring, const Clock& clock, std::string region = "ES", const events::Bus* bus = nullptr)
      : keyring_(keyring), clock_(clock), region_(std::move(region)), bus_(bus) {}

  Result<PatientHits> search(const Viewer& viewer, db::Session& session, std::string_view query, int limit) const;
  // Likely duplicates of somebody about to be created, or of a record; best first.
  Result<PatientMatches> similar(const Viewer& viewer, db::Session& session, const NewPatient& patient) const;
  Result<PatientMatches> similar(const Viewer& viewer, db::Session& session, PersonId id) const;
  Result<Suspects> suspects(const Viewer& viewer, db::Session& session, std::string_view cursor, int limit) const;
  Result<Suspects> decide(const Viewer& viewer, db::Tx& tx, std::int64_t suspect, SuspectState state) const;
  // Compares records that changed with those that may be the same; how many (0: none left). For a job.
  int find_suspects(db::Database& database, int most) const;

  // One record from two. The old id leads to the kept record; undoing gives each what it had. Conflict when one changed
  // meanwhile.
  Result<Patient> merge(const Viewer& viewer, db::Tx& tx, PersonId kept, const NewMerge& merge) const;
  Result<Merges> merges(const Viewer& viewer, db::Session& session, PersonId kept) const;
  Result<Patient> undo_merge(const Viewer& viewer, db::Tx& tx, PersonId kept, std::int64_t merge) const;
  const std::string& region() const { return region_; }
  PersonId now_called(db::Session& session, PersonId id) const;  // the record it was merged into, or itself
  std::vector<PersonId> same_person(db::Session& session, PersonId id) const;  // the kept record last

  Result<Patient> create(const Viewer& viewer, db::Tx& tx, const NewPatient& patient) const;
  Result<Patient> get(const Viewer& viewer, db::Session& session, PersonId id) const;
  Result<Patient> change(const Viewer& viewer, db::Tx& tx, PersonId id, const PatientChange& change) const;

  Result<Patient> add_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, const NewContactPoint& point) const;
  Result<Patient> change_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, ContactPointId point,
                                       const NewContactPoint& value) const;
  Result<Patient> remove_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, ContactPointId point) const;
  Result<Patient> verify_contact_point(const Viewer& viewer, db::Tx& tx, PersonId id, ContactPointId point,
                                       const Verification& verification) const;
  Result<Patient> add_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient,
                                   const NewRelationship& relationship) const;
  Result<Patient> change_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient, RelationshipId id,
                                      const NewRelationship& relationship) const;
  Result<Patient> remove_relationship(const Viewer& viewer, db::Tx& tx, PersonId patient, RelationshipId id) const;
  Result<Patient> add_identifier(const Viewer& viewer, db::Tx& tx, PersonId id, const NewIdentifier& identifier) const;
  Result<Patient> remove_identifier(const Viewer& viewer, db::Tx& tx, PersonId id, IdentifierId identifier) const;
  Result<Patient> set_needs(const Viewer& viewer, db::Tx& tx, PersonId id, const Needs& needs) const;

  Result<PatientNotes> notes(const Viewer& viewer, db::Session& session, PersonId id) const;
  Result<PatientNote> add_note(const Viewer& viewer, db::Tx& tx, PersonId id, std::string_view text) const;
  Result<PatientNote> change_note(const Viewer& viewer, db::Tx& tx, PersonId id, NoteId note,
                                  std::string_view text) const;
  Result<Done> remove_note(const Viewer& viewer, db::Tx& tx, PersonId id, NoteId note) const;
  Result<Timeline> timeline(const Viewer& viewer, db::Session& session, PersonId id, std::string_view cursor,
                            int limit) const;

  // For modules above; they have checked the viewer and audit their own change or read.
  void put_timeline(db::Tx& tx, PersonId person, const TimelineEntry& entry) const;
  void drop_timeline(db::Tx& tx, std::string_view record_kind, std::int64_t record_id) const;
  std::map<PersonId, PersonRef> refs(db::Session& session, const std::vector<PersonId>& ids) const;
  std::optional<std::string> birth_date(db::Session& session, PersonId id) const;
  // The persons of a phone or address; makes a provisional one (named `name`, else by the address) when there is none.
  // Fails with invalid when the value is neither.
  Result<Sender> sender(db::Tx& tx, ContactSystem system, std::string_view value, std::string_view name) const;
  std::optional<ContactPointId> find_contact_point(db::Session& session, ContactSystem system,
                                                   std::string_view value) const;
  std::vector<PersonRef> persons_of(db::Session& session, ContactPointId point) const;
  // What was sent there came back for good; nothing known means it was heard from since, or somebody says it works.
  void mark_undeliverable(db::Tx& tx, ContactPointId point, const std::optional<Undeliverable>& why) const;
  void heard_from(db::Tx& tx, ContactPointId point, Instant when) const;
  std::vector<std::string> addresses_of(db::Session& session, PersonId person) const;  // that nobody else has
  std::optional<Reach> reach(db::Session& session, ContactPointId point,
                             PersonId person) const;                                // verified: for that person
  std::vector<Relationship> acts_for(db::Session& session, PersonId person) const;  // valid today
  // Somebody only known from a message that is taken back: gone, unless anything else is known of them.
  void take_back(db::Tx& tx, PersonId provisional) const;
  // How `person` may act for `patient` today; none when they are the same or unrelated.
  std::optional<Relationship> acting(db::Session& session, PersonId person, PersonId patient) const;
  // data.md: the patient, at an address of theirs, or somebody with authority; while one of them is unknown nothing
  // speaks against it.
  bool may_hear_about(db::Session& session, PersonId person, ContactPointId point, PersonId patient) const;
  // The desk has said who writes from an address: it belongs to `person` now, and `provisional` loses it (and goes,
  // when it has nothing else).
  Result<Done> claim_contact_point(const Viewer& viewer, db::Tx& tx, ContactPointId point, PersonId person,
                                   PersonId provisional) const;

  Result<Done> import_person(db::Tx& tx, const ImportedPerson& person) const;
  Result<Done> import_relationship(db::Tx& tx, const ImportedRelationship& relationship) const;
  std::optional<ImportedPerson> export_person(db::Session& session, PersonId id) const;
  std::vector<PersonId> export_person_ids(db::Session& session, PersonId after, int limit) const;
  std::vector<ImportedRelationship> export_relationships(db::Session& session, RelationshipId after, int limit) const;

  void erase(db::Tx& tx, PersonId id) const;  // listener of privacy::PatientErased
  std::optional<std::string> search_text(db::Session& session, PersonId id) const;  // for the index; nullopt when gone

 private:
  crypto::Keyring& keyring_;
  const Clock& clock_;
  std::string region_;
  const events::Bus* bus_;
};

}  // namespace auricle::patients
