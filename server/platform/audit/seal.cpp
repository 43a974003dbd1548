#include "platform/audit/seal.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "platform/audit/chain.h"
#include "platform/base/log.h"

namespace auricle::audit {
namespace {

constexpr std::int64_t kMostRows = 2000;
constexpr std::int64_t kCountClosedMs = 5 * 60 * 1000;  // a read may still raise the count for that long
constexpr auto kPace = std::chrono::milliseconds(700);
constexpr auto kLogPace = std::chrono::minutes(1);

struct Sealed {
  chain::Block block;
  std::int64_t rows = 0;
};

std::string previous_hash(db::Session& session, std::int64_t block) {
  const auto hash = session.one<db::Bytes>("SELECT hash FROM platform_audit_block WHERE id = $1", block);
  return hash ? hash->data : "";
}

std::vector<chain::Row> unsealed(db::Session& session) {
  return session.all<chain::Row>(
      "SELECT " + std::string(chain::kRowColumns) + " FROM platform_audit WHERE block IS NULL ORDER BY id LIMIT $1",
      kMostRows);
}

std::vector<chain::Row> closed_counts(db::Session& session, Instant now) {
  return session.all<chain::Row>(
      "SELECT " + std::string(chain::kRowColumns) +
          " FROM platform_audit WHERE count_block IS NULL AND reads > 1 AND block IS NOT NULL AND "
          "occurred < $1 ORDER BY id LIMIT $2",
      now - kCountClosedMs, kMostRows);
}

void mark_rows(db::Tx& tx, const char* sql, std::int64_t block, const std::vector<chain::Row>& rows) {
  for (const auto& row : rows) tx.exec(sql, block, row.id);
}

std::optional<Sealed> seal_block(db::Tx& tx, crypto::MasterKeyring& keys, Instant now) {
  const auto rows = unsealed(tx), counts = closed_counts(tx, now);
  if (rows.empty() && counts.empty()) return std::nullopt;
  const auto last = tx.one<std::int64_t>("SELECT COALESCE(MAX(id), 0) FROM platform_audit_block").value_or(0);
  chain::Block block;
  block.id = last + 1;
  block.row_count = static_cast<std::int64_t>(rows.size());
  block.sealed = now;
  block.hash.data = chain::block_hash(block.id, now, previous_hash(tx, last), rows, counts);
  block.signature.data = chain::sign(keys.raw_key(tx, keys.key_for(tx, "purpose:audit_seal", 0)), block.hash.data);
  tx.insert("platform_audit_block", block);
  mark_rows(tx, "UPDATE platform_audit SET block = $1 WHERE id = $2", block.id, rows);
  mark_rows(tx, "UPDATE platform_audit SET count_block = $1 WHERE id = $2", block.id, counts);
  return Sealed{block, static_cast<std::int64_t>(rows.size() + counts.size())};
}

}  // namespace

std::string head_file_of(const crypto::MasterKeyring& keys) {
  return keys.folder() + "/" + keys.installation() + ".audit";
}

void restart_head(db::Database& database, const std::string& head_file, Instant now) {
  const auto last = database.read_now([](db::Session& session) {
    return session.one<chain::Block>(
        "SELECT id, row_count, hash, signature, sealed FROM platform_audit_block ORDER BY id DESC LIMIT 1");
  });
  if (std::filesystem::exists(head_file))
    std::filesystem::rename(head_file, fmt::format("{}.before-restore-{}", head_file, now.ms));
  if (last) chain::write_head(head_file, *last);
}

Sealer::Sealer(db::Database& database, crypto::MasterKeyring& keys, std::string head_file, const Clock& clock)
    : database_(database), keys_(keys), head_file_(std::move(head_file)), clock_(clock) {}

Sealer::~Sealer() { stop(); }

void Sealer::start() {
  thread_ = std::thread([this] { loop(); });
}

void Sealer::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Sealer::loop() {
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kPace, [this] { return stopping_; });
      last = stopping_;
    }
    try {
      seal_now();
    } catch (const std::exception& error) {  // the rows wait unchained; the check says so if it lasts
      log::warn("audit_not_sealed", {{"reason", error.what()}});
    }
  }
}

std::int64_t Sealer::seal_now() {
  const std::lock_guard lock(sealing_);
  std::int64_t total = 0;
  for (;;) {
    const Instant now = clock_.now();
    const bool any = database_.read_now([&](db::Session& s) {
      return s.one<std::int64_t>("SELECT 1 FROM platform_audit WHERE block IS NULL LIMIT 1") ||
             s.one<std::int64_t>(
                 "SELECT 1 FROM platform_audit WHERE count_block IS NULL AND reads > 1 AND occurred < $1 LIMIT 1",
                 now - kCountClosedMs);
    });
    if (!any) return total;
    const auto sealed = database_.write_now([&](db::Tx& tx) { return seal_block(tx, keys_, now); }, db::Lane::bulk);
    if (!sealed) return total;
    chain::write_head(head_file_, sealed->block);
    total += sealed->rows;
    if (const auto time = std::chrono::steady_clock::now(); time - logged_ > kLogPace) {
      logged_ = time;
      log::info("audit_head", {{"block", sealed->block.id}, {"hash", chain::hex(sealed->block.hash.data)}});
    }
  }
}

}  // namespace auricle::audit
