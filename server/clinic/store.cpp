#include "clinic/store.h"

#include <algorithm>

#include "clinic/rules.h"

namespace auricle::clinic {
namespace {

constexpr std::string_view kSites =
    "SELECT id, name, time_zone, active, version, "
    "(SELECT COUNT(*) FROM clinic_calendar c WHERE c.owner_kind = 'site' AND c.owner_id = clinic_site.id) AS calendars "
    "FROM clinic_site";
constexpr std::string_view kQueues =
    "SELECT id, name, site_id, active, version, "
    "(SELECT COUNT(*) FROM clinic_calendar c WHERE c.owner_kind = 'queue' AND c.owner_id = clinic_queue.id) AS "
    "calendars "
    "FROM clinic_queue";

struct SiteRow {
  SiteId id;
  std::string name, time_zone;
  bool active = true;
  std::int64_t version = 0, calendars = 0;
  Site site() const { return {id, name, time_zone, active, calendars > 0, version}; }
};
BOOST_DESCRIBE_STRUCT(SiteRow, (), (id, name, time_zone, active, version, calendars))
struct QueueRow {
  QueueId id;
  std::string name;
  SiteId site_id;
  bool active = true;
  std::int64_t version = 0, calendars = 0;
  Queue queue() const { return {id, name, site_id, active, calendars > 0, version}; }
};
BOOST_DESCRIBE_STRUCT(QueueRow, (), (id, name, site_id, active, version, calendars))
struct TopicRow {
  TopicId id;
  std::string slug, name_en, name_es, name_fr, name_ca;
  int position = 0;
  bool active = true;
  std::int64_t version = 0;
  Topic topic() const { return {id, slug, {name_en, name_es, name_fr, name_ca}, position, active, version}; }
};
BOOST_DESCRIBE_STRUCT(TopicRow, (), (id, slug, name_en, name_es, name_fr, name_ca, position, active, version))
struct HolidayRow {
  CalendarId calendar_id;
  std::int32_t local_day = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(HolidayRow, (), (calendar_id, local_day, name))

std::string with(std::string_view select, std::string_view rest) { return std::string(select) + std::string(rest); }

std::optional<Calendar> calendar_from(const std::vector<StoredCalendar>& stored, std::string time_zone) {
  if (stored.empty()) return std::nullopt;
  Calendar calendar{std::move(time_zone), {}};
  for (const auto& one : stored) calendar.versions.push_back(one.version);
  return calendar;
}

}  // namespace

Organisation organisation(db::Session& session) {
  const auto found = session.one<Organisation>(
      "SELECT name, default_language, first_site_id, version FROM clinic_organisation WHERE id = 1");
  return found.value_or(Organisation{});
}

std::vector<Site> sites(db::Session& session) {
  std::vector<Site> all;
  for (const auto& row : session.all<SiteRow>(with(kSites, " ORDER BY id"))) all.push_back(row.site());
  const auto first = organisation(session).first_site_id;
  std::stable_partition(all.begin(), all.end(), [&](const Site& site) { return site.id == first; });
  return all;
}

std::vector<Queue> queues(db::Session& session) {
  std::vector<Queue> all;
  for (const auto& row : session.all<QueueRow>(with(kQueues, " ORDER BY id"))) all.push_back(row.queue());
  return all;
}

std::vector<Topic> topics(db::Session& session) {
  std::vector<Topic> all;
  for (const auto& row : session.all<TopicRow>("SELECT * FROM clinic_topic ORDER BY active DESC, position, slug"))
    all.push_back(row.topic());
  return all;
}

std::optional<Site> find_site(db::Session& session, SiteId id) {
  const auto row = session.one<SiteRow>(with(kSites, " WHERE id = $1"), id);
  return row ? std::optional(row->site()) : std::nullopt;
}

SiteId first_site(db::Session& session) {
  const auto chosen = organisation(session).first_site_id;
  if (chosen) return chosen;
  return session.one<SiteId>("SELECT id FROM clinic_site ORDER BY id LIMIT 1").value_or(SiteId{});
}

bool topic_exists(db::Session& session, std::string_view key) {
  return session.one<std::int64_t>("SELECT id FROM clinic_topic WHERE slug = $1", key).has_value();
}

std::optional<Calendar> own_calendar(db::Session& session, QueueId id) {
  const auto queue = store::find_queue(session, id);
  const auto site = queue ? find_site(session, queue->site_id) : std::nullopt;
  return site ? calendar_from(calendars(session, id), site->time_zone) : std::nullopt;
}

std::optional<Calendar> calendar_of(db::Session& session, SiteId site_id, QueueId queue) {
  if (queue)
    if (auto own = own_calendar(session, queue)) return own;
  const auto site = find_site(session, site_id ? site_id : first_site(session));
  return site ? calendar_from(calendars(session, site->id), site->time_zone) : std::nullopt;
}

std::vector<StoredCalendar> calendars(db::Session& session, SiteId site) {
  return store::calendars(session, "site", site.value);
}
std::vector<StoredCalendar> calendars(db::Session& session, QueueId queue) {
  return store::calendars(session, "queue", queue.value);
}

namespace store {

void save(db::Tx& tx, const Organisation& o) {
  tx.exec(
      "INSERT INTO clinic_organisation(id, name, default_language, first_site_id, version) VALUES(1, $1, $2, $3, $4) "
      "ON CONFLICT (id) DO UPDATE SET name = excluded.name, default_language = excluded.default_language, "
      "first_site_id = excluded.first_site_id, version = excluded.version",
      o.name, o.default_language, o.first_site_id, o.version);
}

void save(db::Tx& tx, const Site& site) {
  tx.exec(
      "INSERT INTO clinic_site(id, name, time_zone, active, version) VALUES($1, $2, $3, $4, $5) ON CONFLICT (id) DO "
      "UPDATE "
      "SET name = excluded.name, time_zone = excluded.time_zone, active = excluded.active, version = excluded.version",
      site.id, site.name, site.time_zone, site.active, site.version);
}

void save(db::Tx& tx, const Queue& queue) {
  tx.exec(
      "INSERT INTO clinic_queue(id, name, site_id, active, version) VALUES($1, $2, $3, $4, $5) ON CONFLICT (id) DO "
      "UPDATE "
      "SET name = excluded.name, site_id = excluded.site_id, active = excluded.active, version = excluded.version",
      queue.id, queue.name, queue.site_id, queue.active, queue.version);
}

void save(db::Tx& tx, const Topic& t) {
  tx.exec(
      "INSERT INTO clinic_topic(id, slug, name_en, name_es, name_fr, name_ca, position, active, version) "
      "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name_en = excluded.name_en, "
      "name_es = excluded.name_es, name_fr = excluded.name_fr, name_ca = excluded.name_ca, position = "
      "excluded.position, "
      "active = excluded.active, version = excluded.version",
      t.id, t.key, t.names.en, t.names.es, t.names.fr, t.names.ca, t.position, t.active, t.version);
}

std::optional<Queue> find_queue(db::Session& session, QueueId id) {
  const auto row = session.one<QueueRow>(with(kQueues, " WHERE id = $1"), id);
  return row ? std::optional(row->queue()) : std::nullopt;
}

std::optional<Topic> find_topic(db::Session& session, TopicId id) {
  const auto row = session.one<TopicRow>("SELECT * FROM clinic_topic WHERE id = $1", id);
  return row ? std::optional(row->topic()) : std::nullopt;
}

std::vector<StoredCalendar> calendars(db::Session& session, std::string_view owner_kind, std::int64_t owner_id) {
  std::vector<StoredCalendar> all;
  const auto rows = session.all<CalendarRow>(
      "SELECT * FROM clinic_calendar WHERE owner_kind = $1 AND owner_id = $2 ORDER BY valid_from", owner_kind,
      owner_id);
  for (const auto& row : rows) {
    StoredCalendar stored{row.id, {{static_cast<std::int32_t>(row.valid_from)}, decode_week(row.week), {}}, {}};
    for (auto& h :
         session.all<HolidayRow>("SELECT * FROM clinic_holiday WHERE calendar_id = $1 ORDER BY local_day", row.id)) {
      stored.version.holidays.push_back({h.local_day});
      stored.holidays.push_back({{h.local_day}, std::move(h.name)});
    }
    all.push_back(std::move(stored));
  }
  return all;
}

std::optional<CalendarRow> find_calendar(db::Session& session, CalendarId id) {
  return session.one<CalendarRow>("SELECT * FROM clinic_calendar WHERE id = $1", id);
}

void put_calendar(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, const CalendarInput& input) {
  const auto before =
      tx.one<CalendarId>("SELECT id FROM clinic_calendar WHERE owner_kind = $1 AND owner_id = $2 AND valid_from = $3",
                         owner_kind, owner_id, input.valid_from.days);
  if (before) delete_calendar(tx, *before);
  const auto id = before.value_or(new_id<CalendarId>());
  tx.insert("clinic_calendar",
            CalendarRow{id, std::string(owner_kind), owner_id, input.valid_from.days, encode_week(input.week)});
  for (const auto& holiday : input.holidays)
    tx.exec("INSERT INTO clinic_holiday(calendar_id, local_day, name) VALUES($1, $2, $3) ON CONFLICT DO NOTHING", id,
            holiday.date.days, holiday.name);
}

void delete_calendar(db::Tx& tx, CalendarId id) {
  tx.exec("DELETE FROM clinic_holiday WHERE calendar_id = $1", id);
  tx.exec("DELETE FROM clinic_calendar WHERE id = $1", id);
}

}  // namespace store
}  // namespace auricle::clinic
