#include "analytics/analytics.h"

namespace auricle::analytics {

Places load_places(db::Session& session) {
  Places places;
  for (const auto& site : clinic::sites(session))  // the first site first
    places.add_site(site.id, clinic::calendar_of(session, site.id).value_or(clinic::Calendar{site.time_zone, {}}));
  for (const auto& queue : clinic::queues(session))
    if (auto calendar = clinic::own_calendar(session, queue.id))
      places.add_queue(queue.id, std::move(*calendar));
    else if (auto of_site = clinic::calendar_of(session, queue.site_id))
      places.add_queue(queue.id, std::move(*of_site));
  return places;
}

}  // namespace auricle::analytics
