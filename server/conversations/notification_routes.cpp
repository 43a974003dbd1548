#include "conversations/notifications.h"
#include "conversations/routes.h"
#include "platform/http/steps.h"

namespace auricle::conversations {

using namespace http;

void add_notification_routes(Router& router, crypto::Keyring& keyring) {
  const auto mine = Access::signed_in();
  router.add(Method::get, "/api/notifications", "list_notifications", mine, [&keyring](Context& ctx) {
    return read_only(
        ctx,
        [&](db::Session& s) {
          return notifications(ctx.viewer, s, keyring, query_of(ctx, "cursor"), limit_of(ctx, 30, 100));
        },
        audit::Action::list);
  });
  router.add(Method::post, "/api/notifications/read", "mark_notifications_read", mine, [](Context& ctx) {
    return write_body<NotificationsRead>(ctx, [&](db::Tx& tx, const NotificationsRead& body) {
      return mark_notifications_read(ctx.viewer, tx, body, ctx.clock.now());
    });
  });
  router.add(Method::get, "/api/account/notifications", "get_notification_settings", mine, [](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return notification_settings(ctx.viewer, s); });
  });
  router.add(Method::put, "/api/account/notifications", "set_notification_settings", mine, [](Context& ctx) {
    return write_body<NotificationSettings>(ctx, [&](db::Tx& tx, const NotificationSettings& body) {
      return set_notification_settings(ctx.viewer, tx, body);
    });
  });
}

}  // namespace auricle::conversations
