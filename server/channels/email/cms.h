#pragma once
// What an S/MIME signature wraps (RFC 5652 §5.1): the signed mail inside "smime.p7m". The signature is not checked.
#include <optional>
#include <string>
#include <string_view>

namespace auricle::email {

// nullopt: not a signed message with its content inside (encrypted, or broken).
std::optional<std::string> signed_content(std::string_view ber);

}  // namespace auricle::email
