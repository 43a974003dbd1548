#include "platform/search/fold.h"

#include <gtest/gtest.h>

namespace auricle::search {
namespace {

TEST(Fold, TakesAwayCaseAndAccents) {
  EXPECT_EQ(fold("Núria LEFÈVRE"), "nuria lefevre");
  EXPECT_EQ(fold("Ortiz de Zárate Ñ"), "ortiz de zarate n");
  EXPECT_EQ(fold("Nu\xCC\x81ria"), "nuria");  // decomposed accent
  EXPECT_EQ(fold("Nguyễn"), "nguyen");
}

TEST(Fold, WritesOutLettersWithoutBase) {
  EXPECT_EQ(fold("Straße Œuvre Søren Ðora Þór Łódź Æsir"), "strasse oeuvre soren dora thor lodz aesir");
  EXPECT_EQ(fold("ﬁn"), "fin");
  EXPECT_EQ(fold("İstanbul ısı"), "istanbul isi");
}

TEST(Fold, CatalanEll) {
  EXPECT_EQ(fold("col·legi"), "collegi");
  EXPECT_EQ(fold("COL·LEGI"), "collegi");
  EXPECT_EQ(fold("coŀlegi"), "collegi");
  EXPECT_EQ(folded_words("col·legi a·b"), (std::vector<std::string>{"collegi", "a", "b"}));
}

TEST(Fold, OtherScriptsKeepTheirLetters) {
  EXPECT_EQ(fold("ΓΙΏΡΓΟΣ"), fold("γιώργος"));
  EXPECT_EQ(fold("Фёдор"), "федор");
  EXPECT_EQ(fold("أحمد"), fold("احمد"));
  EXPECT_EQ(fold("ＡＢ１２"), "ab12");
}

TEST(Fold, BytesThatAreNoTextDoNotBreakIt) {
  EXPECT_EQ(folded_words("a\xFF\xC3 b"), (std::vector<std::string>{"a", "b"}));
}

TEST(Words, KnowWhereTheyStand) {
  const std::string text = "¿Qué hora, Íñigo?";
  const auto found = words(text);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(text.substr(found[2].begin, found[2].end - found[2].begin), "Íñigo");
  EXPECT_EQ(found[2].folded, "inigo");
}

TEST(Words, ScriptsWithoutSpaces) { EXPECT_EQ(folded_words("東京 ok"), (std::vector<std::string>{"東", "京", "ok"})); }

TEST(Words, Joined) { EXPECT_EQ(joined_words("  Hola, ¡què  tal!  "), "hola que tal"); }

}  // namespace
}  // namespace auricle::search
