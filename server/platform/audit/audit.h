#pragma once
// Who saw and changed what. Rows hold ids and field names, never values, so erasure breaks nothing. Appended unchained
// in the transaction; a sealer chains them in blocks within a second and writes the signed head outside the database.
#include <string>
#include <vector>

#include "platform/access/access.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle::audit {

enum class Action { read, list, search, create, change, send, erase, export_, sign_in, sign_out, refuse };
BOOST_DESCRIBE_ENUM(Action, read, list, search, create, change, send, erase, export_, sign_in, sign_out, refuse)

struct Entry {
  Action action = Action::read;
  std::string record;               // "patient", "case", "user", …
  std::vector<std::int64_t> ids;    // one row per request: a list or search is one row with its ids
  std::vector<std::string> fields;  // names of changed fields, never values
  std::string reason;               // stated by the user where one is asked for (never patient data)
  std::int64_t patient_id = 0;      // whose record it is, when known
};
// Same transaction as the change; also from reads after Session::disclosed(). The same viewer, record, purpose and
// action `read` within five minutes raises the count of the earlier row.
void append(db::Tx& tx, const Viewer& viewer, const Entry& entry, Instant now);

struct Access {  // for "who looked at this record"
  std::int64_t user_id = 0;
  std::string action;
  std::int64_t count = 0;
  Instant first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(Access, (), (user_id, action, count, first_at, last_at))
std::vector<Access> of_patient(db::Session& session, std::int64_t patient_id, int limit);

}  // namespace auricle::audit
