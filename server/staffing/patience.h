#pragma once
// How long callers are willing to wait, from calls that waited. A call that was answered (or left the queue for
// voicemail or a call-back) tells only that its caller would have waited at least so long: it is censored. Counting the
// waits of those who hung up alone would make callers look far less patient than they are. Pure.
#include <cstdint>
#include <optional>
#include <vector>

#include <boost/describe.hpp>

namespace auricle::staffing {

struct WaitedCall {
  double wait_s = 0;  // > 0; calls answered at once tell nothing
  bool hung_up = false;
};

struct Survival {
  double after_s = 0;
  double still_waiting = 0;  // Kaplan–Meier: probability that a caller would wait longer than this
  double exponential = 0;    // what Erlang A takes it to be
  std::int64_t at_risk = 0;  // calls that did wait at least so long
};
BOOST_DESCRIBE_STRUCT(Survival, (), (after_s, still_waiting, exponential, at_risk))

struct Patience {
  std::int64_t waited = 0, hung_up = 0;
  // Maximum likelihood of exponential patience under right censoring: total waiting time / number that hung up
  // (D. R. Cox, D. Oakes, Analysis of Survival Data, 3.2); as A. Mandelbaum, S. Zeltyn estimate it for Erlang A.
  // None while fewer than kFewest hung up.
  std::optional<double> mean_s;
  std::optional<double> low_s, high_s;  // 95 %: mean · exp(∓1.96/√hung_up)
  std::optional<double> median_s;       // Kaplan–Meier; none if half of them never gave up while observed
  std::vector<Survival> survival;       // E. L. Kaplan, P. Meier 1958, at round times
};
BOOST_DESCRIBE_STRUCT(Patience, (), (waited, hung_up, mean_s, low_s, high_s, median_s, survival))

inline constexpr std::int64_t kFewest = 10;
Patience estimate_patience(std::vector<WaitedCall> calls);

}  // namespace auricle::staffing
