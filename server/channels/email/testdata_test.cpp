// Every file of the shared collection of hard mails is read; how well quotes and verdicts are recognised is measured
// and may not get worse.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "channels/email/mime.h"
#include "channels/email/quotes.h"
#include "channels/email/reading.h"
#include "channels/email/verdicts.h"

namespace auricle::email {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

class TestData : public testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("AURICLE_TEST_DATA");
    if (!root || !fs::exists(fs::path(root) / "mail")) GTEST_SKIP() << "AURICLE_TEST_DATA has no mail";
    root_ = fs::path(root) / "mail";
  }
  std::vector<fs::path> files(const std::string& folder, const std::string& extension) const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(root_ / folder))
      if (entry.is_regular_file() && entry.path().extension() == extension) out.push_back(entry.path());
    return out;
  }
  fs::path root_;
};

struct Expected {  // of the hard ones, looked at one by one
  const char *file, *subject, *text;
  std::vector<std::string> attachments;
};
const std::vector<Expected>& hard_mails() {
  static const std::vector<Expected> all = {
      {"mime_mikel_mail/error_emails/bad_subject.eml", "MySurvey.com:  You have a survey waiting!  91123105", "", {}},
      {"mime_mikel_mail/error_emails/invalid_subject_characters.eml",
       "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro",
       "TEST",
       {}},
      {"mime_mikel_mail/rfc6532/utf8_headers.eml", "Säying Hello", "body", {}},
      {"mime_mikel_mail/multi_charset/japanese_iso_2022.eml", "まみむめも", "すみません。", {}},
      {"mime_mikel_mail/attachment_emails/attachment_nonascii_filename.eml",
       "testing",
       "This is the first part.",
       {"ciële.txt"}},
      {"mime_mikel_mail/attachment_emails/attachment_pdf_non_ascii.eml",
       "Another PDF with 🎉 Unicode chars in it 🍿",
       "Just attaching another PDF, here",
       {"broken.pdf"}},
      {"mime_mikel_mail/attachment_emails/attachment_message_rfc822_inline_image.eml",
       "test",
       "",
       {"img.png", "Another PDF.eml"}},
      {"mime_mikel_mail/mime_emails/raw_email_with_quoted_illegal_boundary.eml",
       "Testing outlook",
       "Hello\nThis is an outlook test",
       {}},
      {"mime_mikel_mail/mime_emails/email_with_similar_boundaries.eml", "Xxxxxx", "Test", {"LOGO.png"}},
      {"mime_mikel_mail/plain_emails/raw_email_incorrect_header.eml",
       "Stop adware/spyware once and for all.",
       "You are infected with:",
       {}},
      {"mime_mikel_mail/plain_emails/raw_email_trailing_dot.eml",
       "[skynet-help][60666] How are intermediate files handled in SkyNet?",
       "Testing, testing, 123.",
       {}},
      {"helpdesk_chatwoot/non_utf_encoded_mail.eml", "أهلين عميلنا الكريم", "أنظروا، أنا أحتاجها فقط", {}},
      {"helpdesk_chatwoot/reply_cc.eml",
       "Discussion: Let's debate these attachments",
       "Hello,\n\nFind the related inbox.",
       {}},
      {"helpdesk_chatwoot/attachments_without_text.eml", "Hello there", "", {"1kb.png", "1kb.png"}},
      {"bounces_sisimai/bsd/lhost-ezweb-03.eml",
       "Mail System Error - Returned Mail",
       "次のあて先へのメッセージはエラーのため",
       {}},
  };
  return all;
}

bool blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

TEST_F(TestData, every_mail_is_read_and_nothing_of_it_is_lost) {
  int read = 0;
  for (const std::string folder : {"mime_mikel_mail", "helpdesk_chatwoot", "bounces_sisimai", "reply_quotes_talon"})
    for (const auto& file : files(folder, ".eml")) {
      const auto raw = slurp(file);
      if (blank(raw)) continue;
      const auto mail = read_mail(raw);
      ++read;
      nature_of(mail);
      authentication_of(mail, "mx.example");
      const auto crlf = raw.find("\r\n\r\n"), lf = raw.find("\n\n");
      const auto body = std::min(crlf == raw.npos ? raw.size() : crlf, lf == raw.npos ? raw.size() : lf);
      const bool something = !blank(mail.text) || !mail.html.empty() || !mail.attachments.empty();
      EXPECT_TRUE(something || blank(raw.substr(body))) << file;
      EXPECT_EQ(clean_utf8(mail.text), mail.text) << file;
      EXPECT_EQ(clean_utf8(mail.subject), mail.subject) << file;
      const auto folded = fold_quotes(mail.text);
      EXPECT_TRUE(blank(mail.text) || !blank(folded.reply)) << file;
    }
  EXPECT_GE(read, 400);
}

TEST_F(TestData, hard_mails_say_what_they_say) {
  for (const auto& one : hard_mails()) {
    const auto mail = read_mail(slurp(root_ / one.file));
    EXPECT_EQ(mail.subject, one.subject) << one.file;
    EXPECT_NE(fold_quotes(mail.text).reply.find(one.text), std::string::npos) << one.file << "\n" << mail.text;
    std::vector<std::string> names;
    for (const auto& part : mail.attachments) names.push_back(part.file_name);
    EXPECT_EQ(names, one.attachments) << one.file;
  }
}

