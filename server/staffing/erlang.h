#pragma once
// Queueing: how a group of agents answers calls that come at random. Pure; rates in 1/s, times in seconds, loads in
// erlangs (mean number of calls in hand).
//   Erlang B, C: A. K. Erlang 1917, as in R. B. Cooper, Introduction to Queueing Theory, 2nd ed., 3.3 and 3.4.
//   Erlang A (callers hang up): C. Palm 1957; O. Garnett, A. Mandelbaum, M. Reiman, MSOM 4(3), 2002.
#include <optional>

#include <boost/describe.hpp>

namespace auricle::staffing {

enum class Model { erlang_a, erlang_c };  // with and without callers who hang up
BOOST_DESCRIBE_ENUM(Model, erlang_a, erlang_c)

struct Demand {
  double arrivals_per_s = 0;
  double handling_s = 0;             // mean, with wrap-up; > 0
  std::optional<double> patience_s;  // mean time a caller is willing to wait; none: for ever
  double load() const { return arrivals_per_s * handling_s; }
};

// What of the service is looked at. As in kpi.md calls that hang up before `short_s` count nowhere.
struct Measured {
  double within_s = 20, short_s = 5;
};

struct Performance {
  double service_level = 0;           // answered within `within_s` / (offered − short abandoned)
  double p_wait = 0;                  // that a call does not find a free agent
  double p_abandon = 0;               // of all calls, short ones too
  std::optional<double> mean_wait_s;  // of all calls, those that hang up too; none: the queue grows without end
  std::optional<double> answer_s;     // mean wait of the answered ones (average speed of answer); none if none is
  double occupancy = 0;               // share of their time the agents are in a call
};
BOOST_DESCRIBE_STRUCT(Performance, (), (service_level, p_wait, p_abandon, mean_wait_s, answer_s, occupancy))

// Probability that all agents are busy when calls that find them so are lost; 1 for 0 agents. Recursion
// B(n) = a B(n−1) / (n + a B(n−1)): no factorial, stable for any number of agents.
double erlang_b(double load, int agents);
// Probability of a wait when nobody hangs up; 1 where load ≥ agents (the queue has no end).
double erlang_c(double load, int agents);

// Erlang A if the demand has a patience, else Erlang C. No agent: nobody is answered.
Performance performance(const Demand& demand, int agents, const Measured& measured = {});

struct Target {
  double service_level = 0.8;             // at least, > 0 and < 1
  std::optional<double> max_abandonment;  // share of all calls, only with a patience
  std::optional<double> max_occupancy;    // e.g. 0.85: people are no machines
  Measured measured;
};
bool meets(const Performance& performance, const Target& target);
// The fewest agents that meet the target; 0 for no arrivals; none if it would take more than kMostAgents.
inline constexpr int kMostAgents = 20'000;
std::optional<int> agents_needed(const Demand& demand, const Target& target);

// How many have to be on the roster for `agents` to be at work, when `shrinkage` (0 to below 1) of paid time goes into
// breaks, training and absence: agents / (1 − shrinkage), rounded up.
int rostered(int agents, double shrinkage);

}  // namespace auricle::staffing
