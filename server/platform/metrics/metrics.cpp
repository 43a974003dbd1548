#include "platform/metrics/metrics.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace auricle::metrics {

void Writer::type(std::string_view name, std::string_view help, std::string_view kind) {
  if (last_ == name) return;
  last_ = name;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, kind);
}

void Writer::sample(std::string_view name, std::string_view labels, double value) {
  text_ += name;
  if (!labels.empty()) text_ += fmt::format("{{{}}}", labels);
  text_ += fmt::format(" {}\n", value);
}

void Writer::counter(std::string_view name, std::string_view help, double value, std::string_view labels) {
  type(name, help, "counter");
  sample(name, labels, value);
}

void Writer::gauge(std::string_view name, std::string_view help, double value, std::string_view labels) {
  type(name, help, "gauge");
  sample(name, labels, value);
}

std::string Registry::render() const {
  Writer writer;
  for (const auto& collector : collectors_) collector(writer);
  return writer.text();
}

void Histogram::observe(double seconds) {
  std::size_t bucket = 0;
  while (bucket < kSecondsBuckets.size() && seconds > kSecondsBuckets[bucket]) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
}

void Histogram::write(Writer& writer, std::string_view name, std::string_view labels) const {
  std::uint64_t total = 0;
  const auto bucket = fmt::format("{}_bucket", name);
  const std::string comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i].load(std::memory_order_relaxed);
    const auto limit = i < kSecondsBuckets.size() ? fmt::format("{}", kSecondsBuckets[i]) : "+Inf";
    writer.sample(bucket, fmt::format("{}{}le=\"{}\"", labels, comma, limit), static_cast<double>(total));
  }
  writer.sample(fmt::format("{}_sum", name), labels, static_cast<double>(sum_us_.load()) / 1e6);
  writer.sample(fmt::format("{}_count", name), labels, static_cast<double>(total));
}

void RequestMetrics::observe(std::string_view method, std::string_view route, int status, double seconds,
                             std::size_t bytes) {
  thread_local std::string key;
  key.assign("method=\"").append(method).append("\",route=\"").append(route.empty() ? "none" : route).append("\"");
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  const std::scoped_lock lock(mutex_);
  auto found = series_.find(key);
  if (found == series_.end()) found = series_.try_emplace(key).first;
  ++found->second.by_status[status];
  found->second.seconds.observe(seconds);
}

void RequestMetrics::write(Writer& writer) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [labels, series] : series_)
    for (const auto& [status, count] : series.by_status)
      writer.counter("auricle_http_requests_total", "Answered requests.", static_cast<double>(count),
                     fmt::format("{},status=\"{}\"", labels, status));
  writer.type("auricle_http_request_seconds", "Time from the end of the request to the end of the answer.",
              "histogram");
  for (const auto& [labels, series] : series_) series.seconds.write(writer, "auricle_http_request_seconds", labels);
  writer.counter("auricle_http_body_bytes_total", "Bytes of answer bodies.", static_cast<double>(bytes_));
}

void write_process(Writer& writer) {
  static const std::time_t started = std::time(nullptr);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  writer.counter("process_cpu_seconds_total", "CPU time used.", seconds(usage.ru_utime) + seconds(usage.ru_stime));
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  writer.gauge("process_resident_memory_bytes", "Resident memory.",
               static_cast<double>(resident * sysconf(_SC_PAGESIZE)));
  std::error_code ignored;
  const std::filesystem::directory_iterator files("/proc/self/fd", ignored);
  writer.gauge("process_open_fds", "Open file descriptors.",
               static_cast<double>(std::distance(begin(files), end(files))));
  writer.gauge("process_start_time_seconds", "When the process started.", static_cast<double>(started));
}

}  // namespace auricle::metrics
