#include "conversations/file_type.h"

#include <gtest/gtest.h>

namespace auricle::conversations {
namespace {

TEST(FileType, ByContent) {
  EXPECT_EQ(file_type("%PDF-1.7 …"), "application/pdf");
  EXPECT_EQ(file_type(std::string("\x89PNG\r\n\x1a\n", 8) + "x"), "image/png");
  EXPECT_EQ(file_type("<html><script>alert(1)</script>"), "text/plain");  // never as HTML
  EXPECT_EQ(file_type(std::string("a\0b", 3)), "application/octet-stream");
  EXPECT_EQ(file_type(std::string("PK\x03\x04....word/document.xml")),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

TEST(SafeName, NoPathNoControl) {
  EXPECT_EQ(safe_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_name("C:\\temp\\Informe: 1.pdf"), "Informe 1.pdf");
  EXPECT_EQ(safe_name("..."), "file");
  EXPECT_EQ(safe_name("a\r\nb.txt"), "ab.txt");
  const auto cut = safe_name(std::string(300, 'x') + ".pdf");
  EXPECT_EQ(cut.size(), 200u);
  EXPECT_TRUE(cut.ends_with(".pdf"));
}

TEST(Disposition, EncodesTheName) {
  EXPECT_EQ(content_disposition("Informe núm. 1.pdf"), "attachment; filename*=UTF-8''Informe%20n%C3%BAm.%201.pdf");
  EXPECT_EQ(percent_decoded("Informe%20n%C3%BAm.%201.pdf"), "Informe núm. 1.pdf");
  EXPECT_EQ(percent_decoded("100%"), "100%");
}

}  // namespace
}  // namespace auricle::conversations
