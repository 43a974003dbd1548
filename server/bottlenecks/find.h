#pragma once
// Inside this module: the steps from stays to findings.
#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {

// Of one stage.
using Members = std::vector<const Stay*>;
Spread spread_of(const Members& members);
std::vector<Bin> bins_of(const Members& members, const Members& others);
// What to do by rule, and what it would save. `others`: what the finding was compared with.
Action propose(const Finding& finding, const Members& members, const Members& others, const Ahead& ahead);
// So much longer than as many others took, each compared with others of its kind.
double longer_s(const Members& members, const Members& others);
// Only stays of one kind are compared: beyond a standard, or by channel and clock.
std::string kind_of(const Stay& stay);

}  // namespace auricle::bottlenecks
