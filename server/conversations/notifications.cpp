#include "conversations/notifications.h"

#include <algorithm>
#include <charconv>

#include "clinic/clinic.h"
#include "conversations/work.h"
#include "platform/base/json_read.h"

namespace auricle::conversations {
namespace {

struct SettingRow {
  UserId user_id;
  Digest digest = Digest::off;
  std::string digest_time = "08:00";
  std::optional<std::string> quiet_from, quiet_to, zone;
  std::string muted = "[]";
  std::optional<Instant> last_digest_at;
};
BOOST_DESCRIBE_STRUCT(SettingRow, (), (user_id, digest, digest_time, quiet_from, quiet_to, zone, muted, last_digest_at))

constexpr std::string_view kSettings =
    "SELECT user_id, digest, digest_time, quiet_from, quiet_to, zone, muted, last_digest_at FROM "
    "conversations_notification_setting ";

SettingRow settings_of(db::Session& session, UserId user) {
  auto row = session.one<SettingRow>(std::string(kSettings) + "WHERE user_id = $1", user);
  if (row) return std::move(*row);
  SettingRow usual;
  usual.user_id = user;
  return usual;
}

std::vector<NotificationKind> muted_of(const SettingRow& row) {
  auto kinds = json::read<std::vector<NotificationKind>>(std::string_view(row.muted));
  return kinds ? std::move(*kinds) : std::vector<NotificationKind>{};
}

// "08:30" → minutes after midnight.
std::optional<int> minute_of(std::string_view text) {
  int hours = -1, minutes = -1;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto read = [](std::string_view part, int& value) {
    return std::from_chars(part.data(), part.data() + part.size(), value).ptr == part.data() + part.size();
  };
  if (!read(text.substr(0, 2), hours) || !read(text.substr(3), minutes)) return std::nullopt;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

std::int64_t unread_of(db::Session& session, UserId user) {
  return session
      .one<std::int64_t>("SELECT COUNT(*) FROM conversations_notification WHERE user_id = $1 AND read_at IS NULL", user)
      .value_or(0);
}

// Only this colleague's browsers hear of it.
void announce(db::Tx& tx, UserId user, Instant now) { events::announce(tx, {"notification", user.value, now.ms, {}}); }

struct NotificationRow {
  std::int64_t id = 0;
  UserId user_id;
  NotificationKind kind = NotificationKind::assigned;
  CaseId case_id;
  UserId by_user_id;
  Instant created_at;
  std::optional<Instant> read_at, mailed_at;
};
BOOST_DESCRIBE_STRUCT(NotificationRow, (), (id, user_id, kind, case_id, by_user_id, created_at, read_at, mailed_at))

bool within(int minute, const std::optional<std::string>& from, const std::optional<std::string>& to) {
  const auto begin = from ? minute_of(*from) : std::nullopt, end = to ? minute_of(*to) : std::nullopt;
  if (!begin || !end || *begin == *end) return false;
  return *begin < *end ? minute >= *begin && minute < *end : minute >= *begin || minute < *end;
}

bool due(const SettingRow& row, const std::string& zone, Instant now) {
  constexpr std::int64_t kHour = 3'600'000;
  const int minute = clinic::local_minute(zone, now);
  if (row.digest == Digest::off || within(minute, row.quiet_from, row.quiet_to)) return false;
  const auto last = row.last_digest_at.value_or(Instant{0});
  if (row.digest == Digest::hourly) return now - last >= kHour;
  const bool today = row.last_digest_at && clinic::local_day(zone, last) == clinic::local_day(zone, now);
  return !today && minute >= minute_of(row.digest_time).value_or(8 * 60);
}

struct Count {
  NotificationKind kind = NotificationKind::assigned;
  std::int64_t many = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (kind, many))

}  // namespace

void notify(db::Tx& tx, const NewNotification& news, Instant now) {
  if (!news.user) return;
  const auto muted = muted_of(settings_of(tx, news.user));
  if (std::find(muted.begin(), muted.end(), news.kind) != muted.end()) return;
  tx.exec(
      "DELETE FROM conversations_notification WHERE user_id = $1 AND case_id = $2 AND kind = $3 AND read_at IS NULL",
      news.user, news.case_id, news.kind);
  tx.insert("conversations_notification",
            NotificationRow{next_id(), news.user, news.kind, news.case_id, news.by, now, std::nullopt, std::nullopt});
  announce(tx, news.user, now);
}

int notify_follow_ups(db::Tx& tx, Instant now) {
  constexpr int kMost = 200;
  const auto due = tx.all<store::CaseRecord>(
      "SELECT c.id, c.assignee_id FROM conversations_case c WHERE c.follow_up_at IS NOT NULL AND c.follow_up_at <= $1 "
      "AND c.assignee_id IS NOT NULL AND c.state <> 'resolved' AND NOT EXISTS (SELECT 1 FROM "
      "conversations_notification n WHERE n.case_id = c.id AND n.kind = 'follow_up_due' AND n.created_at >= "
      "c.follow_up_at) AND NOT EXISTS (SELECT 1 FROM conversations_notification_setting s WHERE s.user_id = "
      "c.assignee_id AND s.muted LIKE '%\"follow_up_due\"%') ORDER BY c.follow_up_at LIMIT $2",
      now, kMost);
  for (const auto& row : due) notify(tx, {row.assignee_id, NotificationKind::follow_up_due, row.id, {}}, now);
  return static_cast<int>(due.size());
}

std::int64_t forget_notifications(db::Tx& tx, Instant before) {
  return tx.exec("DELETE FROM conversations_notification WHERE read_at < $1", before);
}

Result<Notifications> notifications(const Viewer& viewer, db::Session& session, crypto::Keyring& keyring,
                                    std::string_view cursor, int limit) {
  std::int64_t before = INT64_MAX;
  if (const auto after = parse_cursor(cursor)) before = after->second;
  auto rows = session.all<NotificationRow>(
      "SELECT id, user_id, kind, case_id, by_user_id, created_at, read_at, mailed_at FROM conversations_notification "
      "WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
      viewer.user, before, limit + 1);
  Notifications out;
  if (static_cast<int>(rows.size()) > limit) {
    rows.resize(static_cast<std::size_t>(limit));
    out.next_cursor = cursor_of(0, rows.back().id);
  }
  const Sealer sealer(session, keyring);
  for (const auto& row : rows) {
    Notification one{row.id, row.kind, row.case_id, {}, {}, row.by_user_id, row.created_at, row.read_at};
    if (const auto found = case_for(viewer, session, row.case_id, Permission::cases_read)) {
      session.disclose("case", row.case_id.value);
      one.case_number = found->number;
      one.title = sealer.title(*found);
    }
    out.items.push_back(std::move(one));
  }
  out.unread = unread_of(session, viewer.user);
  return out;
}

Result<UnreadCount> mark_notifications_read(const Viewer& viewer, db::Tx& tx, const NotificationsRead& read,
                                            Instant now) {
  if (!read.ids)
    tx.exec("UPDATE conversations_notification SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL", viewer.user,
            now);
  for (const auto id : read.ids.value_or(std::vector<std::int64_t>{}))
    tx.exec("UPDATE conversations_notification SET read_at = $3 WHERE user_id = $1 AND id = $2 AND read_at IS NULL",
            viewer.user, id, now);
  announce(tx, viewer.user, now);
  return UnreadCount{unread_of(tx, viewer.user)};
}

Result<NotificationSettings> notification_settings(const Viewer& viewer, db::Session& session) {
  const auto row = settings_of(session, viewer.user);
  return NotificationSettings{row.digest, row.digest_time, row.quiet_from, row.quiet_to, row.zone, muted_of(row)};
}

Result<NotificationSettings> set_notification_settings(const Viewer& viewer, db::Tx& tx,
                                                       const NotificationSettings& settings) {
  const auto time = [](const char* field, const std::optional<std::string>& text) -> Result<Done> {
    if (text && !minute_of(*text)) return fail_field(field, "error.conversations.time_not_valid");
    return Done{};
  };
  if (auto good = time("digest_time", settings.digest_time); !good) return fail(good.error());
  if (auto good = time("quiet_from", settings.quiet_from); !good) return fail(good.error());
  if (auto good = time("quiet_to", settings.quiet_to); !good) return fail(good.error());
  if (settings.zone && !clinic::known_time_zone(*settings.zone))
    return fail_field("zone", "error.conversations.zone_unknown");
  tx.exec(
      "INSERT INTO conversations_notification_setting(user_id, digest, digest_time, quiet_from, quiet_to, zone, muted) "
      "VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id) DO UPDATE SET digest = excluded.digest, digest_time = "
      "excluded.digest_time, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, zone = excluded.zone, "
      "muted = excluded.muted",
      viewer.user, settings.digest, settings.digest_time, settings.quiet_from, settings.quiet_to, settings.zone,
      json::to_json(settings.muted));
  return notification_settings(viewer, tx);
}

std::vector<DueDigest> take_digests(db::Tx& tx, Instant now) {
  std::vector<DueDigest> out;
  for (const auto& row : tx.all<SettingRow>(std::string(kSettings) + "WHERE digest <> 'off' ORDER BY user_id")) {
    if (!due(row, row.zone.value_or(site_zone(tx, {})), now)) continue;
    DueDigest digest{row.user_id, now, {}};
    for (const auto& count : tx.all<Count>(
             "SELECT kind, COUNT(*) AS many FROM conversations_notification WHERE user_id = $1 AND read_at IS NULL AND "
             "mailed_at IS NULL GROUP BY kind ORDER BY kind",
             row.user_id))
      digest.counts.emplace_back(count.kind, count.many);
    tx.exec("UPDATE conversations_notification_setting SET last_digest_at = $2 WHERE user_id = $1", row.user_id, now);
    if (digest.counts.empty()) continue;
    tx.exec(
        "UPDATE conversations_notification SET mailed_at = $2 WHERE user_id = $1 AND read_at IS NULL AND mailed_at IS "
        "NULL",
        row.user_id, now);
    out.push_back(std::move(digest));
  }
  return out;
}

void digest_not_sent(db::Tx& tx, const DueDigest& digest) {
  tx.exec("UPDATE conversations_notification SET mailed_at = NULL WHERE user_id = $1 AND mailed_at = $2", digest.user,
          digest.taken_at);
}

}  // namespace auricle::conversations
