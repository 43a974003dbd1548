#pragma once
// The only code that touches the tables of privacy, and its reading of the audit.
#include "privacy/privacy.h"

namespace auricle::privacy::store {

std::optional<Erasure> erasure_of(db::Session& session, PersonId patient);
void insert(db::Tx& tx, const Erasure& erasure);
std::vector<Erasure> erasures(db::Session& session, std::optional<std::int64_t> before_id, int limit);
bool any_unpurged(db::Session& session);
void mark_purged(db::Tx& tx, const std::vector<std::int64_t>& ids, Instant now);
std::vector<std::int64_t> unpurged(db::Session& session);
std::vector<AuditEntry> audit(db::Session& session, const AuditQuery& query);

}  // namespace auricle::privacy::store
