#pragma once
// Between sockets and the rest: types shared by server.cpp, connection.cpp and live_socket.cpp only.
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "platform/http/server.h"

namespace auricle::http {

namespace net = boost::asio;
namespace beast = boost::beast;
using tcp = net::ip::tcp;
using Executor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<tcp, Executor>;
using Timer =
    net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Executor>;
using TimePoint = std::chrono::steady_clock::time_point;
template <class T>
using Awaitable = net::awaitable<T, Executor>;
inline constexpr auto kToken = net::as_tuple(net::use_awaitable_t<Executor>{});

struct Shared {  // by all threads; outlives them
  const ServerOptions& options;
  const std::shared_ptr<const Desk> desk;
  const Mount mount;
  const Assets& assets;
  const Server::Observer& observer;
  std::atomic<std::size_t> connections{0}, sockets{0};
  std::atomic<std::uint64_t> accepted{0}, refused{0}, timed_out{0}, malformed{0};
  std::atomic<bool> draining{false};
};

// Something with a deadline on one thread. The sweep calls `overdue` once a second.
class Swept {
 public:
  virtual ~Swept() = default;
  virtual void sweep(TimePoint now) = 0;
  virtual void drain() = 0;  // shutting down: end at the next pause
  virtual void abort() = 0;  // end now
};

class Worker final : public Loop {
 public:
  explicit Worker(Shared& shared) : shared(shared) {}
  void post(std::function<void()> call) override { net::post(io, std::move(call)); }

  Shared& shared;
  std::list<Swept*> swept;
  TimePoint now = std::chrono::steady_clock::now();
  std::string date;       // of the Date header, made once a second
  net::io_context io{1};  // last: its destructor ends coroutines that use the above
  Timer sweep_timer{io};
};

std::string http_date(std::time_t at);
std::string new_request_id();

// What is wrong with a request that never reached a route; 0: nothing.
struct Parsed {
  Request request;
  int refused = 0;  // status
  bool head = false;
};
using RequestMessage = beast::http::request<beast::http::string_body>;
Parsed to_request(RequestMessage& message, const std::string& peer, const TrustedProxies& proxies);

// Status line and headers, and the body unless it comes from a file or the request was HEAD.
void write_head(std::string& out, const Response& response, const Request& request, std::size_t length,
                std::string_view date, bool keep_alive);

Awaitable<void> serve_connection(Socket socket, Worker& worker);
// Takes over a socket whose upgrade request was read. Returns when the live channel is closed.
Awaitable<void> serve_live(Socket socket, Worker& worker, RequestMessage message, Request request, Caller caller,
                           std::shared_ptr<const Desk> desk);

// Runs a handler's task within an asio coroutine of the same thread.
template <class T>
Awaitable<T> finish(Task<T> task, Worker& worker) {
  if (!task.start()) {
    co_await net::async_initiate<decltype(kToken), void(boost::system::error_code)>(
        [&](auto handler) {
          auto kept = std::make_shared<decltype(handler)>(std::move(handler));
          task.on_done(
              [kept, &worker] { net::post(worker.io, [kept] { std::move (*kept)(boost::system::error_code{}); }); });
        },
        kToken);
  }
  co_return task.take();
}

}  // namespace auricle::http
