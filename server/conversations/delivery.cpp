#include "conversations/delivery.h"

#include <chrono>

namespace auricle::conversations {
namespace {

constexpr auto kPause = std::chrono::milliseconds(400);  // the ten seconds of undo are checked this often
constexpr auto kPauseAfterFailure = std::chrono::seconds(3);
constexpr int kAtOnce = 1;  // each thread: one slow server must not use up the leases of others

}  // namespace

DeliveryWorker::DeliveryWorker(db::Database& database, const Conversations& conversations, const Channels& channels,
                               NameOf name_of, Report report, int threads)
    : database_(database),
      conversations_(conversations),
      channels_(channels),
      name_of_(std::move(name_of)),
      report_(std::move(report)),
      thread_count_(threads) {}

DeliveryWorker::~DeliveryWorker() { stop(); }

void DeliveryWorker::start() {
  database_.write_now([&](db::Tx& tx) { conversations_.release_leases(tx); });  // a node runs once
  for (int i = 0; i < thread_count_; ++i) threads_.emplace_back([this, i] { work(i == 0); });
}

void DeliveryWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

bool DeliveryWorker::run_once() { return round(true); }

void DeliveryWorker::work(bool settles) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    bool more = false, failed = false;
    try {
      more = round(settles);
    } catch (const std::exception& error) {
      failed = true;
      report_(std::string("delivery: ") + error.what());
    }
    lock.lock();
    if (!more) wake_.wait_for(lock, failed ? kPauseAfterFailure : kPause, [this] { return stopping_; });
  }
}

bool DeliveryWorker::round(bool settles) {
  if (!database_.read_now([&](db::Session& session) { return conversations_.anything_due(session); })) return false;
  bool any = false;
  if (settles) any = database_.write_now([&](db::Tx& tx) { return conversations_.settle_due(tx); }) > 0;
  auto leased = database_.write_now([&](db::Tx& tx) { return conversations_.lease_due(tx, kAtOnce); });
  for (auto& one : leased) send(one);
  return any || !leased.empty();
}

void DeliveryWorker::send(Conversations::Leased& leased) {
  leased.message.author_name = database_.read_now(
      [&](db::Session& session) { return name_of_ ? name_of_(session, leased.author_id) : std::string(); });
  SendResult result{SendResult::Kind::failed, "error.conversations.no_channel", 0};
  if (auto* channel = channels_.find(leased.channel)) {
    try {
      result = channel->send(leased.message);
    } catch (const std::exception& error) {
      report_(std::string("delivery: ") + error.what());
      result = {SendResult::Kind::retry_later, "error.conversations.delivery_failed", 0};
    }
  }
  database_.write_at_last([&](db::Tx& tx) { conversations_.finish(tx, leased, result); },
                          [this] { return stopping(); });
}

bool DeliveryWorker::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

int doubt_outbox(db::Tx& tx, const Conversations& conversations, Instant now) {
  tx.exec(
      "UPDATE conversations_outbox SET due_at = $1, lease_until = NULL WHERE due_at <= $1 OR NOT EXISTS (SELECT 1 FROM "
      "conversations_message m WHERE m.id = conversations_outbox.message_id AND m.scheduled_local IS NOT NULL)",
      now);
  int doubted = 0;
  for (const auto& leased : conversations.lease_due(tx, INT32_MAX)) {
    conversations.finish(tx, leased, {SendResult::Kind::failed, "error.conversations.restored", 0});
    ++doubted;
  }
  return doubted;
}

}  // namespace auricle::conversations
