#include "clinic/clinic.h"

#include <algorithm>

#include "clinic/rules.h"
#include "clinic/store.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::clinic {
namespace {

Result<Done> may_manage(const Viewer& viewer, SiteId site = {}) {
  if (!may(viewer, Permission::sites_manage, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  return Done{};
}

Result<Done> unedited(const std::optional<std::int64_t>& edited, std::int64_t current) {
  if (edited && *edited != 0 && *edited != current) return fail(ErrorKind::conflict, "error.edited_meanwhile");
  return Done{};
}

tl::unexpected<Error> missing() { return fail(ErrorKind::not_found, "error.not_found"); }

struct Changed {
  std::string_view record;
  std::int64_t id;
  std::int64_t version;
  SiteId site;
  std::vector<std::string> fields;
};
void announce(const Viewer& viewer, db::Tx& tx, const Changed& c, Instant now) {
  audit::Entry entry;
  entry.action = c.version == 1 ? audit::Action::create : audit::Action::change;
  entry.record = c.record;
  entry.ids = {c.id};
  entry.fields = c.fields;
  audit::append(tx, viewer, entry, now);
  events::announce(tx, {std::string(c.record), c.id, c.version, c.site});
}

Result<Done> check_site(const SiteInput& input) {
  std::vector<FieldError> errors;
  if (!valid_name(input.name)) errors.push_back({"name", "error.clinic.name_required"});
  if (!known_time_zone(input.time_zone)) errors.push_back({"time_zone", "error.clinic.time_zone_unknown"});
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return Done{};
}

Result<Done> check_queue(db::Session& session, const QueueInput& input) {
  std::vector<FieldError> errors;
  if (!valid_name(input.name)) errors.push_back({"name", "error.clinic.name_required"});
  if (!find_site(session, input.site_id)) errors.push_back({"site_id", "error.clinic.site_unknown"});
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return Done{};
}

template <class Owner>
Result<Done> save_calendar(const Viewer& viewer, db::Tx& tx, Owner owner, SiteId site, CalendarInput input,
                           Instant now) {
  if (auto allowed = may_manage(viewer, site); !allowed) return allowed;
  auto week = checked_week(std::move(input.week));
  if (!week) return fail(week.error());
  input.week = std::move(*week);
  std::sort(input.holidays.begin(), input.holidays.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
  const std::string kind = std::is_same_v<Owner, Site> ? "site" : "queue";
  store::put_calendar(tx, kind, owner.id.value, input);
  ++owner.version;
  store::save(tx, owner);
  announce(viewer, tx, {kind, owner.id.value, owner.version, site, {"calendar"}}, now);
  return Done{};
}

void touch_owner(const Viewer& viewer, db::Tx& tx, auto owner, std::string_view kind, SiteId site, Instant now) {
  ++owner.version;
  store::save(tx, owner);
  announce(viewer, tx, {kind, owner.id.value, owner.version, site, {"calendar"}}, now);
}

// The first site of an installation is the one of cases that have none.
void become_first_site(db::Tx& tx, SiteId id) {
  auto organisation = clinic::organisation(tx);
  if (organisation.first_site_id) return;
  organisation.first_site_id = id;
  ++organisation.version;
  store::save(tx, organisation);
}

}  // namespace

Result<Organisation> update_organisation(const Viewer& viewer, db::Tx& tx, const OrganisationInput& input,
                                         Instant now) {
  if (auto allowed = may_manage(viewer); !allowed) return fail(allowed.error());
  auto organisation = clinic::organisation(tx);
  if (auto fresh = unedited(input.version, organisation.version); !fresh) return fail(fresh.error());
  if (!valid_name(input.name)) return fail_field("name", "error.clinic.name_required");
  if (input.first_site_id && !find_site(tx, *input.first_site_id))
    return fail_field("first_site_id", "error.clinic.site_unknown");
  organisation.name = trimmed(input.name);
  organisation.default_language = input.default_language;
  if (input.first_site_id) organisation.first_site_id = *input.first_site_id;
  ++organisation.version;
  store::save(tx, organisation);
  announce(viewer, tx, {"organisation", 1, organisation.version, {}, {"name", "default_language", "first_site_id"}},
           now);
  return organisation;
}

Result<Site> create_site(const Viewer& viewer, db::Tx& tx, const SiteInput& input, Instant now) {
  if (!scope_of(viewer, Permission::sites_manage).all) return fail(ErrorKind::forbidden, "error.forbidden");
  if (auto sound = check_site(input); !sound) return fail(sound.error());
  const Site site{new_id<SiteId>(), trimmed(input.name), input.time_zone, input.active.value_or(true), false, 1};
  store::save(tx, site);
  become_first_site(tx, site.id);
  announce(viewer, tx, {"site", site.id.value, site.version, site.id, {"name", "time_zone"}}, now);
  return site;
}

Result<Site> update_site(const Viewer& viewer, db::Tx& tx, SiteId id, const SiteInput& input, Instant now) {
  auto site = find_site(tx, id);
  if (!site) return missing();
  if (auto allowed = may_manage(viewer, id); !allowed) return fail(allowed.error());
  if (auto sound = check_site(input); !sound) return fail(sound.error());
  if (auto fresh = unedited(input.version, site->version); !fresh) return fail(fresh.error());
  if (!input.active.value_or(site->active) && first_site(tx) == id)
    return fail_field("active", "error.clinic.first_site_stays");
  site->name = trimmed(input.name);
  site->time_zone = input.time_zone;
  site->active = input.active.value_or(site->active);
  ++site->version;
  store::save(tx, *site);
  announce(viewer, tx, {"site", id.value, site->version, id, {"name", "time_zone", "active"}}, now);
  return *site;
}

Result<Queue> create_queue(const Viewer& viewer, db::Tx& tx, const QueueInput& input, Instant now) {
  if (auto allowed = may_manage(viewer, input.site_id); !allowed) return fail(allowed.error());
  if (auto sound = check_queue(tx, input); !sound) return fail(sound.error());
  const Queue queue{new_id<QueueId>(), trimmed(input.name), input.site_id, input.active.value_or(true), false, 1};
  store::save(tx, queue);
  announce(viewer, tx, {"queue", queue.id.value, 1, queue.site_id, {"name", "site_id"}}, now);
  return queue;
}

Result<Queue> update_queue(const Viewer& viewer, db::Tx& tx, QueueId id, const QueueInput& input, Instant now) {
  auto queue = store::find_queue(tx, id);
  if (!queue) return missing();
  if (auto allowed = may_manage(viewer, queue->site_id); !allowed) return fail(allowed.error());
  if (auto sound = check_queue(tx, input); !sound) return fail(sound.error());
  if (auto allowed = may_manage(viewer, input.site_id); !allowed) return fail(allowed.error());
  if (auto fresh = unedited(input.version, queue->version); !fresh) return fail(fresh.error());
  queue->name = trimmed(input.name);
  queue->site_id = input.site_id;
  queue->active = input.active.value_or(queue->active);
  ++queue->version;
  store::save(tx, *queue);
  announce(viewer, tx, {"queue", id.value, queue->version, queue->site_id, {"name", "site_id", "active"}}, now);
  return *queue;
}

Result<Topic> create_topic(const Viewer& viewer, db::Tx& tx, const TopicInput& input, Instant now) {
  if (auto allowed = may_manage(viewer); !allowed) return fail(allowed.error());
  if (first_name(input.names).empty()) return fail_field("names", "error.clinic.name_required");
  auto key = topic_key(input.key.value_or("").empty() ? first_name(input.names) : *input.key);
  if (key.empty()) return fail_field("key", "error.clinic.key_not_valid");
  if (topic_exists(tx, key)) return fail_field("key", "error.clinic.key_taken");
  const auto count = tx.one<int>("SELECT COUNT(*) FROM clinic_topic").value_or(0);
  const Topic topic{new_id<TopicId>(),           key, trimmed(input.names), input.position.value_or(count),
                    input.active.value_or(true), 1};
  store::save(tx, topic);
  announce(viewer, tx, {"topic", topic.id.value, 1, {}, {"key", "names"}}, now);
  return topic;
}

Result<Topic> update_topic(const Viewer& viewer, db::Tx& tx, TopicId id, const TopicInput& input, Instant now) {
  if (auto allowed = may_manage(viewer); !allowed) return fail(allowed.error());
  auto topic = store::find_topic(tx, id);
  if (!topic) return missing();
  if (auto fresh = unedited(input.version, topic->version); !fresh) return fail(fresh.error());
  if (first_name(input.names).empty()) return fail_field("names", "error.clinic.name_required");
  topic->names = trimmed(input.names);
  topic->position = input.position.value_or(topic->position);
  topic->active = input.active.value_or(topic->active);
  ++topic->version;
  store::save(tx, *topic);
  announce(viewer, tx, {"topic", id.value, topic->version, {}, {"names", "position", "active"}}, now);
  return *topic;
}

Result<Done> put_calendar(const Viewer& viewer, db::Tx& tx, SiteId id, const CalendarInput& input, Instant now) {
  const auto site = find_site(tx, id);
  if (!site) return missing();
  return save_calendar(viewer, tx, *site, id, input, now);
}

Result<Done> put_calendar(const Viewer& viewer, db::Tx& tx, QueueId id, const CalendarInput& input, Instant now) {
  const auto queue = store::find_queue(tx, id);
  if (!queue) return missing();
  return save_calendar(viewer, tx, *queue, queue->site_id, input, now);
}

Result<Done> delete_calendar(const Viewer& viewer, db::Tx& tx, CalendarId id, Instant now) {
  const auto row = store::find_calendar(tx, id);
  if (!row) return missing();
  const bool of_site = row->owner_kind == "site";
  const auto queue = of_site ? std::nullopt : store::find_queue(tx, QueueId{row->owner_id});
  const auto site = of_site ? SiteId{row->owner_id} : queue->site_id;
  if (auto allowed = may_manage(viewer, site); !allowed) return allowed;
  store::delete_calendar(tx, id);
  if (queue)
    touch_owner(viewer, tx, *queue, "queue", site, now);
  else
    touch_owner(viewer, tx, *find_site(tx, site), "site", site, now);
  return Done{};
}

Result<Done> import_site(db::Tx& tx, const ImportedSite& imported) {
  if (auto sound = check_site({imported.name, imported.time_zone, {}, {}}); !sound) return sound;
  store::save(tx, Site{imported.id, trimmed(imported.name), imported.time_zone, true, false, 1});
  become_first_site(tx, imported.id);
  if (!imported.calendar) return Done{};
  auto week = checked_week(imported.calendar->week);
  if (!week) return fail(week.error());
  store::put_calendar(tx, "site", imported.id.value, with_plain_holidays(*imported.calendar, *week));
  return Done{};
}

Result<Done> import_queue(db::Tx& tx, const ImportedQueue& imported) {
  if (auto sound = check_queue(tx, {imported.name, imported.site_id, {}, {}}); !sound) return sound;
  store::save(tx, Queue{imported.id, trimmed(imported.name), imported.site_id, true, false, 1});
  if (!imported.calendar) return Done{};
  auto week = checked_week(imported.calendar->week);
  if (!week) return fail(week.error());
  store::put_calendar(tx, "queue", imported.id.value, with_plain_holidays(*imported.calendar, *week));
  return Done{};
}

void ensure_topic(db::Tx& tx, std::string_view key, const TopicNames& names) {
  if (key.empty() || topic_exists(tx, key)) return;
  const auto count = tx.one<int>("SELECT COUNT(*) FROM clinic_topic").value_or(0);
  auto given = names;
  if (first_name(given).empty()) given = {std::string(key), std::string(key), std::string(key), std::string(key)};
  store::save(tx, Topic{new_id<TopicId>(), std::string(key), given, count, true, 1});
}

}  // namespace auricle::clinic
