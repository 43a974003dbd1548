#pragma once
// Instants are int64 milliseconds UTC in the database and RFC 3339 ("2026-11-22T09:30:00.000Z") in JSON.
#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace auricle {

struct Instant {
  std::int64_t ms = 0;
  auto operator<=>(const Instant&) const = default;
};
inline Instant operator+(Instant i, std::int64_t ms) { return {i.ms + ms}; }
inline Instant operator-(Instant i, std::int64_t ms) { return {i.ms - ms}; }
inline std::int64_t operator-(Instant a, Instant b) { return a.ms - b.ms; }

std::string to_rfc3339(Instant at);                           // UTC, milliseconds only when not zero
std::optional<Instant> parse_rfc3339(std::string_view text);  // needs an offset; nullopt if malformed

// The only source of "now": injected, moved by tests (see clock_test and POST /api/test/clock in test builds of the
// server).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};
class SystemClock : public Clock {
 public:
  Instant now() const override;
};
// The system's time, moved ahead by tests of the whole program (serve --test-clock).
class AdjustableClock : public Clock {
 public:
  Instant now() const override { return SystemClock().now() + offset_ms_.load(); }
  void set(Instant at) { offset_ms_ = at - SystemClock().now(); }

 private:
  std::atomic<std::int64_t> offset_ms_{0};
};
class FixedClock : public Clock {
 public:
  explicit FixedClock(Instant at) : at_(at) {}
  Instant now() const override { return at_; }
  void set(Instant at) { at_ = at; }
  void advance(std::int64_t ms) { at_ = at_ + ms; }

 private:
  Instant at_;
};

}  // namespace auricle
