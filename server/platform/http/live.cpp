#include "platform/http/live.h"

#include <algorithm>

#include "platform/base/json_read.h"

namespace auricle::http {
namespace {

struct Incoming {
  json::Patch<std::int64_t> resume, viewing;
  std::optional<bool> composing;
};
BOOST_DESCRIBE_STRUCT(Incoming, (), (resume, viewing, composing))

struct HelloMessage {
  std::string type = "hello";
  std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (type, seq))

struct ChangeMessage {
  std::string type = "change";
  std::int64_t seq = 0;
  std::string kind;
  std::int64_t id = 0, version = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeMessage, (), (type, seq, kind, id, version))

struct ViewerName {
  std::int64_t user_id = 0;
  std::string name;
  bool composing = false;
};
BOOST_DESCRIBE_STRUCT(ViewerName, (), (user_id, name, composing))

struct ViewersMessage {
  std::string type = "viewers";
  std::int64_t case_id = 0;
  std::vector<ViewerName> viewers;
};
BOOST_DESCRIBE_STRUCT(ViewersMessage, (), (type, case_id, viewers))

constexpr int kMostResumed = 1000;  // more than this: fetching anew is cheaper

template <class T>
std::shared_ptr<const std::string> message(const T& value) {
  return std::make_shared<const std::string>(json::to_json(value));
}

}  // namespace

struct LiveHub::Member {
  std::shared_ptr<LiveSocket> socket;
  Loop* loop = nullptr;
  Request request;  // of the upgrade: asked again who it is
  Caller caller;
  bool resuming = true;  // until the hello: changes wait in `pending`
  std::vector<LiveChange> pending;
  std::int64_t sent = 0;     // highest sequence sent
  std::int64_t case_id = 0;  // being viewed
};

struct LiveHub::PerLoop {
  std::vector<std::shared_ptr<Member>> members;
};

struct LiveHub::Viewing {
  std::shared_ptr<Member> member;
  Loop* loop;
  ViewerName who;
};

LiveHub::LiveHub(db::Database& database, Authenticate authenticate, LiveRules rules)
    : database_(database), authenticate_(std::move(authenticate)), rules_(std::move(rules)) {}
LiveHub::~LiveHub() = default;

void LiveHub::stop() {
  const std::scoped_lock lock(mutex_);
  viewing_.clear();
  loops_.clear();
}

bool LiveHub::may_hear(const Member& member, const events::Change& change) const {
  if (rules_.personal.contains(change.kind)) return change.id == member.caller.viewer.user.value;
  const auto kind = rules_.kinds.find(change.kind);
  return kind != rules_.kinds.end() && may(member.caller.viewer, kind->second, change.site);
}

void LiveHub::deliver(Member& member, const std::vector<LiveChange>& changes) const {
  for (const auto& [seq, change] : changes) {
    const bool about_them = change.kind == "session" || change.kind == "user";  // ended, or other roles
    if (about_them && change.id == member.caller.viewer.user.value) member.socket->check_session();
    if (seq <= member.sent) continue;
    if (member.resuming) {
      member.pending.push_back({seq, change});
      continue;
    }
    member.sent = seq;
    if (may_hear(member, change))
      member.socket->send(message(ChangeMessage{"change", seq, change.kind, change.id, change.version}));
  }
}

void LiveHub::publish(std::vector<LiveChange> changes) {
  const auto shared = std::make_shared<const std::vector<LiveChange>>(std::move(changes));
  const std::scoped_lock lock(mutex_);
  for (auto& [loop, here] : loops_)
    loop->post([this, shared, members = here.get()] {
      for (const auto& member : std::vector<std::shared_ptr<Member>>(members->members)) deliver(*member, *shared);
    });
}

std::shared_ptr<LiveHub::Member> LiveHub::join(std::shared_ptr<LiveSocket> socket, Request request, Caller caller) {
  auto member = std::make_shared<Member>();
  member->socket = std::move(socket);
  member->loop = current_loop();
  member->request = std::move(request);
  member->caller = std::move(caller);
  const std::scoped_lock lock(mutex_);
  auto& here = loops_[member->loop];
  if (!here) here = std::make_unique<PerLoop>();
  here->members.push_back(member);
  return member;
}

void LiveHub::leave(const std::shared_ptr<Member>& member) {
  view(member, 0, false);
  const std::scoped_lock lock(mutex_);
  const auto here = loops_.find(member->loop);
  if (here != loops_.end()) std::erase(here->second->members, member);
}

Task<Done> LiveHub::receive(std::shared_ptr<Member> member, std::string text) {
  const auto incoming = json::read<Incoming>(std::string_view(text));
  if (!incoming) {
    member->socket->close("malformed");
    co_return Done{};
  }
  if (incoming->resume.present) co_await resume(member, incoming->resume.value);
  if (incoming->viewing.present)
    co_await look_at(member, incoming->viewing.value.value_or(0), incoming->composing.value_or(false));
  co_return Done{};
}

Task<Done> LiveHub::resume(std::shared_ptr<Member> member, std::optional<std::int64_t> seq) {
  member->resuming = true;
  std::int64_t newest = 0;
  std::optional<std::vector<LiveChange>> missed;
  auto read = [&](db::Session& session) {
    newest = events::newest_sequence(session);
    if (seq && *seq <= newest) missed = events::changes_since(session, *seq, kMostResumed + 1);
  };
  co_await database_.read(read);
  const bool complete = missed && missed->size() <= kMostResumed;
  const bool reset = seq && !complete;
  member->resuming = false;
  member->sent = complete ? *seq : newest;
  if (reset) member->socket->send(std::make_shared<const std::string>(R"({"type":"reset"})"));
  member->socket->send(message(HelloMessage{"hello", newest}));
  if (complete) deliver(*member, *missed);
  deliver(*member, std::exchange(member->pending, {}));
  co_return Done{};
}

Task<Done> LiveHub::check_session(std::shared_ptr<Member> member) {
  auto caller = co_await authenticate_(member->request, Activity::passive);
  if (caller)
    member->caller = std::move(*caller);  // roles may have changed
  else
    member->socket->close("session_ended");
  co_return Done{};
}

Task<Done> LiveHub::look_at(std::shared_ptr<Member> member, std::int64_t case_id, bool composing) {
  if (case_id && case_id != member->case_id) {
    std::optional<SiteId> site;
    auto read = [&](db::Session& session) { site = rules_.site_of_case(session, CaseId{case_id}); };
    co_await database_.read(read);
    if (!site || !may(member->caller.viewer, Permission::cases_read, *site)) case_id = 0;
  }
  view(member, case_id, composing);
  co_return Done{};
}

void LiveHub::view(const std::shared_ptr<Member>& member, std::int64_t case_id, bool composing) {
  const auto left = std::exchange(member->case_id, case_id);
  {
    const std::scoped_lock lock(mutex_);
    if (const auto before = viewing_.find(left); before != viewing_.end()) {
      std::erase_if(before->second, [&](const Viewing& one) { return one.member == member; });
      if (before->second.empty()) viewing_.erase(before);
    }
    if (case_id)
      viewing_[case_id].push_back(
          {member, member->loop, {member->caller.viewer.user.value, member->caller.name, composing}});
  }
  if (left && left != case_id) announce_viewers(left);
  if (case_id) announce_viewers(case_id);
}

void LiveHub::announce_viewers(std::int64_t case_id) {
  const std::scoped_lock lock(mutex_);
  const auto here = viewing_.find(case_id);
  if (here == viewing_.end()) return;
  ViewersMessage answer;
  answer.case_id = case_id;
  for (const auto& one : here->second) {  // several tabs of one person count once
    const auto known = std::find_if(answer.viewers.begin(), answer.viewers.end(),
                                    [&](const ViewerName& v) { return v.user_id == one.who.user_id; });
    if (known == answer.viewers.end())
      answer.viewers.push_back(one.who);
    else
      known->composing |= one.who.composing;
  }
  const auto text = message(answer);
  for (const auto& one : here->second) one.loop->post([member = one.member, text] { member->socket->send(text); });
}

}  // namespace auricle::http
