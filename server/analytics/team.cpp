// Figures of the team, per person and local day.
#include <algorithm>

#include "analytics/measures.h"

namespace auricle::analytics {
namespace {

using facts::Presence;
using Spans = std::vector<Span>;

// Sorted, not overlapping, within [from, to).
Spans merged(Spans spans, Instant from, Instant to) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  Spans out;
  for (auto span : spans) {
    span = {std::max(span.from, from), std::min(span.to, to)};
    if (span.from >= span.to) continue;
    if (!out.empty() && span.from <= out.back().to)
      out.back().to = std::max(out.back().to, span.to);
    else
      out.push_back(span);
  }
  return out;
}

std::int64_t length(const Spans& spans) {
  std::int64_t sum = 0;
  for (const auto& span : spans) sum += span.to - span.from;
  return sum;
}

// What both cover; each is sorted and does not overlap itself.
std::int64_t shared(const Spans& a, const Spans& b) {
  std::int64_t sum = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    sum += std::max<std::int64_t>(std::min(a[i].to, b[j].to) - std::max(a[i].from, b[j].from), 0);
    a[i].to < b[j].to ? ++i : ++j;
  }
  return sum;
}

bool works(const std::string& state) { return state == "busy" || state == "wrap_up"; }

struct Day {  // of one person
  Spans handling, available;
};

// A state lasts to the person's next row or to midnight.
Day day_of(const std::vector<Presence>& rows, const Spans& contacts, Instant from, Instant to) {
  Spans working = contacts, free;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Span span{rows[i].at, i + 1 < rows.size() ? rows[i + 1].at : to};
    if (works(rows[i].state)) working.push_back(span);
    if (rows[i].state == "available") free.push_back(span);
  }
  return {merged(std::move(working), from, to), merged(std::move(free), from, to)};
}

class PersonDays {
 public:
  PersonDays(const Definition& definition, const Query& query, const Places& places, const Emit& emit)
      : definition_(definition), query_(query), places_(places), emit_(emit) {}

  void add(UserId person, const std::vector<Presence>& rows, const Spans& contacts) const {
    const SiteId home = places_.home_of(person);
    for (std::size_t from = 0; from < rows.size();) {
      const auto day = places_.local_day(home, rows[from].at);
      std::size_t to = from;
      while (to < rows.size() && places_.local_day(home, rows[to].at) == day) ++to;
      one_day(person, home, day,
              {rows.begin() + static_cast<std::ptrdiff_t>(from), rows.begin() + static_cast<std::ptrdiff_t>(to)},
              contacts);
      from = to;
    }
  }

 private:
  void one_day(UserId person, SiteId home, clinic::LocalDay day, const std::vector<Presence>& rows,
               const Spans& contacts) const {
    const Instant from = places_.start_of_day(home, day);
    const Instant to = std::min(places_.start_of_day(home, day + 1), query_.as_of);
    const Day whole = day_of(rows, contacts, from, to);
    const bool by_hour = asks_for(query_, Dimension::hour);
    for (Instant at = from; at < to;) {
      const Instant end = by_hour ? next_hour(home, at, to) : to;
      part(person, home, at, whole, end);
      at = end;
    }
  }
  // Hours of the wall clock begin on full quarters of an hour everywhere.
  Instant next_hour(SiteId home, Instant at, Instant limit) const {
    constexpr std::int64_t kQuarter = 15 * 60 * 1000;
    const int hour = places_.local_hour(home, at);
    Instant next = at;
    while (next < limit && places_.local_hour(home, next) == hour) next = next + kQuarter;
    return std::min(next, limit);
  }
  void part(UserId person, SiteId home, Instant from, const Day& day, Instant to) const {
    const Spans handling = merged(day.handling, from, to), available = merged(day.available, from, to);
    PersonDayMeasure measure{length(handling), length(available) - shared(handling, available),
                             sample_at(query_, places_, home, from)};
    measure.sample.ended_at = to;
    measure.sample.site_id = home;
    measure.sample.agent_id = person;
    if (!in_period(query_, measure.sample) || !passes(query_, measure.sample)) return;
    if (std::get<PersonDayStep>(definition_.measure)(measure)) emit_(std::move(measure.sample));
  }

  const Definition& definition_;
  const Query& query_;
  const Places& places_;
  const Emit& emit_;
};

bool occupancy(PersonDayMeasure& m) {
  m.sample.part = static_cast<double>(m.handling) / 1000;
  m.sample.weight = static_cast<double>(m.handling + m.available) / 1000;
  return m.sample.weight > 0;
}

}  // namespace

std::vector<Definition> team_definitions() {
  return {{.key = "occupancy",
           .unit = Unit::ratio,
           .group = Family::team,
           .better = Better::neither,
           .rows = Rows::person_days,
           .formula =
               "Seconds handling / (seconds handling + available). Handling: answered calls with wrap-up, desk visits "
               "from called to ended, and the states busy and wrap-up, each moment once; available: that state less "
               "handling. A state lasts to the person's next one or to local midnight.",
           .excluded = "Days on which a person has no state; breaks, training and time offline.",
           .measure = PersonDayStep(occupancy)}};
}

void add_handling(const facts::Fact& fact, Handling& handling) {
  const bool contact = fact.kind == facts::Kind::call || fact.kind == facts::Kind::visit;
  if (!contact || !fact.agent_id || !fact.answered_at || !fact.ended_at) return;
  handling[fact.agent_id].push_back({*fact.answered_at, *fact.ended_at + 1000 * fact.wrap_up_seconds.value_or(0)});
}

void measure_days(const Definition& definition, const Query& query, const Places& places,
                  const std::vector<Presence>& presences, const Handling& handling, const Emit& emit) {
  const PersonDays days(definition, query, places, emit);
  std::map<UserId, std::vector<Presence>> of;
  for (const auto& row : presences)
    if (row.at <= query.as_of) of[row.agent_id].push_back(row);
  for (auto& [person, rows] : of) {
    std::stable_sort(rows.begin(), rows.end(), [](const Presence& a, const Presence& b) {
      return std::tie(a.at, a.source_id, a.id) < std::tie(b.at, b.source_id, b.id);
    });
    const auto found = handling.find(person);
    days.add(person, rows, found == handling.end() ? Spans{} : found->second);
  }
}

}  // namespace auricle::analytics
