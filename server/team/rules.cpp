#include "team/rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace auricle::team {
namespace {
std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// What everybody tries first. Twelve characters already keep out most lists.
constexpr std::array kTooCommon{"password", "contrase", "motdepasse", "contrasenya", "qwerty",   "123456",
                                "azerty",   "letmein",  "welcome",    "bienvenid",   "benvingu", "auricle"};

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool few_different(std::string_view text) {
  std::string seen;
  for (const char c : text)
    if (seen.find(c) == std::string::npos) seen += c;
  return seen.size() < 5;
}
}  // namespace

std::int64_t delay_ms(AttemptKind kind, std::int64_t failures) {
  const std::int64_t free = kind == AttemptKind::address ? 20 : 3;
  if (failures < free) return 0;
  const auto doublings = std::min<std::int64_t>(failures - free, 20);
  return std::min<std::int64_t>(std::int64_t{1000} << doublings, 5 * kMinuteMs);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

std::string normal_email(std::string_view email) { return lower(trimmed(email)); }

bool valid_email(std::string_view email) {
  const auto at = email.find('@');
  if (email.size() > 254 || at == 0 || at == std::string_view::npos ||
      email.find('@', at + 1) != std::string_view::npos)
    return false;
  const auto domain = email.substr(at + 1);
  if (domain.size() < 3 || domain.front() == '.' || domain.back() == '.' || !contains(domain, ".")) return false;
  return std::none_of(email.begin(), email.end(), [](char c) {
    return std::isspace(static_cast<unsigned char>(c)) || std::iscntrl(static_cast<unsigned char>(c)) || c == ',' ||
           c == ';' || c == '<' || c == '>' || c == '"';
  });
}

bool valid_name(std::string_view name) {
  const auto text = trimmed(name);
  return !text.empty() && text.size() <= 200;
}

Result<Done> check_password(std::string_view field, std::string_view password, std::string_view email,
                            std::string_view name) {
  const auto refuse = [&](std::string key) { return fail_field(std::string(field), std::move(key)); };
  if (characters(password) < 12) return refuse("error.team.password_short");
  if (password.size() > 1000) return refuse("error.team.password_long");
  const auto folded = lower(password);
  const auto local = lower(email.substr(0, email.find('@')));
  const bool own = (local.size() > 3 && contains(folded, local)) || (name.size() > 3 && contains(folded, lower(name)));
  if (own) return refuse("error.team.password_own_name");
  const bool common =
      std::any_of(kTooCommon.begin(), kTooCommon.end(), [&](const char* word) { return contains(folded, word); });
  if ((common && characters(password) < 20) || few_different(password)) return refuse("error.team.password_common");
  return Done{};
}

std::string device_name(std::string_view agent) {
  const auto has = [&](std::string_view word) { return contains(agent, word); };
  const char* browser = has("Edg/")       ? "Edge"
                        : has("OPR/")     ? "Opera"
                        : has("Firefox/") ? "Firefox"
                        : has("Chrome/")  ? "Chrome"
                        : has("Safari/")  ? "Safari"
                                          : "Browser";
  const char* system = has("Android")                 ? "Android"
                       : has("iPhone") || has("iPad") ? "iOS"
                       : has("Windows")               ? "Windows"
                       : has("Mac OS")                ? "macOS"
                       : has("Linux")                 ? "Linux"
                                                      : "";
  return *system ? std::string(browser) + " · " + system : browser;
}

Role role_named(std::string_view name) { return enum_parse<Role>(name).value_or(Role::agent); }

std::string new_recovery_code() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789x";  // 32, without i, l, o, 0, 1
  const auto random = crypto::sha256_hex(crypto::random_token(32));
  std::string code;
  for (int i = 0; i < 16; ++i) {
    if (i && i % 4 == 0) code += '-';
    code += kLetters[std::stoi(random.substr(i * 2, 2), nullptr, 16) % kLetters.size()];
  }
  return code;
}

std::string normal_recovery_code(std::string_view code) {
  std::string out;
  for (const char c : lower(code))
    if (std::isalnum(static_cast<unsigned char>(c))) out += c;
  return out;
}

}  // namespace auricle::team
