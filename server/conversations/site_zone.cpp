#include "clinic/clinic.h"
#include "conversations/work.h"

namespace auricle::conversations {

std::string site_zone(db::Session&, SiteId) { return "UTC"; }

}  // namespace auricle::conversations
