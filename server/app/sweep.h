#pragma once
// The daily sweep: what the registry says is kept for a time only goes when that time is over. How long stands in
// server/migrations/*.registry.tsv and nowhere else.
#include <map>
#include <string>

#include "app/services.h"
#include "platform/registry/registry.h"

namespace auricle::app {

// Milliseconds a table's rows are kept, from its declared retention ("trimmed after 7 days", "5 minutes"). Throws when
// the declaration of the table names no time.
std::int64_t kept_ms(const std::vector<registry::Column>& columns, std::string_view table);

using Swept = std::map<std::string, std::int64_t>;  // what → how many rows went
Swept sweep(Services& services);                    // in small transactions; logged, and kept for the system page

}  // namespace auricle::app
