#include "conversations/escalation.h"

#include <algorithm>

#include "conversations/notifications.h"
#include "conversations/promises.h"
#include "conversations/work.h"
#include "platform/base/log.h"
#include "platform/events/sequencer.h"
#include "team/team.h"

namespace auricle::conversations {
namespace {

using clinic::StepAction;

constexpr int kMost = 200;

// Who leads where the case is: supervisors of its site or of all, without any the directors.
std::vector<UserId> leaders(db::Session& session, SiteId site) {
  const auto users = team::users(session);
  std::vector<UserId> found;
  for (const auto role : {Role::supervisor, Role::director}) {
    for (const auto& user : users) {
      const auto leads = [&](const Membership& one) {
        return one.role == role && (!one.site_id || one.site_id == site);
      };
      if (user.active && std::any_of(user.memberships.begin(), user.memberships.end(), leads)) found.push_back(user.id);
    }
    if (!found.empty()) return found;
  }
  return found;
}

int rank(Priority priority) {
  switch (priority) {
    case Priority::low:
      return 0;
    case Priority::normal:
      return 1;
    case Priority::high:
      return 2;
    case Priority::urgent:
      return 3;
  }
  return 0;
}

class Escalating {
 public:
  Escalating(const Work& work, store::CaseRecord& row) : work_(work), row_(row) {}

  // False: there was nothing to do, nobody to tell.
  bool take(const Step& step) const {
    switch (step.action) {
      case StepAction::tell_assignee:
        return somebody_has_it() ? tell_one(step) : tell_leaders(step);
      case StepAction::tell_supervisors:
        return tell_leaders(step);
      case StepAction::raise_priority:
        return raise(step);
      case StepAction::release:
        return release(step);
    }
    return false;
  }

 private:
  bool somebody_has_it() const {
    return row_.assignee_id && team::can_work(work_.tx, row_.assignee_id, Permission::cases_read, row_.site_id);
  }
  void tell(const Step& step, UserId who) const {
    notify(work_.tx, {who, step.late ? NotificationKind::overdue : NotificationKind::due_soon, row_.id, {}}, work_.now);
  }
  // In the stream: what was done, and whether the time was over.
  void note(const Step& step, const char* what, std::optional<std::string> more = std::nullopt) const {
    const auto value = more ? std::string(what) + ":" + *more : std::string(what);
    work_.note_event(row_, {}, step.late ? "overdue" : "due_soon", value, std::string(enum_name(step.measure)));
  }
  // A reminder to who has the case escalates nothing; all else does.
  void append_fact(const Step& step) const {
    auto fact = work_.fact(row_, facts::Kind::escalate);
    fact.value = enum_name(step.action);
    work_.append(fact);
  }
  bool tell_one(const Step& step) const {
    tell(step, row_.assignee_id);
    note(step, "told", id_text(row_.assignee_id.value));
    return true;
  }
  bool tell_leaders(const Step& step) const {
    const auto who = leaders(work_.tx, row_.site_id);
    if (who.empty()) return false;
    for (const auto user : who) tell(step, user);
    note(step, "told_supervisors");
    append_fact(step);
    return true;
  }
  bool raise(const Step& step) const {
    if (!step.priority || rank(*step.priority) <= rank(row_.priority)) return false;
    auto fact = work_.fact(row_, facts::Kind::priority);
    fact.priority = enum_name(*step.priority);
    work_.append(fact);
    note(step, "raised", fact.priority);
    append_fact(step);
    return true;
  }
  bool release(const Step& step) const {
    if (!row_.assignee_id) return false;
    tell(step, row_.assignee_id);
    work_.append(work_.fact(row_, facts::Kind::assign));
    note(step, "released", id_text(row_.assignee_id.value));
    append_fact(step);
    return true;
  }

