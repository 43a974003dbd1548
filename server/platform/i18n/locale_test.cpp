#include "platform/i18n/locale.h"

#include <gtest/gtest.h>

namespace auricle::i18n {
namespace {

TEST(Locale, PicksByQualityAndFallsBackToEnglish) {
  EXPECT_EQ(pick_language("ca, es;q=0.8"), Language::ca);
  EXPECT_EQ(pick_language("de-DE, fr-CH;q=0.5, es;q=0.7"), Language::es);
  EXPECT_EQ(pick_language("de"), Language::en);
  EXPECT_EQ(pick_language(""), Language::en);
  EXPECT_EQ(pick_language("est, fr;q=0.1"), Language::fr);  // Estonian is not Spanish
}

TEST(Locale, FillsPlaceholdersAndNamesUnknownKeys) {
  EXPECT_EQ(text(Language::es, "error.unauthenticated"), "Inicie sesión, por favor.");
  EXPECT_EQ(text(Language::fr, "error.no_such_key"), "error.no_such_key");
}

TEST(Locale, EveryServerErrorIsInEveryLanguage) {
  for (const auto& key : keys(Language::en)) {
    if (key.rfind("error.", 0) != 0) continue;
    for (const auto language : {Language::es, Language::fr, Language::ca})
      EXPECT_TRUE(has(language, key)) << key << " is missing in " << code(language);
  }
}

}  // namespace
}  // namespace auricle::i18n
