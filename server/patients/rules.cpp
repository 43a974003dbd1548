#include "patients/rules.h"

#include <fmt/core.h>
#include <algorithm>

#include "platform/base/phone.h"
#include "platform/search/fold.h"

namespace auricle::patients {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int days_in(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

bool real_day(int year, int month, int day) {
  return year >= 1850 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

std::optional<std::string> make_date(int year, int month, int day) {
  if (!real_day(year, month, day)) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Two digits of a year: a birth date lies in the past.
int full_year(std::string_view digits) {
  const int year = number(digits);
  return digits.size() > 2 ? year : (year > 26 ? 1900 : 2000) + year;
}

// 0…1 for one word of the query against one of the name.
double word_score(std::string_view query, std::string_view word) {
  if (query == word) return 1;
  if (!word.starts_with(query)) return 0;
  return 0.6 + 0.35 * static_cast<double>(query.size()) / static_cast<double>(word.size());
}

}  // namespace

std::string trimmed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_space(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string display_name(std::string_view given, std::string_view family) {
  if (given.empty()) return std::string(family);
  if (family.empty()) return std::string(given);
  return std::string(given) + " " + std::string(family);
}

SplitName split_name(std::string_view name) {
  std::string text = trimmed(name);
  while (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = trimmed(std::string_view(text).substr(1, text.size() - 2));
  if (const auto comma = text.find(", "); comma != text.npos) return {text.substr(comma + 2), text.substr(0, comma)};
  const auto space = text.find(' ');
  if (space == text.npos) return {text, ""};
  return {text.substr(0, space), text.substr(space + 1)};
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const int i : {0, 1, 2, 3, 5, 6, 8, 9})
    if (!is_digit(text[i])) return false;
  return real_day(number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2)));
}

int age_on(std::string_view birth_date, std::string_view today) {
  const int years = number(today.substr(0, 4)) - number(birth_date.substr(0, 4));
  return today.substr(5) < birth_date.substr(5) ? years - 1 : years;
}

std::string date_of(Instant instant) { return to_rfc3339(instant).substr(0, 10); }

std::optional<std::string> typed_date(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_digit(text[i])) continue;
    if (i < text.size() && std::string_view("-/. ").find(text[i]) == std::string_view::npos) return std::nullopt;
    if (i > from) parts.push_back(text.substr(from, i - from));
    from = i + 1;
  }
  if (parts.size() == 1 && parts[0].size() == 8) {
    const auto all = parts[0];
    if (auto day_first = make_date(number(all.substr(4)), number(all.substr(2, 2)), number(all.substr(0, 2))))
      return day_first;
    return make_date(number(all.substr(0, 4)), number(all.substr(4, 2)), number(all.substr(6)));
  }
  if (parts.size() != 3) return std::nullopt;
  for (const auto part : parts)
    if (part.size() > 4) return std::nullopt;
  if (parts[0].size() == 4) return make_date(number(parts[0]), number(parts[1]), number(parts[2]));
  if (parts[2].size() != 2 && parts[2].size() != 4) return std::nullopt;
  return make_date(full_year(parts[2]), number(parts[1]), number(parts[0]));
}

bool is_email(std::string_view address) {
  const auto sign = address.rfind('@');
  if (sign == address.npos || sign == 0 || sign > 64 || address.size() > 254) return false;
  const auto domain = address.substr(sign + 1);
  if (domain.empty() || domain.front() == '.' || domain.back() == '.' || domain.find("..") != domain.npos) return false;
  return std::none_of(address.begin(), address.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F || std::string_view("<>()[],;:\\\"").find(c) != std::string_view::npos;
  });
}

std::optional<NormalPoint> normal_point(ContactSystem system, std::string_view value, std::string_view region) {
  const std::string text = trimmed(value);
  if (system == ContactSystem::email) {
    if (!is_email(text)) return std::nullopt;
    std::string lower = text;  // only ASCII: what other letters mean is the host's business
    for (auto& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return NormalPoint{system, lower, "", ""};
  }
  const auto number = parse_phone(text, region);
  if (!number) return std::nullopt;
  std::string backwards = digits_of(number->e164);
  std::reverse(backwards.begin(), backwards.end());
  return NormalPoint{system, number->e164, number->national_digits, backwards};
}

std::string display_point(ContactSystem system, std::string_view value) {
  return system == ContactSystem::email ? std::string(value) : display_phone(value);
}

bool valid_language(std::string_view tag) {
  if (tag.size() < 2 || tag.size() > 35) return false;
  return std::all_of(tag.begin(), tag.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; });
}

std::vector<std::string> name_words(std::string_view given, std::string_view family) {
  const std::string name = display_name(given, family);
  auto words = search::folded_words(name);
  std::string part;
  const auto close = [&] {
    const auto inner = search::folded_words(part);
    if (inner.size() > 1) {
      std::string joined;
      for (const auto& word : inner) joined += word;
      words.push_back(joined);
    }
    part.clear();
  };
  for (const char c : name) {
    if (c == ' ')
      close();
    else
      part += c;
  }
  close();
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

double name_score(const std::vector<std::string>& query, std::string_view given, std::string_view family) {
  const auto words = name_words(given, family);
  if (query.empty() || words.empty()) return 0;
  double sum = 0;
  for (const auto& asked : query) {
    double best = 0;
    for (const auto& word : words) best = std::max(best, word_score(asked, word));
    if (best == 0) return 0;
    sum += best;
  }
  const double coverage = std::min(1.0, static_cast<double>(query.size()) / static_cast<double>(words.size()));
  return 0.85 * sum / static_cast<double>(query.size()) + 0.15 * coverage;
}

bool active_on(const std::optional<std::string>& from, const std::optional<std::string>& to, std::string_view today) {
  return (!from || *from <= today) && (!to || today <= *to);
}

Result<Done> check(const NewPatient& patient) {
  Error error{ErrorKind::invalid, "error.invalid", {}, {}, 0};
  if (trimmed(patient.given_name).empty() && trimmed(patient.family_name).empty())
    error.fields.push_back({"given_name", "error.patients.name_required"});
  if (patient.birth_date && !patient.birth_date->empty() && !is_date(*patient.birth_date))
    error.fields.push_back({"birth_date", "error.patients.date_not_valid"});
  if (patient.language && !patient.language->empty() && !valid_language(*patient.language))
    error.fields.push_back({"language", "error.patients.language_not_valid"});
  if (error.fields.empty()) return Done{};
  return fail(error);
}

Result<Done> check_relationship(const NewRelationship& relationship) {
  if (relationship.valid_from && !is_date(*relationship.valid_from))
    return fail_field("valid_from", "error.patients.date_not_valid");
  if (relationship.valid_to && !is_date(*relationship.valid_to))
    return fail_field("valid_to", "error.patients.date_not_valid");
  if (relationship.valid_from && relationship.valid_to && *relationship.valid_to < *relationship.valid_from)
    return fail_field("valid_to", "error.patients.ends_before_start");
  return Done{};
}

}  // namespace auricle::patients
