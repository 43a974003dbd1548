// Mails broken at random, from the golden mails and those kept under tests/fuzz/mail (each once broke something, or
// stands for a kind that could): nothing may end the program, and what is read is always valid text.
#include <gtest/gtest.h>

#include "channels/email/cms.h"
#include "channels/email/compose.h"
#include "channels/email/imap.h"
#include "channels/email/intake.h"
#include "channels/email/quotes.h"
#include "channels/email/tnef.h"
#include "channels/email/topics.h"
#include "platform/base/test_breaker.h"

namespace auricle::email {
namespace {

void expect_text(const std::string& text, std::string_view what) {
  EXPECT_TRUE(clean_utf8(text) == text) << what << " is not clean text";
}

void read_all_of(const std::string& raw) {
  try {
    const auto mail = read_mail(raw);
    expect_text(mail.text, "text"), expect_text(mail.subject, "subject"), expect_text(mail.html, "html");
    for (const auto& part : mail.attachments) expect_text(part.file_name, "file name");
    for (const auto& a : mail.from) expect_text(a.name, "name"), expect_text(a.address, "address");
    nature_of(mail);
    if (const auto bounce = read_bounce(mail))
      expect_text(bounce->recipient, "recipient"), expect_text(bounce->reason, "reason");
    authentication_of(mail, "mail.clinic.example");
    const auto folded = fold_quotes(mail.text);
    expect_text(folded.reply, "reply");
    content_hash(mail, raw), subject_hash(mail.subject), topic_of(mail.subject, mail.text);
  } catch (const Unreadable&) {  // what is refused goes to quarantine
  }
}

constexpr std::string_view kWords[] = {"\n--b\n",
                                       "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
                                       "\nContent-Type: message/rfc822\n\n",
                                       "Content-Transfer-Encoding: base64\n",
                                       "=?utf-8?q?=C3?=",
                                       "=?no-such?b?/////?=",
                                       "; charset=utf-16",
                                       "; charset=iso-2022-jp",
                                       "name*0*=utf-8''%C3",
                                       "\x1B$B",
                                       "<blockquote><div>",
                                       "\n> ",
                                       "\nFinal-Recipient: rfc822;",
                                       std::string_view("\0\0\0\0", 4),
                                       "\xFF\xFE",
                                       "+AO0-"};

TEST(Fuzz, broken_mails_never_end_the_program) {
  auto mails = test::corpus({"server/channels/email/golden", "tests/fuzz/mail"}, ".eml");
  ASSERT_GE(mails.size(), 20u);
  test::Breaker breaker(std::move(mails), {std::begin(kWords), std::end(kWords)}, test::fuzz_seed());
  test::fuzz("eml", [&] {
    auto raw = breaker.next();
    read_all_of(raw);
    const auto tail = raw.substr(breaker.below(raw.size() + 1));
    read_tnef(std::string("\x78\x9F\x3E\x22", 4) + tail, 1 << 20);
    signed_content(tail);
    expect_text(rtf_to_text(tail), "rtf");
    decompress_rtf(tail, 1 << 20);
    if (const auto folder = parse_list("* LIST (\\HasNoChildren) \"/\" " + tail.substr(0, 200), {}))
      expect_text(folder->name, "folder");
    return raw;
  });
}

}  // namespace
}  // namespace auricle::email
