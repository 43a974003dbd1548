#pragma once
// Figures for Prometheus (text format 0.0.4). Producers keep their own counters; collectors write them when asked.
// Labels hold route templates, states and kinds: never ids of people, never text.
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::metrics {

class Writer {
 public:
  // `labels`: `route="/api/cases",status="200"` or empty. All samples of one name must follow each other.
  void counter(std::string_view name, std::string_view help, double value, std::string_view labels = "");
  void gauge(std::string_view name, std::string_view help, double value, std::string_view labels = "");
  void type(std::string_view name, std::string_view help, std::string_view kind);
  void sample(std::string_view name, std::string_view labels, double value);
  const std::string& text() const { return text_; }

 private:
  std::string text_, last_;
};

class Registry {
 public:
  using Collector = std::function<void(Writer&)>;
  void collect(Collector collector) { collectors_.push_back(std::move(collector)); }  // at start-up
  std::string render() const;

 private:
  std::vector<Collector> collectors_;
};

inline constexpr std::array<double, 11> kSecondsBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                           0.1,   0.25,   1,     2.5,  10};

class Histogram {
 public:
  void observe(double seconds);
  void write(Writer& writer, std::string_view name, std::string_view labels) const;

 private:
  std::array<std::atomic<std::uint64_t>, kSecondsBuckets.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

// Answered requests by route, method and status.
class RequestMetrics {
 public:
  void observe(std::string_view method, std::string_view route, int status, double seconds, std::size_t bytes);
  void write(Writer& writer) const;

 private:
  struct Series {
    std::map<int, std::uint64_t> by_status;
    Histogram seconds;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Series, std::less<>> series_;  // by `method="GET",route="/api/cases"`
  std::atomic<std::uint64_t> bytes_{0};
};

void write_process(Writer& writer);  // memory, CPU seconds, open files, start time

}  // namespace auricle::metrics
