#include "channels/email/compose.h"

#include <gtest/gtest.h>

namespace auricle::email {
namespace {

OutgoingMail reply() {
  OutgoingMail mail;
  mail.message_id = "auricle-42@clinic.example";
  mail.from = {"Clínica del Mar", "citas@clinic.example"};
  mail.to = {"María \"Mari\" López", "maria@example.com"};
  mail.subject = "Re: Su cita del día 20, con una línea de asunto bastante larga para que haya que doblarla en varias";
  mail.text = "Buenos días, María:\n\nVenga el lunes a las 10.\n.\nFrom here on.\n" + std::string(2000, 'x') + "\n";
  mail.in_reply_to = "q2@example.com";
  mail.references = {"q1@example.com", "q2@example.com"};
  mail.date = {1795337400000};
  mail.language = "es";
  return mail;
}

TEST(Compose, what_is_written_is_read_back) {
  auto mail = reply();
  mail.files.push_back({"volante médico.pdf", "application/pdf", "", false, std::string("%PDF-1.4\0\r\n\xff", 13)});
  const auto raw = compose_mail(mail);
  const auto back = read_mail(raw);
  EXPECT_EQ(back.message_id, mail.message_id);
  EXPECT_EQ(back.from, std::vector{mail.from});
  EXPECT_EQ(back.to, std::vector{mail.to});
  EXPECT_EQ(back.subject, mail.subject);
  EXPECT_EQ(back.text + "\n", mail.text);
  EXPECT_EQ(back.in_reply_to, std::vector{mail.in_reply_to});
  EXPECT_EQ(back.references, mail.references);
  EXPECT_EQ(back.date, mail.date);
  EXPECT_EQ(back.header("Content-Language"), "es");
  EXPECT_EQ(back.header("Auto-Submitted"), "");
  ASSERT_EQ(back.attachments.size(), 1u);
  EXPECT_EQ(back.attachments[0].file_name, "volante médico.pdf");
  EXPECT_EQ(back.attachments[0].bytes, mail.files[0].bytes);
}

TEST(Compose, what_a_machine_writes_says_so) {
  auto mail = reply();
  mail.automatic = true;
  const auto back = read_mail(compose_mail(mail));
  EXPECT_EQ(back.header("Auto-Submitted"), "auto-generated");
  EXPECT_EQ(back.header("X-Auto-Response-Suppress"), "All");
}

TEST(Compose, lines_keep_within_limits_and_end_in_crlf) {
  const auto raw = compose_mail(reply());
  std::size_t from = 0;
  for (auto end = raw.find("\r\n"); end != raw.npos; from = end + 2, end = raw.find("\r\n", from))
    EXPECT_LE(end - from, 998u);
  for (auto at = raw.find('\n'); at != raw.npos; at = raw.find('\n', at + 1)) ASSERT_EQ(raw[at - 1], '\r');
  for (const char c : raw) EXPECT_GT(static_cast<signed char>(c), 0);
}

TEST(Compose, nobody_writes_headers_through_a_name_or_a_subject) {
  auto mail = reply();
  mail.subject = "Hi\r\nBcc: spy@example.com";
  mail.to.name = "Ana\nBcc: spy@example.com";
  mail.references = {"a@b\r\nBcc: spy@example.com"};
  mail.in_reply_to = "a@b\r\nBcc: spy@example.com";
  EXPECT_EQ(read_mail(compose_mail(mail)).header("Bcc"), "");
}

TEST(Compose, subjects_about_the_same) {
  EXPECT_EQ(base_subject("RE: Re:  AW: Su  Cita"), "su cita");
  EXPECT_EQ(base_subject("Re[3]: Su cita"), "su cita");
  EXPECT_EQ(base_subject("Cita: mañana"), "cita: mañana");
  EXPECT_TRUE(forwarded_subject("WG: Termin"));
  EXPECT_TRUE(forwarded_subject("RV: Cita"));
  EXPECT_FALSE(forwarded_subject("RE: Cita"));
}

}  // namespace
}  // namespace auricle::email
