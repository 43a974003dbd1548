#include "app/sweep.h"

#include <charconv>

#include "conversations/history.h"
#include "conversations/notifications.h"
#include "patients/points.h"
#include "platform/base/json.h"
#include "platform/base/log.h"
#include "platform/jobs/routes.h"

namespace auricle::app {
namespace {

constexpr std::int64_t kMinute = 60'000, kDay = 86'400'000;
constexpr int kAtOnce = 200;

std::int64_t unit_ms(std::string_view word) {
  if (word.starts_with("minute")) return kMinute;
  if (word.starts_with("day")) return kDay;
  if (word.starts_with("year")) return 365 * kDay;
  return 0;
}

// The first number and the unit after it.
std::int64_t time_in(std::string_view text) {
  const auto digit = text.find_first_of("0123456789");
  if (digit == text.npos) return 0;
  std::int64_t number = 0;
  const auto* end = std::from_chars(text.data() + digit, text.data() + text.size(), number).ptr;
  auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return number * unit_ms(rest);
}

// Blobs of uploads never sent, and those no record names: a crash between the file and its row leaves one.
std::int64_t sweep_blobs(Services& services, Instant before) {
  std::int64_t removed = 0;
  for (bool more = true; more;) {
    const auto gone = services.database.write_now(
        [&](db::Tx& tx) { return services.conversations.forget_unsent(tx, before, kAtOnce); });
    services.blobs.remove(gone);
    removed += static_cast<std::int64_t>(gone.size());
    more = gone.size() == kAtOnce;
  }
  for (std::int64_t after = 0;;) {
    std::vector<std::string> orphans;
    const auto page = services.database.read_now([&](db::Session& session) {
      auto ids = services.blobs.older_than(session, before, after, kAtOnce);
      orphans.clear();
      for (const auto& id : ids)
        if (!services.conversations.uses_blob(session, id) && !services.intaking.uses_blob(session, id))
          orphans.push_back(id);
      return ids;
    });
    services.blobs.remove(orphans);
    removed += static_cast<std::int64_t>(orphans.size());
    if (page.size() < kAtOnce) return removed;
    after = std::atoll(page.back().c_str());
  }
}

// Addresses taken out of a record stay while a conversation refers to them, and no longer.
std::int64_t sweep_points(Services& services) {
  std::int64_t removed = 0;
  for (ContactPointId after{};;) {
    const auto page = services.database.read_now(
        [&](db::Session& session) { return patients::lonely_points(session, after, kAtOnce); });
    if (page.empty()) return removed;
    removed += services.database.write_now(
        [&](db::Tx& tx) {
          std::int64_t gone = 0;
          for (const auto point : page)
            if (!conversations::uses_point(tx, point)) gone += patients::forget_point(tx, point);
          return gone;
        },
        db::Lane::bulk);
    after = page.back();
  }
}

}  // namespace

std::int64_t kept_ms(const std::vector<registry::Column>& columns, std::string_view table) {
  for (const auto& column : columns)
    if (column.table == table)
      if (const auto time = time_in(column.retention); time > 0) return time;
  throw std::logic_error("the registry does not say how long " + std::string(table) + " is kept");
}

Swept sweep(Services& services) {
  const auto columns = registry::declared();
  const Instant now = services.clock.now();
  const auto before = [&](std::string_view table) { return now - kept_ms(columns, table); };
  const auto write = [&](auto call) { return services.database.write_now([&](db::Tx& tx) { return call(tx); }); };
  Swept swept;
  swept["changes"] = write([&](db::Tx& tx) { return events::trim_changes(tx, before("platform_change")); });
  swept["jobs"] = write([&](db::Tx& tx) { return jobs::forget_done(tx, before("platform_job")); });
  swept["links"] = write([&](db::Tx& tx) { return team::forget_links(tx, before("team_link")); });
  swept["devices"] = write([&](db::Tx& tx) { return team::forget_devices(tx, before("team_device")); });
  swept["attempts"] = write([&](db::Tx& tx) { return team::forget_attempts(tx, before("team_attempt")); });
  swept["sessions"] = write([&](db::Tx& tx) { return team::forget_sessions(tx, now); });
  swept["notifications"] =
      write([&](db::Tx& tx) { return conversations::forget_notifications(tx, before("conversations_notification")); });
  swept["blobs"] = sweep_blobs(services, now - kDay);
  services.blobs.sweep();
  swept["contact_points"] = sweep_points(services);
  write([&](db::Tx& tx) { return jobs::keep_sweep(tx, now, swept); });
  log::info("swept", {{"removed", json::to_json(swept)}});
  return swept;
}

}  // namespace auricle::app
