#include "platform/events/sequencer.h"

#include <chrono>

#include "platform/base/log.h"

namespace auricle::events {
namespace {

constexpr int kChunk = 500;
constexpr auto kPoll = std::chrono::seconds(1);            // changes committed by another process
constexpr auto kPollListening = std::chrono::seconds(10);  // the same, when NOTIFY tells of them
const std::string kChannel = "auricle_changes";
constexpr std::int64_t kSequencerLock = 0x6175726963;

struct Row {
  std::int64_t seq = 0;
  std::string kind;
  std::int64_t record_id = 0, version = 0;
  SiteId site_id;
};
BOOST_DESCRIBE_STRUCT(Row, (), (seq, kind, record_id, version, site_id))

constexpr std::string_view kTrimmed = "changes_trimmed";  // the highest sequence that was removed

// PostgreSQL: numbers the committed changes that have none, in the order they were made.
void number_changes(db::Tx& tx) {
  tx.exec("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");  // what was committed while we waited counts too
  tx.one<std::int64_t>("SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) l", kSequencerLock);
  tx.exec(
      "UPDATE platform_change SET seq = n.seq FROM (SELECT id, (SELECT COALESCE(MAX(seq), 0) FROM platform_change) + "
      "ROW_NUMBER() OVER (ORDER BY id) AS seq FROM platform_change WHERE seq IS NULL) n WHERE platform_change.id = "
      "n.id");
  tx.exec("SELECT pg_notify($1, (SELECT CAST(COALESCE(MAX(seq), 0) AS TEXT) FROM platform_change))", kChannel);
}

}  // namespace

void announce(db::Tx& tx, const Change& change) {
  static const std::string before =
      "INSERT INTO platform_change(id, seq, kind, record_id, version, site_id, occurred) VALUES($1, ";
  static const std::string numbered =
      before + "(SELECT COALESCE(MAX(seq), 0) + 1 FROM platform_change), $2, $3, $4, $5, $6)";
  static const std::string unnumbered = before + "NULL, $2, $3, $4, $5, $6)";
  tx.exec(tx.dialect() == db::Dialect::sqlite ? numbered : unnumbered, next_id(), change.kind, change.id,
          change.version, change.site, SystemClock().now());
  tx.wake_after_commit();
}

std::int64_t newest_sequence(db::Session& session) {
  return session.one<std::int64_t>("SELECT COALESCE(MAX(seq), 0) FROM platform_change").value_or(0);
}

std::optional<std::vector<SequencedChange>> changes_since(db::Session& session, std::int64_t seq, int limit) {
  if (seq < mark(session, kTrimmed)) return std::nullopt;
  if (seq > newest_sequence(session)) return std::nullopt;  // of another database: a restored backup
  std::vector<SequencedChange> found;
  session.each<Row>(
      "SELECT seq, kind, record_id, version, site_id FROM platform_change WHERE seq > $1 ORDER BY seq LIMIT $2",
      [&](Row&& row) {
        found.push_back({row.seq, {std::move(row.kind), row.record_id, row.version, row.site_id}});
      },
      seq, limit);
  return found;
}

std::int64_t trim_changes(db::Tx& tx, Instant before) {
  const auto last = tx.one<std::int64_t>(
      "SELECT COALESCE(MAX(seq), 0) FROM platform_change WHERE occurred < $1 AND seq < (SELECT MAX(seq) FROM "
      "platform_change)",
      before);
  if (!last || *last == 0) return 0;
  if (*last > mark(tx, kTrimmed)) set_mark(tx, kTrimmed, *last);
  return tx.exec("DELETE FROM platform_change WHERE seq <= $1", *last);
}

std::int64_t mark(db::Session& session, std::string_view name) {
  return session.one<std::int64_t>("SELECT value FROM platform_mark WHERE name = $1", name).value_or(0);
}

void set_mark(db::Tx& tx, std::string_view name, std::int64_t value) {
  tx.exec("INSERT INTO platform_mark(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = $2", name,
          value);
}

Sequencer::Sequencer(db::Database& database) : database_(database) {
  database_.after_commit = [this] { wake(); };
}

Sequencer::~Sequencer() {
  stop();
  database_.after_commit = nullptr;
}

void Sequencer::on_changes(Listener listener) { listeners_.push_back(std::move(listener)); }

void Sequencer::start() {
  delivered_ = database_.read_now([](db::Session& session) { return newest_sequence(session); });
  listener_ = database_.listen(kChannel, [this] { wake(); });
  thread_ = std::thread([this] { loop(); });
}

void Sequencer::stop() {
  listener_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sequencer::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

void Sequencer::loop() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const auto most = listener_ && listener_->connected() ? kPollListening : kPoll;
      wake_.wait_for(lock, most, [this] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
    }
    try {
      catch_up();
    } catch (const std::exception& error) {  // the database is away: the next wake or second tries again
      log::warn("changes_wait", {{"reason", error.what()}});
    }
  }
}

void Sequencer::catch_up() {
  const std::lock_guard lock(delivering_);
  if (database_.dialect() == db::Dialect::postgres) {
    const bool waiting = database_.read_now([](db::Session& session) {
      return session.one<std::int64_t>("SELECT 1 FROM platform_change WHERE seq IS NULL LIMIT 1").has_value();
    });
    if (waiting) database_.write_now([](db::Tx& tx) { number_changes(tx); });
  }
  if (!delivered_) delivered_ = 0;
  for (;;) {
    auto changes = database_.read_now([&](db::Session& session) {
      auto found = changes_since(session, *delivered_, kChunk);
      if (!found) delivered_ = newest_sequence(session);
      return found;
    });
    if (!changes || changes->empty()) return;
    delivered_ = changes->back().seq;
    for (const auto& listener : listeners_) listener(*changes);
  }
}

}  // namespace auricle::events
