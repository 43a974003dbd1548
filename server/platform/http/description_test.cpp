#include "platform/http/description.h"

#include <gmock/gmock.h>

#include "platform/base/embedded.h"

namespace auricle::http {
namespace {

TEST(Description, SaysWhatDiffers) {
  Router router;
  const auto nothing = [](Context&) -> Task<Response> { co_return no_content(); };
  router.add(Method::get, "/api/a", "get_a", Access::open(), nothing);
  router.add(Method::post, "/api/a", "post_a", Access::needs(Permission::cases_write), nothing);
  router.add(Method::get, "/api/b", "get_b", Access::signed_in(), nothing);
  router.add(Method::post, "/api/test/clock", "test_clock", Access::open(), nothing);
  const auto found = differences(router.routes(), R"({"paths":{
    "/api/a":{"parameters":[],"get":{"operationId":"get_a","x-access":"open"},"post":{"operationId":"make_a","x-access":"cases_read"}},
    "/api/c":{"get":{"operationId":"get_c","x-access":"open"}}}})");
  EXPECT_THAT(found,
              testing::UnorderedElementsAre("POST /api/a: the route is called post_a, the description says make_a",
                                            "POST /api/a: the route needs cases_write, the description says cases_read",
                                            "GET /api/c (get_c) is described in api/ but has no route",
                                            "GET /api/b (get_b) has a route but is not described in api/"));
}

TEST(Description, IsPartOfTheProgram) {
  ASSERT_EQ(embedded::api().size(), 1u);
  EXPECT_FALSE(differences({}, embedded::api()[0].content).empty());
}

}  // namespace
}  // namespace auricle::http
