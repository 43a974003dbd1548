#pragma once
#include "platform/search/index.h"

namespace auricle::search {

std::unique_ptr<Index> open_sqlite_index(const std::string& directory);
std::unique_ptr<Index> open_postgres_index(db::Database& database);

}  // namespace auricle::search
