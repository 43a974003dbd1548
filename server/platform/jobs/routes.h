#pragma once
// What IT looks at: jobs, and how far derived data are behind.
#include <functional>
#include <map>
#include <optional>

#include "platform/http/http.h"

namespace auricle::jobs {

struct OperationsSource {  // what other parts of the program know
  std::string version;
  Instant started_at;
  std::function<std::optional<std::int64_t>(db::Session&)> search_lag;  // changes not yet in the index
  std::function<std::int64_t()> live_connections;
  std::function<void()> wake;  // the runner
};
// What the daily sweep removed; shown with the operations.
void keep_sweep(db::Tx& tx, Instant ran_at, const std::map<std::string, std::int64_t>& removed);
void add_routes(http::Router& router, OperationsSource source);

}  // namespace auricle::jobs