TEST_F(TestData, replies_are_told_from_quotes) {
  const auto expected = boost::json::parse(slurp(root_ / "reply_quotes_crisp" / "expected.json")).as_object();
  int right = 0, exact = 0, matched = 0, to_match = 0;
  for (const auto& [name, answer] : expected) {
    const auto reply = fold_quotes(clean_utf8(slurp(root_ / "reply_quotes_crisp" / std::string(name)))).reply;
    if (const auto* text = answer.as_object().if_contains("reply_text_trimmed")) {
      ++exact;
      right += reply == std::string_view(text->as_string());
    }
    if (const auto* words = answer.as_object().if_contains("reply_must_match"))
      for (const auto& word : words->as_array()) {
        std::string plain(word.as_string());
        std::erase(plain, '\\');
        ++to_match;
        matched += reply.find(plain) != std::string::npos;
      }
  }
  std::cout << "replies: " << right << " of " << exact << " exact, " << matched << " of " << to_match << " kept\n";
  EXPECT_EQ(right, exact);
  EXPECT_EQ(matched, to_match);
}

TEST_F(TestData, replies_of_mail_programs_are_folded) {
  int right = 0, all = 0;
  const auto check = [&](const std::string& text) {
    ++all, right += fold_quotes(text).reply.find("Sasha") == std::string::npos && fold_quotes(text).reply.size() < 40;
  };
  for (const auto& file : files("reply_quotes_talon/html_replies", ".html"))
    check(html_to_text(to_utf8(slurp(file), "")));
  for (const auto& file : files("reply_quotes_talon/standard_replies", ".eml")) check(read_mail(slurp(file)).text);
  std::cout << "mail programs: " << right << " of " << all << "\n";
  EXPECT_EQ(right, all);
}

TEST_F(TestData, bounces_are_recognised_and_nothing_else_is) {
  int bounces = 0, found = 0, reports = 0, complaints = 0, with_recipient = 0, with_original = 0, false_alarms = 0,
      automatic = 0;
  for (const auto& file : files("bounces_sisimai", ".eml")) {
    const auto mail = read_mail(slurp(file));
    const auto name = file.filename().string();
    const auto nature = nature_of(mail);
    if (name.starts_with("arf")) ++reports, complaints += nature == Nature::feedback;
    if (name.starts_with("rfc3834")) automatic += nature == Nature::automatic;
    if (name.starts_with("is-not")) false_alarms += nature != Nature::person;
    if (nature == Nature::feedback) continue;
    if (!name.starts_with("lhost") && !name.starts_with("rhost") && !name.starts_with("rfc3464")) continue;
    ++bounces;
    if (const auto bounce = read_bounce(mail))
      ++found, with_recipient += !bounce->recipient.empty(), with_original += !bounce->original_message_id.empty();
  }
  for (const std::string folder :
       {"helpdesk_chatwoot", "reply_quotes_talon", "mime_mikel_mail/plain_emails", "mime_mikel_mail/rfc2822"})
    for (const auto& file : files(folder, ".eml")) false_alarms += read_bounce(read_mail(slurp(file))).has_value();
  std::cout << "bounces: " << found << " of " << bounces << ", recipient " << with_recipient << ", original "
            << with_original << "\n";
  EXPECT_EQ(found, bounces);
  EXPECT_EQ(with_recipient, bounces);
  EXPECT_GE(with_original, bounces * 84 / 100);
  EXPECT_EQ(false_alarms, 0);
  EXPECT_EQ(automatic, 2);
  EXPECT_EQ(complaints, reports);
}

TEST_F(TestData, mailing_lists_fall_into_the_threads_they_are) {
  const auto place = fs::temp_directory_path() / ("auricle-threads-" + std::to_string(getpid()));
  for (const std::string name : {"default", "threading"}) {
    fs::create_directories(place);
    const auto archive = (root_ / "threading_notmuch" / (name + ".tar.gz")).string();
    ASSERT_EQ(std::system(("tar xzf '" + archive + "' -C '" + place.string() + "'").c_str()), 0);
    std::vector<Reading> mails;
    for (const auto& entry : fs::recursive_directory_iterator(place))
      if (entry.is_regular_file()) mails.push_back(reading_of(entry.path().string(), slurp(entry.path())));
    fs::remove_all(place);
    number_threads(mails);
    std::map<std::int64_t, std::set<std::string>> found;
    for (const auto& mail : mails) found[mail.thread].insert(mail.message_id);
    std::set<std::set<std::string>> ours, expected;
    for (const auto& [number, ids] : found) ours.insert(ids);
    const auto answers = boost::json::parse(slurp(root_ / "threading_notmuch" / (name + ".threads.json")));
    for (const auto& thread : answers.as_array()) {
      std::set<std::string> ids;
      for (const auto& id : thread.as_array()) ids.emplace(id.as_string());
      expected.insert(std::move(ids));
    }
    EXPECT_EQ(ours, expected) << name;
  }
}

TEST_F(TestData, help_desk_mail_that_must_not_be_answered) {
  const auto nature = [&](const char* name) { return nature_of(read_mail(slurp(root_ / "helpdesk_chatwoot" / name))); };
  EXPECT_EQ(nature("auto_reply.eml"), Nature::automatic);
  EXPECT_EQ(nature("auto_reply_with_auto_submitted.eml"), Nature::automatic);
  EXPECT_EQ(nature("notification.eml"), Nature::bulk);
  EXPECT_EQ(nature("welcome.eml"), Nature::person);
}

}  // namespace
}  // namespace auricle::email
