#pragma once
// What a mail is about, guessed by words, for history nobody sorted: enough for a first picture, never for a decision.
#include <string>
#include <string_view>

namespace auricle::email {

// A topic key every clinic starts with ("appointment", "results", …); "other" when no word tells.
std::string topic_of(std::string_view subject, std::string_view text);
// Says thank you and no more.
bool only_thanks(std::string_view text);

}  // namespace auricle::email
