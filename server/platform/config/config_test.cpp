#include "platform/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace auricle::config {
namespace {
using testing::HasSubstr;

TEST(Config, LaterSourceWins) {
  Config config;
  EXPECT_EQ(config.text("listen"), "127.0.0.1:8080");
  EXPECT_EQ(config.origin("listen"), "default");
  EXPECT_TRUE(config.read_text("listen = 127.0.0.1:9000\n", "a.conf").empty());
  EXPECT_TRUE(config.read_environment({{"AURICLE_LISTEN", "127.0.0.1:9001"}}).empty());
  EXPECT_EQ(config.text("listen"), "127.0.0.1:9001");
  EXPECT_TRUE(config.set("listen", "127.0.0.1:9002", "command line").empty());
  EXPECT_EQ(config.text("listen"), "127.0.0.1:9002");
  EXPECT_EQ(config.origin("listen"), "command line");
}

TEST(Config, SectionsPrefixNamesAndQuotesAreCut) {
  Config config;
  EXPECT_TRUE(
      config.read_text("# a comment\n\n[http]\n  threads = 3\r\ntrusted_proxies = \"10.0.0.0/8\"\n", "a.conf").empty());
  EXPECT_EQ(config.number("http.threads"), 3);
  EXPECT_EQ(config.text("http.trusted_proxies"), "10.0.0.0/8");
}

TEST(Config, ProblemsNameTheLineAndTheWayOut) {
  Config config;
  const auto problems =
      config.read_text("listn = x\nnode = many\nnode = 99\nnonsense\nlog.level = loud\nregion = FR\n", "a.conf");
  ASSERT_EQ(problems.size(), 5u);
  EXPECT_EQ(problems[0].where, "a.conf:1");
  EXPECT_THAT(problems[0].what, HasSubstr("did you mean `listen`?"));
  EXPECT_EQ(problems[1].where, "a.conf:2");
  EXPECT_THAT(problems[1].what, HasSubstr("whole number"));
  EXPECT_THAT(problems[2].what, HasSubstr("between 0 and 7"));
  EXPECT_THAT(problems[3].what, HasSubstr("name = value"));
  EXPECT_THAT(problems[4].what, HasSubstr("debug, info, warn or error"));
  EXPECT_EQ(config.text("region"), "FR") << "what can be used is taken";
  EXPECT_EQ(config.number("node"), 0);
}

TEST(Config, EveryNumberHasAUsableDefault) {
  Config config;
  for (const auto& setting : registry()) {
    if (setting.kind == Kind::number) EXPECT_NO_THROW(config.number(setting.name)) << setting.name;
  }
}

}  // namespace
}  // namespace auricle::config
