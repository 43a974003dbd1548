#pragma once
// The templates of Database. Included by database.h only.

namespace auricle::db {
namespace detail {

template <class T>
struct is_result : std::false_type {};
template <class T>
struct is_result<Result<T>> : std::true_type {};

// What a closure returned, for whichever run of it counts.
template <class R>
struct Slot {
  std::optional<R> value;
  template <class F, class S>
  bool run(F& closure, S& session) {
    value.reset();
    value.emplace(closure(session));
    if constexpr (is_result<R>::value)
      return value->has_value();
    else
      return true;
  }
  R take() { return std::move(*value); }
};
template <>
struct Slot<void> {
  template <class F, class S>
  bool run(F& closure, S& session) {
    closure(session);
    return true;
  }
  void take() {}
};

// Resumes where the coroutine was suspended: on its loop, or (tests) on the thread that finished the work.
inline void resume_on(Loop* loop, std::coroutine_handle<> coroutine) {
  if (loop)
    loop->post([coroutine] { coroutine.resume(); });
  else
    coroutine.resume();
}

template <class F>
class WriteAwaitable {
 public:
  using R = std::invoke_result_t<F&, Tx&>;
  WriteAwaitable(Database& database, F closure, Lane lane)
      : database_(database), closure_(std::move(closure)), lane_(lane) {}
  WriteAwaitable(const WriteAwaitable&) = delete;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    database_.submit_write(
        lane_, [this](Tx& tx) { return slot_.run(closure_, tx); },
        [this, loop = current_loop(), coroutine](std::exception_ptr error) {
          error_ = error;
          resume_on(loop, coroutine);
        });
  }
  R await_resume() {
    if (error_) std::rethrow_exception(error_);
    return slot_.take();
  }

 private:
  Database& database_;
  F closure_;
  Lane lane_;
  Slot<R> slot_;
  std::exception_ptr error_;
};

template <class F>
class ReadAwaitable {
 public:
  using R = std::invoke_result_t<F&, Session&>;
  ReadAwaitable(Database& database, F closure, Database::Pace pace)
      : database_(database), closure_(std::move(closure)), pace_(pace) {}
  ReadAwaitable(const ReadAwaitable&) = delete;

  bool await_ready() {
    return pace_ == Database::Pace::quick &&
           database_.try_read_inline([this](Session& session) { slot_.run(closure_, session); });
  }
  void await_suspend(std::coroutine_handle<> coroutine) {
    database_.submit_read(
        pace_, [this](Session& session) { slot_.run(closure_, session); },
        [this, loop = current_loop(), coroutine](std::exception_ptr error) {
          error_ = error;
          resume_on(loop, coroutine);
        });
  }
  R await_resume() {
    if (error_) std::rethrow_exception(error_);
    return slot_.take();
  }

 private:
  Database& database_;
  F closure_;
  Database::Pace pace_;
  Slot<R> slot_;
  std::exception_ptr error_;
};

template <class F>
constexpr void check_closure() {
  static_assert(
      std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<F>,
      "name this closure first (auto closure = […]…; co_await database.write(closure)), or capture by reference: "
      "GCC 12 destroys captures of a lambda written inside co_await twice");
}

}  // namespace detail

template <class F>
auto Database::write(F&& closure, Lane lane) {
  detail::check_closure<F>();
  return detail::WriteAwaitable<std::decay_t<F>>(*this, std::forward<F>(closure), lane);
}

template <class F>
auto Database::read(F&& closure) {
  detail::check_closure<F>();
  return detail::ReadAwaitable<std::decay_t<F>>(*this, std::forward<F>(closure), Pace::quick);
}

template <class F>
auto Database::read_slow(F&& closure) {
  detail::check_closure<F>();
  return detail::ReadAwaitable<std::decay_t<F>>(*this, std::forward<F>(closure), Pace::slow);
}

template <class F>
auto Database::write_now(F closure, Lane lane) -> std::invoke_result_t<F, Tx&> {
  detail::Slot<std::invoke_result_t<F, Tx&>> slot;
  std::promise<void> finished;
  submit_write(
      lane, [&](Tx& tx) { return slot.run(closure, tx); },
      [&](std::exception_ptr error) { error ? finished.set_exception(error) : finished.set_value(); });
  finished.get_future().get();
  return slot.take();
}

template <class F, class G>
auto Database::write_at_last(F closure, G give_up) -> std::invoke_result_t<F, Tx&> {
  for (;;) {
    try {
      return write_now(closure);
    } catch (const Unavailable&) {
      if (give_up()) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

template <class F>
auto Database::read_now(F closure) -> std::invoke_result_t<F, Session&> {
  detail::Slot<std::invoke_result_t<F, Session&>> slot;
  read_here([&](Session& session) { slot.run(closure, session); });
  return slot.take();
}

}  // namespace auricle::db
