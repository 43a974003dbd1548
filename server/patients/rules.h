#pragma once
// Pure decisions about people: names, dates, contact points, how well somebody matches.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patients/patients.h"

namespace auricle::patients {

std::string trimmed(std::string_view text);  // also runs of white space become one space
// "Given Family"; one of them alone is a name too.
std::string display_name(std::string_view given, std::string_view family);
// "Ana García <ana@x.org>" gives given "Ana", family "García"; one word is a given name; "García, Ana" is turned round.
struct SplitName {
  std::string given, family;
};
SplitName split_name(std::string_view name);

bool is_date(std::string_view text);  // a day of the calendar as YYYY-MM-DD
int age_on(std::string_view birth_date, std::string_view today);
std::string date_of(Instant instant);  // UTC day
// What people type: 1987-02-01, 01/02/1987, 1.2.87, 01021987; day before month as in Europe. nullopt if it is no date.
std::optional<std::string> typed_date(std::string_view text);

bool is_email(std::string_view address);
// A contact point as it is kept: address in lower case, number in E.164; forms to find it by.
struct NormalPoint {
  ContactSystem system = ContactSystem::email;
  std::string value, national, backwards;
};
std::optional<NormalPoint> normal_point(ContactSystem system, std::string_view value, std::string_view region);
std::string display_point(ContactSystem system, std::string_view value);
bool valid_language(std::string_view tag);

// Folded words by which a name is found; parts joined by apostrophe or hyphen also as one word (O'Brien → o, brien,
// obrien).
std::vector<std::string> name_words(std::string_view given, std::string_view family);
// 0…1: how well folded query words stand for the name; 0 when one of them begins no word of it.
double name_score(const std::vector<std::string>& query, std::string_view given, std::string_view family);

Result<Done> check(const NewPatient& patient);
Result<Done> check_relationship(const NewRelationship& relationship);
bool active_on(const std::optional<std::string>& from, const std::optional<std::string>& to, std::string_view today);

}  // namespace auricle::patients
