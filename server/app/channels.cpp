// The channels patients may use. Nothing else outside their folders names one.
#include "app/services.h"

namespace auricle::app {

void add_channels(Services&) {}

}  // namespace auricle::app
