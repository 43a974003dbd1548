#pragma once
// Telephone numbers, by libphonenumber (included in phone.cpp only).
#include <optional>
#include <string>
#include <string_view>

namespace auricle {

struct PhoneNumber {
  std::string e164;           // "+34612345678"; the identity of the number
  std::string international;  // "+34 612 34 56 78"
  std::string national;       // "612 34 56 78"
  std::string national_digits;
  std::string region;  // "ES"; "" for numbers of no country
  bool valid = false;  // in a range that is in use; false: only possible by its length
};

// `default_region` is where a number without a country code belongs; "" takes only numbers with one. nullopt if it is
// no number or one of impossible length. An extension is not part of the identity.
std::optional<PhoneNumber> parse_phone(std::string_view text, std::string_view default_region);
// As people write a number known to be E.164; the text itself when it cannot be read.
std::string display_phone(std::string_view e164);
// Whether the text may be the beginning or part of a number: digits with the usual signs, at least four digits.
bool looks_like_phone(std::string_view text);
std::string digits_of(std::string_view text);  // of any script's digits 0–9 and full width

}  // namespace auricle
