#pragma once
// Passwords by argon2id (RFC 9106). Each takes tens of megabytes and of milliseconds: at most a few run at a time, so
// that a burst of sign-ins cannot exhaust the memory. Blocking: call from a worker, never on an I/O thread.
#include <string>
#include <string_view>

namespace auricle::crypto {

std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);  // constant time; false for a malformed hash
bool needs_rehash(std::string_view hash);                                // made with weaker settings than today's
void set_password_cost_for_tests();                                      // the least libsodium allows

}  // namespace auricle::crypto
