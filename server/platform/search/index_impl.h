#pragma once
#include "platform/search/index.h"

namespace auricle::search {

std::unique_ptr<Index> open_sqlite_index(const std::string& directory, std::int64_t full_slice);
std::unique_ptr<Index> open_postgres_index(db::Database& database, std::int64_t full_slice);

}  // namespace auricle::search
