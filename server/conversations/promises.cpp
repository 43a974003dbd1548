#include "conversations/promises.h"

#include <algorithm>
#include <set>

#include "conversations/rules.h"

namespace auricle::conversations {
namespace {

using clinic::Promise;
using clinic::StepAction;

bool tells(const Step& step) {
  return step.action == StepAction::tell_assignee || step.action == StepAction::tell_supervisors;
}

struct Taken {
  Instant began_at;
  StandardId standard_id;
  std::int64_t step = 0;
  auto operator<=>(const Taken&) const = default;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (began_at, standard_id, step))

std::set<Taken> taken_of(db::Session& session, CaseId id) {
  std::set<Taken> taken;
  for (const auto& one :
       session.all<Taken>("SELECT began_at, standard_id, step FROM conversations_escalation WHERE case_id = $1", id))
    taken.insert(one);
  return taken;
}

void show_earliest(store::CaseRecord& row, const std::vector<Running>& running) {
  const auto first = std::min_element(running.begin(), running.end(),
                                      [](const Running& a, const Running& b) { return a.due_at < b.due_at; });
  row.promise.reset();
  row.warn_at.reset();
  row.due_at.reset();
  if (first == running.end()) return;
  row.promise = std::string(enum_name(first->measure));
  row.warn_at = first->warn_at;
  row.due_at = first->due_at;
}

}  // namespace

Promises::Promises(db::Session& session) : Promises(session, clinic::standards(session)) {}
Promises::Promises(db::Session& session, std::vector<clinic::Standard> standards)
    : session_(session), standards_(std::move(standards)) {}

const std::string& Promises::zone(SiteId site) const {
  const auto [it, added] = zones_.try_emplace(site, "UTC");
  if (added)
    if (const auto found = clinic::find_site(session_, site)) it->second = found->time_zone;
  return it->second;
}

const std::optional<clinic::Calendar>& Promises::calendar(SiteId site, QueueId queue) const {
  const auto [it, added] = calendars_.try_emplace({site, queue});
  if (added) it->second = clinic::calendar_of(session_, site, queue);
  return it->second;
}

std::optional<Running> Promises::promise(const store::CaseRecord& row, const facts::CaseState& state,
                                         const Wait& wait) const {
  const SiteId site = row.site_id ? row.site_id : clinic::first_site(session_);
  const clinic::Promised asked{wait.channel, std::string(enum_name(row.priority)), row.topic.value_or(""), site};
  const auto day = clinic::local_day(zone(site), wait.began);
  const auto* standard = clinic::standard_for(standards_, wait.measure, asked, day, wait.began);
  if (!standard) return std::nullopt;
  const auto& hours = calendar(site, state.queue_id);
  return Running{wait.measure,
                 wait.began,
                 standard,
                 hours,
                 clinic::at_risk_from(*standard, hours, wait.began),
                 clinic::wanted_by(*standard, hours, wait.began)};
}

std::vector<Running> Promises::running(const store::CaseRecord& row, const facts::CaseState& state) const {
  std::vector<Running> out;
  if (standards_.empty() || row.state == CaseStateName::resolved) return out;
  const auto add = [&](const Wait& wait) {
    if (auto one = promise(row, state, wait)) out.push_back(std::move(*one));
  };
  if (row.unanswered_since) {
    const bool first = !state.first_answer_at && !state.last_resolved_at && row.opened_by == OpenedBy::patient;
    add({first ? Promise::first_response : Promise::next_reply, *row.unanswered_since, state.waiting_channel});
  }
  if (!state.last_resolved_at) add({Promise::resolution, row.opened_at, state.first_channel});
  return out;
}

Plan plan_of(std::vector<Step> steps, Instant now) {
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
  Plan plan;
  std::set<std::pair<bool, StepAction>> have;  // from the newest back
  for (auto it = steps.rbegin(); it != steps.rend(); ++it) {
    if (it->done) continue;
    if (it->at > now) {
      plan.next = it->at;
      continue;
    }
    const bool newest = have.emplace(tells(*it), tells(*it) ? StepAction::tell_assignee : it->action).second;
    (newest ? plan.take : plan.pass).push_back(*it);
  }
  std::reverse(plan.take.begin(), plan.take.end());
  return plan;
}

std::vector<Step> steps_of(db::Session& session, CaseId id, const std::vector<Running>& running) {
  std::vector<Step> steps;
  for (const auto& one : running)
    for (std::size_t i = 0; i < one.standard->steps.size(); ++i) {
      const auto& step = one.standard->steps[i];
      const Instant at = clinic::step_at(*one.standard, step, one.calendar, one.began);
      const auto priority = step.priority ? enum_parse<Priority>(*step.priority) : std::nullopt;
      steps.push_back({at, one.began, one.standard->id, static_cast<std::int64_t>(i), one.measure, step.action,
                       priority, at >= one.due_at, false});
    }
  if (steps.empty()) return steps;
  const auto taken = taken_of(session, id);
  for (auto& step : steps) step.done = taken.contains({step.began, step.standard_id, step.step});
  return steps;
}

void mark_step(db::Tx& tx, CaseId id, const Step& step, std::optional<Instant> taken_at) {
  tx.exec(
      "INSERT INTO conversations_escalation(case_id, began_at, standard_id, step, taken_at) VALUES($1, $2, $3, $4, $5) "
      "ON CONFLICT (case_id, began_at, standard_id, step) DO NOTHING",
      id, step.began, step.standard_id, step.step, taken_at);
}

void keep_promises(db::Session& session, store::CaseRecord& row, const facts::CaseState& state) {
  keep_promises(session, Promises(session), row, state);
}

void keep_promises(db::Session& session, const Promises& promises, store::CaseRecord& row,
                   const facts::CaseState& state) {
  const auto running = promises.running(row, state);
  show_earliest(row, running);
  row.escalate_at.reset();
  for (const auto& step : steps_of(session, row.id, running))
    if (!step.done && (!row.escalate_at || step.at < *row.escalate_at)) row.escalate_at = step.at;
}

void keep_promises_silently(db::Tx& tx, store::CaseRecord& row, const facts::CaseState& state, Instant now) {
  const Promises promises(tx);
  const auto running = promises.running(row, state);
  show_earliest(row, running);
  const auto plan = plan_of(steps_of(tx, row.id, running), now);
  for (const auto& step : plan.take) mark_step(tx, row.id, step, std::nullopt);
  for (const auto& step : plan.pass) mark_step(tx, row.id, step, std::nullopt);
  row.escalate_at = plan.next;
}

namespace {

// Sites as they stand: numbers of our own.
std::string at_sites(const SiteScope& scope, SiteId site) {
  if (site) return " AND site_id = " + std::to_string(site.value);
  if (scope.all) return "";
  std::string sql = " AND site_id IN (0";
  for (const auto one : scope.sites) sql += "," + std::to_string(one.value);
  return sql + ")";
}

}  // namespace

Result<AtRisk> at_risk(const Viewer& viewer, db::Session& session, SiteId site, int limit, Instant now) {
  if (!may(viewer, Permission::cases_read, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  const std::string where = " FROM conversations_case WHERE warn_at <= $1 AND state <> 'resolved'" +
                            at_sites(scope_of(viewer, Permission::cases_read), site);
  AtRisk out;
  out.as_of = now;
  const auto all = session.one<std::int64_t>("SELECT COUNT(*)" + where, now).value_or(0);
  out.late = session.one<std::int64_t>("SELECT COUNT(*)" + where + " AND due_at < $1", now).value_or(0);
  out.soon = all - out.late;
  out.items = session.all<CaseAtRisk>(
      "SELECT id AS case_id, number, site_id, channel, priority, promise, warn_at, due_at, assignee_id" + where +
          " ORDER BY due_at, id LIMIT $2",
      now, limit);
  return out;
}

Result<StandardPreview> preview_standard(const Viewer& viewer, db::Session& session, const clinic::StandardInput& input,
                                         Instant now) {
  const bool allowed = input.site_id ? may(viewer, Permission::sites_manage, *input.site_id)
                                     : scope_of(viewer, Permission::sites_manage).all;
  if (!allowed) return fail(ErrorKind::forbidden, "error.forbidden");
  auto candidate = clinic::standard_of(session, input, now);
  if (!candidate) return fail(candidate.error());
  auto standards = clinic::standards(session);
  std::erase_if(standards, [&](const clinic::Standard& one) { return clinic::same_target(one, *candidate); });
  candidate->id = StandardId{INT64_MAX};
  candidate->valid_from.reset();
  candidate->holds_from.reset();
  const auto wanted = candidate->id;
  standards.push_back(std::move(*candidate));
  const Promises promises(session, std::move(standards));
  StandardPreview out;
  constexpr int kMost = 2000;
  for (const auto id : session.all<CaseId>(
           "SELECT id FROM conversations_case WHERE state <> 'resolved' ORDER BY list_key LIMIT $1", kMost)) {
    const auto row = store::find_case(session, id);
    const auto ledgers = facts::ledgers_of(session, id);
    if (!row || ledgers.empty()) continue;
    ++out.open;
    for (const auto& one : promises.running(*row, facts::state_of(ledgers.back()))) {
      if (one.standard->id != wanted) continue;
      ++out.covered;
      if (one.due_at < now)
        ++out.late;
      else if (one.warn_at <= now)
        ++out.soon;
    }
  }
  return out;
}

}  // namespace auricle::conversations
