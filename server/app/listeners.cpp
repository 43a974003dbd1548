// Who hears what. Listeners run in the transaction of the event and are idempotent.
#include "app/services.h"

namespace auricle::app {

void add_listeners(Services&) {}

}  // namespace auricle::app
