#include "clinic/clinic.h"
#include "conversations/work.h"

namespace auricle::conversations {

std::string site_zone(db::Session& session, SiteId site) {
  const auto known = clinic::find_site(session, site ? site : clinic::first_site(session));
  return known ? known->time_zone : "UTC";
}

}  // namespace auricle::conversations
