#include "platform/db/session.h"

#include <algorithm>
#include <stdexcept>

namespace auricle::db {

std::vector<int> Session::match_names(const Row& row, const std::vector<std::string_view>& names) {
  std::vector<int> plan(names.size(), -1);
  for (int column = 0; column < row.columns(); ++column) {
    const auto found = std::find(names.begin(), names.end(), row.name(column));
    if (found == names.end())
      throw std::logic_error("selected column has no member in the row type: " + std::string(row.name(column)));
    plan[found - names.begin()] = column;
  }
  return plan;
}

}  // namespace auricle::db
