#pragma once
// Is a part of some observations greater than the rest, by more than chance? Pure and deterministic.
//
//   test         Wilcoxon's rank sum (H. B. Mann, D. R. Whitney 1947), one-sided, normal approximation with the
//                correction for ties (E. L. Lehmann, Nonparametrics, 1.4). Where more than half of the values are the
//                same smallest one (most waits are in time), the share that is greater is compared instead: R. A.
//                Fisher's exact test, as few events would mislead the approximation.
//   strata       Only what can be compared is compared: within strata, whose results are combined with the weights of
//                P. van Elteren 1960: z = Σ a z_h / √Σ a², a² = n₁n₂/(n₁+n₂+1).
//   dependence   Several observations of one unit are not as many witnesses: each side counts as its effective number
//                (Σm)²/Σm² (L. Kish, Survey Sampling, 1965, 8.2), m observations of a unit.
//   correction   Y. Benjamini, Y. Hochberg 1995: adjusted p.
//   effect size  Probability that an observation of the part is greater than one of the rest, ties counted half (K. O.
//                McGraw, S. P. Wong 1992; A. Vargha, H. D. Delaney 2000: 0.56 small, 0.64 medium, 0.71 large).
#include <cstdint>
#include <optional>
#include <vector>

namespace auricle::bottlenecks {

struct Observation {
  double value = 0;
  int stratum = 0;  // 0, 1, 2 …
  int unit = 0;     // 0, 1, 2 …
};

struct Compared {
  double z = 0, p = 1;
  double greater = 0.5;                // effect size
  std::int64_t units = 0, others = 0;  // in strata with both
};

class Pool {
 public:
  explicit Pool(std::vector<Observation> all);
  // `part`: positions in `all`. None: no stratum has both part and rest.
  std::optional<Compared> compare(const std::vector<int>& part) const;

 private:
  struct Stratum {
    double n = 0, ties = 0;          // Σ(t³ − t)
    double least = 0, at_least = 0;  // the smallest value and how many have it
    double square = 0;               // Σm² over units
    std::int64_t units = 0;
  };
  std::vector<Observation> all_;
  std::vector<double> ranks_;
  std::vector<Stratum> strata_;
  std::vector<std::int64_t> of_unit_;  // observations, by unit × strata
  std::size_t units_ = 0;
};

double upper_tail(double z);       // P(Z ≥ z) of the standard normal
double normal_quantile(double p);  // z with P(Z ≥ z) = p, 0 < p < 1
// P(X ≥ k): k or more marked ones among `drawn` of `all`, of which `marked` are.
double hypergeometric_tail(std::int64_t k, std::int64_t drawn, std::int64_t marked, std::int64_t all);
// Is a share greater than `tolerated`? Score test with `effective` observations. p.
double share_above(double share, double tolerated, double effective);
// Adjusted p in the order given: reject those at most the rate of false findings one accepts.
std::vector<double> benjamini_hochberg(const std::vector<double>& p);

}  // namespace auricle::bottlenecks
