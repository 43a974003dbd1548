#pragma once
// What the writer wrote, apart from what the mail program added under it. Nothing is dropped: the rest is folded away.
#include <string>
#include <string_view>

namespace auricle::email {

struct Folded {
  std::string reply;   // what is new
  std::string folded;  // signature block and quoted mail below, "" if none
};

Folded fold_quotes(std::string_view text);

}  // namespace auricle::email
