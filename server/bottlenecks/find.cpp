// Stays → findings. Every segment with enough cases is compared with the other cases at the same stage; the chance of
// its difference is corrected for their number. A segment that only repeats a stronger one is left out: once the stays
// of a finding are set aside, what is left of the others has to stand by itself.
#include "bottlenecks/find.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "bottlenecks/segments.h"
#include "bottlenecks/statistics.h"

namespace auricle::bottlenecks {
namespace {

using Key = std::pair<std::int64_t, std::int64_t>;
Key case_of(const Stay& stay) { return {stay.case_id.value, stay.row}; }

// The order of stays must not matter.
bool before(const Stay* a, const Stay* b) {
  const auto key = [](const Stay& s) {
    return std::tuple(s.case_id, s.row, s.from, s.to, s.ms, s.late_ms.value_or(-1));
  };
  return key(*a) < key(*b);
}

struct Candidate {
  Code code = 0;  // 0: all stays, against the standard
  std::vector<int> members;
  Compared compared;
  double q = 1;
};

double amount(const Stay& stay) { return static_cast<double>(stay.late_ms.value_or(stay.ms)) / 1000; }

std::int64_t count_cases(const Members& members) {
  std::set<Key> cases;
  for (const auto* one : members) cases.insert(case_of(*one));
  return static_cast<std::int64_t>(cases.size());
}

// Everything at one stage.
class StageFinder {
 public:
  StageFinder(Stage stage, Members stays) : stage_(stage), stays_(std::move(stays)), segments_(stays_) {
    std::sort(stays_.begin(), stays_.end(), before);
    std::map<std::string, int> strata;
    std::map<Key, int> units;
    for (const auto* stay : stays_) {
      const int stratum = strata.emplace(kind_of(*stay), static_cast<int>(strata.size())).first->second;
      const int unit = units.emplace(case_of(*stay), static_cast<int>(units.size())).first->second;
      observations_.push_back({amount(*stay), stratum, unit});
    }
  }

  // Those with enough cases, each with the chance of its difference.
  std::vector<Candidate> candidates() {
    std::unordered_map<Code, std::vector<int>> by_code;
    for (std::size_t i = 0; i < stays_.size(); ++i)
      for (const Code code : segments_.of(*stays_[i])) by_code[code].push_back(static_cast<int>(i));
    std::vector<Candidate> all;
    const Pool pool(observations_);
    for (auto& [code, members] : by_code) {
      if (static_cast<int>(members.size()) < kFewestCases) continue;
      const auto compared = pool.compare(members);
      if (compared && compared->units >= kFewestCases && compared->others >= kFewestCases)
        all.push_back({code, std::move(members), *compared});
    }
    std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.code < b.code; });
    if (auto whole = against_standard(std::vector<bool>(stays_.size()))) all.push_back(std::move(*whole));
    return all;
  }

  // Of the candidates that are no chance, those that say something of their own, the strongest first.
  std::vector<Candidate> distinct(std::vector<Candidate> sure) {
    std::vector<Candidate> chosen;
    double last_p = 0;
    for (const auto& one : sure) last_p = std::max(last_p, one.compared.p);
    join_hours(sure);
    std::vector<const Candidate*> left;
    const Candidate* whole = nullptr;
    for (const auto& one : sure)
      if (one.code)
        left.push_back(&one);
      else
        whole = &one;
    std::vector<bool> taken(stays_.size());
    while (!left.empty() && static_cast<int>(chosen.size()) < kMostFindings) {
      const auto strongest = std::min_element(left.begin(), left.end(), stronger);
      chosen.push_back(**strongest);
      left.erase(strongest);
      for (const int i : chosen.back().members) taken[i] = true;
      left = still_sure(left, taken, last_p);
    }
    if (!whole) return chosen;
    const auto rest = against_standard(taken);
    if (rest && rest->compared.p <= last_p) chosen.push_back(*whole);
    return chosen;
  }

