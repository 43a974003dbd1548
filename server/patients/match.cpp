#include "patients/match.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "patients/names.h"
#include "platform/search/fold.h"

namespace auricle::patients {
namespace {

constexpr double kHouseholdCap = 15;

bool is_particle(std::string_view word) {
  static constexpr std::array<std::string_view, 24> kParticles = {
      "de", "del", "la",  "las", "los", "el", "els", "les", "i",   "y",   "e", "da",
      "do", "dos", "das", "du",  "des", "le", "van", "von", "der", "den", "d", "l"};
  return std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

std::vector<std::string> name_words_of(std::string_view name) {
  auto words = search::folded_words(name);
  std::vector<std::string> kept;
  for (const auto& word : words)
    if (!is_particle(word)) kept.push_back(word);
  return kept.empty() ? words : kept;
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (const auto& word : search::folded_words(text)) out += word;
  return out;
}

// --- Names ---------------------------------------------------------------------------------------------------------

struct Weighed {
  Agreement agreement = Agreement::missing;
  double bits = 0;
};

Weighed weigh_given(NameLikeness likeness) {
  switch (likeness) {
    case NameLikeness::missing:
      return {Agreement::missing, 0};
    case NameLikeness::same:
      return {Agreement::same, 6};
    case NameLikeness::variant:
      return {Agreement::variant, 4.5};
    case NameLikeness::part:
      return {Agreement::part, 4};
    case NameLikeness::typo:
      return {Agreement::alike, 4.5};
    case NameLikeness::alike:
      return {Agreement::alike, 1.5};
    case NameLikeness::different:
      return {Agreement::different, -4};
  }
  return {};
}

Weighed weigh_family(NameLikeness likeness, std::size_t words) {
  switch (likeness) {
    case NameLikeness::missing:
      return {Agreement::missing, 0};
    case NameLikeness::same:
      return {Agreement::same, words > 1 ? 11.0 : 8.0};  // both family names
    case NameLikeness::variant:
      return {Agreement::same, 7};
    case NameLikeness::part:
      return {Agreement::part, 6};
    case NameLikeness::typo:
      return {Agreement::alike, 6.5};
    case NameLikeness::alike:
      return {Agreement::alike, 2};
    case NameLikeness::different:
      return {Agreement::different, -4};
  }
  return {};
}

double sum_of(const Weighed& a, const Weighed& b) { return a.bits + b.bits; }

// The two family names may be written in the other order, or one of them with the given names.
void weigh_names(const MatchRecord& a, const MatchRecord& b, std::vector<MatchEvidence>& out) {
  const auto words = std::min(a.family.size(), b.family.size());
  const auto given = weigh_given(compare_names(a.given, b.given));
  const auto family = weigh_family(compare_names(a.family, b.family), words);
  const auto crossed_given = weigh_given(compare_names(a.given, b.family));
  const auto crossed_family = weigh_family(compare_names(a.family, b.given), 1);
  const bool both =
      crossed_given.bits > 0 && (crossed_family.bits > 0 || crossed_family.agreement == Agreement::missing);
  const bool other = crossed_family.bits > 0 && crossed_given.agreement == Agreement::missing;
  const double crossed = sum_of(crossed_given, crossed_family) - 1;
  if ((both || other) && crossed > sum_of(given, family)) {
    out.push_back({MatchField::name, Agreement::swapped, crossed});
    return;
  }
  out.push_back({MatchField::given_name, given.agreement, given.bits});
  out.push_back({MatchField::family_name, family.agreement, family.bits});
}

// --- Birth date ----------------------------------------------------------------------------------------------------

bool day_and_month_swapped(std::string_view a, std::string_view b) {
  return a.substr(0, 4) == b.substr(0, 4) && a.substr(4, 2) == b.substr(6, 2) && a.substr(6, 2) == b.substr(4, 2);
}

Weighed weigh_birth_date(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return {Agreement::missing, 0};
  if (a == b) return {Agreement::same, 14};
  if (day_and_month_swapped(a, b)) return {Agreement::swapped, 9};
  if (edits(a, b, 1) <= 1) return {Agreement::one_digit, 6};
  const int same_parts =
      (a.substr(0, 4) == b.substr(0, 4)) + (a.substr(4, 2) == b.substr(4, 2)) + (a.substr(6) == b.substr(6));
  return same_parts == 2 ? Weighed{Agreement::alike, 2} : Weighed{Agreement::different, -5};
}

// --- Numbers and contact points --------------------------------------------------------------------------------------

// Numbers given out one after another differ by a digit too: a near one says little.
Weighed weigh_identifiers(const MatchRecord& a, const MatchRecord& b) {
  Weighed best;
  for (const auto& one : a.identifiers)
    for (const auto& other : b.identifiers) {
      if (one.system != other.system) continue;
      Weighed now{Agreement::different, -4};
      if (one.value == other.value)
        now = {Agreement::same, 18};
      else if (one.value.size() >= 5 && edits(one.value, other.value, 1) <= 1)
        now = {Agreement::one_digit, 3};
      if (best.agreement == Agreement::missing || now.bits > best.bits) best = now;
    }
  return best;
}

Weighed weigh_points(const std::vector<std::string>& a, const std::vector<std::string>& b, Agreement near) {
  if (a.empty() || b.empty()) return {Agreement::missing, 0};
  Weighed best{Agreement::different, -1};  // people have several, and new ones
  for (const auto& one : a)
    for (const auto& other : b) {
      if (one == other) return {Agreement::same, 9};
      if (one.size() >= 8 && edits(one, other, 1) <= 1) best = {near, 4};
    }
  return best;
}

Weighed weigh_address(const MatchRecord& a, const MatchRecord& b) {
  Weighed out;
  const auto add = [&](double bits) { out.bits += bits; };
  const bool streets = !a.address.empty() && !b.address.empty();
  const double street = streets ? shared_pairs(a.address, b.address) : 0;
  if (streets) add(street >= 0.8 ? 8 : street >= 0.55 ? 5 : -2);
  if (!a.postal_code.empty() && !b.postal_code.empty())
    add(a.postal_code == b.postal_code ? 3 : edits(a.postal_code, b.postal_code, 1) <= 1 ? 1 : -1.5);
  if (!a.city.empty() && !b.city.empty()) add(shared_pairs(a.city, b.city) >= 0.7 ? 2 : -1);
  if (!streets && out.bits == 0) return out;
  out.agreement = street >= 0.8 || (!streets && out.bits >= 5) ? Agreement::same
                  : out.bits > 0                               ? Agreement::alike
                                                               : Agreement::different;
  return out;
}

void weigh_household(const MatchRecord& a, const MatchRecord& b, std::vector<MatchEvidence>& out) {
  const Weighed phone = weigh_points(a.phones, b.phones, Agreement::one_digit);
  const Weighed email = weigh_points(a.emails, b.emails, Agreement::alike);
  const Weighed address = weigh_address(a, b);
  const double sum = phone.bits + email.bits + address.bits;
  const double part = sum > kHouseholdCap ? kHouseholdCap / sum : 1;
  out.push_back({MatchField::phone, phone.agreement, phone.bits * part});
  out.push_back({MatchField::email, email.agreement, email.bits * part});
  out.push_back({MatchField::address, address.agreement, address.bits * part});
}

Weighed weigh_sex(Sex a, Sex b) {
  if (a == Sex::unknown || b == Sex::unknown) return {};
  return a == b ? Weighed{Agreement::same, 1} : Weighed{Agreement::different, -3};
}

Agreement agreement_of(const std::vector<MatchEvidence>& evidence, MatchField field) {
  for (const auto& one : evidence)
    if (one.field == field) return one.agreement;
  return Agreement::missing;
}

MatchVerdict verdict_of(double bits, const std::vector<MatchEvidence>& evidence) {
  if (bits < kPossible) return MatchVerdict::different;
  const bool other_given = agreement_of(evidence, MatchField::given_name) == Agreement::different;
  if (!other_given || agreement_of(evidence, MatchField::identifier) == Agreement::same)
    return bits < kSame ? MatchVerdict::possible : MatchVerdict::same;
  const auto born = agreement_of(evidence, MatchField::birth_date);
  return born == Agreement::missing || born == Agreement::different ? MatchVerdict::different : MatchVerdict::possible;
}

std::int64_t key_of(std::string_view kind, std::string_view a, std::string_view b) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const auto part : {kind, a, b}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFF) * 1099511628211ULL;
  }
  return static_cast<std::int64_t>(hash >> 1);
}

}  // namespace

