#pragma once
// What the program does with all its channels, without naming one.
#include <memory>
#include <vector>

#include "platform/base/id.h"
#include "platform/db/session.h"
#include "platform/http/http.h"
#include "platform/metrics/metrics.h"

namespace auricle::app {

struct Services;
class InventedPatients;

// Practice has no channel that reaches anybody: not one is made.
enum class World { clinic, practice };

class PatientChannels {
 public:
  PatientChannels(Services& services, World world);
  ~PatientChannels();
  void add_routes(http::Router& router);
  void collect(metrics::Registry& registry);
  void start();
  void stop();
  // To colleagues, by whatever channel can carry a letter; nothing to send by: not available.
  struct Letter {
    std::string to, to_name, subject, text, language;
  };
  InventedPatients* invented();  // of practice; null in the clinic
  bool can_send_letter(db::Session& session) const;
  Result<Done> send_letter(const Letter& letter) const;  // blocking
  bool connected(db::Session& session) const;            // a clinic's own: patients can write
  bool past_known(db::Session& session) const;           // the time before was asked for
  // Of an erased patient; `addresses` nobody else has.
  void forget(db::Tx& tx, const std::vector<ConversationId>& conversations, const std::vector<std::string>& addresses);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace auricle::app
