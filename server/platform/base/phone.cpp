#include "platform/base/phone.h"

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

namespace auricle {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;

std::string format(const i18n::phonenumbers::PhoneNumber& number, PhoneNumberUtil::PhoneNumberFormat format) {
  std::string out;
  PhoneNumberUtil::GetInstance()->Format(number, format, &out);
  return out;
}

}  // namespace

std::optional<PhoneNumber> parse_phone(std::string_view text, std::string_view default_region) {
  const auto* util = PhoneNumberUtil::GetInstance();
  i18n::phonenumbers::PhoneNumber number;
  const std::string region(default_region.empty() ? "ZZ" : default_region);
  if (util->Parse(std::string(text), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
  if (!util->IsPossibleNumber(number)) return std::nullopt;
  number.clear_extension();
  PhoneNumber out;
  out.e164 = format(number, PhoneNumberUtil::E164);
  out.international = format(number, PhoneNumberUtil::INTERNATIONAL);
  out.national = format(number, PhoneNumberUtil::NATIONAL);
  util->GetNationalSignificantNumber(number, &out.national_digits);
  out.valid = util->IsValidNumber(number);
  util->GetRegionCodeForNumber(number, &out.region);
  if (out.region == "ZZ") out.region.clear();
  return out;
}

std::string display_phone(std::string_view e164) {
  const auto number = parse_phone(e164, "");
  return number ? number->international : std::string(e164);
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= '0' && byte <= '9') out += text[i];
    // U+FF10…U+FF19 (full width), U+0660… and U+06F0… (Arabic)
    else if (byte == 0xEF && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0xBC &&
             static_cast<unsigned char>(text[i + 2]) >= 0x90 && static_cast<unsigned char>(text[i + 2]) <= 0x99)
      out += static_cast<char>('0' + static_cast<unsigned char>(text[i + 2]) - 0x90), i += 2;
    else if ((byte == 0xD9 || byte == 0xDB) && i + 1 < text.size()) {
      const int digit = static_cast<unsigned char>(text[i + 1]) - (byte == 0xD9 ? 0xA0 : 0xB0);
      if (digit >= 0 && digit <= 9) out += static_cast<char>('0' + digit), ++i;
    }
  }
  return out;
}

bool looks_like_phone(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (static_cast<unsigned char>(text[i]) < 0x80 &&
        std::string_view("0123456789 +()-./\t").find(text[i]) == std::string_view::npos)
      return false;
  return digits_of(text).size() >= 4;
}

}  // namespace auricle
