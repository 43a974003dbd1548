#pragma once
// Down by call, up by event. Events are past-tense facts, published inside the transaction that made them; listeners
// run in that same transaction, are listed in app/listeners.cpp, and are idempotent. A listener's failure (exception)
// fails the write.
#include <any>
#include <functional>
#include <typeindex>
#include <unordered_map>
#include <vector>

#include "platform/db/session.h"

namespace auricle::events {

class Bus {
 public:
  template <class E>
  void on(std::function<void(db::Tx&, const E&)> listener) {
    listeners_[typeid(E)].push_back(
        [call = std::move(listener)](db::Tx& tx, const void* event) { call(tx, *static_cast<const E*>(event)); });
  }
  template <class E>
  void publish(db::Tx& tx, const E& event) const {
    const auto found = listeners_.find(typeid(E));
    if (found == listeners_.end()) return;
    for (const auto& call : found->second) call(tx, &event);
  }

 private:
  std::unordered_map<std::type_index, std::vector<std::function<void(db::Tx&, const void*)>>> listeners_;
};

// What live clients, the search index and webhooks follow after commit: kind, id and version of what changed, never
// content. Appended in the transaction; gets its reader sequence after commit (platform/events/sequencer).
struct Change {
  std::string kind;  // "case", "patient", "message", "mailbox", "user", …
  std::int64_t id = 0;
  std::int64_t version = 0;
  SiteId site;
};
void announce(db::Tx& tx, const Change& change);

}  // namespace auricle::events
