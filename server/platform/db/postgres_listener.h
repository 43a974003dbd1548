#pragma once
// What other nodes announce by NOTIFY: a connection of its own on a thread of its own, made anew when it breaks.
#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "platform/db/database.h"

namespace auricle::db {

class PostgresListener final : public Listener {
 public:
  PostgresListener(std::string url, std::string channel, std::function<void()> news);
  ~PostgresListener() override;
  bool connected() const override { return connected_; }

 private:
  void loop();
  void listen();                             // until it breaks or ends
  bool wait(int socket, int most_ms) const;  // false: it ends

  const std::string url_, channel_;
  const std::function<void()> news_;
  std::atomic<bool> connected_ = false;
  int stop_ = -1;  // an eventfd
  std::thread thread_;
};

}  // namespace auricle::db
