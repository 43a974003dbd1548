#pragma once
// A place where coroutines resume: each HTTP I/O thread is one. Blocking threads have none.
#include <functional>

namespace auricle {

class Loop {
 public:
  virtual ~Loop() = default;
  virtual void post(std::function<void()> call) = 0;  // thread-safe
};
Loop* current_loop();  // of this thread; nullptr outside I/O threads
void set_current_loop(Loop* loop);

}  // namespace auricle
