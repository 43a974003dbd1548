#pragma once
// Routes of the platform itself: health, metrics, the description of the API and the page that shows it.
#include "platform/http/http.h"
#include "platform/metrics/metrics.h"

namespace auricle::http {

struct PlatformRoutes {
  const metrics::Registry& metrics;
  std::string metrics_token;  // empty: only from this machine
};
void add_routes(Router& router, const PlatformRoutes& platform);
void add_test_clock(Router& router, AdjustableClock& clock);  // POST /api/test/clock {"now": instant}

}  // namespace auricle::http
