#pragma once
// `WHERE id IN (…)` for any number of ids with one cached statement: chunks of 64, filled up with zeros (no record has
// id 0).
#include <string>
#include <string_view>
#include <vector>

#include "platform/db/session.h"

namespace auricle::db {

inline constexpr std::size_t kInList = 64;

// "$1,$2,…,$64"
inline const std::string& in_marks() {
  static const std::string marks = [] {
    std::string out;
    for (std::size_t i = 1; i <= kInList; ++i) out += (i > 1 ? ",$" : "$") + std::to_string(i);
    return out;
  }();
  return marks;
}

// Rows of `before + marks + after` as T, for all ids.
template <class T, class I, class F>
void each_in(Session& session, std::string_view before, std::string_view after, const std::vector<I>& ids, F&& visit) {
  const std::string sql = std::string(before) + in_marks() + std::string(after);
  for (std::size_t from = 0; from < ids.size(); from += kInList) {
    std::vector<std::int64_t> chunk(kInList, 0);
    for (std::size_t i = 0; i < kInList && from + i < ids.size(); ++i) {
      if constexpr (is_id_v<I>)
        chunk[i] = ids[from + i].value;
      else
        chunk[i] = ids[from + i];
    }
    [&]<std::size_t... N>(std::index_sequence<N...>) { session.each<T>(sql, visit, chunk[N]...); }
    (std::make_index_sequence<kInList>{});
  }
}

}  // namespace auricle::db
