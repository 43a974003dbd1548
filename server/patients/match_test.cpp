#include "patients/match.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "patients/names.h"

namespace auricle::patients {
namespace {

MatchInput person(std::string given, std::string family, std::optional<std::string> born = {}) {
  MatchInput input;
  input.given_name = std::move(given), input.family_name = std::move(family), input.birth_date = std::move(born);
  return input;
}
Match match(const MatchInput& a, const MatchInput& b) { return compare(prepare(a), prepare(b)); }
Agreement of(const Match& match, MatchField field) {
  for (const auto& one : match.evidence)
    if (one.field == field) return one.agreement;
  return Agreement::missing;
}

TEST(Names, SoundTheSame) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{{"jimenez", "gimenez"},
                                                                             {"vidal", "bidal"},
                                                                             {"garcia", "garzia"},
                                                                             {"hernandez", "ernandes"},
                                                                             {"quintana", "kintana"},
                                                                             {"philippe", "filipe"},
                                                                             {"xavier", "javier"},
                                                                             {"munoz", "mugnoz"},
                                                                             {"schmitt", "schmit"}})
    EXPECT_EQ(sound_of(a), sound_of(b)) << a;
  EXPECT_NE(sound_of("garcia"), sound_of("marti"));
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 1e-4);  // Winkler's own examples
  EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 1e-4);
  EXPECT_EQ(jaro_winkler("a", ""), 0);
}

TEST(Names, PetFormsAndOtherLanguages) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"paco", "francisco"}, {"pepe", "josep"}, {"quim", "joaquin"}, {"bill", "guillem"}, {"lola", "dolores"}})
    EXPECT_EQ(compare_names({a}, {b}), NameLikeness::variant) << a;
  EXPECT_EQ(compare_names({"maria"}, {"maria", "carmen"}), NameLikeness::part);
  EXPECT_EQ(compare_names({"m"}, {"maria"}), NameLikeness::part);
  EXPECT_EQ(compare_names({"anna", "maria"}, {"annamaria"}), NameLikeness::same);
  EXPECT_EQ(compare_names({"marc"}, {"julia"}), NameLikeness::different);
}

TEST(Match, SaysWhy) {
  const auto nuria = person("Núria", "Casals i Güell", "1987-02-01");
  const auto swapped = match(nuria, person("Casals Güell", "Nuria", "1987-01-02"));
  EXPECT_EQ(swapped.verdict, MatchVerdict::same);
  EXPECT_EQ(of(swapped, MatchField::name), Agreement::swapped);
  EXPECT_EQ(of(swapped, MatchField::birth_date), Agreement::swapped);
  auto by_phone = person("Nuri", "Casals"), known = nuria;
  by_phone.phones = known.phones = {"+34612345678"};
  const auto called = match(by_phone, known);
  EXPECT_EQ(of(called, MatchField::phone), Agreement::same);
  EXPECT_EQ(of(called, MatchField::given_name), Agreement::variant);
  EXPECT_EQ(of(called, MatchField::family_name), Agreement::part);
  EXPECT_NE(called.verdict, MatchVerdict::different);
  EXPECT_EQ(of(match(nuria, person("Nuria", "Casals", "1987-02-07")), MatchField::birth_date), Agreement::one_digit);
  EXPECT_EQ(match(nuria, person("Núria", "Ferrer Puig", "1991-08-12")).verdict, MatchVerdict::different);
  EXPECT_EQ(match(nuria, person("Núria", "Casals Güell", "1961-11-29")).verdict, MatchVerdict::possible);
}

TEST(Match, TwinsAndNamesakesAreNotOne) {
  auto pol = person("Pol", "Ferrer Puig", "2019-05-05"), nil = person("Nil", "Ferrer Puig", "2019-05-05");
  for (auto* one : {&pol, &nil}) {
    one->phones = {"+34612345678"}, one->emails = {"casa@example.org"};
    one->address = "Carrer Major 12, 2n 1a", one->postal_code = "08001", one->city = "Barcelona";
  }
  EXPECT_EQ(match(pol, nil).verdict, MatchVerdict::possible);
  auto father = person("Joan", "Ferrer Puig", "1960-01-01"), son = person("Joan", "Ferrer Soler", "1990-06-20");
  father.phones = son.phones = {"+34934444444"};
  EXPECT_NE(match(father, son).verdict, MatchVerdict::same);
  auto first = person("Marta", "Vila", "1990-01-01"), next = person("Jordi", "Roca", "1971-07-12");
  first.identifiers = {{"record", "HC-00123"}}, next.identifiers = {{"record", "HC-00124"}};
  EXPECT_EQ(match(first, next).verdict, MatchVerdict::different);
}

