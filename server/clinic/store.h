#pragma once
// The only code that touches the tables of the clinic.
#include "clinic/clinic.h"

namespace auricle::clinic::store {

struct CalendarRow {
  CalendarId id;
  std::string owner_kind;  // "site" or "queue"
  std::int64_t owner_id = 0;
  std::int64_t valid_from = 0;
  std::string week;
};
BOOST_DESCRIBE_STRUCT(CalendarRow, (), (id, owner_kind, owner_id, valid_from, week))

void save(db::Tx& tx, const Organisation& organisation);
void save(db::Tx& tx, const Site& site);  // inserts or replaces, with the version given
void save(db::Tx& tx, const Queue& queue);
void save(db::Tx& tx, const Topic& topic);
std::optional<Queue> find_queue(db::Session& session, QueueId id);
std::optional<Topic> find_topic(db::Session& session, TopicId id);

std::vector<StoredCalendar> calendars(db::Session& session, std::string_view owner_kind, std::int64_t owner_id);
std::optional<CalendarRow> find_calendar(db::Session& session, CalendarId id);
void put_calendar(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, const CalendarInput& input);
void delete_calendar(db::Tx& tx, CalendarId id);

}  // namespace auricle::clinic::store
