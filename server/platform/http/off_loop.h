#pragma once
// Blocking work of a route (a file to make durable, to fetch) on a thread of its own; the coroutine goes on on its
// loop. Few at once: beyond that db::Unavailable, which answers 503.
#include <atomic>
#include <coroutine>
#include <exception>
#include <optional>
#include <thread>
#include <type_traits>

#include "platform/base/loop.h"
#include "platform/db/database.h"

namespace auricle::http {

inline std::atomic<int>& off_loop_running() {
  static std::atomic<int> count{0};
  return count;
}

// `work` stands in the coroutine's frame and is called once. Its result must not be void.
template <class F>
class OffLoop {
 public:
  using R = std::invoke_result_t<F&>;
  explicit OffLoop(F& work) : work_(work) {}
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    constexpr int kMost = 16;
    if (off_loop_running().fetch_add(1) >= kMost) {
      --off_loop_running();
      throw db::Unavailable("too many files at once");
    }
    Loop* const loop = current_loop();
    std::thread([this, handle, loop] {
      try {
        result_.emplace(work_());
      } catch (...) {
        error_ = std::current_exception();
      }
      --off_loop_running();
      if (loop)
        loop->post([handle] { handle.resume(); });
      else
        handle.resume();
    }).detach();
  }
  R await_resume() {
    if (error_) std::rethrow_exception(error_);
    return std::move(*result_);
  }

 private:
  F& work_;
  std::optional<R> result_;
  std::exception_ptr error_;
};

template <class F>
OffLoop<F> off_loop(F& work) {
  return OffLoop<F>(work);
}

}  // namespace auricle::http
