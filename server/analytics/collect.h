#pragma once
// Inside this module: what the facts yield for a question (figures.cpp), and who answers for past days (rolled.cpp).
#include "analytics/rollup_block.h"

namespace auricle::analytics {

using Keyed = std::map<std::string, std::vector<Sample>, std::less<>>;
using Late = std::vector<facts::Restatement>;

// Of each question, about the same days as of the same instant; `without` what late imports brought.
std::vector<Keyed> collect_many(db::Session& session, const Places& places, const std::vector<Query>& queries,
                                const Late& without = {});
Keyed collect_all(db::Session& session, const Places& places, const Query& query, const Late& without = {});

// The day-wise side of it, by roll-ups where they hold.
std::vector<Figure> rolled_figures(db::Session& session, const Places& places, const Query& query);

struct Days {  // one after the other
  clinic::LocalDay from, to;
};
Days days_of(const Places& places, Instant from, Instant to);         // local days of any site in that time
clinic::LocalDay first_unsettled(const Places& places, Instant now);  // the days before are over in every zone
// What the samples of a day depend on beside facts.
std::int64_t rules_of(const Places& places, clinic::LocalDay day);
inline constexpr std::uint64_t kRollupFormat = 1;
// Days of [from, to) for which roll-ups answer at that instant: one entry a day.
std::vector<bool> usable_days(db::Session& session, const Places& places, clinic::LocalDay from, clinic::LocalDay to,
                              Instant now);
// Whether the people of that day's occupancy are still at home where they were.
bool homes_hold(const Places& places, const Block& block);

}  // namespace auricle::analytics
