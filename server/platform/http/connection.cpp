// One connection: requests come in order, each is answered before the next is read.
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fstream>

#include "platform/http/wire_internal.h"

namespace auricle::http {
namespace {

using std::chrono::seconds;
using Parser = beast::http::request_parser<beast::http::string_body>;
constexpr std::size_t kChunk = 64 << 10;
constexpr std::size_t kBytesPerSecond = 32 << 10;  // slower senders and readers are cut off

enum class Phase { idle, header, body, working, writing };

class Connection final : public Swept {
 public:
  Connection(Socket socket, Worker& worker) : socket_(std::move(socket)), worker_(worker) {
    place_ = worker_.swept.insert(worker_.swept.end(), this);
    ++worker_.shared.connections;
    boost::system::error_code error;
    const auto peer = socket_.remote_endpoint(error);
    if (!error) peer_ = peer.address().to_string();
    if (peer_.rfind("::ffff:", 0) == 0) peer_.erase(0, 7);
  }
  Connection(const Connection&) = delete;
  ~Connection() override {
    worker_.swept.erase(place_);
    --worker_.shared.connections;
  }
  Awaitable<void> run();

  void sweep(TimePoint now) override {
    if (phase_ == Phase::working || now < deadline_) return;
    timed_out_ = true;
    if (phase_ != Phase::idle) ++worker_.shared.timed_out;
    cancel();
  }
  void drain() override {
    if (phase_ == Phase::idle) cancel();
  }
  void abort() override {
    boost::system::error_code error;
    socket_.close(error);
  }

 private:
  void enter(Phase phase, int limit_s, std::size_t bytes = 0) {
    phase_ = phase;
    deadline_ = worker_.now + seconds(limit_s + static_cast<int>(bytes / kBytesPerSecond) + 1);
    timed_out_ = false;
  }
  void cancel() {
    boost::system::error_code error;
    socket_.cancel(error);
  }
  bool closing() const { return worker_.shared.draining; }
  bool is_live(std::string_view target) const {
    const auto& mount = worker_.shared.mount;
    if (mount.has(target)) target.remove_prefix(mount.name.size() + 1);
    return target == "/api/live";
  }

  Awaitable<bool> wait_for_request();
  Awaitable<bool> read_request(Parser& parser);
  Awaitable<bool> read_body(Parser& parser);
  Awaitable<bool> continue_100();
  Awaitable<bool> refuse(int status, const char* key, const Request& request);
  Awaitable<bool> answer(Parser& parser);
  Awaitable<bool> write(const Response& response, const Request& request, bool head, bool keep_alive);
  Awaitable<bool> write_file(const Response& response, const Request& request, bool head, bool keep_alive);
  Awaitable<bool> flush();
  Awaitable<bool> upgrade(Parser& parser);
  Awaitable<Response> respond(Request request, std::string& route);
  std::size_t body_limit(const Parser& parser) const;