MatchRecord prepare(const MatchInput& input) {
  MatchRecord out;
  out.given = name_words_of(input.given_name);
  out.family = name_words_of(input.family_name);
  if (input.birth_date)
    for (const char c : *input.birth_date)
      if (c >= '0' && c <= '9') out.birth_date += c;
  if (out.birth_date.size() != 8) out.birth_date.clear();
  out.sex = input.sex;
  out.phones = input.phones;
  out.emails = input.emails;
  for (const auto& identifier : input.identifiers)
    out.identifiers.push_back({squeezed(identifier.system), squeezed(identifier.value)});
  out.address = squeezed(input.address);
  out.postal_code = squeezed(input.postal_code);
  out.city = squeezed(input.city);
  return out;
}

Match compare(const MatchRecord& a, const MatchRecord& b) {
  Match out;
  const auto add = [&](MatchField field, const Weighed& weighed) {
    out.evidence.push_back({field, weighed.agreement, weighed.bits});
  };
  weigh_names(a, b, out.evidence);
  add(MatchField::birth_date, weigh_birth_date(a.birth_date, b.birth_date));
  add(MatchField::identifier, weigh_identifiers(a, b));
  weigh_household(a, b, out.evidence);
  add(MatchField::sex, weigh_sex(a.sex, b.sex));
  const auto missing = [](const MatchEvidence& one) { return one.agreement == Agreement::missing; };
  out.evidence.erase(std::remove_if(out.evidence.begin(), out.evidence.end(), missing), out.evidence.end());
  for (const auto& one : out.evidence) out.bits += one.bits;
  out.verdict = verdict_of(out.bits, out.evidence);
  return out;
}

