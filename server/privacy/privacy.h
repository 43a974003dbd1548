#pragma once
// Who looked at what; erasure of a patient, down to the last file.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/access/access.h"
#include "platform/audit/audit.h"
#include "platform/base/result.h"
#include "platform/crypto/keys.h"
#include "platform/db/database.h"
#include "platform/events/bus.h"
#include "platform/jobs/jobs.h"

namespace auricle::privacy {

struct PatientAccess {
  UserId user_id;  // zero: the program itself
  std::string user_name, action;
  std::int64_t count = 0;
  Instant first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(PatientAccess, (), (user_id, user_name, action, count, first_at, last_at))

struct AuditQuery {
  UserId user;
  std::string action, record;  // "": any
  std::int64_t patient_id = 0;
  std::optional<Instant> from, to;  // to is exclusive
  std::optional<std::int64_t> before_id;
  int limit = 50;
};
struct AuditEntry {
  std::int64_t id = 0;
  Instant happened_at;
  UserId user_id;
  std::string user_name, action, record;
  std::vector<std::int64_t> ids;
  std::vector<std::string> fields;
  std::string reason, purpose;
  PersonId patient_id;
  std::int64_t count = 0;
  bool sealed = false;
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (),
                      (id, happened_at, user_id, user_name, action, record, ids, fields, reason, purpose, patient_id,
                       count, sealed))

struct Erasure {
  std::int64_t id = 0;
  PersonId patient_id;
  std::string reason;
  UserId user_id;
  std::string user_name;
  Instant erased_at;
  std::optional<Instant> purged_at;  // when the last trace had left search index and write-ahead log
};
BOOST_DESCRIBE_STRUCT(Erasure, (), (id, patient_id, reason, user_id, user_name, erased_at, purged_at))

// What erasure needs from those above: whether there is such a patient, and how deleted content leaves the files.
struct Ports {
  std::function<bool(db::Session&, PersonId)> patient_exists;
  std::function<bool()> scrub;  // false: not yet possible (the index has not caught up); asked again
  // All records of the same person, merged ones too, the present one last; none given: only itself.
  std::function<std::vector<PersonId>(db::Session&, PersonId)> same_person = nullptr;
};

class Privacy {
 public:
  // `list_file`: the erasures, beside the data ("" for none): a restored older backup is brought up with it.
  Privacy(crypto::Keyring& keyring, const events::Bus& bus, Ports ports, std::string list_file);

  Result<std::vector<PatientAccess>> accesses(const Viewer& viewer, db::Session& session, PersonId patient) const;
  Result<std::vector<AuditEntry>> audit(const Viewer& viewer, db::Session& session, const AuditQuery& query) const;

  // Keys destroyed, listeners' rows deleted, the erasure recorded, a job enqueued that scrubs the files. Permission
  // patients_erase. One for each record of the person, the present one last.
  Result<std::vector<Erasure>> erase(const Viewer& viewer, db::Tx& tx, PersonId patient, const std::string& reason,
                                     Instant now) const;
  Result<std::vector<Erasure>> erasures(const Viewer& viewer, db::Session& session,
                                        std::optional<std::int64_t> before_id, int limit) const;
  // After the commit of erase: the lines in the list file, durable.
  void note_in_list(const std::vector<Erasure>& erasures) const;
  // Scrubs and marks what is not yet marked; the handler of the job. False: try again.
  bool purge(db::Database& database, Instant now) const;
  void add_jobs(jobs::Runner& runner, db::Database& database, const Clock& clock) const;
  // At start-up: erasures of the list that this database does not know are carried out again, and the list is
  // completed. Returns how many were carried out.
  int reapply(db::Database& database, Instant now) const;

 private:
  std::vector<PersonId> same_person(db::Session& session, PersonId patient) const;
  void carry_out(db::Tx& tx, const Erasure& erasure, const Viewer& viewer) const;

  crypto::Keyring& keyring_;
  const events::Bus& bus_;
  Ports ports_;
  std::string list_file_;
};

}  // namespace auricle::privacy
