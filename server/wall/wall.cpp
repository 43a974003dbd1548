#include "wall/wall.h"

#include <algorithm>

namespace auricle::wall {
namespace {

constexpr std::int64_t kNowMs = 1000, kDaysMs = 10'000;

std::vector<analytics::Figure> figures_of(db::Session& session, const SiteScope& scope, clinic::LocalDay day,
                                          Instant as_of) {
  analytics::Query query;
  query.keys = {"contacts", "cases_opened", "first_response_time", "sla_attainment", "calls_offered", "service_level"};
  query.from = day;
  query.to = day + 1;
  query.as_of = as_of;
  query.all_sites = scope.all;
  query.sites = scope.sites;
  return analytics::figures(session, query);
}

bool works_here(const team::User& user, const SiteScope& scope) {
  return user.active && std::any_of(user.memberships.begin(), user.memberships.end(), [&](const Membership& m) {
           if (!role_grants(m.role, Permission::messages_send)) return false;
           return scope.all || !m.site_id || scope.sites.contains(m.site_id);
         });
}

bool fresh(Instant at, Instant now, std::int64_t ms) { return at.ms != 0 && at <= now && now - at < ms; }

}  // namespace

Now now_of(db::Session& session, const SiteScope& scope, Instant now) {
  Now out;
  out.channels = conversations::standing(session, scope, now, now + kSoonMs);
  for (const auto state : {team::Presence::available, team::Presence::busy, team::Presence::break_})
    out.people.push_back({state, 0});
  for (const auto& user : team::users(session))
    for (auto& people : out.people)
      if (people.state == user.presence && works_here(user, scope)) ++people.n;
  return out;
}

Days days_of(db::Session& session, const SiteScope& scope, Instant now) {
  const auto places = analytics::load_places(session);
  const auto site = clinic::first_site(session);
  const auto day = places.local_day(site, now);
  // The same time of the day, though clocks were changed in between.
  const auto then = places.start_of_day(site, day + -7) + (now - places.start_of_day(site, day));
  Days out;
  out.day = to_string(day);
  out.then_day = to_string(day + -7);
  out.today = figures_of(session, scope, day, now);
  out.then = figures_of(session, scope, day + -7, then);
  return out;
}

Wall Screens::look(db::Session& session, const SiteScope& scope, Instant now) {
  const auto key = scope.all ? std::set<SiteId>{} : scope.sites;
  Kept kept;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(key); found != kept_.end()) kept = found->second;
  }
  const bool read_now = !fresh(kept.now_at, now, kNowMs), read_days = !fresh(kept.days_at, now, kDaysMs);
  if (read_now) {
    kept.now = now_of(session, scope, now);
    kept.now_at = now;
  }
  if (read_days) {
    kept.days = days_of(session, scope, now);
    kept.standards = !clinic::standards(session).empty();
    kept.days_at = now;
  }
  if (read_now || read_days) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMost && !kept_.contains(key)) kept_.clear();
    kept_[key] = kept;
  }
  return {kept.now_at,   kSoonMs / 1000,     kept.standards,  kept.now.channels, kept.now.people,
          kept.days.day, kept.days.then_day, kept.days.today, kept.days.then};
}

}  // namespace auricle::wall
