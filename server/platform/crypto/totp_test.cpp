#include "platform/crypto/totp.h"

#include <gtest/gtest.h>

namespace auricle::crypto {
namespace {
constexpr std::string_view kSecret = "12345678901234567890";  // RFC 6238, appendix B

TEST(Totp, TheVectorsOfTheRfc) {  // the last six of its eight digits
  const auto code = [](std::int64_t seconds) { return totp_code(kSecret, totp_step({seconds * 1000})); };
  EXPECT_EQ(code(59), "287082");
  EXPECT_EQ(code(1111111109), "081804");
  EXPECT_EQ(code(1111111111), "050471");
  EXPECT_EQ(code(1234567890), "005924");
  EXPECT_EQ(code(2000000000), "279037");
  EXPECT_EQ(code(20000000000), "353130");
}

TEST(Totp, OneStepToEachSideAndEachCodeOnce) {
  const Instant now{1111111111000};
  const auto step = totp_step(now);
  EXPECT_EQ(totp_match(kSecret, "050 471", now, 0), step);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step - 1), now, 0), step - 1);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step + 1), now, 0), step + 1);
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, step + 2), now, 0));
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, step - 2), now, 0));
  EXPECT_FALSE(totp_match(kSecret, "050471", now, step));  // replayed
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, step - 1), now, step));
  EXPECT_FALSE(totp_match(kSecret, "", now, 0));
}

TEST(Totp, Base32OfTheRfc) {  // RFC 4648, 10
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(base32(totp_secret()).size(), 32u);
  EXPECT_NE(totp_secret(), totp_secret());
}

TEST(Totp, TheUrlIsForAuthenticatorApps) {
  EXPECT_EQ(otpauth_url("foobar", "Clínica X", "a@b.example"),
            "otpauth://totp/Cl%C3%ADnica%20X:a@b.example?secret=MZXW6YTBOI&issuer=Cl%C3%ADnica%20X");
}
}  // namespace
}  // namespace auricle::crypto
