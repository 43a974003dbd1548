#include "platform/db/postgres_listener.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "platform/base/log.h"

namespace auricle::db {
namespace {

constexpr int kShortestPause = 500, kLongestPause = 30'000;  // ms between attempts to connect
constexpr int kCheckEvery = 30'000;                          // ms: notices a connection that died silently

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

bool command(PGconn* connection, const std::string& sql) {
  const std::unique_ptr<PGresult, Clear> result(PQexec(connection, sql.c_str()));
  const auto status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

PostgresListener::PostgresListener(std::string url, std::string channel, std::function<void()> news)
    : url_(std::move(url)), channel_(std::move(channel)), news_(std::move(news)), stop_(eventfd(0, EFD_CLOEXEC)) {
  thread_ = std::thread([this] { loop(); });
}

PostgresListener::~PostgresListener() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(stop_);
}

bool PostgresListener::wait(int socket, int most_ms) const {
  pollfd waits[2] = {{stop_, POLLIN, 0}, {socket, POLLIN, 0}};
  poll(waits, socket < 0 ? 1 : 2, most_ms);
  return waits[0].revents == 0;
}

void PostgresListener::loop() {
  for (int pause = kShortestPause;; pause = std::min(pause * 2, kLongestPause)) {
    listen();
    if (connected_.exchange(false)) {
      pause = kShortestPause;
      log::warn("notifications_lost", {});
    }
    if (!wait(-1, pause)) return;
  }
}

void PostgresListener::listen() {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(url_.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK || !command(connection.get(), "LISTEN " + channel_)) return;
  connected_ = true;
  news_();  // what was announced before we listened
  while (wait(PQsocket(connection.get()), kCheckEvery)) {
    if (!PQconsumeInput(connection.get())) return;
    bool any = false;
    while (PGnotify* one = PQnotifies(connection.get())) {
      PQfreemem(one);
      any = true;
    }
    if (any)
      news_();
    else if (!command(connection.get(), "SELECT 1"))
      return;
  }
}

}  // namespace auricle::db
