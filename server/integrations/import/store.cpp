#include "integrations/import/store.h"

#include <algorithm>

namespace auricle::import::store {
namespace {
constexpr const char* kColumns = "kind, source, outside_id, target_id, case_id, patient_id, state, payload";
std::string select(const char* rest) { return std::string("SELECT ") + kColumns + " FROM import_row " + rest; }
std::optional<std::int64_t> some(std::int64_t id) { return id ? std::optional(id) : std::nullopt; }
}  // namespace

std::optional<Target> find(db::Session& session, std::string_view kind, std::string_view source,
                           std::string_view outside_id) {
  return session.one<Target>(
      "SELECT target_id, case_id, patient_id FROM import_row WHERE kind = $1 AND source = $2 AND outside_id = $3", kind,
      source, outside_id);
}

std::vector<std::string> sources(db::Session& session) {
  // One step of the primary key per source instead of a scan.
  std::vector<std::string> found;
  for (const char* kind : {"case", "patient", "person", "agent", "site", "message"}) {
    std::string last;
    while (auto next = session.one<std::optional<std::string>>(
               "SELECT MIN(source) FROM import_row WHERE kind = $1 AND source > $2", std::string_view(kind), last)) {
      if (!*next) break;
      last = **next;
      if (std::find(found.begin(), found.end(), last) == found.end()) found.push_back(last);
    }
  }
  return found;
}

bool keep(db::Tx& tx, const Kept& row) {
  return tx.exec(
             "INSERT INTO import_row(kind, source, outside_id, target_id, case_id, patient_id, state, payload) "
             "VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kind, source, outside_id) DO NOTHING",
             row.kind, row.source, row.outside_id, row.target_id, some(row.case_id), some(row.patient_id), row.state,
             row.payload) > 0;
}

std::optional<Kept> kept(db::Session& session, std::string_view kind, std::string_view source,
                         std::string_view outside_id) {
  return session.one<Kept>(select("WHERE kind = $1 AND source = $2 AND outside_id = $3"), kind, source, outside_id);
}

std::optional<Kept> of_target(db::Session& session, std::string_view kind, std::int64_t target) {
  return session.one<Kept>(select("WHERE target_id = $1 AND kind = $2"), target, kind);
}

std::vector<Kept> page(db::Session& session, std::string_view kind, const Kept& after, bool loose, int limit) {
  const std::string filter = loose ? " AND case_id IS NULL" : "";
  return session.all<Kept>(
      select("WHERE kind = $1 AND (source, outside_id) > ($2, $3)") + filter + " ORDER BY source, outside_id LIMIT $4",
      kind, after.source, after.outside_id, limit);
}

void mark_unfolded(db::Tx& tx, std::int64_t case_id) {
  tx.exec("INSERT INTO import_unfolded(case_id) VALUES($1) ON CONFLICT (case_id) DO NOTHING", case_id);
}
std::vector<std::int64_t> unfolded(db::Session& session, int limit) {
  return session.all<std::int64_t>("SELECT case_id FROM import_unfolded ORDER BY case_id LIMIT $1", limit);
}
void folded(db::Tx& tx, std::int64_t case_id) { tx.exec("DELETE FROM import_unfolded WHERE case_id = $1", case_id); }

void forget_patient(db::Tx& tx, std::int64_t patient) {
  tx.exec("DELETE FROM import_row WHERE patient_id = $1", patient);
}

}  // namespace auricle::import::store