// --- Records with known duplicates (AURICLE_TEST_DATA/patient_matching) ----------------------------------------------

std::vector<std::string> lines_of(const std::string& file) {
  std::vector<std::string> lines(1);
  gzFile in = gzopen(file.c_str(), "rb");
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(in, buffer, sizeof buffer)) > 0;)
    for (int i = 0; i < n; ++i) {
      if (buffer[i] == '\n')
        lines.emplace_back();
      else if (buffer[i] != '\r')
        lines.back() += buffer[i];
    }
  gzclose(in);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',')
      cells.emplace_back();
    else if (c != ' ' || !cells.back().empty())
      cells.back() += c;
  }
  return cells;
}

struct Known {
  std::string person;
  MatchRecord record;
};

std::vector<Known> read(const std::string& file) {
  std::vector<Known> out;
  std::map<std::string, std::size_t> at;
  for (const auto& line : lines_of(file)) {
    const auto cells = cells_of(line);
    if (at.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) at[cells[i]] = i;
      continue;
    }
    if (cells.size() < at.size()) continue;
    const auto cell = [&](const char* name) { return cells[at.at(name)]; };
    MatchInput input = person(cell("given_name"), cell("surname"));
    if (!cell("date_of_birth").empty()) input.birth_date = cell("date_of_birth");
    if (!cell("soc_sec_id").empty()) input.identifiers = {{"national_id", cell("soc_sec_id")}};
    input.address = cell("street_number") + " " + cell("address_1") + " " + cell("address_2");
    input.postal_code = cell("postcode"), input.city = cell("suburb");
    const auto id = cell("rec_id");
    out.push_back({id.substr(0, id.find('-', 4)), prepare(input)});
  }
  return out;
}

struct Quality {
  double found = 0, wrong = 0, missed = 0, compared = 0;
  double f1() const { return 2 * found / (2 * found + wrong + missed); }
};

// Every pair that shares a key, a phone or a number, as the database would find it.
Quality judge(const std::vector<Known>& all) {
  std::map<std::string, std::vector<std::size_t>> blocks;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto key : match_keys(all[i].record)) blocks[std::to_string(key)].push_back(i);
    for (const auto& number : all[i].record.identifiers) blocks["i" + number.value].push_back(i);
  }
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [key, members] : blocks)
    for (std::size_t i = 0; i < members.size(); ++i)
      for (std::size_t j = i + 1; j < members.size(); ++j) pairs.insert({members[i], members[j]});
  std::map<std::string, double> persons;
  for (const auto& one : all) ++persons[one.person];
  Quality out;
  for (const auto& [person, n] : persons) out.missed += n * (n - 1) / 2;
  out.compared = static_cast<double>(pairs.size());
  for (const auto& [i, j] : pairs) {
    const bool said = compare(all[i].record, all[j].record).verdict != MatchVerdict::different;
    const bool is = all[i].person == all[j].person;
    if (said && is) ++out.found, --out.missed;
    if (said && !is) ++out.wrong;
  }
  return out;
}

TEST(Match, FindsKnownDuplicatesAtTheOneThreshold) {
  const char* data = std::getenv("AURICLE_TEST_DATA");
  if (!data || !std::filesystem::exists(std::string(data) + "/patient_matching"))
    GTEST_SKIP() << "AURICLE_TEST_DATA is not set: known duplicates not read";
  for (const auto& entry : std::filesystem::directory_iterator(std::string(data) + "/patient_matching")) {
    if (entry.path().string().find(".csv") == std::string::npos) continue;
    const auto quality = judge(read(entry.path()));
    std::printf("%s: F1 %.4f, wrong %.0f, missed %.0f, compared %.0f\n", entry.path().filename().c_str(), quality.f1(),
                quality.wrong, quality.missed, quality.compared);
    EXPECT_GE(quality.f1(), 0.995) << entry.path();
  }
}

}  // namespace
}  // namespace auricle::patients
