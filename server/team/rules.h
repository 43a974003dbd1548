#pragma once
// Pure decisions of signing in: delays, passwords, addresses.
#include <string>
#include <string_view>

#include "team/team.h"

namespace auricle::team {

inline constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs, kDayMs = 24 * kHourMs;
inline constexpr std::int64_t kChallengeMs = 5 * kMinuteMs, kInvitationMs = 7 * kDayMs, kLinkMs = kDayMs;
inline constexpr std::int64_t kDeviceTrustMs = 30 * kDayMs;  // how long a device asked to be trusted needs no code

// Attempts are counted per account, per address and per known device. Some are free, then the wait doubles up to five
// minutes: never a lock-out for ever. A day without a failure forgets them.
enum class AttemptKind { account, address, device, second_factor };
std::int64_t delay_ms(AttemptKind kind, std::int64_t failures);

std::string normal_email(std::string_view email);  // trimmed, lower case
bool valid_email(std::string_view email);
std::string trimmed(std::string_view text);
bool valid_name(std::string_view name);
std::string device_name(std::string_view user_agent);  // "Firefox on Linux"
Role role_named(std::string_view name);                // agent when unknown
std::string new_recovery_code();                       // "k3m9-xw2p-…" without letters that look alike
std::string normal_recovery_code(std::string_view code);

}  // namespace auricle::team
