#pragma once
// HTTP/1.1 and WebSocket server. One event loop and one acceptor per core; a connection never changes its thread.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/http/assets.h"
#include "platform/http/dispatch.h"
#include "platform/http/live.h"
#include "platform/http/mount.h"
#include "platform/http/proxies.h"

namespace auricle::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  int threads = 0;            // 0: one per core
  TrustedProxies proxies;
  std::size_t max_connections = 20000;
  std::size_t max_header = 16 << 10;
  // Seconds. A body or an answer also gets a second for each 32 KiB.
  int header_timeout = 10;
  int transfer_timeout = 20;
  int idle_timeout = 75;
  int shutdown_timeout = 10;
};

struct ServerStatistics {
  std::size_t connections = 0, sockets = 0;
  std::uint64_t accepted = 0, refused = 0, timed_out = 0, malformed = 0;
};

class Server {
 public:
  using Observer = std::function<void(const Served&)>;  // called on I/O threads after each answer

  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual std::string url() const = 0;  // "http://127.0.0.1:8080"
  // Serves until SIGTERM or SIGINT, then finishes what runs (at most shutdown_timeout) and returns.
  virtual void run() = 0;
  virtual void stop() = 0;  // thread-safe
  virtual ServerStatistics statistics() const = 0;
};

// Binds at once (throws std::runtime_error that says why it cannot); answers after run().
std::unique_ptr<Server> make_server(const ServerOptions& options, const Dispatcher& dispatcher, const Assets& assets,
                                    LiveHub& live, Server::Observer observer, Mount mount = {});

}  // namespace auricle::http
