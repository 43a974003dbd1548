#pragma once
// Statistics of figures (kpi.md, principle 9).
#include <utility>
#include <vector>

namespace auricle::analytics {

// R's type 7: linear interpolation at rank (n − 1) p of the sorted values; `sorted` is not empty.
double percentile(const std::vector<double>& sorted, double p);

inline constexpr double kNormal95 = 1.96;
// Wilson's score interval of a share, 95 %; whole > 0.
std::pair<double, double> wilson(double part, double whole);

}  // namespace auricle::analytics
