#pragma once
// The arrivals of one series as days and half hours of its site's wall clock.
#include <vector>

#include "staffing/staffing.h"

namespace auricle::staffing {

// Consecutive local days of a zone and their half hours.
class Days {
 public:
  Days(std::string time_zone, clinic::LocalDay first, int count);
  int count() const { return static_cast<int>(starts_.size()) - 1; }
  clinic::LocalDay day(int index) const { return first_ + index; }
  Instant start(int index) const { return starts_[index]; }
  Instant end() const { return starts_.back(); }
  struct Place {
    int day = 0, slot = 0;
  };
  std::optional<Place> place(Instant at) const;  // none: before or after them
  struct HalfHour {
    Instant starts_at;
    int slot = 0;
  };
  std::vector<HalfHour> half_hours(int index) const;  // 48; 46 or 50 where the clock is moved
  // Empty days with their half hours counted.
  Arrivals empty() const;

 private:
  bool plain(int index) const { return starts_[index + 1] - starts_[index] == kSlots * kHalfHourMs; }
  int slot(int index, Instant at) const;
  std::string time_zone_;
  clinic::LocalDay first_;
  std::vector<Instant> starts_;  // one more than days
};

// Holidays of the calendar that holds for the series, with their names.
std::vector<clinic::Holiday> holidays_of(db::Session& session, SiteId site, QueueId queue, clinic::LocalDay from,
                                         clinic::LocalDay to);

}  // namespace auricle::staffing