  Finding finding(const Candidate& candidate, const Ahead& ahead) const {
    Members members;
    std::set<int> inside(candidate.members.begin(), candidate.members.end());
    std::set<int> strata;
    for (const int i : candidate.members) {
      members.push_back(stays_[i]);
      strata.insert(observations_[i].stratum);
    }
    Members others;
    for (std::size_t i = 0; i < stays_.size(); ++i)
      if (!inside.contains(static_cast<int>(i)) && strata.contains(observations_[i].stratum))
        others.push_back(stays_[i]);
    Finding finding;
    finding.stage = stage_;
    if (candidate.code) {
      finding.segment = segments_.named(candidate.code);
      if (candidate.compared.units) finding.longer_of_100 = 100 * candidate.compared.greater;
      widen(finding.segment, members);
    }
    finding.p = candidate.compared.p;
    finding.q = candidate.q;
    describe(finding, members, others);
    finding.action = propose(finding, members, others, ahead);
    return finding;
  }

 private:
  // Many waits beyond the standard everywhere: there is nothing to compare with but the promise.
  std::optional<Candidate> against_standard(const std::vector<bool>& but) const {
    Candidate whole;
    std::map<int, double> of_unit;
    double n = 0, late = 0, square = 0;
    for (std::size_t i = 0; i < stays_.size(); ++i) {
      whole.members.push_back(static_cast<int>(i));
      if (!stays_[i]->late_ms || but[i]) continue;
      ++n;
      late += *stays_[i]->late_ms > 0;
      ++of_unit[observations_[i].unit];
    }
    if (static_cast<int>(of_unit.size()) < kFewestCases) return std::nullopt;
    for (const auto& [unit, m] : of_unit) square += m * m;
    whole.compared.p = share_above(late / n, kTolerated, n * n / square);
    return whole;
  }

  // Of two that say the same the narrower, in fewer words.
  static bool stronger(const Candidate* a, const Candidate* b) {
    const auto key = [](const Candidate& c) {
      return std::tuple(-c.compared.z, c.members.size(), Segments::dimensions(c.code), c.code);
    };
    return key(*a) < key(*b);
  }

  // Nine to ten and ten to eleven, both sure, are nine to eleven.
  void join_hours(std::vector<Candidate>& sure) const {
    std::map<Code, const Candidate*> hours;
    for (const auto& one : sure)
      if (Segments::of_hour(one.code)) hours[one.code] = &one;
    std::vector<Candidate> joined;
    const auto find_hour = [&](std::optional<Code> code) { return code ? hours.find(*code) : hours.end(); };
    for (const auto& [code, first] : hours) {
      if (find_hour(Segments::next_hour(code, -1)) != hours.end()) continue;  // in the run of the hour before
      Candidate run = *first;
      for (auto next = find_hour(Segments::next_hour(code, 1)); next != hours.end();
           next = find_hour(Segments::next_hour(next->first, 1))) {
        run.members.insert(run.members.end(), next->second->members.begin(), next->second->members.end());
        run.q = std::max(run.q, next->second->q);
      }
      if (run.members.size() == first->members.size()) continue;
      std::sort(run.members.begin(), run.members.end());
      const auto compared = Pool(observations_).compare(run.members);
      if (!compared || compared->others < kFewestCases) continue;
      run.compared = *compared;
      joined.push_back(std::move(run));
    }
    for (auto& run : joined) sure.push_back(std::move(run));
  }
  static void widen(Segment& segment, const Members& members) {
    if (!segment.hour_from) return;
    for (const auto* one : members) {
      segment.hour_from = std::min(*segment.hour_from, one->hour);
      segment.hour_to = std::max(*segment.hour_to, one->hour + 1);
    }
  }

  std::vector<const Candidate*> still_sure(const std::vector<const Candidate*>& left, const std::vector<bool>& taken,
                                           double last_p) const {
    std::vector<int> place(stays_.size(), -1);
    std::vector<Observation> rest;
    for (std::size_t i = 0; i < stays_.size(); ++i) {
      if (taken[i]) continue;
      place[i] = static_cast<int>(rest.size());
      rest.push_back(observations_[i]);
    }
    const Pool pool(std::move(rest));
    std::vector<const Candidate*> still;
    for (const auto* one : left) {
      std::vector<int> members;
      for (const int i : one->members)
        if (place[i] >= 0) members.push_back(place[i]);
      if (static_cast<int>(members.size()) < kFewestCases) continue;
      const auto compared = pool.compare(members);
      if (compared && compared->units >= kFewestCases && compared->others >= kFewestCases && compared->p <= last_p)
        still.push_back(one);
    }
    return still;
  }

