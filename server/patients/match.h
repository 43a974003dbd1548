#pragma once
// Whether two records are the same person. Pure: no database, clock or network.
//
// Source: Fellegi and Sunter, "A Theory for Record Linkage" (JASA 64, 1969): each field that agrees adds
// log2(m/u) bits, m being how often it agrees so for one person and u for two different ones; each that differs takes
// log2((1-m)/(1-u)). Levels of agreement as in Winkler (1990). Where the bits come from: m of mistyped fields from the
// error rates usual in registers (1–5 % per field; Christen, "Data Matching", 2012, ch. 5), u from how common names are
// in Spain and France (the ten most common given names about 1–2 % each, surnames 0.1–3 %: INE, INSEE), days of birth
// (1 in 25,000) and households. They are round numbers and were not fitted to any set of records; see match_test.cpp.
//
// Fields of a household (address, phone, e-mail) do not vote independently: together they are capped. Relatives share
// all of them, a family name and, if twins, a birth date: a given name that differs is never "same", and with another
// birth date nobody's duplicate, unless a number agrees.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "patients/patients.h"

namespace auricle::patients {

struct MatchInput {
  std::string given_name, family_name;
  std::optional<std::string> birth_date;  // eight digits, with or without hyphens; need not be a real day
  Sex sex = Sex::unknown;
  std::vector<std::string> phones, emails;  // normalised
  std::vector<NewIdentifier> identifiers;
  std::string address, postal_code, city;
};

// What is compared, prepared once per record.
struct MatchRecord {
  std::vector<std::string> given, family;  // folded words, without particles (de, van, i, …)
  std::string birth_date;                  // eight digits
  Sex sex = Sex::unknown;
  std::vector<std::string> phones, emails;
  std::vector<NewIdentifier> identifiers;  // folded
  std::string address, postal_code, city;  // folded, without spaces
};
MatchRecord prepare(const MatchInput& input);

// Bits for and against. From kPossible on two records are suspected to be one (the one threshold the tests measure),
// from kSame on it is all but certain. Nothing is ever joined without somebody saying so.
inline constexpr double kSame = 20, kPossible = 10;
struct Match {
  double bits = 0;
  MatchVerdict verdict = MatchVerdict::different;
  std::vector<MatchEvidence> evidence;  // in the order of the fields
};
Match compare(const MatchRecord& a, const MatchRecord& b);
// 0…1 for people to read: the chance that it is one person, when one in a thousand of those compared is.
double chance_of(double bits);

// Two records of one person almost always share one of these; two of different persons seldom. Kept with an index, so
// that finding candidates costs the same in a large table. Phones, addresses and numbers have indexes of their own.
std::vector<std::int64_t> match_keys(const MatchRecord& record);

// The part of a stored person that stands in their own row; a provisional person's address is no name.
template <class Row>
MatchInput match_input(const Row& row) {
  MatchInput input;
  const bool named = !row.provisional || row.given_name.find_first_of("@0123456789") == std::string::npos;
  if (named) input.given_name = row.given_name, input.family_name = row.family_name;
  input.birth_date = row.birth_date;
  input.sex = row.sex;
  input.address = row.address.value_or("");
  input.postal_code = row.postal_code.value_or("");
  input.city = row.city.value_or("");
  return input;
}

}  // namespace auricle::patients
