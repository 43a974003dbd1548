#include "platform/registry/registry.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "platform/db/test_database.h"

namespace auricle::registry {
namespace {

class RegistryTest : public db::DatabaseTest {};
ON_BOTH_DATABASES(RegistryTest);

TEST_P(RegistryTest, every_column_is_declared_and_nothing_else) {
  const auto found = database().read_now([](db::Session& s) { return compare(s, declared()); });
  EXPECT_THAT(found.undeclared, testing::IsEmpty()) << "declare them in the module's server/migrations/*.registry.tsv";
  EXPECT_THAT(found.missing, testing::IsEmpty()) << "declared, but not in the schema";
}

TEST_P(RegistryTest, a_new_column_is_noticed) {
  database().write_now([](db::Tx& tx) { tx.exec("ALTER TABLE platform_mark ADD COLUMN novelty TEXT"); });
  const auto found = database().read_now([](db::Session& s) { return compare(s, declared()); });
  EXPECT_THAT(found.undeclared, testing::Contains("platform_mark.novelty"));
}

TEST(RegistryFilesTest, a_line_that_cannot_be_read_is_named) {
  const std::vector<embedded::File> files{
      {"0001_x.registry.tsv", "table\tcolumn\tpersonal\tretention\texport\terase\nx\ty\tmaybe\ta\tb\tc\n"}};
  try {
    declared(files);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("0001_x.registry.tsv:2"));
  }
}

TEST(RegistryFilesTest, nothing_is_declared_twice) {
  auto columns = declared();
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.table + "." + column.column);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(RegistryFilesTest, the_documentation_is_up_to_date) {
  std::ifstream file(std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/')) +
                     "/../../../docs/data-registry.md");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_TRUE(text == markdown(declared())) << "run: auricle docs data > docs/data-registry.md";
}

}  // namespace
}  // namespace auricle::registry
