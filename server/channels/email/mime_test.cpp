#include "channels/email/mime.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "channels/email/cms.h"
#include "channels/email/quotes.h"
#include "channels/email/threads.h"
#include "channels/email/verdicts.h"
#include "platform/base/describe.h"

namespace auricle::email {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

fs::path golden() {  // from the program's place in build/… up to the sources
  auto at = fs::canonical("/proc/self/exe").parent_path();
  while (at.has_relative_path() && !fs::exists(at / "server" / "channels")) at = at.parent_path();
  return at / "server" / "channels" / "email" / "golden";
}

std::string list(const std::vector<Address>& addresses) {
  std::string out;
  for (const auto& a : addresses)
    out += (out.empty() ? "" : ", ") + (a.name.empty() ? "" : a.name + " ") + "<" + a.address + ">";
  return out;
}

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (const char c : text) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return out + "\n";
}

std::string describe(const Mail& mail) {
  std::string out = "nature: " + std::string(enum_name(nature_of(mail))) + "\n";
  out += "authentication: " + std::string(enum_name(authentication_of(mail, "mail.clinic.example"))) + "\n";
  out += "id: " + mail.message_id + "\nfrom: " + list(mail.from) + "\nto: " + list(mail.to) + "\ncc: " + list(mail.cc) +
         "\n";
  out += "subject: " + mail.subject + "\ndate: " + (mail.date ? to_rfc3339(*mail.date) : "none") + "\nreferences:";
  for (const auto& id : mail.references) out += " " + id;
  const auto folded = fold_quotes(mail.text);
  out += "\nreply:\n" + indented(folded.reply) + "folded:\n" + indented(folded.folded);
  for (const auto& a : mail.attachments)
    out += "attachment: " + a.file_name + " | " + a.content_type + " | " + std::to_string(a.bytes.size()) + " bytes" +
           (a.shown_inline ? " | inline " + a.content_id : "") + "\n";
  if (!mail.notice.empty()) out += "notice: " + mail.notice + "\n";
  if (const auto b = read_bounce(mail)) {
    for (const auto& recipient : b->recipients) out += "did not reach: " + recipient + "\n";
    out += "bounce: " + b->recipient + " | " + b->original_message_id + " | " + b->status + " | " + b->reason +
           (b->permanent ? "\n" : " | for now\n");
  }
  return out;
}

std::string ber(unsigned char tag, std::string_view content) {
  std::string out{static_cast<char>(tag), '\x84'};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(content.size() >> shift & 0xFF);
  return out.append(content);
}

// A mail of a stranger must not end the program by what it holds: octets within octets, without end.
TEST(Cms, nested_deeply) {
  constexpr std::size_t kLevels = 200'000;
  std::string nested;
  for (std::size_t level = kLevels; level-- > 0;) {
    nested += "\x24\x84";
    for (int shift = 24; shift >= 0; shift -= 8) nested += static_cast<char>(level * 6 >> shift & 0xFF);
  }
  const auto data = [](std::string_view content) {
    static constexpr std::string_view kSignedData("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 9);
    const auto inner = ber(0x30, ber(0x06, "\x2A") + ber(0xA0, content));
    return ber(0x30, ber(0x06, kSignedData) + ber(0xA0, ber(0x30, ber(0x02, "\x01") + ber(0x31, "") + inner)));
  };
  EXPECT_FALSE(signed_content(data(nested)));
  EXPECT_EQ(signed_content(data(ber(0x24, ber(0x04, "Hola, ") + ber(0x04, "Ana")))), "Hola, Ana");
}

TEST(Mime, golden) {
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(golden())) {
    if (entry.path().extension() != ".eml") continue;
    auto expected = entry.path();
    expected.replace_extension(".expected");
    const auto found = describe(read_mail(slurp(entry.path())));
    if (std::getenv("AURICLE_WRITE_GOLDEN")) std::ofstream(expected) << found;
    EXPECT_EQ(found, slurp(expected)) << entry.path().filename();
    ++seen;
  }
  EXPECT_GE(seen, 23);
}

TEST(Mime, refuses_what_exceeds_the_limits_whole) {
  const auto key = [](const std::string& raw, const MimeLimits& limits = {}) {
    try {
      read_mail(raw, limits);
    } catch (const Unreadable& e) {
      return e.key;
    }
    return std::string("read");
  };
  EXPECT_EQ(key(""), "error.mail_empty");
  EXPECT_EQ(key(" \r\n\r\n"), "error.mail_empty");
  std::string deep;
  for (int i = 0; i < 200; ++i)
    deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
  EXPECT_EQ(key(deep), "error.mail_too_deep");
  std::string deeper;
  for (int i = 0; i < 100000; ++i)
    deeper += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
  EXPECT_EQ(key(deeper), "error.mail_too_many_parts");
  std::string many = "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n";
  for (int i = 0; i < 1500; ++i) many += "--x\nContent-Type: text/plain\n\nhello\n";
  EXPECT_EQ(key(many + "--x--\n"), "error.mail_too_many_parts");
  EXPECT_EQ(key("X: " + std::string(2 << 20, 'a') + "\n\nbody\n"), "error.mail_headers_too_large");
  MimeLimits small;
  small.expanded_bytes = 100;
  EXPECT_EQ(key("From: a@b.example\n\n" + std::string(200, 'a'), small), "error.mail_too_large");
}

TEST(Mime, html_nested_without_end_does_not_exhaust_the_stack) {
  std::string html;
  for (int i = 0; i < 200000; ++i) html += "<div><blockquote>";
  EXPECT_NE(html_to_text(html + "deep").find("deep"), std::string::npos);
}