  static void describe(Finding& finding, const Members& members, const Members& others) {
    std::set<std::int64_t> patients;
    std::set<std::int64_t> standards;
    std::int64_t unknown = 0;
    bool promised = false;
    std::set<Key> cases;
    for (const auto* one : members) {
      finding.total_s += static_cast<double>(one->ms) / 1000;
      finding.gave_up += one->gave_up;
      if (one->standard_s) standards.insert(*one->standard_s);
      if (one->late_ms) promised = true;
      finding.late += one->late_ms.value_or(0) > 0;
      if (!cases.insert(case_of(*one)).second) continue;
      if (one->subject_id)
        patients.insert(one->subject_id.value);
      else
        ++unknown;  // nobody known: each is one
    }
    finding.cases = static_cast<std::int64_t>(cases.size());
    finding.stays = static_cast<std::int64_t>(members.size());
    finding.patients = static_cast<std::int64_t>(patients.size()) + unknown;
    finding.basis = promised ? Basis::against_standard : Basis::against_others;
    if (standards.size() == 1) finding.standard_s = *standards.begin();
    double late = 0;
    Members unpromised;
    for (const auto* one : members)
      if (one->late_ms)
        late += static_cast<double>(*one->late_ms) / 1000;
      else
        unpromised.push_back(one);
    finding.excess_s = late + longer_s(unpromised, others);
    finding.time = spread_of(members);
    finding.others = spread_of(others);
    finding.other_cases = count_cases(others);
    finding.bins = bins_of(members, others);
  }

  Stage stage_;
  Members stays_;
  Segments segments_;
  std::vector<Observation> observations_;
};

bool worse(const Finding& a, const Finding& b) {
  if (a.excess_s != b.excess_s) return a.excess_s > b.excess_s;
  if (a.total_s != b.total_s) return a.total_s > b.total_s;
  if (a.patients != b.patients) return a.patients > b.patients;
  return a.stage < b.stage;
}

// The correction is for all segments at all stages together.
void correct(std::vector<std::vector<Candidate>>& all) {
  std::vector<double> p;
  for (const auto& stage : all)
    for (const auto& one : stage) p.push_back(one.compared.p);
  const auto q = benjamini_hochberg(p);
  std::size_t i = 0;
  for (auto& stage : all) {
    for (auto& one : stage) one.q = q[i++];
    std::erase_if(stage, [](const Candidate& one) { return one.q > kFalseAlarms; });
  }
}

}  // namespace

std::string kind_of(const Stay& stay) {
  if (stay.late_ms) return "standard";
  return stay.channel + (stay.clock == ClockKind::business ? "/business" : "/elapsed");
}

Report find(const std::vector<Stay>& stays, const Ahead& ahead) {
  Report report;
  std::map<Stage, Members> by_stage;
  std::set<Key> cases;
  for (const auto& stay : stays) {
    by_stage[stay.stage].push_back(&stay);
    cases.insert(case_of(stay));
  }
  report.cases = static_cast<std::int64_t>(cases.size());
  std::vector<StageFinder> finders;
  std::vector<std::vector<Candidate>> candidates;
  for (const auto& [stage, members] : by_stage) {
    std::int64_t ms = 0;
    for (const auto* one : members) ms += one->ms;
    report.stages.push_back({stage, count_cases(members), static_cast<double>(ms) / 1000});
    finders.emplace_back(stage, members);
    candidates.push_back(finders.back().candidates());
    report.segments += static_cast<std::int64_t>(candidates.back().size());
  }
  correct(candidates);
  for (std::size_t i = 0; i < finders.size(); ++i)
    for (const auto& one : finders[i].distinct(candidates[i])) {
      auto finding = finders[i].finding(one, ahead);
      if (finding.excess_s > 0) report.items.push_back(std::move(finding));
    }
  std::stable_sort(report.items.begin(), report.items.end(), worse);
  if (static_cast<int>(report.items.size()) > kMostFindings) report.items.resize(kMostFindings);
  for (std::size_t i = 0; i < report.items.size(); ++i) report.items[i].rank = static_cast<int>(i) + 1;
  return report;
}

}  // namespace auricle::bottlenecks
