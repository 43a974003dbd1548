#include "platform/db/session.h"

#include <algorithm>
#include <stdexcept>

namespace auricle::db {

std::vector<int> Session::match_names(const Row& row, const std::vector<std::string_view>& names) {
  std::vector<int> plan(names.size(), -1);
  std::size_t next = 0;  // columns mostly stand in the order of the members
  for (int column = 0; column < row.columns(); ++column, ++next) {
    const auto name = row.name(column);
    if (next >= names.size() || names[next] != name)
      next = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (next == names.size())
      throw std::logic_error("selected column has no member in the row type: " + std::string(name));
    plan[next] = column;
  }
  return plan;
}

}  // namespace auricle::db
