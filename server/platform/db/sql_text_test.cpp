#include "platform/db/sql_text.h"

#include <gtest/gtest.h>

namespace auricle::db {
namespace {

TEST(SqlTextTest, numbers_parameters_outside_quotes_and_comments) {
  EXPECT_EQ(number_parameters_for_sqlite("SELECT $2, '$1', \"a$1\", 'it''s $1', $1 -- $3\n, $10"),
            "SELECT ?2, '$1', \"a$1\", 'it''s $1', ?1 -- $3\n, ?10");
}

TEST(SqlTextTest, splits_at_semicolons_outside_quotes_and_drops_comments) {
  EXPECT_EQ(split_statements("A ';' ; -- no; more\nB;\n;"), (std::vector<std::string>{"A ';'", "B"}));
}

TEST(SqlTextTest, translates_types_and_makes_tables_strict) {
  EXPECT_EQ(ddl_for_sqlite(
                "CREATE TABLE t(id BIGINT PRIMARY KEY, raw BYTEA, share DOUBLE PRECISION, note TEXT DEFAULT 'BIGINT')"),
            "CREATE TABLE t(id INTEGER PRIMARY KEY, raw BLOB, share REAL , note TEXT DEFAULT 'BIGINT') STRICT");
  EXPECT_EQ(ddl_for_sqlite("CREATE INDEX i ON t(id)"), "CREATE INDEX i ON t(id)");
}

TEST(SqlTextTest, text_columns_compare_byte_by_byte_on_postgres) {
  EXPECT_EQ(ddl_for_postgres("CREATE TABLE t(text TEXT NOT NULL, n BIGINT CHECK(CAST(n AS TEXT) <> 'TEXT'))"),
            "CREATE TABLE t(text TEXT COLLATE \"C\" NOT NULL, n BIGINT CHECK(CAST(n AS TEXT) <> 'TEXT'))");
}

}  // namespace
}  // namespace auricle::db
