#include "staffing/history.h"

#include <algorithm>

namespace auricle::staffing {

using clinic::LocalDay;

Days::Days(std::string time_zone, LocalDay first, int count) : time_zone_(std::move(time_zone)), first_(first) {
  starts_.reserve(static_cast<std::size_t>(count) + 1);
  for (int i = 0; i <= count; ++i) starts_.push_back(clinic::start_of_day(time_zone_, first + i));
}

int Days::slot(int index, Instant at) const {
  if (plain(index)) return static_cast<int>((at - starts_[index]) / kHalfHourMs);
  return clinic::local_minute(time_zone_, at) / 30;
}

std::optional<Days::Place> Days::place(Instant at) const {
  if (at < starts_.front() || at >= starts_.back()) return std::nullopt;
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), at);
  const int index = static_cast<int>(next - starts_.begin()) - 1;
  return Place{index, slot(index, at)};
}

std::vector<Days::HalfHour> Days::half_hours(int index) const {
  std::vector<HalfHour> all;
  for (Instant at = starts_[index]; at < starts_[index + 1]; at = at + kHalfHourMs)
    all.push_back({at, slot(index, at)});
  return all;
}

Arrivals Days::empty() const {
  Arrivals all(static_cast<std::size_t>(count()));
  for (int i = 0; i < count(); ++i) {
    all[i].day = day(i);
    if (plain(i)) continue;
    all[i].lasts.fill(0);
    for (const auto& half_hour : half_hours(i)) ++all[i].lasts[half_hour.slot];
  }
  return all;
}

std::vector<clinic::Holiday> holidays_of(db::Session& session, SiteId site, QueueId queue, LocalDay from, LocalDay to) {
  auto versions = queue ? clinic::calendars(session, queue) : std::vector<clinic::StoredCalendar>();
  if (versions.empty()) versions = clinic::calendars(session, site);
  std::vector<clinic::Holiday> all;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const LocalDay begins = std::max(from, versions[i].version.valid_from);
    const LocalDay ends = i + 1 < versions.size() ? std::min(to, versions[i + 1].version.valid_from) : to;
    for (const auto& holiday : versions[i].holidays)
      if (holiday.date >= begins && holiday.date < ends) all.push_back(holiday);
  }
  return all;
}

}  // namespace auricle::staffing
