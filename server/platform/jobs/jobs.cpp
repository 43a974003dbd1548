#include "platform/jobs/jobs.h"

#include <algorithm>

#include "platform/events/bus.h"

namespace auricle::jobs {

std::optional<std::int64_t> enqueue(db::Tx& tx, const NewJob& job, Instant now) {
  return tx.one<std::int64_t>(
      "INSERT INTO platform_job(id, kind, payload, unique_key, state, run_after, attempts, max_attempts, owner, "
      "lease_end, fence, "
      "error_key, created) VALUES($1, $2, $3, $4, 'ready', $5, 0, $6, '', 0, 0, '', $7) ON CONFLICT DO NOTHING "
      "RETURNING id",
      next_id(), job.kind, job.payload, job.unique_key, std::max(job.run_after, now), job.max_attempts, now);
}

Counts counts(db::Session& session) {
  return session
      .one<Counts>(
          "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'ready' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting, "
          "CAST(COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0) AS BIGINT) AS running, "
          "CAST(COALESCE(SUM(CASE WHEN state = 'parked' THEN 1 ELSE 0 END), 0) AS BIGINT) AS parked "
          "FROM platform_job WHERE state IN ('ready', 'running', 'parked')")
      .value_or(Counts{});
}

std::vector<Parked> list_parked(db::Session& session, std::optional<std::int64_t> before_id, int limit) {
  return session.all<Parked>(
      "SELECT id, kind, attempts, error_key AS reason, COALESCE(finished, created) AS parked_at FROM platform_job "
      "WHERE state = 'parked' AND id < $1 ORDER BY id DESC LIMIT $2",
      before_id.value_or(INT64_MAX), limit);
}

namespace {
Result<Done> found(std::int64_t rows) {
  if (rows == 0) return fail(ErrorKind::not_found, "error.not_found");
  return Done{};
}
}  // namespace

Result<Done> retry(db::Tx& tx, std::int64_t id, Instant now) {
  events::announce(tx, {"job", id, now.ms, {}});
  return found(
      tx.exec("UPDATE platform_job SET state = 'ready', run_after = $2, attempts = 0, finished = NULL WHERE id = $1 "
              "AND state = 'parked'",
              id, now));
}

Result<Done> discard(db::Tx& tx, std::int64_t id, Instant now) {
  events::announce(tx, {"job", id, now.ms, {}});
  return found(
      tx.exec("UPDATE platform_job SET state = 'done', finished = $2 WHERE id = $1 AND state = 'parked'", id, now));
}

std::int64_t forget_done(db::Tx& tx, Instant before) {
  return tx.exec("DELETE FROM platform_job WHERE state = 'done' AND finished < $1", before);
}

}  // namespace auricle::jobs
