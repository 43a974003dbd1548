#pragma once
// A bounded pool of threads taking calls in order.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace auricle::db {

class Workers {
 public:
  Workers(int threads, int queue_limit);
  ~Workers();                                      // finishes what was submitted
  bool submit(std::function<void()> call);         // false: full
  bool submit_behind(std::function<void()> call);  // taken when nothing else waits
  std::size_t waiting() const;

 private:
  bool push(std::deque<std::function<void()>>& queue, std::function<void()> call);
  void loop();

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> first_, behind_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace auricle::db
