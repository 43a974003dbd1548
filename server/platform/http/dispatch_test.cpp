#include "platform/http/dispatch.h"

#include <gtest/gtest.h>

#include "platform/base/json_read.h"

namespace auricle::http {
namespace {

Task<Response> nothing(Context&) { co_return no_content(); }

Router routes() {
  Router router;
  const auto add = [&](Method method, const char* path) { router.add(method, path, path, Access::open(), nothing); };
  add(Method::get, "/api/cases");
  add(Method::post, "/api/cases");
  add(Method::get, "/api/cases/{id}");
  add(Method::get, "/api/cases/views");
  add(Method::get, "/api/cases/{id}/messages/{message}");
  add(Method::get, "/api/{domain}/about");
  return router;
}

TEST(RouteTree, FindsLiteralsBeforeParameters) {
  const auto router = routes();
  const RouteTree tree(router.routes());
  EXPECT_EQ(tree.match(Method::get, "/api/cases/views").route->path, "/api/cases/views");
  const auto one = tree.match(Method::get, "/api/cases/42/messages/7");
  ASSERT_TRUE(one.route);
  EXPECT_EQ(one.params.at("id"), "42");
  EXPECT_EQ(one.params.at("message"), "7");
}

TEST(RouteTree, GoesBackWhenALiteralLeadsNowhere) {
  const auto router = routes();
  const RouteTree tree(router.routes());
  const auto match = tree.match(Method::get, "/api/cases/about");
  ASSERT_TRUE(match.route);
  EXPECT_EQ(match.route->path, "/api/cases/{id}");  // deeper literal first
  EXPECT_EQ(tree.match(Method::get, "/api/people/about").params.at("domain"), "people");
}

TEST(RouteTree, RefusesWhatIsNotThere) {
  const auto router = routes();
  const RouteTree tree(router.routes());
  EXPECT_FALSE(tree.match(Method::get, "/").route);
  EXPECT_FALSE(tree.match(Method::get, "").route);
  EXPECT_FALSE(tree.match(Method::get, "/api/cases/").route);
  EXPECT_FALSE(tree.match(Method::get, "/api/cases/1/").route);
  EXPECT_FALSE(tree.match(Method::get, "//api/cases").route);
  EXPECT_EQ(tree.match(Method::delete_, "/api/cases").allowed, "GET, POST");
}

TEST(RouteTree, RefusesTwoRoutesForOnePlace) {
  Router router;
  router.add(Method::get, "/a/{x}", "one", Access::open(), nothing);
  router.add(Method::get, "/a/{y}", "two", Access::open(), nothing);
  EXPECT_THROW(RouteTree{router.routes()}, std::logic_error);
}

TEST(Request, ReadsHeadersAndCookies) {
  Request request;
  request.headers = {{"cookie", "a=1; auricle_session=x=y ;b=2"}, {"X-One", "1"}};
  EXPECT_EQ(request.header("x-one"), "1");
  EXPECT_EQ(request.cookie("auricle_session"), "x=y");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_FALSE(request.cookie("session"));
}

TEST(Request, SameOriginComparesSchemeHostAndPort) {
  Request request;
  request.headers = {{"Host", "desk.example:8080"}, {"Origin", "http://desk.example:8080"}};
  EXPECT_TRUE(same_origin(request));
  request.secure = true;
  EXPECT_FALSE(same_origin(request));
  request.headers[1].value = "https://desk.example:8080.evil.example";
  EXPECT_FALSE(same_origin(request));
}

TEST(Problem, IsLocalisedAndCarriesTheRequestId) {
  Request request;
  request.headers = {{"Accept-Language", "es"}};
  request.request_id = "r-1";
  Error error{ErrorKind::rate_limited, "error.rate_limited", {{"email", "error.missing"}}, {}, 30};
  const auto response = problem(error, request);
  EXPECT_EQ(response.status, 429);
  const auto body = json::parse(response.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("title").as_string(), "Demasiados intentos. Espere un momento, por favor.");
  EXPECT_EQ(body->at("fields").at(0).at("message").as_string(), "Este dato es necesario.");
  EXPECT_EQ(body->at("request_id").as_string(), "r-1");
  ASSERT_EQ(response.headers.size(), 2u);
  EXPECT_EQ(response.headers[1].value, "30");
}

}  // namespace
}  // namespace auricle::http