  Socket socket_;
  Worker& worker_;
  std::list<Swept*>::iterator place_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::string out_;
  Phase phase_ = Phase::idle;
  TimePoint deadline_;
  bool timed_out_ = false;
};

Awaitable<void> Connection::run() {
  while (!closing()) {
    if (!co_await wait_for_request()) break;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(worker_.shared.options.max_header));
    if (!co_await read_request(parser)) break;
    if (beast::websocket::is_upgrade(parser.get()) && is_live(parser.get().target())) {
      co_await upgrade(parser);
      co_return;
    }
    if (!co_await answer(parser)) break;
    out_.clear();
    if (out_.capacity() > (256u << 10)) out_.shrink_to_fit();
  }
  boost::system::error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
}

Awaitable<bool> Connection::wait_for_request() {
  enter(Phase::idle, worker_.shared.options.idle_timeout);
  if (buffer_.size() > 0) co_return true;  // pipelined
  const auto [error, bytes] = co_await socket_.async_read_some(buffer_.prepare(4096), kToken);
  buffer_.commit(bytes);
  co_return !error;
}

Awaitable<bool> Connection::read_request(Parser& parser) {
  namespace bh = beast::http;
  enter(Phase::header, worker_.shared.options.header_timeout);
  parser.body_limit(boost::none);
  const auto [error, bytes] = co_await bh::async_read_header(socket_, buffer_, parser, kToken);
  Request nobody;
  nobody.request_id = new_request_id();
  if (error == bh::error::end_of_stream || error == bh::error::partial_message) co_return false;
  if (error && timed_out_) co_return co_await refuse(408, "error.timeout", nobody);
  if (error == bh::error::header_limit || error == bh::error::buffer_overflow)
    co_return co_await refuse(431, "error.headers_too_large", nobody);
  if (error.category() == bh::make_error_code(bh::error::end_of_stream).category()) {
    ++worker_.shared.malformed;
    co_return co_await refuse(400, "error.bad_request", nobody);
  }
  if (error) co_return false;
  // Two framings in one message are how requests are smuggled past a proxy (RFC 9112, 6.1).
  if (parser.get().count(bh::field::transfer_encoding) && parser.get().count(bh::field::content_length))
    co_return co_await refuse(400, "error.bad_request", nobody);
  co_return co_await read_body(parser);
}

std::size_t Connection::body_limit(const Parser& parser) const {
  const auto target = parser.get().target();
  const auto method = method_of({parser.get().method_string().data(), parser.get().method_string().size()});
  auto path = std::string_view(target.data(), target.size()).substr(0, target.find('?'));
  const auto& shared = worker_.shared;
  if (shared.mount.has(path)) path.remove_prefix(shared.mount.name.size() + 1);  // every desk has the same routes
  const auto* route = method ? shared.desk->dispatcher.route_of(*method, path) : nullptr;
  return route ? route->limits.body : Limits{}.body;
}

Awaitable<bool> Connection::read_body(Parser& parser) {
  namespace bh = beast::http;
  const auto limit = body_limit(parser);
  const auto length = parser.content_length();
  Request nobody;
  nobody.request_id = new_request_id();
  if (length && *length > limit) co_return co_await refuse(413, "error.too_large", nobody);
  if (parser.is_done()) co_return true;
  parser.body_limit(limit);
  const auto expects = parser.get()[bh::field::expect];
  if (beast::iequals(expects, "100-continue") && !co_await continue_100()) co_return false;
  enter(Phase::body, worker_.shared.options.transfer_timeout, length ? *length : limit);
  const auto [error, bytes] = co_await bh::async_read(socket_, buffer_, parser, kToken);
  if (!error) co_return true;
  if (timed_out_) co_return co_await refuse(408, "error.timeout", nobody);
  if (error == bh::error::body_limit) co_return co_await refuse(413, "error.too_large", nobody);
  if (error.category() == bh::make_error_code(bh::error::end_of_stream).category() &&
      error != bh::error::partial_message)
    co_return co_await refuse(400, "error.bad_request", nobody);
  co_return false;
}

Awaitable<bool> Connection::continue_100() {
  enter(Phase::writing, worker_.shared.options.transfer_timeout);
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [error, bytes] = co_await net::async_write(socket_, net::buffer(out_), kToken);
  out_.clear();
  co_return !error;
}

// Answers what cannot be understood and closes: what follows on the connection cannot be trusted to be a request.
Awaitable<bool> Connection::refuse(int status, const char* key, const Request& request) {
  const auto response = problem_with_status(status, Error{ErrorKind::invalid, key, {}, {}, 0}, request);
  co_await write(response, request, false, false);
  boost::system::error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  // Read on a little: closing with unread bytes would reset the connection before the answer is seen.
  char sink[4096];
  for (int i = 0; i < 64; ++i) {
    enter(Phase::writing, 1);
    const auto [failed, bytes] = co_await socket_.async_read_some(net::buffer(sink), kToken);
    if (failed) break;
  }
  co_return false;
}

Awaitable<Response> Connection::respond(Request request, std::string& route) {
  const auto& shared = worker_.shared;
  const bool mounted = shared.mount.has(request.path);
  if (mounted) enter_mount(shared.mount, request);
  if (request.method == Method::get && is_page_address(request.path)) {
    route = "assets";
    co_return shared.assets.answer(request);
  }
  const auto desk = mounted ? shared.mount.find() : shared.desk;
  if (!desk) co_return problem(Error{ErrorKind::not_found, "error.not_found", {}, {}, 0}, request);
  auto task = desk->dispatcher.answer(std::move(request), &route);
  auto response = co_await finish(std::move(task), worker_);
  if (mounted) leave_mount(shared.mount, response);
  co_return response;
}

Awaitable<bool> Connection::answer(Parser& parser) {
  const auto started = std::chrono::steady_clock::now();
  const bool keep_alive = parser.keep_alive() && !closing();
  auto message = parser.release();
  auto parsed = to_request(message, peer_, worker_.shared.options.proxies);
  if (parsed.refused == 400) co_return co_await refuse(400, "error.bad_request", parsed.request);
  enter(Phase::working, 0);
  Request echo;  // what the answer's head needs once the request has moved into the handler
  echo.request_id = parsed.request.request_id;
  echo.secure = parsed.request.secure;
  const std::string_view method = parsed.head ? "HEAD" : method_name(parsed.request.method);
  std::string route;
  Response response;
  if (parsed.refused)
    response =
        problem_with_status(405, Error{ErrorKind::invalid, "error.method_not_allowed", {}, {}, 0}, parsed.request);
  else
    response = co_await respond(std::move(parsed.request), route);
  const bool written = co_await write(response, echo, parsed.head, keep_alive && !closing());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  worker_.shared.observer({method, route, response.status, took.count(), response.body.size(), echo.request_id});
  co_return written&& keep_alive && !closing();
}

Awaitable<bool> Connection::write(const Response& response, const Request& request, bool head, bool keep_alive) {
  if (!response.file.empty()) co_return co_await write_file(response, request, head, keep_alive);
  out_.clear();
  write_head(out_, response, request, response.body.size(), worker_.date, keep_alive);
  if (!head && response.status != 204 && response.status != 304) out_ += response.body;
  co_return co_await flush();
}

Awaitable<bool> Connection::flush() {
  enter(Phase::writing, worker_.shared.options.transfer_timeout, out_.size());
  const auto [error, bytes] = co_await net::async_write(socket_, net::buffer(out_), kToken);
  co_return !error;
}

Awaitable<bool> Connection::write_file(const Response& response, const Request& request, bool head, bool keep_alive) {
  std::ifstream file(response.file, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::size_t>(file.tellg()) : 0;
  file.seekg(0);
  out_.clear();
  write_head(out_, response, request, size, worker_.date, keep_alive);
  std::size_t left = head ? 0 : size;
  do {
    const auto part = std::min(left, kChunk), start = out_.size();
    out_.resize(start + part);
    if (part && !file.read(out_.data() + start, static_cast<std::streamsize>(part))) co_return false;
    left -= part;
    if (!co_await flush()) co_return false;
    out_.clear();
  } while (left > 0);
  co_return true;
}

Awaitable<bool> Connection::upgrade(Parser& parser) {
  auto message = parser.release();
  auto parsed = to_request(message, peer_, worker_.shared.options.proxies);
  auto& request = parsed.request;
  enter(Phase::working, 0);
  if (request.header("Origin").empty() || !same_origin(request)) {
    const Error error{ErrorKind::forbidden, "error.csrf", {}, {}, 0};
    co_return co_await write(problem(error, request), request, false, false);
  }
  auto desk = worker_.shared.desk;
  if (const auto& mount = worker_.shared.mount; mount.has(request.path)) {
    enter_mount(mount, request);
    desk = mount.find();
  }
  std::optional<Caller> caller;
  bool broken = !desk;
  try {
    if (desk) {
      auto task = desk->dispatcher.authenticate()(request, Activity::passive);
      caller = co_await finish(std::move(task), worker_);
    }
  } catch (const std::exception&) {
    broken = true;
  }
  if (!caller) {
    const Error error = broken ? Error{ErrorKind::unavailable, "error.unavailable", {}, {}, 2}
                               : Error{ErrorKind::unauthenticated, "error.unauthenticated", {}, {}, 0};
    co_return co_await write(problem(error, request), request, false, false);
  }
  buffer_ = beast::flat_buffer();
  co_await serve_live(std::move(socket_), worker_, std::move(message), std::move(request), std::move(*caller),
                      std::move(desk));
  co_return true;
}

}  // namespace

Awaitable<void> serve_connection(Socket socket, Worker& worker) {
  Connection connection(std::move(socket), worker);
  co_await connection.run();
}

}  // namespace auricle::http
