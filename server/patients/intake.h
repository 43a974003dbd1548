#pragma once
// Patients from a spreadsheet: looked at first, mapped, taken in by a job that goes on where it was cut off, and taken
// back as a whole. The file is kept encrypted until it is taken in; then only its refused rows, for thirty days.
#include "patients/match.h"
#include "patients/patients.h"
#include "platform/blobs/blobs.h"
#include "platform/http/http.h"
#include "platform/jobs/jobs.h"

namespace auricle::patients {

enum class IntakeState { preview, running, done, undoing, undone, failed };
BOOST_DESCRIBE_ENUM(IntakeState, preview, running, done, undoing, undone, failed)
// With a row whose person is almost certainly known: leave it out, fill what the record lacks, or add it and list the
// pair among the possible duplicates.
enum class OnKnown { skip, update, ask };
BOOST_DESCRIBE_ENUM(OnKnown, skip, update, ask)
enum class IntakeField {
  none,
  full_name,
  given_name,
  family_name,
  second_family_name,
  birth_date,
  sex,
  phone,
  mobile,
  email,
  language,
  record,
  national_id,
  insurance,
  address,
  postal_code,
  city
};
BOOST_DESCRIBE_ENUM(IntakeField, none, full_name, given_name, family_name, second_family_name, birth_date, sex, phone,
                    mobile, email, language, record, national_id, insurance, address, postal_code, city)

struct IntakeProgress {
  std::int64_t id = 0;
  std::string name, encoding, delimiter;
  OnKnown on_known = OnKnown::skip;
  IntakeState state = IntakeState::preview;
  std::int64_t total = 0, done = 0, added = 0, updated = 0, skipped = 0, refused = 0, kept = 0;
  UserId created_by;
  Instant created_at;
  std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(IntakeProgress, (),
                      (id, name, encoding, delimiter, on_known, state, total, done, added, updated, skipped, refused,
                       kept, created_by, created_at, finished_at))
struct Intake : IntakeProgress {
  std::vector<std::string> headings;
  std::vector<IntakeField> mapping;  // one per heading
};
BOOST_DESCRIBE_STRUCT(Intake, (IntakeProgress), (headings, mapping))
struct IntakeRefusal {
  std::int64_t line = 0;
  std::string reason;  // a locale key
};
BOOST_DESCRIBE_STRUCT(IntakeRefusal, (), (line, reason))
struct IntakeDetail : Intake {
  std::vector<std::vector<std::string>> sample;  // the first rows, while it is a preview
  std::vector<IntakeRefusal> refusals;           // the first fifty
};
BOOST_DESCRIBE_STRUCT(IntakeDetail, (Intake), (sample, refusals))
struct Intakes {
  std::vector<Intake> items;
};
BOOST_DESCRIBE_STRUCT(Intakes, (), (items))
struct IntakeStart {
  std::vector<IntakeField> mapping;
  OnKnown on_known = OnKnown::skip;
};
BOOST_DESCRIBE_STRUCT(IntakeStart, (), (mapping, on_known))

class Intaking {
 public:
  Intaking(const Patients& patients, blobs::Blobs& blobs, db::Database& database, const Clock& clock)
      : patients_(patients), blobs_(blobs), database_(database), clock_(clock) {}

  void add_routes(http::Router& router);
  void add_jobs(jobs::Runner& runner);
  Result<Done> run(std::int64_t id);  // the job: takes in what is left, or takes all back
  void forget_old();                  // previews of yesterday, refused rows of last month

  Result<Intake> begin(const Viewer& viewer, db::Tx& tx, Intake intake, const std::string& blob) const;
  Result<Intake> start(const Viewer& viewer, db::Tx& tx, std::int64_t id, const IntakeStart& start) const;
  Result<Intake> undo(const Viewer& viewer, db::Tx& tx, std::int64_t id) const;
  Result<Intakes> list(const Viewer& viewer, db::Session& session) const;
  Result<Intake> get(const Viewer& viewer, db::Session& session, std::int64_t id) const;
  std::vector<IntakeRefusal> refusals(db::Session& session, std::int64_t id, int limit) const;
  std::string blob_of(db::Session& session, std::int64_t id) const;
  bool uses_blob(db::Session& session, std::string_view blob) const;

 private:
  Result<Done> take_in(const Intake& intake);
  Result<Done> take_back(const Intake& intake);
  bool ending() const;  // the program is: what is left is done after its next start

  const jobs::Runner* runner_ = nullptr;
  const Patients& patients_;
  blobs::Blobs& blobs_;
  db::Database& database_;
  const Clock& clock_;
};

// What a file is before anybody maps it. `invalid` when it has no rows.
Result<IntakeDetail> looked_at(std::string_view name, std::string_view bytes);
// One row as a new patient; an error says what is wrong with it.
Result<NewPatient> person_of(const std::vector<std::string>& row, const std::vector<IntakeField>& mapping,
                             bool m_is_female, std::string_view region);

}  // namespace auricle::patients
