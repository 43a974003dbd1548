#include "platform/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace auricle {
namespace {

TEST(Utf8, KnowsWhatBothDatabasesKeep) {
  for (const char* good : {"", "Núria", "l·l", "€", "\xED\x9F\xBF", "😀", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good));
  for (const char* bad : {"\xFF", "N\xFA", "\xC0\x80", "\xE2\x82", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_FALSE(is_utf8(std::string(1, '\0')));
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(cut_utf8("Núria", 10), "Núria");
  EXPECT_EQ(cut_utf8("Núria", 3), "Nú");
  EXPECT_EQ(cut_utf8("Núria", 2), "N");
  EXPECT_EQ(cut_utf8("€", 2), "");
}

}  // namespace
}  // namespace auricle
