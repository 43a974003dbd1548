#pragma once
// The composition root: every service is made here once, in the order of the module graph, and handed what it uses.
// Commands of the command line take from it what they need; `serve` starts it.
#include <functional>
#include <memory>
#include <string>

#include "app/installation.h"
#include "platform/events/bus.h"
#include "platform/events/sequencer.h"
#include "platform/http/http.h"
#include "platform/http/live.h"
#include "platform/metrics/metrics.h"

namespace auricle::app {

struct Services;   // services.h
enum class World;  // channels.h: the clinic, or practice

class App {
 public:
  explicit App(Installation& installation);  // the clinic
  App(Installation& installation, World world);
  ~App();

  Services& services() { return *services_; }
  void add_routes(http::Router& router, std::function<std::int64_t()> live_connections);
  http::Authenticate authenticate();
  http::LiveRules live_rules() const;  // who hears what on the live channel
  void collect(metrics::Registry& registry);
  // Threads that work beside the requests: mailboxes, deliveries, jobs. `stop` ends what they began.
  void start();
  void stop();

 private:
  Installation& installation_;
  std::unique_ptr<Services> services_;
};

}  // namespace auricle::app
