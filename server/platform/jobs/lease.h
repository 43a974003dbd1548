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
std::string this_owner();  // of this process: host, process id and a random part

}  // namespace auricle::jobs
