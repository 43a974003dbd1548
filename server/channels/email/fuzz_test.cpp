// Mails broken at random, from the golden mails and those kept under tests/fuzz/mail (each once broke something, or
// stands for a kind that could): nothing may end the program, and what is read is always valid text. Runs for
// AURICLE_FUZZ_SECONDS (default 3); the seed is printed and can be given again as AURICLE_FUZZ_SEED.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "channels/email/cms.h"
#include "channels/email/compose.h"
#include "channels/email/imap.h"
#include "channels/email/intake.h"
#include "channels/email/quotes.h"
#include "channels/email/tnef.h"
#include "channels/email/topics.h"

namespace auricle::email {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> corpus() {
  auto at = fs::canonical("/proc/self/exe").parent_path();
  while (at.has_relative_path() && !fs::exists(at / "server" / "channels")) at = at.parent_path();
  std::vector<std::string> out;
  for (const auto& folder : {at / "server" / "channels" / "email" / "golden", at / "tests" / "fuzz" / "mail"}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".eml") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << file.rdbuf();
      out.push_back(bytes.str());
    }
  }
  std::sort(out.begin(), out.end());  // the same order everywhere: a seed means the same run
  return out;
}

class Breaker {
 public:
  Breaker(std::vector<std::string> corpus, std::uint64_t seed) : corpus_(std::move(corpus)), random_(seed) {}
  std::string next() {
    std::string out = corpus_[below(corpus_.size())];
    for (auto n = 1 + below(8); n > 0; --n) change(out);
    return out;
  }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }

 private:
  void change(std::string& text) {
    static constexpr std::string_view kWords[] = {"\n--b\n",
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
    const auto at = below(text.size() + 1);
    switch (below(7)) {
      case 0:
        if (!text.empty()) text[below(text.size())] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, below(64));
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), below(200)));
        break;
      case 3:
        text.insert(at, kWords[below(std::size(kWords))]);
        break;
      case 4: {
        const auto& other = corpus_[below(corpus_.size())];
        text = text.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      case 5:
        text.resize(at);
        break;
      default:
        text.insert(at, std::string(below(3000), static_cast<char>(below(256))));
    }
    if (text.size() > 200'000) text.resize(200'000);
  }

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

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
    authentication_of(mail, "mail.clinic.example");
    const auto folded = fold_quotes(mail.text);
    expect_text(folded.reply, "reply");
    content_hash(mail, raw), subject_hash(mail.subject), topic_of(mail.subject, mail.text);
  } catch (const Unreadable&) {  // what is refused goes to quarantine
  }
}

TEST(Fuzz, broken_mails_never_end_the_program) {
  const auto mails = corpus();
  ASSERT_GE(mails.size(), 20u);
  const char* given = std::getenv("AURICLE_FUZZ_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  const char* seconds = std::getenv("AURICLE_FUZZ_SECONDS");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds ? std::atoi(seconds) : 3);
  std::cout << "seed " << seed << std::endl;
  Breaker breaker(mails, seed);
  int runs = 0;
  for (; std::chrono::steady_clock::now() < end && !testing::Test::HasFailure(); ++runs) {
    const auto raw = breaker.next();
    read_all_of(raw);
    const auto tail = raw.substr(breaker.below(raw.size() + 1));
    read_tnef(std::string("\x78\x9F\x3E\x22", 4) + tail, 1 << 20);
    signed_content(tail);
    expect_text(rtf_to_text(tail), "rtf");
    decompress_rtf(tail, 1 << 20);
    if (const auto folder = parse_list("* LIST (\\HasNoChildren) \"/\" " + tail.substr(0, 200), {}))
      expect_text(folder->name, "folder");
    if (testing::Test::HasFailure()) std::ofstream("fuzz-failure.eml", std::ios::binary) << raw;
  }
  std::cout << runs << " mails\n";
}

}  // namespace
}  // namespace auricle::email
