#pragma once
// Statistics of figures (kpi.md, principle 9).
#include <vector>

namespace auricle::analytics {

// R's type 7: linear interpolation at rank (n − 1) p of the sorted values; `sorted` is not empty.
double percentile(const std::vector<double>& sorted, double p);

}  // namespace auricle::analytics
