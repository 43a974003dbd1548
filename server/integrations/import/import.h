#pragma once
// History in and out (history-format.md): one neutral JSON Lines format for everything a clinic has lived through. An
// import is silent, keeps the times, adds nothing when it runs again, and refuses a wrong row with its line number and
// reason without stopping. Exports read back what was imported, field by field, and write what happened here since in
// the same format.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/id.h"
#include "platform/base/result.h"
#include "platform/base/time.h"
#include "platform/crypto/keys.h"
#include "platform/db/database.h"

namespace auricle::patients {
class Patients;
}

namespace auricle::import {

struct Refusal {
  std::string file;
  std::int64_t line = 0;
  std::string reason;  // plain words; names fields and ids, never a text or a name
  std::string row;     // the line as it came
};

struct Count {
  std::int64_t added = 0, known = 0, refused = 0;
};
struct Summary {
  std::map<std::string, Count> kinds;  // by kind; refused rows without a kind under ""
  std::int64_t lines = 0;
  std::int64_t added() const;
  std::int64_t refused() const;
};

struct Progress {
  std::string step;
  std::int64_t lines = 0, of_lines = 0;
};

struct Options {
  std::vector<std::string> files;                 // plain or gzip; read several times, so not a pipe
  std::function<void(const Refusal&)> refuse;     // called as refused rows are met
  std::function<void(const Progress&)> progress;  // about twice a second
  int batch = 4000;                               // at most so many rows per transaction
};

// The importer and exporter of an installation. Blocking; for the command line and jobs.
class History {
 public:
  History(db::Database& database, crypto::Keyring& keyring, const patients::Patients& patients, const Clock& clock)
      : database_(database), keyring_(keyring), patients_(patients), clock_(clock) {}

  Summary import(const Options& options) const;
  // Writes line by line; `write` gets whole lines with their end. Returns how many.
  std::int64_t export_to(const std::function<void(std::string_view)>& write) const;

 private:
  db::Database& database_;
  crypto::Keyring& keyring_;
  const patients::Patients& patients_;
  const Clock& clock_;
};

// What an imported record is called outside: the id of the row it came from; nullopt for one made here.
std::optional<std::string> outside_id(db::Session& session, std::string_view kind, std::int64_t id);

// Listener of privacy::PatientErased: forgets the rows of a patient, encrypted fields and outside ids alike.
void forget_patient(db::Tx& tx, PersonId patient);

// An invented clinic in the history format, the same for the same seed (demo*.cpp).
struct DemoOptions {
  int patients = 400;
  int days = 120;
  std::uint64_t seed = 1;
};
struct DemoReminder {  // what the format does not know: somebody wants to be reminded of a case
  std::string case_id, agent_email;
  Instant due;
  bool snoozed = false;  // until then; else a follow-up
};
std::vector<DemoReminder> write_demo(const DemoOptions& options, Instant now,
                                     const std::function<void(std::string_view)>& write);
// The id here of a row that came from elsewhere.
std::optional<std::int64_t> inside_id(db::Session& session, std::string_view kind, std::string_view source,
                                      std::string_view outside_id);

struct DemoStaff {
  std::string name, email, role;
};
std::vector<DemoStaff> demo_staff();

// What one of the demo's patients writes to the clinic now, for `auricle demo --live`; `turn` chooses who and what.
struct InventedMail {
  std::string from_name, from_address, language, subject, text;
};
InventedMail invent_mail(const DemoOptions& options, std::uint64_t turn, Instant now);
// What a patient answers to a reply: another question of that topic, or thanks.
enum class Mood { asks, thanks };
std::string invent_answer(std::uint64_t turn, Mood mood, const std::string& topic, const std::string& language,
                          const std::string& name, Instant now);

}  // namespace auricle::import