TEST(Mime, any_bytes_become_valid_text) {
  EXPECT_EQ(to_utf8("caf\xE9", "iso-8859-1"), "café");
  EXPECT_EQ(to_utf8("caf\xC3\xA9", "iso-8859-1"), "café");  // the declaration lies
  EXPECT_EQ(to_utf8("caf\xE9", "utf-8"), "café");
  EXPECT_EQ(to_utf8("\x80 5", "no-such-charset"), "€ 5");
  EXPECT_EQ(to_utf8("\xA5\xE1\xA1\xBC\xA5\xEB", "ISO-2022-JP"), "メール");  // EUC-JP
  EXPECT_EQ(to_utf8("\x83\x81\x81\x5B\x83\x8B", "iso-2022-jp"), "メール");  // Shift JIS
  EXPECT_EQ(to_utf8("\x1B$B%a!<%k\x1B(B", "iso-2022-jp"), "メール");
  EXPECT_EQ(to_utf8(std::string_view("a\0b\r\nc", 6), "utf-8"), "ab\nc");
  EXPECT_EQ(to_utf8("\x1B$B$^\x1B(B", "iso-2022-jp"), "ま");
}

TEST(Mime, parts_that_cannot_be_what_they_say_stay_files) {
  const auto mail =
      read_mail("From: a@b.example\nContent-Type: application/ms-tnef; name=winmail.dat\n\nnot that at all");
  ASSERT_EQ(mail.attachments.size(), 1u);
  EXPECT_EQ(mail.attachments[0].file_name, "winmail.dat");
  const auto signed_mail =
      read_mail("From: a@b.example\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\n0\x82");
  ASSERT_EQ(signed_mail.attachments.size(), 1u);
  EXPECT_EQ(signed_mail.notice, "error.mail_encrypted_smime");
}

TEST(Threads, mails_that_name_the_same_absent_mail_are_of_one_thread) {
  const auto threads =
      threads_of({{"a", {}, {}}, {"b", {"gone"}, {}}, {"c", {}, {"gone", "x"}}, {"", {"a"}, {}}, {"", {}, {}}});
  EXPECT_EQ(threads, (std::vector<std::size_t>{0, 1, 1, 0, 2}));
}

TEST(Quotes, a_card_below_a_closing_is_folded_and_a_number_never) {
  EXPECT_EQ(fold_quotes("¿Puedo ir?\n\nUn saludo,\n\nAna Puig\nArquitecta").reply, "¿Puedo ir?");
  for (const std::string text :
       {"Hola\n\nSaludos,\nAna", "Hola\n\nSaludos,\nAna Puig\n600 123 456", "Merci\n\nCordialement"})
    EXPECT_EQ(fold_quotes(text).reply, text);
}

TEST(Quotes, a_card_that_begins_with_the_senders_name_is_folded) {
  const std::string text = "No puedo ir.\n\nStavros Marín\nvia mobile";
  EXPECT_EQ(fold_quotes(text, "Stavros Marín").reply, "No puedo ir.");
  EXPECT_EQ(fold_quotes(text, "STAVROS marín").folded, "Stavros Marín\nvia mobile");
  EXPECT_EQ(fold_quotes(text, "Ana Puig").reply, text);
  EXPECT_EQ(fold_quotes(text, "Stavros").reply, text);
  const std::string number = "No puedo ir.\n\nStavros Marín\n600 555 123";
  EXPECT_EQ(fold_quotes(number, "Stavros Marín").reply, number);
  const std::string alone = "Pacientes:\nStavros Marín";
  EXPECT_EQ(fold_quotes(alone, "Stavros Marín").reply, alone);
}

TEST(Quotes, an_answer_between_quoted_lines_is_kept_whole) {
  const std::string text = "On Mon, 16 Nov 2026, Desk <d@c.example> wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.";
  EXPECT_EQ(fold_quotes(text).reply, text);
}

TEST(Quotes, words_that_only_look_like_marks_stay) {
  for (const std::string text :
       {"El 3 de mayo mi médico escribió una receta.\nGracias.", "From: home I can come at 10:00.\nThanks",
        "Mi hijo de 3 años:\n- tos\n- fiebre 38.5", "Enviado desde el hospital.", "Data: 3/5\nHora: 10"})
    EXPECT_EQ(fold_quotes(text).reply, text);
}

TEST(Verdicts, authentication_needs_the_configured_host) {
  const auto mail = read_mail(slurp(golden() / "forged.eml"));
  EXPECT_EQ(authentication_of(mail, ""), Authentication::unknown);
  EXPECT_EQ(authentication_of(mail, "other.example"), Authentication::unknown);
  EXPECT_EQ(authentication_of(mail, "MAIL.clinic.example"), Authentication::fail);
  const auto with = [](const std::string& results) {
    return authentication_of(read_mail("Authentication-Results: mx; " + results + "\nFrom: a@example.com\n\nx"), "mx");
  };
  EXPECT_EQ(with("dmarc=pass header.from=example.com"), Authentication::pass);
  EXPECT_EQ(with("dkim=pass header.d=mail.example.com"), Authentication::pass);
  EXPECT_EQ(with("dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example"), Authentication::unknown);
  EXPECT_EQ(with("spf=softfail smtp.mailfrom=example.com"), Authentication::fail);
  EXPECT_EQ(with("dkim=pass header.d=com"), Authentication::unknown);
  EXPECT_EQ(with("none"), Authentication::unknown);
}

TEST(Verdicts, a_person_who_forwards_a_notice_is_not_a_bounce) {
  const auto mail = read_mail(
      "From: ana@example.com\nSubject: Fwd: doubt\nMessage-ID: <1@x>\n\nI got: 550 5.1.1 user unknown. What is that?");
  EXPECT_EQ(nature_of(mail), Nature::person);
}

}  // namespace
}  // namespace auricle::email
