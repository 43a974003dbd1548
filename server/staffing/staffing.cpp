#include "staffing/staffing.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "staffing/history.h"

namespace auricle::staffing {
namespace {

using clinic::LocalDay;

// One pass over the facts: everything of the site, by channel and queue.
struct Gathered {
  std::vector<facts::Arrival> arrivals;
  std::vector<SeriesChoice> choices;
};

Gathered gather(db::Session& session, SiteId site, Instant from, Instant to) {
  Gathered found;
  const SiteId first = clinic::first_site(session);
  std::map<std::pair<std::string, QueueId>, SeriesChoice> by_series;
  facts::for_each_arrival(session, from, to, [&](facts::Arrival&& arrival) {
    if ((arrival.site_id ? arrival.site_id : first) != site) return;
    for (const QueueId queue : {QueueId{}, arrival.queue_id}) {
      auto& choice = by_series[{arrival.channel, queue}];
      choice.channel = arrival.channel;
      choice.queue_id = queue;
      choice.timed = arrival.timed;
      ++choice.n;
      if (!arrival.queue_id) break;
    }
    found.arrivals.push_back(std::move(arrival));
  });
  for (auto& [key, choice] : by_series) found.choices.push_back(std::move(choice));
  std::stable_sort(found.choices.begin(), found.choices.end(),
                   [](const SeriesChoice& a, const SeriesChoice& b) { return a.n > b.n; });
  return found;
}

// The series asked for; without a channel the busiest one that waits in a queue.
void choose(const ForecastQuery& query, Forecast& forecast) {
  forecast.channel = query.channel;
  forecast.queue_id = query.queue_id;
  const SeriesChoice* best = nullptr;
  for (const auto& choice : forecast.choices) {
    const bool fits = query.channel.empty() ? !choice.queue_id : choice.channel == query.channel;
    if (fits && (!best || (query.channel.empty() && choice.timed && !best->timed))) best = &choice;
  }
  if (!best) return;
  forecast.channel = best->channel;
  forecast.timed = best->timed;
}

void learn_service(const std::vector<facts::Arrival>& arrivals, Instant from, Instant to, Forecast& forecast) {
  double seconds = 0;
  std::vector<WaitedCall> waited;
  for (const auto& one : arrivals) {
    if (!one.timed || one.at < from || one.at >= to) continue;
    if (one.served_at && one.ended_at && *one.ended_at >= *one.served_at) {
      ++forecast.handling.n;
      seconds += static_cast<double>(*one.ended_at - *one.served_at) / 1000 + static_cast<double>(one.wrap_up_seconds);
    }
    const auto left = one.served_at ? one.served_at : one.ended_at;
    if (left) waited.push_back({static_cast<double>(*left - one.at) / 1000, !one.served_at && one.hung_up});
  }
  if (forecast.handling.n > 0 && seconds > 0)
    forecast.handling.mean_s = seconds / static_cast<double>(forecast.handling.n);
  forecast.patience = estimate_patience(std::move(waited));
}

// What a forecast is made for.
struct Ahead {
  const Days& days;
  const Arrivals& arrivals;
  const std::map<std::int32_t, std::string>& holidays;
  std::optional<clinic::Calendar> calendar;
  int from = 0, to = 0;  // of `days`
  Instant now;
};

bool open(const Ahead& ahead, Instant at) {
  if (!ahead.calendar) return true;
  return clinic::business_ms(*ahead.calendar, at, at + kHalfHourMs).value_or(1) > 0;
}

void add_day(const Forecaster& model, const Ahead& ahead, int index, Forecast& forecast) {
  const LocalDay local = ahead.days.day(index);
  const auto holiday = ahead.holidays.find(local.days);
  ForecastDay day{to_string(local), std::nullopt, 0, 0, 0, std::nullopt};
  if (holiday != ahead.holidays.end()) day.holiday = holiday->second;
  const auto& counts = ahead.arrivals[index];
  for (const auto& half_hour : ahead.days.half_hours(index)) {
    ForecastInterval one{half_hour.starts_at, day.date, half_hour.slot, open(ahead, half_hour.starts_at)};
    one.expected = model.expected(local, day.holiday.has_value(), half_hour.slot);
    day.expected += one.expected;
    const auto range = range_of(one.expected, forecast.accuracy.spread);
    one.low = range.low;
    one.high = range.high;
    if (half_hour.starts_at + kHalfHourMs <= ahead.now) one.came = std::llround(counts.in_half_hour(half_hour.slot));
    forecast.intervals.push_back(std::move(one));
  }
  const auto range = range_of(day.expected, forecast.accuracy.day_spread);
  day.low = range.low;
  day.high = range.high;
  if (index + 1 <= ahead.days.count() && ahead.days.start(index + 1) <= ahead.now)
    day.came = std::llround(counts.total());
  forecast.days.push_back(std::move(day));
}

void say_history(const Arrivals& learnt, Forecast& forecast) {
  for (const auto& day : learnt) {
    const double total = day.total();
    if (total <= 0) continue;
    forecast.history.arrivals += std::llround(total);
    forecast.history.last_day = to_string(day.day);
    if (!forecast.history.first_day) forecast.history.first_day = forecast.history.last_day;
  }
}

void predict(const Ahead& ahead, int known, Forecast& forecast) {
  const Arrivals learnt(ahead.arrivals.begin(), ahead.arrivals.begin() + known);
  say_history(learnt, forecast);
  const auto model = Forecaster::learn(learnt, known);
  if (!model) return;
  forecast.model = model->parts();
  forecast.accuracy = back_test(learnt);
  for (int i = ahead.from; i < ahead.to; ++i) add_day(*model, ahead, i, forecast);
}

}  // namespace

Result<Forecast> forecast(db::Session& session, const ForecastQuery& query, Instant now) {
  if (query.days < 1 || query.days > kMostDays) return fail_field("days", "error.staffing.days");
  const auto site = clinic::find_site(session, query.site_id);
  if (!site) return fail(ErrorKind::not_found, "error.not_found");
  const LocalDay today = clinic::local_day(site->time_zone, now), from = query.from.value_or(today);
  if (from - today > 366) return fail_field("from", "error.staffing.too_far");
  const LocalDay until = std::min(from, today);  // nothing later is learnt from
  const Days days(site->time_zone, until + -kHistoryDays, kHistoryDays + (from - until) + query.days);
  Forecast result;
  result.site_id = site->id;
  result.time_zone = site->time_zone;
  result.as_of = now;
  auto found = gather(session, site->id, days.start(0), days.end());
  result.choices = std::move(found.choices);
  choose(query, result);
  std::erase_if(found.arrivals, [&](const facts::Arrival& one) {
    return one.channel != result.channel || (query.queue_id && one.queue_id != query.queue_id);
  });
  Arrivals arrivals = days.empty();
  for (const auto& one : found.arrivals)
    if (const auto place = days.place(one.at)) arrivals[place->day].counts[place->slot] += 1;
  std::map<std::int32_t, std::string> holidays;
  for (const auto& holiday : holidays_of(session, site->id, query.queue_id, days.day(0), days.day(days.count())))
    holidays.emplace(holiday.date.days, holiday.name);
  for (auto& day : arrivals) day.holiday = holidays.contains(day.day.days);
  learn_service(found.arrivals, days.start(kHistoryDays - kRecentDays), days.start(kHistoryDays), result);
  const int begin = kHistoryDays + (from - until);
  predict({days, arrivals, holidays, clinic::calendar_of(session, site->id, query.queue_id), begin, begin + query.days,
           now},
          kHistoryDays, result);
  return result;
}

}  // namespace auricle::staffing
