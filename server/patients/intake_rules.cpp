// What the rows of a spreadsheet mean.
#include "patients/csv.h"
#include "patients/intake.h"
#include "patients/rules.h"
#include "platform/base/utf8.h"
#include "platform/search/fold.h"

namespace auricle::patients {
namespace {

IntakeField field_named(const std::string& name) {
  return name.empty() ? IntakeField::none : enum_from_name<IntakeField>(name);
}

// "Nom" is a given name in Catalan and a family name in French: beside a prénom it is the latter. A field stands once.
std::vector<IntakeField> guessed(const std::vector<std::string>& headings) {
  std::vector<IntakeField> out;
  bool french = false;
  for (const auto& heading : headings) french = french || search::fold(heading).find("prenom") != std::string::npos;
  for (const auto& heading : headings) {
    auto field = field_named(csv::meaning_of(heading));
    if (french && search::fold(trimmed(heading)) == "nom") field = IntakeField::family_name;
    if (std::find(out.begin(), out.end(), field) != out.end()) field = IntakeField::none;
    out.push_back(field);
  }
  const auto there = [&](IntakeField field) { return std::find(out.begin(), out.end(), field) != out.end(); };
  for (auto& field : out)  // a name column beside a given name is the family name
    if (field == IntakeField::full_name && there(IntakeField::given_name))
      field = there(IntakeField::family_name) ? IntakeField::none : IntakeField::family_name;
    else if (field == IntakeField::given_name && !there(IntakeField::family_name) &&
             !there(IntakeField::second_family_name) && !french)
      field = IntakeField::full_name;
  return out;
}

Sex sex_of(std::string_view text, bool m_is_female) {
  const auto word = search::fold(trimmed(text));
  if (word.empty()) return Sex::unknown;
  for (const auto* female :
       {"f", "w", "d", "female", "mujer", "femenino", "femme", "feminin", "dona", "femeni", "woman"})
    if (word == female) return Sex::female;
  if (word == "m") return m_is_female ? Sex::female : Sex::male;
  for (const auto* male :
       {"h", "v", "male", "man", "hombre", "varon", "masculino", "homme", "masculin", "home", "masculi"})
    if (word == male) return Sex::male;
  for (const auto* other : {"x", "o", "other", "otro", "autre", "altre", "diverse"})
    if (word == other) return Sex::other;
  return Sex::unknown;
}

std::string language_of(std::string_view text) {
  const auto word = search::fold(trimmed(text));
  const std::pair<const char*, const char*> known[] = {
      {"spanish", "es"}, {"espanol", "es"},  {"castellano", "es"}, {"castella", "es"}, {"espagnol", "es"},
      {"english", "en"}, {"ingles", "en"},   {"anglais", "en"},    {"angles", "en"},   {"french", "fr"},
      {"frances", "fr"}, {"francais", "fr"}, {"catalan", "ca"},    {"catala", "ca"}};
  for (const auto& [name, tag] : known)
    if (word == name) return tag;
  return valid_language(word) && word.size() <= 3 ? word : "";
}

void add_name(NewPatient& out, std::string& family, const std::string& more) {
  if (more.empty()) return;
  family += (family.empty() ? "" : " ") + more;
  out.family_name = family;
}

}  // namespace

Result<IntakeDetail> looked_at(std::string_view name, std::string_view bytes) {
  constexpr std::size_t kSample = 5, kColumns = 100;
  const auto text = csv::decode(bytes);
  const char delimiter = csv::find_delimiter(text.utf8);
  IntakeDetail out;
  out.name = name, out.encoding = text.encoding, out.delimiter = std::string(1, delimiter);
  csv::each_row(text.utf8, delimiter, [&](int, const csv::Row& row) {
    if (out.headings.empty()) {
      for (const auto& cell : row) out.headings.emplace_back(cut_utf8(trimmed(cell), 100));
      return true;
    }
    if (out.sample.size() < kSample) out.sample.push_back(row);
    ++out.total;
    return true;
  });
  if (out.total == 0 || out.headings.size() > kColumns) return fail_field("file", "error.patients.no_rows");
  for (auto& row : out.sample) row.resize(out.headings.size());
  out.mapping = guessed(out.headings);
  return out;
}

Result<NewPatient> person_of(const std::vector<std::string>& row, const std::vector<IntakeField>& mapping,
                             bool m_is_female, std::string_view region) {
  NewPatient out;
  out.confirmed = true;
  std::string family, second;
  for (std::size_t i = 0; i < mapping.size() && i < row.size(); ++i) {
    const auto cell = trimmed(row[i]);
    if (cell.empty()) continue;
    if (cell.size() > 500) return fail_field("file", "error.patients.cell_long");
    const auto cut = [&](std::size_t most) { return std::string(cut_utf8(cell, most)); };
    const auto number = [&](const char* system) { out.identifiers.push_back({system, cut(100)}); };
    const auto point = [&](ContactSystem system) -> bool {
      const auto normal = normal_point(system, cell, region);
      if (normal) out.contact_points.push_back({system, normal->value, {}, false});
      return normal.has_value();
    };
    switch (mapping[i]) {
      case IntakeField::none:
        break;
      case IntakeField::full_name: {
        const auto split = split_name(cell);
        out.given_name = split.given, family = split.family, out.family_name = family;
        break;
      }
      case IntakeField::given_name:
        out.given_name = cell;
        break;
      case IntakeField::family_name:
        add_name(out, family, cell);
        break;
      case IntakeField::second_family_name:
        second = cell;
        break;
      case IntakeField::birth_date:
        out.birth_date = typed_date(cell.substr(0, cell.find_first_of("T")).substr(0, 10));
        if (!out.birth_date) return fail_field("birth_date", "error.patients.date_not_valid");
        break;
      case IntakeField::sex:
        out.sex = sex_of(cell, m_is_female);
        break;
      case IntakeField::phone:
      case IntakeField::mobile:
        if (!point(ContactSystem::phone)) return fail_field("phone", "error.patients.phone_not_valid");
        break;
      case IntakeField::email:
        if (!point(ContactSystem::email)) return fail_field("email", "error.patients.email_not_valid");
        break;
      case IntakeField::language:
        out.language = language_of(cell);
        break;
      case IntakeField::record:
        number("record");
        break;
      case IntakeField::national_id:
        number("national_id");
        break;
      case IntakeField::insurance:
        number("insurance");
        break;
      case IntakeField::address:
        out.address = cut(300);
        break;
      case IntakeField::postal_code:
        out.postal_code = cut(20);
        break;
      case IntakeField::city:
        out.city = cut(100);
        break;
    }
  }
  add_name(out, family, second);
  if (auto good = check(out); !good) return fail(good.error());
  return out;
}

}  // namespace auricle::patients
