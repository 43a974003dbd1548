#include "patients/csv.h"

#include <gtest/gtest.h>

namespace auricle::patients::csv {
namespace {

std::vector<Row> rows(std::string_view text, char delimiter = ',') {
  std::vector<Row> out;
  each_row(text, delimiter, [&](int, const Row& row) {
    out.push_back(row);
    return true;
  });
  return out;
}

TEST(Csv, QuotesLineEndsAndEmptyLines) {
  EXPECT_EQ(rows("a,b\r\n\r\n\"x, \"\"y\"\"\nz\",2\rlast"),
            (std::vector<Row>{{"a", "b"}, {"x, \"y\"\nz", "2"}, {"last"}}));
  std::vector<int> lines;
  each_row("a\n\"1\n2\"\n\nb", ',', [&](int line, const Row&) {
    lines.push_back(line);
    return true;
  });
  EXPECT_EQ(lines, (std::vector<int>{1, 2, 5}));
  EXPECT_EQ(written({"a;b", "=1+1()", "+34 612", "x\"y"}, ';'), "\"a;b\";'=1+1();+34 612;\"x\"\"y\"\r\n");
  EXPECT_EQ(written({"=cmd|x"}, ','), "'=cmd|x\r\n");
}

TEST(Csv, FindsDelimiterAndEncoding) {
  EXPECT_EQ(find_delimiter("Nombre;Apellidos;Tel\nAna;\"Ruiz, de\";1,2,3,4\n"), ';');
  EXPECT_EQ(find_delimiter("a\tb\n1\t2"), '\t');
  EXPECT_EQ(find_delimiter("one column\n"), ',');
  EXPECT_EQ(decode("\xEF\xBB\xBFN\xC3\xBAria").utf8, "Núria");
  EXPECT_EQ(decode("N\xFAria \x80").utf8, "Núria €");
  EXPECT_EQ(decode("N\xFAria").encoding, "windows-1252");
  EXPECT_EQ(decode(std::string_view("\xFF\xFEN\0\xFA\0", 6)).utf8, "Nú");
}

TEST(Csv, KnowsHeadingsInFourLanguages) {
  const std::pair<const char*, const char*> cases[] = {{"First name", "given_name"},
                                                       {"Fecha de nacimiento", "birth_date"},
                                                       {"Cognoms", "family_name"},
                                                       {"Prénom", "given_name"},
                                                       {"Téléphone portable", "mobile"},
                                                       {"Nº historia", ""},
                                                       {"E-mail", "email"},
                                                       {"Código postal", "postal_code"},
                                                       {"2º apellido", ""},
                                                       {"Segundo apellido", "second_family_name"},
                                                       {"NHC", "record"},
                                                       {"colour", ""}};
  for (const auto& [heading, field] : cases) EXPECT_EQ(meaning_of(heading), field) << heading;
}

}  // namespace
}  // namespace auricle::patients::csv
