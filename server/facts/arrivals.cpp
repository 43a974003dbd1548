#include <unordered_map>

#include "facts/facts.h"

namespace auricle::facts {
namespace {

struct Began {  // a case, as far as it was seen
  bool opened = false;
  Instant at;
  SiteId site_id;
  QueueId queue_id;
  Instant first_at{INT64_MAX};
  Kind first_kind = Kind::left;
  std::string first_channel;
};

struct TimedArrival {
  Arrival arrival;
  std::int64_t case_id = 0;
};

// The first contact says how the case came; of one instant the earlier kind of rule 1.
void contact(Began& began, Instant at, Kind kind, std::string_view channel) {
  if (std::pair(at, kind) >= std::pair(began.first_at, began.first_kind)) return;
  began.first_at = at;
  began.first_kind = kind;
  began.first_channel = channel;
}

std::optional<Instant> instant(const db::Row& row, int column) {
  if (row.null(column)) return std::nullopt;
  return Instant{row.integer(column)};
}

// A call that never entered a queue (menu, closed) is no arrival; one answered without queueing is.
std::optional<Arrival> timed(const db::Row& row, Kind kind, Instant happened_at) {
  Arrival arrival;
  arrival.timed = true;
  arrival.served_at = instant(row, 7);
  arrival.ended_at = instant(row, 8);
  if (kind == Kind::call) {
    const auto queued_at = instant(row, 6);
    if (!queued_at && !arrival.served_at) return std::nullopt;
    arrival.at = queued_at.value_or(*arrival.served_at);
    arrival.hung_up = row.text(10) == "abandoned";
  } else {
    arrival.at = happened_at;
  }
  arrival.channel = row.text(3);
  arrival.site_id = {row.null(4) ? 0 : row.integer(4)};
  arrival.queue_id = {row.null(5) ? 0 : row.integer(5)};
  arrival.wrap_up_seconds = row.null(9) ? 0 : row.integer(9);
  return arrival;
}

}  // namespace

void for_each_arrival(db::Session& session, Instant from, Instant to, const std::function<void(Arrival&&)>& visit) {
  std::unordered_map<std::int64_t, Began> cases;
  std::vector<TimedArrival> waiting;
  const auto read = [&](const db::Row& row) {
    const auto kind = enum_from_name<Kind>(row.text(0));
    const std::int64_t case_id = row.null(1) ? 0 : row.integer(1);
    const Instant at{row.integer(2)};
    Began* began = case_id ? &cases[case_id] : nullptr;
    if (kind == Kind::opened && began) {
      began->opened = true;
      began->at = at;
      began->site_id = {row.null(4) ? 0 : row.integer(4)};
      began->queue_id = {row.null(5) ? 0 : row.integer(5)};
      return true;
    }
    if (began) contact(*began, at, kind, row.text(3));
    if (kind != Kind::call && kind != Kind::visit) return true;
    if (auto arrival = timed(row, kind, at)) waiting.push_back({std::move(*arrival), case_id});
    return true;
  };
  session.run(
      "SELECT kind, case_id, happened_at, channel, site_id, queue_id, queued_at, answered_at, ended_at, "
      "wrap_up_seconds, value FROM facts_fact WHERE actor = 'patient' AND kind IN ('opened', 'message', 'call', "
      "'visit') AND happened_at >= $1 AND happened_at < $2",
      {from.ms, to.ms}, read);
  for (auto& [arrival, case_id] : waiting) {
    const auto found = cases.find(case_id);
    if (found != cases.end() && !arrival.site_id) arrival.site_id = found->second.site_id;
    if (found != cases.end() && !arrival.queue_id) arrival.queue_id = found->second.queue_id;
    visit(std::move(arrival));
  }
  for (auto& [id, began] : cases) {
    if (!began.opened || began.first_kind != Kind::message) continue;
    Arrival arrival;
    arrival.at = began.at;
    arrival.channel = std::move(began.first_channel);
    arrival.site_id = began.site_id;
    arrival.queue_id = began.queue_id;
    visit(std::move(arrival));
  }
}

}  // namespace auricle::facts
