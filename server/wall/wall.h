#pragma once
// The wallboard: how the clinic stands now, and today beside the same weekday a week ago. Numbers only: it hangs on a
// wall.
#include <map>
#include <mutex>

#include "analytics/analytics.h"
#include "conversations/conversations.h"
#include "team/team.h"

namespace auricle::wall {

inline constexpr std::int64_t kSoonMs = 30LL * 60 * 1000;  // due within the half hour: at risk

struct People {  // who could answer, by what they say they are doing
  team::Presence state = team::Presence::offline;
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(People, (), (state, n))

struct Now {
  std::vector<conversations::Standing> channels;
  std::vector<People> people;
};
BOOST_DESCRIBE_STRUCT(Now, (), (channels, people))

struct Days {
  std::string day, then_day;                   // local days of the first site; `then_day` is a week earlier
  std::vector<analytics::Figure> today, then;  // then: up to the same time of that day
};
BOOST_DESCRIBE_STRUCT(Days, (), (day, then_day, today, then))

struct Wall {
  Instant as_of;
  std::int64_t soon_s = kSoonMs / 1000;
  bool standards = false;  // whether the clinic has any: without, nothing can be late
  std::vector<conversations::Standing> channels;
  std::vector<People> people;
  std::string day, then_day;
  std::vector<analytics::Figure> today, then;
};
BOOST_DESCRIBE_STRUCT(Wall, (), (as_of, soon_s, standards, channels, people, day, then_day, today, then))

// Reads the database; the two halves change at their own pace.
Now now_of(db::Session& session, const SiteScope& scope, Instant now);
Days days_of(db::Session& session, const SiteScope& scope, Instant now);

// Many screens, few questions: what was read within the last second (the figures: within the last ten) is shown again
// to all who may see the same sites. Bounded.
class Screens {
 public:
  Wall look(db::Session& session, const SiteScope& scope, Instant now);

 private:
  struct Kept {
    Instant now_at, days_at;
    bool standards = false;
    Now now;
    Days days;
  };
  static constexpr std::size_t kMost = 32;
  std::mutex mutex_;
  std::map<std::set<SiteId>, Kept> kept_;  // empty: every site
};

void add_routes(http::Router& router);

}  // namespace auricle::wall
