#pragma once
// Parts of a person's record, read and decrypted; shared by the use cases of this module.
#include "patients/patients.h"
#include "patients/store.h"

namespace auricle::patients {

PersonRef ref_of(const store::PersonRow& row);
Result<Done> may_write(const Viewer& viewer);
// The person if the viewer has the permission; forbidden or not_found otherwise.
Result<store::PersonRow> person_for(const Viewer& viewer, db::Session& session, PersonId id, Permission permission);
std::string point_error(ContactSystem system);  // locale key for a value that is no address or number
void put_identifier(db::Tx& tx, PersonId person, const NewIdentifier& identifier);

struct Record {
  db::Session& session;
  crypto::Keyring& keyring;
  Instant now;

  std::vector<ContactPoint> contact_points(PersonId person) const;
  std::vector<Relationship> relationships(PersonId person) const;
  std::vector<Identifier> identifiers(PersonId person) const;
  std::vector<Need> needs(PersonId person) const;
  // "" when its key was destroyed by an erasure.
  std::string decrypted(std::string_view table, std::string_view column, std::int64_t row,
                        const db::Bytes& cipher) const;
};

db::Bytes encrypted(db::Tx& tx, crypto::Keyring& keyring, PersonId owner, std::string_view table,
                    std::string_view column, std::int64_t row, std::string_view plain);

}  // namespace auricle::patients
