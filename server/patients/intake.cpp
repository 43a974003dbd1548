#include "patients/intake.h"

#include <set>

#include "patients/csv.h"
#include "patients/record.h"
#include "platform/audit/audit.h"
#include "platform/base/json_read.h"
#include "platform/crypto/keys.h"

namespace auricle::patients {
namespace {

constexpr const char* kJob = "patients.intake";
constexpr std::size_t kBatch = 25;  // rows per transaction: under 20 ms

struct IntakeRow : IntakeProgress {
  std::string blob, headings, mapping;  // the latter two in JSON
};
BOOST_DESCRIBE_STRUCT(IntakeRow, (IntakeProgress), (blob, headings, mapping))
#define AURICLE_INTAKE                                                                                            \
  "SELECT id, name, blob, encoding, delimiter, headings, mapping, on_known, state, total, done, added, updated, " \
  "skipped, refused, kept, created_by, created_at, finished_at FROM patients_intake "

Intake shown(const IntakeRow& row) {
  return {row, json::read<std::vector<std::string>>(row.headings).value_or(std::vector<std::string>{}),
          json::read<std::vector<IntakeField>>(row.mapping).value_or(std::vector<IntakeField>{})};
}

std::optional<IntakeRow> find(db::Session& session, std::int64_t id) {
  return session.one<IntakeRow>(AURICLE_INTAKE "WHERE id = $1", id);
}

void announce(db::Tx& tx, std::int64_t id, std::int64_t version) {
  events::announce(tx, {"patient_import", id, version, {}});
}

// One job for each direction: taking back must not be lost because taking in still runs.
void enqueue(db::Tx& tx, std::int64_t id, std::string_view direction, Instant now) {
  jobs::NewJob job;
  job.kind = kJob;
  job.payload = "{\"id\":" + std::to_string(id) + "}";
  job.unique_key = std::to_string(id) + std::string(direction);
  jobs::enqueue(tx, job, now);
}

struct Outcome {
  std::string what = "refused";  // added, updated, skipped, refused
  PersonId person;
  std::string detail;  // why refused; what was filled in
};

struct Line {
  std::int64_t line = 0;
  csv::Row row;
};

// H and M are hombre and mujer, home and dona's other spelling; F and M are female and male.
bool m_means_female(std::string_view text, char delimiter, const std::vector<IntakeField>& mapping) {
  bool h = false, f = false;
  csv::each_row(text, delimiter, [&](int, const csv::Row& row) {
    for (std::size_t i = 0; i < mapping.size() && i < row.size(); ++i) {
      if (mapping[i] != IntakeField::sex) continue;
      const auto cell = trimmed(row[i]);
      h = h || cell == "H" || cell == "h";
      f = f || cell == "F" || cell == "f";
    }
    return true;
  });
  return h && !f;
}

}  // namespace

Result<Intake> Intaking::begin(const Viewer& viewer, db::Tx& tx, Intake intake, const std::string& blob) const {
  if (auto allowed = may_write(viewer); !allowed) return fail(allowed.error());
  IntakeRow row{intake, blob, json::to_json(intake.headings), json::to_json(intake.mapping)};
  row.id = next_id(), row.created_by = viewer.user, row.created_at = clock_.now();
  tx.insert("patients_intake", row);
  audit::append(tx, viewer, {audit::Action::create, "patient_import", {row.id}, {}, "", 0}, clock_.now());
  return shown(row);
}

Result<Intake> Intaking::start(const Viewer& viewer, db::Tx& tx, std::int64_t id, const IntakeStart& start) const {
  if (auto allowed = may_write(viewer); !allowed) return fail(allowed.error());
  auto row = find(tx, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  if (row->state != IntakeState::preview) return fail(ErrorKind::conflict, "error.conflict");
  if (start.mapping.size() != shown(*row).headings.size()) return fail_field("mapping", "error.invalid");
  const auto has = [&](IntakeField field) {
    return std::find(start.mapping.begin(), start.mapping.end(), field) != start.mapping.end();
  };
  if (!has(IntakeField::full_name) && !has(IntakeField::given_name) && !has(IntakeField::family_name))
    return fail_field("mapping", "error.patients.no_name_column");
  tx.exec("UPDATE patients_intake SET mapping = $2, on_known = $3, state = 'running' WHERE id = $1", id,
          json::to_json(start.mapping), start.on_known);
  audit::append(tx, viewer, {audit::Action::change, "patient_import", {id}, {"state"}, "", 0}, clock_.now());
  enqueue(tx, id, " in", clock_.now());
  announce(tx, id, 1);
  return shown(*find(tx, id));
}

Result<Intake> Intaking::undo(const Viewer& viewer, db::Tx& tx, std::int64_t id) const {
  if (auto allowed = may_write(viewer); !allowed) return fail(allowed.error());
  const auto row = find(tx, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  const bool taken_in = row->state == IntakeState::done || row->state == IntakeState::running;
  if (!taken_in) return fail(ErrorKind::conflict, "error.conflict");
  tx.exec("UPDATE patients_intake SET state = 'undoing', finished_at = NULL WHERE id = $1", id);
  audit::append(tx, viewer, {audit::Action::change, "patient_import", {id}, {"state"}, "", 0}, clock_.now());
  enqueue(tx, id, " back", clock_.now());
  announce(tx, id, 2);
  return shown(*find(tx, id));
}

Result<Intakes> Intaking::list(const Viewer& viewer, db::Session& session) const {
  if (!may(viewer, Permission::patients_read)) return fail(ErrorKind::forbidden, "error.forbidden");
  Intakes out;
  for (const auto& row : session.all<IntakeRow>(AURICLE_INTAKE "WHERE state <> 'preview' ORDER BY id DESC LIMIT 50"))
    out.items.push_back(shown(row));
  return out;
}

Result<Intake> Intaking::get(const Viewer& viewer, db::Session& session, std::int64_t id) const {
  if (!may(viewer, Permission::patients_read)) return fail(ErrorKind::forbidden, "error.forbidden");
  const auto row = find(session, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  session.disclose("patient_import", id);
  return shown(*row);
}

std::vector<IntakeRefusal> Intaking::refusals(db::Session& session, std::int64_t id, int limit) const {
  return session.all<IntakeRefusal>(
      "SELECT line, detail AS reason FROM patients_intake_row WHERE intake_id = $1 AND outcome = 'refused' ORDER BY "
      "line "
      "LIMIT $2",
      id, limit);
}

std::string Intaking::blob_of(db::Session& session, std::int64_t id) const {
  const auto row = find(session, id);
  return row ? row->blob : "";
}

bool Intaking::uses_blob(db::Session& session, std::string_view blob) const {
  return session.one<std::int64_t>("SELECT 1 FROM patients_intake WHERE blob = $1 LIMIT 1", blob).has_value();
}

bool Intaking::ending() const { return runner_ && runner_->stopping(); }

void Intaking::add_jobs(jobs::Runner& runner) {
  runner_ = &runner;
  runner.on(kJob, [this](const jobs::Job& job) {
    const auto digits = job.payload.find_first_of("0123456789");
    return run(digits == std::string::npos ? 0 : std::strtoll(job.payload.c_str() + digits, nullptr, 10));
  });
  runner.every("patients.intake_forget", 3600 * 1000, [this] { forget_old(); });
}

Result<Done> Intaking::run(std::int64_t id) {
  const auto row = database_.read_now([&](db::Session& session) { return find(session, id); });
  if (!row) return Done{};
  if (row->state == IntakeState::running) return take_in(shown(*row));
  if (row->state == IntakeState::undoing) return take_back(shown(*row));
  return Done{};
}

namespace {

// Fills only what the record lacks; says what, with digests for the values, so that it can be taken back.
struct Filled {
  std::map<std::string, std::string> fields;
  std::vector<std::int64_t> points, identifiers;
};
BOOST_DESCRIBE_STRUCT(Filled, (), (fields, points, identifiers))

template <class F>
void each_fillable(store::PersonRow& row, F visit) {
  visit("birth_date", row.birth_date);
  visit("language", row.language);
  visit("address", row.address);
  visit("postal_code", row.postal_code);
  visit("city", row.city);
}

std::string digest_of(const std::string& value) { return crypto::sha256_hex(value).substr(0, 16); }

void audit_intake(const Viewer& viewer, db::Tx& tx, PersonId id, const char* what, Instant now) {
  audit::append(tx, viewer, {audit::Action::change, "patient", {id.value}, {what}, "", id.value}, now);
}

std::string fill(db::Tx& tx, store::PersonRow row, const NewPatient& patient, std::string_view region) {
  Filled filled;
  store::PersonRow given;
  given.birth_date = patient.birth_date, given.language = patient.language, given.address = patient.address;
  given.postal_code = patient.postal_code, given.city = patient.city;
  std::map<std::string, std::optional<std::string>> values;
  each_fillable(given, [&](const char* name, auto& value) { values[name] = value; });
  each_fillable(row, [&](const char* name, auto& value) {
    const auto& from = values[name];
    if (value || !from || from->empty()) return;
    value = from;
    filled.fields[name] = digest_of(*from);
  });
  const auto mine = store::points_of(tx, row.id);
  for (const auto& point : patient.contact_points) {
    const auto normal = normal_point(point.system, point.value, region);
    if (!normal) continue;
    const auto id = store::ensure_point(tx, *normal);
    if (std::any_of(mine.begin(), mine.end(), [&](const auto& one) { return one.id == id; })) continue;
    store::put_reach(tx, {row.id, id, point.system, "", {}, false, {}, {}, {}, {}, {}});
    filled.points.push_back(id.value);
  }
  const auto numbers = store::identifiers_of(tx, row.id);
  for (const auto& number : patient.identifiers) {
    const auto same = [&](const auto& one) { return one.system == number.system; };
    if (std::any_of(numbers.begin(), numbers.end(), same)) continue;
    put_identifier(tx, row.id, number);
    filled.identifiers.push_back(store::identifiers_of(tx, row.id).back().id.value);
  }
  if (filled.fields.empty() && filled.points.empty() && filled.identifiers.empty()) return "";
  ++row.version;
  store::update_person(tx, row);
  events::announce(tx, {"patient", row.id.value, row.version, {}});
  return json::to_json(filled);
}

void unfill(db::Tx& tx, PersonId id, const std::string& detail) {
  auto row = store::person(tx, store::now_called(tx, id));
  const auto filled = json::read<Filled>(detail);
  if (!row || !filled) return;
  each_fillable(*row, [&](const char* name, auto& value) {
    const auto ours = filled->fields.find(name);
    if (value && ours != filled->fields.end() && digest_of(*value) == ours->second) value = std::nullopt;
  });
  for (const auto point : filled->points)
    tx.exec("DELETE FROM patients_reach WHERE person_id = $1 AND contact_point_id = $2 AND verified_at IS NULL",
            row->id, point);
  for (const auto number : filled->identifiers)
    tx.exec("DELETE FROM patients_identifier WHERE id = $1 AND person_id = $2", number, row->id);
  ++row->version;
  store::update_person(tx, *row);
  events::announce(tx, {"patient", row->id.value, row->version, {}});
}

// A record nobody has worked with since: it has no case, note, relation or merge, and is as it came.
bool untouched(db::Session& session, const store::PersonRow& row) {
  return row.version == 1 && !row.merged_into && store::relationships_of(session, row.id).empty() &&
         store::count_notes(session, row.id) == 0 &&
         store::timeline_before(session, row.id, Instant{INT64_MAX}, INT64_MAX, 1).empty() &&
         !session.one<std::int64_t>("SELECT id FROM patients_merge WHERE kept_id = $1 AND undone_at IS NULL", row.id);
}

std::set<std::int64_t> refused_lines(const Intaking& intaking, db::Database& database, std::int64_t id) {
  std::set<std::int64_t> lines;
  database.read_now([&](db::Session& session) {
    for (const auto& one : intaking.refusals(session, id, INT32_MAX)) lines.insert(one.line);
    return true;
  });
  return lines;
}

}  // namespace

struct Taker {
  const Patients& patients;
  const Intake& intake;
  const Clock& clock;
  Viewer viewer;
  bool m_is_female;
  std::string region;

  Outcome take(db::Tx& tx, const csv::Row& cells) const {
    const auto patient = person_of(cells, intake.mapping, m_is_female, region);
    if (!patient) {
      const auto& error = patient.error();
      return {"refused", {}, error.fields.empty() ? error.key : error.fields.front().key};
    }
    const auto alike = patients.similar(viewer, tx, *patient);
    const bool known = alike && !alike->items.empty() && alike->items.front().verdict == MatchVerdict::same;
    if (known && intake.on_known != OnKnown::ask) {
      const auto id = alike->items.front().id;
      if (intake.on_known == OnKnown::skip) return {"skipped", id, ""};
      const auto detail = fill(tx, *store::person(tx, id), *patient, region);
      if (detail.empty()) return {"skipped", id, ""};
      audit_intake(viewer, tx, id, "import", clock.now());
      return {"updated", id, detail};
    }
    const auto made = patients.create(viewer, tx, *patient);
    if (made) return {"added", made->id, ""};
    return {"refused", {}, made.error().fields.empty() ? made.error().key : made.error().fields.front().key};
  }

  void take(db::Tx& tx, const std::vector<Line>& lines) const {
    std::map<std::string, std::int64_t> counts;
    for (const auto& line : lines) {
      const auto outcome = take(tx, line.row);
      ++counts[outcome.what];
      tx.exec("INSERT INTO patients_intake_row(intake_id, line, outcome, person_id, detail) VALUES($1, $2, $3, $4, $5)",
              intake.id, line.line, outcome.what, outcome.person, outcome.detail);
    }
    tx.exec(
        "UPDATE patients_intake SET done = done + $2, added = added + $3, updated = updated + $4, skipped = skipped + "
        "$5, refused = refused + $6 WHERE id = $1",
        intake.id, static_cast<std::int64_t>(lines.size()), counts["added"], counts["updated"], counts["skipped"],
        counts["refused"]);
    announce(tx, intake.id, 3);
  }
};

Result<Done> Intaking::take_in(const Intake& intake) {
  const auto blob = database_.read_now([&](db::Session& session) { return blob_of(session, intake.id); });
  const auto bytes = blobs_.fetch(blob);
  if (!bytes) return fail(bytes.error());
  const auto text = csv::decode(*bytes);
  const char delimiter = intake.delimiter.empty() ? ',' : intake.delimiter[0];
  auto viewer = Viewer::system_viewer("import");
  viewer.user = intake.created_by;
  const Taker taker{patients_,         intake, clock_, viewer, m_means_female(text.utf8, delimiter, intake.mapping),
                    patients_.region()};
  const auto last = database_.read_now([&](db::Session& session) {
    return session.one<std::int64_t>("SELECT MAX(line) FROM patients_intake_row WHERE intake_id = $1", intake.id)
        .value_or(0);
  });
  std::vector<Line> lines;
  bool stopped = false, first = true;
  const auto flush = [&] {
    if (lines.empty()) return;
    stopped = !database_.write_now(
        [&](db::Tx& tx) {
          const auto now = find(tx, intake.id);
          if (!now || now->state != IntakeState::running) return false;  // taken back meanwhile
          taker.take(tx, lines);
          return true;
        },
        db::Lane::bulk);
    lines.clear();
  };
  csv::each_row(text.utf8, delimiter, [&](int line, const csv::Row& row) {
    if (std::exchange(first, false) || line <= last) return true;
    lines.push_back({line, row});
    if (lines.size() >= kBatch) flush();
    return !stopped && !ending();
  });
  if (ending()) return fail(ErrorKind::unavailable, "error.unavailable");  // goes on after the last line taken in
  if (!stopped) flush();
  if (stopped) return Done{};
  // Only the refused rows are kept: the others are in the records now.
  const auto refused = refused_lines(*this, database_, intake.id);
  std::string rest = csv::written(intake.headings, delimiter);
  csv::each_row(text.utf8, delimiter, [&](int line, const csv::Row& row) {
    if (refused.contains(line)) rest += csv::written(row, delimiter);
    return true;
  });
  const auto kept = refused.empty() ? "" : blobs_.keep(rest);
  database_.write_now(
      [&](db::Tx& tx) {
        const bool done = tx.exec(
                              "UPDATE patients_intake SET state = 'done', blob = $2, finished_at = $3 WHERE id = $1 "
                              "AND state = 'running'",
                              intake.id, kept, clock_.now()) > 0;
        const auto& over = done ? blob : kept;  // taken back meanwhile: what was just made
        if (!over.empty()) blobs_.remove(tx, over);
        announce(tx, intake.id, 4);
        return true;
      },
      db::Lane::bulk);
  return Done{};
}

Result<Done> Intaking::take_back(const Intake& intake) {
  const auto viewer = Viewer::system_viewer("import");
  struct Taken {
    std::int64_t line = 0;
    std::string outcome;
    PersonId person_id;
    std::string detail;
  };
  for (bool more = true; more;) {
    if (ending()) return fail(ErrorKind::unavailable, "error.unavailable");
    more = database_.write_now(
        [&](db::Tx& tx) {
          std::vector<Taken> rows;
          tx.run(
              "SELECT line, outcome, person_id, detail FROM patients_intake_row WHERE intake_id = $1 ORDER BY line "
              "DESC LIMIT 25",
              {intake.id}, [&](const db::Row& row) {
                rows.push_back({row.integer(0),
                                std::string(row.text(1)),
                                {row.null(2) ? 0 : row.integer(2)},
                                std::string(row.text(3))});
                return true;
              });
          std::int64_t kept = 0;
          for (const auto& row : rows) {
            if (row.outcome == "updated") {
              unfill(tx, row.person_id, row.detail);
              audit_intake(viewer, tx, row.person_id, "import_undone", clock_.now());
            }
            const auto person = row.outcome == "added" ? store::person(tx, row.person_id) : std::nullopt;
            if (person && untouched(tx, *person)) {
              store::erase(tx, person->id);
              audit_intake(viewer, tx, person->id, "import_undone", clock_.now());
              events::announce(tx, {"patient", person->id.value, 0, {}});
            } else if (person) {
              ++kept;
            }
            tx.exec("DELETE FROM patients_intake_row WHERE intake_id = $1 AND line = $2", intake.id, row.line);
          }
          tx.exec(
              "UPDATE patients_intake SET kept = kept + $2, done = CASE WHEN done > $3 THEN done - $3 ELSE 0 END WHERE "
              "id = $1",
              intake.id, kept, static_cast<std::int64_t>(rows.size()));
          announce(tx, intake.id, 5);
          return !rows.empty();
        },
        db::Lane::bulk);
  }
  database_.write_now(
      [&](db::Tx& tx) {
        if (const auto blob = blob_of(tx, intake.id); !blob.empty()) blobs_.remove(tx, blob);
        tx.exec("UPDATE patients_intake SET state = 'undone', blob = '', finished_at = $2 WHERE id = $1", intake.id,
                clock_.now());
        announce(tx, intake.id, 6);
        return true;
      },
      db::Lane::bulk);
  return Done{};
}

void Intaking::forget_old() {
  constexpr std::int64_t kDay = 86400 * 1000;
  database_.write_now(
      [&](db::Tx& tx) {
        const auto now = clock_.now();
        for (const auto& row : tx.all<IntakeRow>(
                 AURICLE_INTAKE "WHERE blob <> '' AND ((state = 'preview' AND created_at < $1) OR (state = 'done' AND "
                                "finished_at < $2))",
                 now - kDay, now - 30 * kDay)) {
          blobs_.remove(tx, row.blob);
          if (row.state == IntakeState::preview)
            tx.exec("DELETE FROM patients_intake WHERE id = $1", row.id);
          else
            tx.exec("UPDATE patients_intake SET blob = '' WHERE id = $1", row.id);
        }
        return true;
      },
      db::Lane::bulk);
}

}  // namespace auricle::patients