double chance_of(double bits) {
  constexpr double kPriorBits = -10;  // about one in a thousand of those who share a key
  return 1 / (1 + std::exp2(-(bits + kPriorBits)));
}

std::vector<std::int64_t> match_keys(const MatchRecord& record) {
  std::vector<std::int64_t> keys;
  std::vector<std::string> sounds;
  for (const auto* names : {&record.given, &record.family})
    for (const auto& word : *names) sounds.push_back(sound_of(formal_name(word)));
  std::sort(sounds.begin(), sounds.end());
  sounds.erase(std::unique(sounds.begin(), sounds.end()), sounds.end());
  if (!record.birth_date.empty()) {
    keys.push_back(key_of("born", record.birth_date, ""));
    const auto month = record.birth_date.substr(4, 2), day = record.birth_date.substr(6);
    for (const auto& sound : sounds) {
      keys.push_back(key_of("year", record.birth_date.substr(0, 4), sound));
      keys.push_back(key_of("day", std::min(month, day) + std::max(month, day), sound));
    }
  }
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    for (std::size_t j = i + 1; j < sounds.size(); ++j) keys.push_back(key_of("names", sounds[i], sounds[j]));
    if (!record.postal_code.empty()) keys.push_back(key_of("place", record.postal_code, sounds[i]));
  }
  if (sounds.size() == 1) keys.push_back(key_of("names", sounds[0], ""));
  if (record.address.size() >= 6) keys.push_back(key_of("address", record.postal_code, record.address));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace auricle::patients
