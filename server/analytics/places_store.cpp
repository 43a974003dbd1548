#include <algorithm>

#include "analytics/analytics.h"
#include "team/team.h"

namespace auricle::analytics {

Places load_places(db::Session& session) {
  Places places;
  places.standards = clinic::standards(session);
  for (const auto& site : clinic::sites(session))  // the first site first
    places.add_site(site.id, clinic::calendar_of(session, site.id).value_or(clinic::Calendar{site.time_zone, {}}));
  for (const auto& queue : clinic::queues(session))
    if (auto calendar = clinic::own_calendar(session, queue.id))
      places.add_queue(queue.id, queue.site_id, std::move(*calendar));
    else if (auto of_site = clinic::calendar_of(session, queue.site_id))
      places.add_queue(queue.id, queue.site_id, std::move(*of_site));
    else
      places.add_queue(queue.id, queue.site_id, {"UTC", {}});
  return places;
}

void load_homes(db::Session& session, Places& places) {
  for (const auto& user : team::users(session)) {
    const auto& all = user.memberships;
    const bool one = !all.empty() && std::all_of(all.begin(), all.end(), [&](const auto& m) {
      return m.site_id && m.site_id == all.front().site_id;
    });
    if (one) places.add_person(user.id, SiteId{all.front().site_id.value});
  }
}

}  // namespace auricle::analytics
