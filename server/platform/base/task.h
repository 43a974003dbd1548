#pragma once
// `Task<T>`: a lazily started coroutine. Only routes and jobs are coroutines; services, rules and stores are plain
// code.
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace auricle {

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::exception_ptr error;
    std::coroutine_handle<> continuation;
    std::function<void()> on_done;  // for the root, started by start()

    Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        auto& promise = self.promise();
        const auto next = promise.continuation ? promise.continuation : std::noop_coroutine();
        if (promise.on_done) std::exchange(promise.on_done, nullptr)();
        return next;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    template <class U>
    void return_value(U&& v) {
      value.emplace(std::forward<U>(v));
    }
    void unhandled_exception() { error = std::current_exception(); }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) noexcept {
    handle_.promise().continuation = continuation;
    return handle_;
  }
  T await_resume() { return take(); }

  // For the owner of a root task: runs until it first suspends; `on_done` is called when it has finished, never before
  // start returns true. Returns true if it finished without suspending (then on_done is not called).
  bool start() {
    handle_.resume();
    return handle_.done();
  }
  bool done() const { return handle_.done(); }
  void on_done(std::function<void()> call) { handle_.promise().on_done = std::move(call); }
  T take() {
    if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
    return std::move(*handle_.promise().value);
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace auricle
