#include "platform/db/workers.h"

namespace auricle::db {

Workers::Workers(int threads, int queue_limit) : limit_(queue_limit) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool Workers::submit(std::function<void()> call) { return push(first_, std::move(call)); }
bool Workers::submit_behind(std::function<void()> call) { return push(behind_, std::move(call)); }

std::size_t Workers::waiting() const {
  const std::lock_guard lock(mutex_);
  return first_.size() + behind_.size();
}

bool Workers::push(std::deque<std::function<void()>>& queue, std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue.size() >= limit_) return false;
    queue.push_back(std::move(call));
  }
  wake_.notify_one();
  return true;
}

void Workers::loop() {
  for (;;) {
    std::function<void()> call;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !first_.empty() || !behind_.empty(); });
      auto& queue = first_.empty() ? behind_ : first_;
      if (queue.empty()) return;
      call = std::move(queue.front());
      queue.pop_front();
    }
    call();
  }
}

}  // namespace auricle::db
