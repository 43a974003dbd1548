#include <gtest/gtest.h>

#include "platform/base/json_read.h"

namespace auricle::json {
namespace {

enum class Colour { red, default_ };
BOOST_DESCRIBE_ENUM(Colour, red, default_)

struct Inner {
  std::string name;
  std::optional<int> count;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, count))

struct Outer {
  PersonId id;
  Instant created_at;
  Colour colour = Colour::red;
  bool open = false;
  double ratio = 0;
  std::vector<Inner> items;
  std::map<std::string, int> counts;
  Raw extra;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (id, created_at, colour, open, ratio, items, counts, extra))

struct Change {
  Patch<std::string> note;
  std::optional<std::int64_t> size;
};
BOOST_DESCRIBE_STRUCT(Change, (), (note, size))

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

TEST(Json, WritesEveryKind) {
  Outer outer{{7}, {0}, Colour::default_, true, 0.25, {{"a\"\n\x01", 3}, {"ñ", std::nullopt}}, {{"x", 1}}, {"[1]"}};
  EXPECT_EQ(to_json(outer),
            R"({"id":7,"created_at":"1970-01-01T00:00:00Z","colour":"default","open":true,"ratio":0.25,)"
            R"("items":[{"name":"a\"\n\u0001","count":3},{"name":"ñ","count":null}],"counts":{"x":1},"extra":[1]})");
  EXPECT_EQ(to_json(PersonId{}), "null");
  EXPECT_EQ(to_json(Empty{}), "{}");
  EXPECT_EQ(to_json(std::nan("")), "null");
  EXPECT_EQ(to_json(std::vector<bool>{true, false}), "[true,false]");
}

TEST(Json, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(to_json(std::string("a\xC3")), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(to_json(std::string("\xED\xA0\x80")), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a lone surrogate
  EXPECT_EQ(to_json(std::string("\xF0\x9F\x98\x80")), "\"\xF0\x9F\x98\x80\"");
}

TEST(Json, ReadsWhatItWrites) {
  Outer outer{{7}, {1500}, Colour::default_, true, 0.25, {{"a\"\n\x01", 3}}, {{"x", 1}}, {"[1]"}};
  const auto back = read<Outer>(to_json(outer));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(outer));
}

TEST(Json, SaysPerFieldWhatIsWrong) {
  const auto result = read<Outer>(std::string_view(
      R"({"id":"7","created_at":"yesterday","colour":"blue","open":1,"ratio":1,"items":[{"name":1}],"extra":null,"more":1})"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  std::map<std::string, std::string> found;
  for (const auto& error : result.error().fields) found[error.field] = error.key;
  const std::map<std::string, std::string> expected = {
      {"id", "error.wrong_type"},     {"created_at", "error.not_an_instant"}, {"colour", "error.unknown_value"},
      {"open", "error.wrong_type"},   {"items.0.name", "error.wrong_type"},   {"counts", "error.missing"},
      {"more", "error.unknown_field"}};
  EXPECT_EQ(found, expected);
}

TEST(Json, RefusesMalformedTextAndNumbersOutOfRange) {
  EXPECT_EQ(read<Inner>(std::string_view("{\"name\":")).error().key, "error.malformed_json");
  EXPECT_FALSE(read<Inner>(std::string_view(R"({"name":"a","count":3000000000})")));
  EXPECT_FALSE(read<Inner>(std::string_view(R"({"name":"a","count":1.5})")));
}

TEST(Json, AnIdMayBeNullAndIsThenNone) {
  EXPECT_EQ(read<PersonId>(std::string_view("null"))->value, 0);
  EXPECT_EQ(read<PersonId>(std::string_view("7"))->value, 7);
  EXPECT_FALSE(read<PersonId>(std::string_view("\"7\"")));
}

TEST(Json, PatchTellsAbsentFromNull) {
  const auto absent = read<Change>(std::string_view("{}"));
  ASSERT_TRUE(absent);
  EXPECT_FALSE(absent->note.present);
  const auto cleared = read<Change>(std::string_view(R"({"note":null})"));
  EXPECT_TRUE(cleared->note.present && !cleared->note.value);
  const auto set = read<Change>(std::string_view(R"({"note":"x"})"));
  EXPECT_EQ(set->note.value, "x");
}

}  // namespace
}  // namespace auricle::json
