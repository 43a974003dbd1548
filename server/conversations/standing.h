#pragma once
// How the desk stands right now: numbers only, for a screen on the wall.
#include <optional>
#include <string>
#include <vector>

#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle::conversations {

struct Standing {                      // of the unresolved cases of one channel
  std::optional<std::string> channel;  // none: nobody has written yet
  std::int64_t waiting = 0;            // patients whose last word is unanswered
  std::optional<Instant> since;        // since when the longest of them waits
  std::int64_t late = 0, soon = 0;     // past the standard; due between `now` and `soon_until`
  std::optional<Instant> next_due;     // the earliest still to come
};
BOOST_DESCRIBE_STRUCT(Standing, (), (channel, waiting, since, late, soon, next_due))
// One pass over the unresolved cases; channels nobody waits in and nothing is due in are left out.
std::vector<Standing> standing(db::Session& session, const SiteScope& scope, Instant now, Instant soon_until);

}  // namespace auricle::conversations
