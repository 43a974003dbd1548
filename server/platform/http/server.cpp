#include "platform/http/server.h"

#include "platform/base/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <thread>

#include "platform/http/wire_internal.h"

namespace auricle::http {
namespace {

using Acceptor = net::basic_socket_acceptor<tcp, Executor>;
using ReusePort = net::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using std::chrono::seconds;
using std::chrono::steady_clock;

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, const Desk& desk, const Assets& assets, Observer observer, Mount mount)
      : options_(options),
        observer_(std::move(observer)),
        shared_{options_, std::make_shared<const Desk>(desk), std::move(mount), assets, observer_} {
    const int threads = options_.threads > 0 ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
    for (int i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(shared_));
    bind();
  }

  std::uint16_t port() const override { return port_; }
  std::string url() const override {
    const bool v6 = options_.address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + options_.address + "]" : options_.address) + ":" + std::to_string(port_);
  }
  void run() override;
  void stop() override {
    if (shared_.draining.exchange(true)) return;
    for (std::size_t i = 0; i < workers_.size(); ++i)
      workers_[i]->post([this, i] {
        acceptors_[i]->close();
        for (auto* one : std::list<Swept*>(workers_[i]->swept)) one->drain();
        workers_[i]->sweep_timer.cancel();
      });
  }
  ServerStatistics statistics() const override {
    return {shared_.connections, shared_.sockets,   shared_.accepted,
            shared_.refused,     shared_.timed_out, shared_.malformed};
  }

 private:
  void bind();
  Awaitable<void> listen(std::size_t index);
  Awaitable<void> sweep(std::size_t index);
  void admit(Socket socket, Worker& worker);
  void run_worker(std::size_t index);

  ServerOptions options_;
  Observer observer_;
  Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::uint16_t port_ = 0;
};

void open_acceptor(Acceptor& acceptor, const tcp::endpoint& endpoint, bool shared_port) {
  acceptor.open(endpoint.protocol());
  acceptor.set_option(net::socket_base::reuse_address(true));
  if (shared_port) acceptor.set_option(ReusePort(true));
  acceptor.bind(endpoint);
  acceptor.listen(4096);
}

void BeastServer::bind() try {
  tcp::endpoint endpoint(net::ip::make_address(options_.address), options_.port);
  if (options_.port != 0) {
    // SO_REUSEPORT would let a second server of the same user share the port in silence: ask without it first.
    Acceptor probe(workers_[0]->io);
    open_acceptor(probe, endpoint, false);
  }
  for (auto& worker : workers_) {
    acceptors_.push_back(std::make_unique<Acceptor>(worker->io));
    open_acceptor(*acceptors_.back(), endpoint, true);
    if (endpoint.port() == 0) endpoint.port(acceptors_.back()->local_endpoint().port());
  }
  port_ = endpoint.port();
} catch (const boost::system::system_error& error) {
  throw std::runtime_error("cannot listen on " + options_.address + " port " + std::to_string(options_.port) + ": " +
                           error.code().message());
}

void BeastServer::admit(Socket socket, Worker& worker) {
  ++shared_.accepted;
  if (shared_.connections >= options_.max_connections) {
    ++shared_.refused;
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(net::buffer(kBusy.data(), kBusy.size()), ignored);
    return;
  }
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  net::co_spawn(worker.io.get_executor(), serve_connection(std::move(socket), worker), [](std::exception_ptr error) {
    if (error) log::error("connection_failed");
  });
}

Awaitable<void> BeastServer::listen(std::size_t index) {
  auto& worker = *workers_[index];
  auto& acceptor = *acceptors_[index];
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(kToken);
    if (!error) {
      admit(std::move(socket), worker);
    } else if (error != net::error::operation_aborted) {
      Timer pause(worker.io, std::chrono::milliseconds(100));  // out of file descriptors: let some close
      co_await pause.async_wait(kToken);
    }
  }
}

Awaitable<void> BeastServer::sweep(std::size_t index) {
  auto& worker = *workers_[index];
  TimePoint last_call = TimePoint::max();
  for (;;) {
    worker.now = steady_clock::now();
    worker.date = http_date(std::time(nullptr));
    for (auto* one : std::list<Swept*>(worker.swept)) one->sweep(worker.now);
    if (shared_.draining) {
      if (worker.swept.empty()) co_return;
      if (last_call == TimePoint::max()) last_call = worker.now + seconds(options_.shutdown_timeout);
      for (auto* one : std::list<Swept*>(worker.swept)) worker.now < last_call ? one->drain() : one->abort();
      if (worker.now > last_call + seconds(3)) worker.io.stop();  // a handler that never returns
    }
    worker.sweep_timer.expires_after(shared_.draining ? std::chrono::milliseconds(20)
                                                      : std::chrono::milliseconds(1000));
    co_await worker.sweep_timer.async_wait(kToken);
  }
}

void BeastServer::run_worker(std::size_t index) {
  auto& worker = *workers_[index];
  set_current_loop(&worker);
  worker.date = http_date(std::time(nullptr));
  net::co_spawn(worker.io, listen(index), net::detached);
  net::co_spawn(worker.io, sweep(index), net::detached);
  worker.io.run();
  set_current_loop(nullptr);
}

void BeastServer::run() {
  net::io_context signals_io{1};
  net::signal_set signals(signals_io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    stop();
    signals.async_wait([](const boost::system::error_code& again, int) {
      if (!again) _exit(130);  // asked twice
    });
  });
  std::thread signal_thread([&] { signals_io.run(); });
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers_.size(); ++i) threads.emplace_back([this, i] { run_worker(i); });
  for (auto& thread : threads) thread.join();
  signals_io.stop();
  signal_thread.join();
}

}  // namespace

std::unique_ptr<Server> make_server(const ServerOptions& options, const Dispatcher& dispatcher, const Assets& assets,
                                    LiveHub& live, Server::Observer observer, Mount mount) {
  return std::make_unique<BeastServer>(options, Desk{dispatcher, live}, assets, std::move(observer), std::move(mount));
}

}  // namespace auricle::http
