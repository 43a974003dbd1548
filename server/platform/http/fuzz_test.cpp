// Broken requests and WebSocket frames, from those kept under tests/fuzz/http: a real server on loopback answers each
// with a whole, valid answer or closes, hands no unclean value to a route, and goes on serving.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "platform/base/json_read.h"
#include "platform/base/test_breaker.h"
#include "platform/db/test_database.h"
#include "platform/http/answer.h"
#include "platform/http/server.h"

namespace auricle::http {
namespace {

struct EchoInput {
  using absent_is_default = void;
  std::string text;
  std::int64_t number = 0;
  std::optional<bool> flag;
  std::vector<std::string> list;
};
BOOST_DESCRIBE_STRUCT(EchoInput, (), (text, number, flag, list))
struct EchoView {
  std::string path, id, cookie, remote_address, text;
  std::map<std::string, std::string> query;
};
BOOST_DESCRIBE_STRUCT(EchoView, (), (path, id, cookie, remote_address, text, query))

constexpr std::size_t kBody = 4096;

bool clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Task<Response> echo(Context& ctx) {
  const auto& request = ctx.request;
  EXPECT_TRUE(request.path.starts_with('/') && clean(request.path));
  EXPECT_LE(request.body.size(), kBody);
  for (const auto& [name, value] : request.query) EXPECT_TRUE(clean(name) && clean(value));
  for (const auto& header : request.headers) EXPECT_EQ(header.value.find_first_of("\r\n"), std::string::npos);
  EXPECT_TRUE(clean(request.request_id) && request.request_id.size() <= 64);
  EchoView view{
      request.path, ctx.request.path_params.at("id"), request.cookie("a").value_or(""), request.remote_address, "",
      request.query};
  if (request.method != Method::post) co_return json_answer(view, request);
  const auto input = read_body<EchoInput>(ctx);
  if (!input) co_return problem(input.error(), request);
  view.text = input->text;
  co_return json_answer(view, request);
}

std::string text_until_end(int socket) {
  std::string out;
  char some[16384];
  for (;;) {
    const auto got = ::recv(socket, some, sizeof some, 0);
    EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "no answer and no end within five seconds";
    if (got <= 0) return out;
    out.append(some, static_cast<std::size_t>(got));
  }
}

// One answer from the front of `all`; false when nothing whole and valid is there.
bool take_answer(std::string_view& all, bool& upgraded) {
  const auto end = all.find("\r\n\r\n");
  if (!all.starts_with("HTTP/1.1 ") || end == all.npos) return false;
  const auto head = all.substr(0, end + 2);
  for (std::size_t at = 0, next; at < head.size(); at = next + 2) {
    next = head.find("\r\n", at);
    if (!clean(head.substr(at, next - at))) return false;
  }
  const auto status = head.substr(9, 3);
  upgraded = status == "101";
  std::size_t length = 0;
  if (const auto at = head.find("\r\nContent-Length: "); at != head.npos)
    length = static_cast<std::size_t>(std::atoi(std::string(head.substr(at + 18, 12)).c_str()));
  auto body = all.substr(end + 4);
  if (body.empty() || body.starts_with("HTTP/1.1 ")) length = 0;  // of HEAD
  const bool whole = length <= body.size();
  body = body.substr(0, length);
  if (whole && !body.empty() && head.find("Content-Type: application/") != head.npos) {
    boost::system::error_code error;
    boost::json::parse(body, error);
    if (error) return false;
  }
  all.remove_prefix(end + 4 + body.size());
  return whole;
}

class HttpFuzz : public testing::Test {
 protected:
  void SetUp() override {
    router_.add(Method::get, "/api/echo/{id}", "get", Access::open(), echo, {kBody});
    router_.add(Method::post, "/api/echo/{id}", "post", Access::open(), echo, {kBody});
    router_.add(Method::patch, "/api/kept/{id}", "patch", Access::signed_in(), echo, {kBody});
    dispatcher_ = std::make_unique<Dispatcher>(router_, database_->database(), clock_, authenticate());
    live_ = std::make_unique<LiveHub>(database_->database(), authenticate(),
                                      LiveRules{{}, {}, [](db::Session&, CaseId) { return std::optional(SiteId{1}); }});
    ServerOptions options;
    options.port = 0, options.threads = 2, options.proxies = TrustedProxies::parse("127.0.0.1").value();
    server_ = make_server(options, *dispatcher_, assets_, *live_, [](const Served&) {});
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    server_->stop();
    thread_.join();
    live_->stop();
  }
  static Authenticate authenticate() {
    return [](const Request& request, Activity) -> Task<std::optional<Caller>> {
      if (request.cookie("session").value_or("") == "no") co_return std::nullopt;
      co_return Caller{Viewer::system_viewer("test"), "Eva", "token", 1};
    };
  }
  std::string converse(std::string_view bytes) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval limit{5, 0};
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_port = htons(server_->port()),
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    while (!bytes.empty()) {
      const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it has closed already
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::shutdown(socket, SHUT_WR);
    auto out = text_until_end(socket);
    ::close(socket);
    return out;
  }

