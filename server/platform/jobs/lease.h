#pragma once
// Exclusive work on something named (a mailbox, a scheduled task) by one owner at a time, over processes and nodes. The
// fence grows with each new owner: what a late owner still does is refused by comparing it.
#include <optional>
#include <string>
#include <string_view>

#include "platform/db/session.h"

namespace auricle::jobs {

// The fence if `owner` holds it now: it was free, run out, or already his (then prolonged, same fence).
std::optional<std::int64_t> take_lease(db::Tx& tx, std::string_view name, std::string_view owner, Instant now,
                                       std::int64_t ms);
bool holds_lease(db::Session& session, std::string_view name, std::int64_t fence, Instant now);
void give_up_lease(db::Tx& tx, std::string_view name, std::int64_t fence);
// "NODE:…", of this process. A node runs once: what an earlier owner with the same beginning held is nobody's.
std::string this_owner();
std::string owners_of_this_node();  // "NODE:%", for LIKE

}  // namespace auricle::jobs
