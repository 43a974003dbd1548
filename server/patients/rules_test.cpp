#include "patients/rules.h"

#include <gtest/gtest.h>

namespace auricle::patients {
namespace {

TEST(Name, OneNameIsEnough) {
  EXPECT_EQ(display_name("Suharto", ""), "Suharto");
  EXPECT_EQ(display_name("", "Ferrer"), "Ferrer");
  EXPECT_EQ(display_name("Núria", "Casals"), "Núria Casals");
}

TEST(Name, SplitsWhatASenderCallsThemselves) {
  EXPECT_EQ(split_name("Joan Ferrer Puig").family, "Ferrer Puig");
  EXPECT_EQ(split_name("Ferrer Puig, Joan").given, "Joan");
  EXPECT_EQ(split_name("\"Joan\"").given, "Joan");
  EXPECT_EQ(split_name("王小明").given, "王小明");
}

TEST(NameWords, PartsAndTheWhole) {
  EXPECT_EQ(name_words("Seán", "O'Brien"), (std::vector<std::string>{"brien", "o", "obrien", "sean"}));
  EXPECT_EQ(name_words("María del Carmen", "Ortiz"), (std::vector<std::string>{"carmen", "del", "maria", "ortiz"}));
}

TEST(NameScore, EveryWordMustBeginOne) {
  EXPECT_GT(name_score({"nur"}, "Núria", "Casals"), 0.5);
  EXPECT_EQ(name_score({"nur", "x"}, "Núria", "Casals"), 0);
  EXPECT_GT(name_score({"nuria", "casals"}, "Núria", "Casals"), name_score({"nuria", "cas"}, "Núria", "Casals"));
  EXPECT_DOUBLE_EQ(name_score({"nuria", "casals"}, "Núria", "Casals"), 1);
}

TEST(TypedDate, AsPeopleTypeIt) {
  for (const auto* text : {"1987-02-01", "01/02/1987", "1.2.87", "01021987", "1 2 1987"})
    EXPECT_EQ(typed_date(text), "1987-02-01") << text;
  EXPECT_EQ(typed_date("19870201"), "1987-02-01");
  for (const auto* text : {"", "1987", "31/02/1987", "12/1987", "612 345 678", "abc"})
    EXPECT_FALSE(typed_date(text)) << text;
}

TEST(Date, Checks) {
  EXPECT_TRUE(is_date("2024-02-29"));
  EXPECT_FALSE(is_date("2023-02-29"));
  EXPECT_FALSE(is_date("2023-2-9"));
  EXPECT_EQ(age_on("1987-11-23", "2026-11-22"), 38);
  EXPECT_EQ(age_on("1987-11-22", "2026-11-22"), 39);
}

TEST(Point, AddressAndNumber) {
  EXPECT_EQ(normal_point(ContactSystem::email, " Ana@Example.ORG ", "ES")->value, "ana@example.org");
  EXPECT_EQ(normal_point(ContactSystem::phone, "612 34 56 78", "ES")->value, "+34612345678");
  EXPECT_EQ(normal_point(ContactSystem::phone, "612 34 56 78", "ES")->backwards, "87654321643");
  for (const auto* text : {"ana", "@x.org", "ana@", "a b@x.org", "ana@x..org", "ana@.org"})
    EXPECT_FALSE(normal_point(ContactSystem::email, text, "ES")) << text;
  EXPECT_FALSE(normal_point(ContactSystem::whatsapp, "12", "ES"));
}

TEST(Validity, BothEndsIncluded) {
  EXPECT_TRUE(active_on("2026-01-01", "2026-12-31", "2026-12-31"));
  EXPECT_FALSE(active_on("2026-01-01", "2026-12-31", "2027-01-01"));
  EXPECT_FALSE(active_on("2026-01-02", {}, "2026-01-01"));
  EXPECT_TRUE(active_on({}, {}, "2026-01-01"));
}

}  // namespace
}  // namespace auricle::patients
