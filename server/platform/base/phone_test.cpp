#include "platform/base/phone.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>

namespace auricle {
namespace {

TEST(Phone, ReadsAnySpelling) {
  for (const auto* text :
       {"612 34 56 78", "+34 612 345 678", "0034612345678", "(+34) 612-34-56-78", "tel:+34612345678"}) {
    const auto number = parse_phone(text, "ES");
    ASSERT_TRUE(number) << text;
    EXPECT_EQ(number->e164, "+34612345678") << text;
    EXPECT_EQ(number->international, "+34 612 34 56 78");
    EXPECT_TRUE(number->valid);
    EXPECT_EQ(number->region, "ES");
  }
}

TEST(Phone, RefusesWhatIsNoNumber) {
  for (const auto* text : {"", "abc", "12", "+", "612345678901234567890"})
    EXPECT_FALSE(parse_phone(text, "ES")) << text;
  EXPECT_FALSE(parse_phone("612345678", ""));
}

TEST(Phone, LooksLikePhone) {
  EXPECT_TRUE(looks_like_phone("612 34"));
  EXPECT_TRUE(looks_like_phone("+34-612"));
  EXPECT_FALSE(looks_like_phone("612"));
  EXPECT_FALSE(looks_like_phone("Ana 6123"));
}

TEST(Phone, AgreesWithThePublishedVectors) {
  const char* folder = std::getenv("AURICLE_TEST_DATA");
  std::ifstream file(std::string(folder ? folder : "") + "/phone/phone_vectors.jsonl");
  if (!folder || !file) GTEST_SKIP() << "AURICLE_TEST_DATA is not set";
  int read = 0;
  for (std::string line; std::getline(file, line);) {
    const auto vector = boost::json::parse(line).as_object();
    const auto* possible = vector.if_contains("possible");
    if (!possible || !possible->as_bool()) continue;
    const auto& region = vector.at("default_region");
    const auto number =
        parse_phone(vector.at("input").as_string(), region.is_null() ? "" : std::string_view(region.as_string()));
    ASSERT_TRUE(number) << line;
    EXPECT_EQ(number->e164, std::string_view(vector.at("e164").as_string())) << line;
    EXPECT_EQ(number->valid, vector.at("valid").as_bool()) << line;
    ++read;
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace auricle
