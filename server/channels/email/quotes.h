#pragma once
// What the writer wrote, apart from what the mail program added under it. Nothing is dropped: the rest is folded away.
#include <string>
#include <string_view>

namespace auricle::email {

struct Folded {
  std::string reply;   // what is new
  std::string folded;  // signature block and quoted mail below, "" if none
};

// `sender`: their name as the mail gives it; a card that begins with it is a signature. "" if unknown.
Folded fold_quotes(std::string_view text, std::string_view sender = {});

}  // namespace auricle::email
