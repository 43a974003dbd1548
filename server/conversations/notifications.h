#pragma once
// What a colleague is told: in the app at once, by mail as a digest without patient data. Ids only; title and number
// are read with the case.
#include <optional>
#include <string>
#include <vector>

#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/result.h"
#include "platform/crypto/keys.h"
#include "platform/db/session.h"

namespace auricle::conversations {

enum class NotificationKind { assigned, handed_over, mentioned, reply, follow_up_due, message_held, due_soon, overdue };
BOOST_DESCRIBE_ENUM(NotificationKind, assigned, handed_over, mentioned, reply, follow_up_due, message_held, due_soon,
                    overdue)

struct NewNotification {
  UserId user;  // zero: nobody is told
  NotificationKind kind = NotificationKind::assigned;
  CaseId case_id;
  UserId by;  // zero: the patient or the clock
};
// In the transaction of what happened. The same unread news of a case is renewed; muted kinds are not kept.
void notify(db::Tx& tx, const NewNotification& news, Instant now);
// Follow-ups that came due since the last call; returns how many were told.
int notify_follow_ups(db::Tx& tx, Instant now);

std::int64_t forget_notifications(db::Tx& tx, Instant before);  // read before

struct Notification {
  std::int64_t id = 0;
  NotificationKind kind = NotificationKind::assigned;
  CaseId case_id;
  std::optional<std::int64_t> case_number;  // none when the case may not be seen (any more)
  std::optional<std::string> title;
  UserId by_user_id;
  Instant created_at;
  std::optional<Instant> read_at;
};
BOOST_DESCRIBE_STRUCT(Notification, (), (id, kind, case_id, case_number, title, by_user_id, created_at, read_at))
struct Notifications {
  std::vector<Notification> items;
  std::int64_t unread = 0;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Notifications, (), (items, unread, next_cursor))
Result<Notifications> notifications(const Viewer& viewer, db::Session& session, crypto::Keyring& keyring,
                                    std::string_view cursor, int limit);

struct NotificationsRead {
  std::optional<std::vector<std::int64_t>> ids;  // none: all
};
BOOST_DESCRIBE_STRUCT(NotificationsRead, (), (ids))
struct UnreadCount {
  std::int64_t unread = 0;
};
BOOST_DESCRIBE_STRUCT(UnreadCount, (), (unread))
Result<UnreadCount> mark_notifications_read(const Viewer& viewer, db::Tx& tx, const NotificationsRead& read,
                                            Instant now);

enum class Digest { off, hourly, daily };
BOOST_DESCRIBE_ENUM(Digest, off, hourly, daily)
struct NotificationSettings {
  Digest digest = Digest::off;
  std::string digest_time = "08:00";                // of a daily one, local
  std::optional<std::string> quiet_from, quiet_to;  // no mail between
  std::optional<std::string> zone;                  // none: of the first site
  std::vector<NotificationKind> muted;
};
BOOST_DESCRIBE_STRUCT(NotificationSettings, (), (digest, digest_time, quiet_from, quiet_to, zone, muted))
Result<NotificationSettings> notification_settings(const Viewer& viewer, db::Session& session);
Result<NotificationSettings> set_notification_settings(const Viewer& viewer, db::Tx& tx,
                                                       const NotificationSettings& settings);

// Who gets a digest now, and how much of what; each is marked as mailed. The caller writes and sends the mails, and
// says which could not be sent: what was in it comes with the next one.
struct DueDigest {
  UserId user;
  Instant taken_at;
  std::vector<std::pair<NotificationKind, std::int64_t>> counts;
};
std::vector<DueDigest> take_digests(db::Tx& tx, Instant now);
void digest_not_sent(db::Tx& tx, const DueDigest& digest);

}  // namespace auricle::conversations
