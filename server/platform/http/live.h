#pragma once
// The live channel /api/live: what changed (kind, id, version) and who else is on a case. Content is fetched by the
// audited routes. Each socket lives on the loop of its I/O thread; the hub posts to it there. See api/platform.yaml for
// the messages.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/base/loop.h"
#include "platform/events/sequencer.h"
#include "platform/http/http.h"

namespace auricle::http {

using LiveChange = events::SequencedChange;

// What the hub does with a socket. Called on the socket's own loop only.
class LiveSocket {
 public:
  virtual ~LiveSocket() = default;
  virtual void send(std::shared_ptr<const std::string> text) = 0;  // drops the socket when its queue is full
  virtual void close(std::string_view why) = 0;                    // "session_ended", …
  virtual void check_session() = 0;                                // runs LiveHub::check_session soon
};

// Who hears what. Kinds in neither are not sent.
struct LiveRules {
  std::map<std::string, Permission> kinds;  // who has it at the site of the change
  std::set<std::string> personal;           // only the user whose id the change carries
  // The site of a case; nothing for an unknown one. Only who may read it there is told who else looks at it.
  std::function<std::optional<SiteId>(db::Session&, CaseId)> site_of_case;
};

class LiveHub {
 public:
  LiveHub(db::Database& database, Authenticate authenticate, LiveRules rules);
  ~LiveHub();

  // From the sequencer, on any thread. A change of kind "session" (id: the user) makes the hub ask again who that
  // user's sockets are.
  void publish(std::vector<LiveChange> changes);
  void stop();  // the loops are about to end

  // On the loop of the socket.
  struct Member;
  std::shared_ptr<Member> join(std::shared_ptr<LiveSocket> socket, Request request, Caller caller);
  void leave(const std::shared_ptr<Member>& member);
  Task<Done> receive(std::shared_ptr<Member> member, std::string text);
  Task<Done> check_session(std::shared_ptr<Member> member);  // closes the socket when nobody is signed in any more

 private:
  struct PerLoop;  // members of one loop, touched only there
  struct Viewing;

  bool may_hear(const Member& member, const events::Change& change) const;
  void deliver(Member& member, const std::vector<LiveChange>& changes) const;
  Task<Done> resume(std::shared_ptr<Member> member, std::optional<std::int64_t> seq);
  Task<Done> look_at(std::shared_ptr<Member> member, std::int64_t case_id, bool composing);
  void view(const std::shared_ptr<Member>& member, std::int64_t case_id, bool composing);
  void announce_viewers(std::int64_t case_id);

  db::Database& database_;
  Authenticate authenticate_;
  const LiveRules rules_;
  std::mutex mutex_;
  std::map<Loop*, std::unique_ptr<PerLoop>> loops_;
  std::map<std::int64_t, std::vector<Viewing>> viewing_;  // by case
};

}  // namespace auricle::http
