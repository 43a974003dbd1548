// What an import brought into days that had been counted before.
#include <algorithm>

#include "facts/facts.h"

namespace auricle::facts {
namespace {

struct Source {
  const char* table;
  const char* time;
  const char* kind;  // SQL
};
constexpr Source kSources[] = {{"facts_fact", "happened_at", "kind"},
                               {"facts_survey", "sent_at", "'survey'"},
                               {"facts_appointment", "starts_at", "'appointment'"},
                               {"facts_presence", "at", "'presence'"}};

struct Added {
  std::string kind;
  std::int64_t n = 0;
  Instant from, to;
};
BOOST_DESCRIBE_STRUCT(Added, (), (kind, n, from, to))

}  // namespace

Counted counted_before(db::Session& session, std::int64_t id) {
  Counted counted{facts::kOpenEnd, Instant{0}};
  for (const auto& source : kSources) {
    const std::string time = source.time;
    // Without rows from a run that was cut off the ends of the index tell.
    const auto edge = [&](const char* order) {
      return session.one<Instant>(
          "SELECT " + time + " FROM " + source.table + " WHERE id < $1 ORDER BY " + time + order + " LIMIT 1", id);
    };
    if (const auto first = edge("")) counted.since = std::min(counted.since, *first);
    if (const auto last = edge(" DESC")) counted.until = std::max(counted.until, *last);
  }
  return counted;
}

std::optional<Instant> earliest(db::Session& session) {
  std::optional<Instant> first;
  for (const auto& source : kSources)
    if (const auto at = session.one<Instant>(std::string("SELECT ") + source.time + " FROM " + source.table +
                                             " ORDER BY " + source.time + " LIMIT 1"))
      first = std::min(first.value_or(*at), *at);
  return first;
}

void note_late(db::Tx& tx, const Counted& counted, std::int64_t first_id, std::int64_t last_id, Instant now) {
  Restatement note{last_id, now, first_id, last_id, kOpenEnd, Instant{0}, ""};
  for (const auto& source : kSources)
    for (const auto& added :
         tx.all<Added>(std::string("SELECT ") + source.kind + " AS kind, COUNT(*) AS n, MIN(" + source.time +
                           ") AS \"from\", MAX(" + source.time + ") AS \"to\" FROM " + source.table +
                           " WHERE id >= $1 AND id < $2 AND source <> '' AND " + source.time + " >= $3 AND " +
                           source.time + " <= $4 GROUP BY 1 ORDER BY 1",
                       first_id, last_id, counted.since, std::min(counted.until, now))) {
      note.from_at = std::min(note.from_at, added.from);
      note.to_at = std::max(note.to_at, added.to);
      note.added += (note.added.empty() ? "" : ", ") + std::to_string(added.n) + " " + added.kind;
    }
  if (!note.added.empty()) tx.insert("facts_restatement", note);
}

std::vector<Restatement> restatements(db::Session& session, Instant from, Instant to) {
  return session.all<Restatement>(
      "SELECT id, recorded_at, first_id, last_id, from_at, to_at, added FROM facts_restatement WHERE from_at < $1 AND "
      "to_at >= $2 ORDER BY recorded_at, id",
      to, from);
}

}  // namespace auricle::facts
