#include "privacy/privacy.h"

#include "privacy/erasure_list.h"
#include "privacy/events.h"
#include "privacy/store.h"
#include "team/team.h"

namespace auricle::privacy {
namespace {
constexpr const char* kPurgeJob = "privacy.purge";

tl::unexpected<Error> forbidden() { return fail(ErrorKind::forbidden, "error.forbidden"); }

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

void enqueue_purge(db::Tx& tx, Instant now) {
  jobs::NewJob job;
  job.kind = kPurgeJob;
  job.payload = "{}";
  job.max_attempts = 50;
  jobs::enqueue(tx, job, now);
}
}  // namespace

Privacy::Privacy(crypto::Keyring& keyring, const events::Bus& bus, Ports ports, std::string list_file)
    : keyring_(keyring), bus_(bus), ports_(std::move(ports)), list_file_(std::move(list_file)) {}

Result<std::vector<PatientAccess>> Privacy::accesses(const Viewer& viewer, db::Session& session,
                                                     PersonId patient) const {
  if (!may(viewer, Permission::patients_read)) return forbidden();
  if (!ports_.patient_exists(session, patient)) return fail(ErrorKind::not_found, "error.not_found");
  std::vector<PatientAccess> all;
  for (const auto& a : audit::of_patient(session, patient.value, 100))
    all.push_back(
        {UserId{a.user_id}, team::name_of(session, UserId{a.user_id}), a.action, a.count, a.first_at, a.last_at});
  return all;
}

Result<std::vector<AuditEntry>> Privacy::audit(const Viewer& viewer, db::Session& session,
                                               const AuditQuery& query) const {
  if (!may(viewer, Permission::audit_read)) return forbidden();
  return store::audit(session, query);
}

void Privacy::carry_out(db::Tx& tx, const Erasure& erasure, const Viewer& viewer) const {
  bus_.publish(tx, PatientErased{erasure.patient_id.value, erasure.erased_at});
  keyring_.destroy(tx, "patient", erasure.patient_id.value, erasure.erased_at);
  store::insert(tx, erasure);
  audit::Entry entry;
  entry.action = audit::Action::erase;
  entry.record = "patient";
  entry.ids = {erasure.patient_id.value};
  entry.reason = erasure.reason;
  entry.patient_id = erasure.patient_id.value;
  audit::append(tx, viewer, entry, erasure.erased_at);
  enqueue_purge(tx, erasure.erased_at);
}

Result<std::vector<Erasure>> Privacy::erase(const Viewer& viewer, db::Tx& tx, PersonId patient,
                                            const std::string& reason, Instant now) const {
  if (!scope_of(viewer, Permission::patients_erase).all) return forbidden();
  if (!ports_.patient_exists(tx, patient)) return fail(ErrorKind::not_found, "error.not_found");
  const auto why = trimmed(reason);
  if (why.empty()) return fail_field("reason", "error.privacy.reason_required");
  if (why.size() > 500) return fail_field("reason", "error.privacy.reason_long");
  std::vector<Erasure> done;
  for (const auto id : same_person(tx, patient)) {  // a backup from before a merge knows each of them
    done.push_back({next_id(), id, why, viewer.user, team::name_of(tx, viewer.user), now, {}});
    carry_out(tx, done.back(), viewer);
  }
  return done;
}

std::vector<PersonId> Privacy::same_person(db::Session& session, PersonId patient) const {
  return ports_.same_person ? ports_.same_person(session, patient) : std::vector<PersonId>{patient};
}

Result<std::vector<Erasure>> Privacy::erasures(const Viewer& viewer, db::Session& session,
                                               std::optional<std::int64_t> before_id, int limit) const {
  if (!may(viewer, Permission::audit_read)) return forbidden();
  return store::erasures(session, before_id, limit);
}

void Privacy::note_in_list(const std::vector<Erasure>& erasures) const {
  if (list_file_.empty()) return;
  for (const auto& erasure : erasures) append_to_list(list_file_, {erasure.patient_id, erasure.erased_at});
}

bool Privacy::purge(db::Database& database, Instant now) const {
  const auto ids = database.read_now([](db::Session& s) { return store::unpurged(s); });
  if (ids.empty()) return true;
  if (!ports_.scrub()) return false;
  database.write_now([&](db::Tx& tx) { store::mark_purged(tx, ids, now); }, db::Lane::bulk);
  return true;
}

void Privacy::add_jobs(jobs::Runner& runner, db::Database& database, const Clock& clock) const {
  runner.on(kPurgeJob, [this, &database, &clock](const jobs::Job&) -> Result<Done> {
    if (purge(database, clock.now())) return Done{};
    Error later{ErrorKind::unavailable, "error.privacy.purge_waits", {}, {}, 2};
    return fail(later);
  });
}

int Privacy::reapply(db::Database& database, Instant now) const {
  if (list_file_.empty()) return 0;
  const auto listed = read_list(list_file_);
  int carried_out = 0;
  for (const auto& item : listed) {
    carried_out += database.write_now(
        [&](db::Tx& tx) {
          if (store::erasure_of(tx, item.patient_id)) return 0;
          const Erasure erasure{next_id(), item.patient_id, "applied again after a restore", {}, "", now, {}};
          carry_out(tx, erasure, Viewer::system_viewer("restore"));
          return 1;
        },
        db::Lane::bulk);
  }
  std::int64_t before = INT64_MAX;  // erasures whose line was lost (a crash between commit and the file)
  for (bool more = true; more;) {
    const auto some = database.read_now([&](db::Session& s) { return store::erasures(s, before, 500); });
    more = !some.empty();
    for (const auto& erasure : some) {
      before = erasure.id;
      if (!contains(listed, erasure.patient_id)) note_in_list({erasure});
    }
  }
  return carried_out;
}

}  // namespace auricle::privacy