  FixedClock clock_{Instant{1'790'000'000'000}};
  std::unique_ptr<db::TestDatabase> database_ = db::make_test_database(db::Dialect::sqlite);
  Router router_;
  Assets assets_{test::source_root() / "tests" / "fuzz"};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<LiveHub> live_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

constexpr std::string_view kWords[] = {"\r\n",
                                       "\r\n\r\n",
                                       "\n",
                                       "\0",
                                       "Content-Length: 5\r\n",
                                       "Transfer-Encoding: chunked\r\n",
                                       "0\r\n\r\n",
                                       "Host: a\r\n",
                                       "Expect: 100-continue\r\n",
                                       "Connection: Upgrade\r\n",
                                       "Upgrade: websocket\r\n",
                                       "X-Forwarded-For: 1.2.3.4, ::1\r\n",
                                       "X-Request-Id: a\r\n",
                                       "Cookie: a=b; ;=;a\r\n",
                                       "%00",
                                       "%0d%0a",
                                       "%2e%2e/",
                                       "?a=%C3&b",
                                       "http://",
                                       "GET /api/echo/1 HTTP/1.1\r\nHost: a\r\n\r\n",
                                       "{\"text\":\"\\ud800\"}",
                                       "1e999",
                                       "[[[[[[[[",
                                       "\x81\x80\x01\x02\x03\x04",
                                       "\x88\x80",
                                       "\x89\xFE\xFF\xFF",
                                       "\xC1\xFF"};

TEST_F(HttpFuzz, broken_requests_are_answered_or_closed) {
  auto requests = test::corpus({"tests/fuzz/http"}, ".http");
  ASSERT_GE(requests.size(), 8u);
  const std::string good = "GET /api/echo/42?a=b HTTP/1.1\r\nHost: desk\r\nCookie: a=c\r\nConnection: close\r\n\r\n";
  const auto answers = [&](const std::string& bytes, bool must) {
    const auto got = converse(bytes);
    std::string_view rest = got;
    bool upgraded = false;
    EXPECT_FALSE(must && rest.empty());
    while (!rest.empty() && !upgraded && !testing::Test::HasFailure()) EXPECT_TRUE(take_answer(rest, upgraded)) << got;
    return got;
  };
  std::string all;
  for (const auto& request : requests) all += answers(request, true);
  for (const auto* status : {"101", "200", "400", "404", "413"})
    EXPECT_THAT(all, testing::HasSubstr(std::string("HTTP/1.1 ") + status));
  test::Breaker breaker(requests, {std::begin(kWords), std::end(kWords)}, test::fuzz_seed(), 40'000);
  int runs = 0;
  test::fuzz("http", [&] {
    const auto raw = breaker.next();
    answers(raw, false);
    if (++runs % 50 == 0) {
      EXPECT_THAT(answers(good, true), testing::HasSubstr("\"cookie\":\"c\""));
    }
    return raw;
  });
  EXPECT_THAT(answers(good, true), testing::HasSubstr("\"query\":{\"a\":\"b\"}"));
}

}  // namespace
}  // namespace auricle::http
