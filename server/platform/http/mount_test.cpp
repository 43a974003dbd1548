#include "platform/http/mount.h"

#include <gtest/gtest.h>

namespace auricle::http {
namespace {

const Mount kPractice{"practice", {}};

TEST(Mount, HasWhatStandsBelowItsPathAndNothingElse) {
  for (const char* path : {"/practice", "/practice/", "/practice/api/cases", "/practice/inbox/mine"})
    EXPECT_TRUE(kPractice.has(path)) << path;
  for (const char* path : {"/", "", "/practices", "/practice.html", "/api/practice", "/Practice/api", "practice"})
    EXPECT_FALSE(kPractice.has(path)) << path;
  EXPECT_FALSE((Mount{"", {}}.has("/")));
  EXPECT_FALSE((Mount{"", {}}.has("//")));
}

TEST(Mount, LetsInOnlyItsOwnCookies) {
  Request request;
  request.path = "/practice/api/session";
  request.headers = {{"Host", "desk"},
                     {"cookie", "auricle_session=real; practice_auricle_session=played;x=practice_y"}};
  enter_mount(kPractice, request);
  EXPECT_EQ(request.path, "/api/session");
  EXPECT_EQ(request.cookie("auricle_session"), "played");
  EXPECT_EQ(request.cookie("x"), std::nullopt);

  Request stranger;
  stranger.path = "/practice";
  stranger.headers = {{"Cookie", "auricle_session=real"}};
  enter_mount(kPractice, stranger);
  EXPECT_EQ(stranger.path, "/");
  EXPECT_EQ(stranger.cookie("auricle_session"), std::nullopt);
}

TEST(Mount, SendsItsCookiesUnderTheirOwnNameAndPath) {
  Response response;
  response.headers = {{"Set-Cookie", "auricle_session=t; Path=/; HttpOnly; SameSite=Strict"}, {"X-Other", "Path=/"}};
  leave_mount(kPractice, response);
  EXPECT_EQ(response.headers[0].value, "practice_auricle_session=t; Path=/practice; HttpOnly; SameSite=Strict");
  EXPECT_EQ(response.headers[1].value, "Path=/");
}

}  // namespace
}  // namespace auricle::http