  const Work& work_;
  store::CaseRecord& row_;
};

void escalate(const Work& work, CaseId id) {
  auto row = store::find_case(work.tx, id);
  if (!row || !row->escalate_at || *row->escalate_at > work.now) return;
  const auto state = facts::refold(work.tx, id);
  apply_state(*row, state, store::resolving(work.tx, id).has_value());
  const Promises promises(work.tx);
  const auto plan = plan_of(steps_of(work.tx, id, promises.running(*row, state)), work.now);
  for (const auto& step : plan.pass) mark_step(work.tx, id, step, std::nullopt);
  const Escalating escalating(work, *row);
  bool any = false;
  for (const auto& step : plan.take) {
    const bool taken = escalating.take(step);
    mark_step(work.tx, id, step, taken ? std::optional(work.now) : std::nullopt);
    any |= taken;
  }
  if (any) work.audit_change(Viewer::system_viewer("escalation"), *row, {"escalation"});
  work.save(*row);
}

constexpr std::string_view kFollowed = "promises_followed";
constexpr std::int64_t kFarBehind = 500;  // changes of other kinds to look over again each time

// The sequence up to which changes are known now, when one of them moves promises or there are many.
struct Followed {
  bool moves = false;
  std::optional<std::int64_t> up_to;
};
Followed look_at_changes(db::Session& session) {
  const auto mark = events::mark(session, kFollowed), newest = events::newest_sequence(session);
  if (mark > 0 && newest <= mark) return {};
  const bool moves = mark == 0 || session
                                      .one<std::int64_t>(
                                          "SELECT 1 FROM platform_change WHERE seq > $1 AND seq <= $2 AND kind IN "
                                          "('site', 'queue', 'standard') LIMIT 1",
                                          mark, newest)
                                      .has_value();
  if (!moves && newest - mark < kFarBehind) return {};
  return {moves, std::max<std::int64_t>(newest, 1)};
}

bool move_one(db::Tx& tx, const Promises& promises, CaseId id) {
  auto row = store::find_case(tx, id);
  const auto ledgers = facts::ledgers_of(tx, id);
  if (!row || ledgers.empty()) return false;
  const auto shown = [&] { return std::tuple(row->due_at, row->warn_at, row->escalate_at, row->promise); };
  const auto before = shown();
  keep_promises(tx, promises, *row, facts::state_of(ledgers.back()));
  if (shown() == before) return false;
  ++row->version;
  store::update_case(tx, *row);
  events::announce(tx, {"case", id.value, row->version, row->site_id});
  return true;
}

}  // namespace

int move_promises(db::Database& database) {
  const auto followed = database.read_now([](db::Session& session) { return look_at_changes(session); });
  if (!followed.up_to) return 0;
  int moved = 0;
  for (CaseId after; followed.moves;) {
    const auto page = database.read_now([&](db::Session& session) {
      return session.all<CaseId>(
          "SELECT id FROM conversations_case WHERE state <> 'resolved' AND id > $1 ORDER BY id LIMIT 100", after.value);
    });
    if (page.empty()) break;
    moved += database.write_now(
        [&](db::Tx& tx) {
          const Promises promises(tx);
          int n = 0;
          for (const auto id : page) n += move_one(tx, promises, id) ? 1 : 0;
          return n;
        },
        db::Lane::bulk);
    after = page.back();
  }
  database.write_now([&](db::Tx& tx) {
    events::set_mark(tx, kFollowed, *followed.up_to);
    return 0;
  });
  return moved;
}

int escalate_due(db::Database& database, crypto::Keyring& keyring, const patients::Patients& patients,
                 const Clock& clock) {
  const Instant now = clock.now();
  const auto due = database.read_now([&](db::Session& session) {
    return session.all<CaseId>(
        "SELECT id FROM conversations_case WHERE escalate_at <= $1 ORDER BY escalate_at LIMIT $2", now, kMost);
  });
  for (const auto id : due) {
    try {
      database.write_now([&](db::Tx& tx) { escalate(Work(tx, keyring, patients, now), id); });
    } catch (const db::Unavailable&) {
      throw;
    } catch (const std::exception& error) {  // one that cannot be done does not stop the others
      log::error("escalation_failed", {{"case", id.value}, {"reason", error.what()}});
    }
  }
  return static_cast<int>(due.size());
}

}  // namespace auricle::conversations
