#include "patients/points.h"

namespace auricle::patients {

std::vector<ContactPointId> lonely_points(db::Session& session, ContactPointId after, int limit) {
  return session.all<ContactPointId>(
      "SELECT id FROM patients_contact_point c WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM patients_reach r WHERE "
      "r.contact_point_id = c.id) ORDER BY id LIMIT $2",
      after.value, limit);
}

bool forget_point(db::Tx& tx, ContactPointId point) {
  return tx.exec(
             "DELETE FROM patients_contact_point WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM patients_reach WHERE "
             "contact_point_id = $1)",
             point) > 0;
}

}  // namespace auricle::patients
