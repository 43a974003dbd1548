#include "platform/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <mutex>

#include "platform/base/json.h"

namespace auricle::log {
namespace {

Format chosen = Format::text;

// Gathers lines and writes them to standard error when told to flush: once a second, at once from warnings on.
class BufferedStandardError final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    buffer_.append(line.data(), line.size());
    if (buffer_.size() > (64u << 10)) flush_();
  }
  void flush_() override {
    std::size_t done = 0;
    while (done < buffer_.size()) {
      const auto written = ::write(STDERR_FILENO, buffer_.data() + done, buffer_.size() - done);
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
    buffer_.clear();
  }

 private:
  std::string buffer_;
};

// Our own events are JSON fields already; text of a library becomes the event "message".
class Payload final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    std::string line;
    if (text.rfind("\"event\":", 0) == 0) {
      line = text;
    } else {
      line = "\"event\":\"message\",\"text\":";
      json::write_string(line, text);
    }
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return spdlog::details::make_unique<Payload>(); }
};

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_value(std::string& out, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (chosen == Format::json)
      json::write_string(out, *text);
    else
      out += *text;
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    json::write(out, *number);
  } else {
    out += fmt::format("{:.3f}", std::get<double>(field.value));
  }
}

}  // namespace

void set_up(Format format, Level level) {
  chosen = format;
  auto logger = std::make_shared<spdlog::logger>("auricle", std::make_shared<BufferedStandardError>());
  logger->set_level(level_of(level));
  logger->flush_on(spdlog::level::warn);
  if (format == Format::json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<Payload>('*').set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%*})");
    logger->set_formatter(std::move(formatter));
  } else {
    logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
  }
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds(1));
}

void event(Level level, std::string_view name, std::initializer_list<Field> fields) {
  auto* logger = spdlog::default_logger_raw();
  if (!logger->should_log(level_of(level))) return;
  std::string line;
  if (chosen == Format::json) {
    line = "\"event\":";
    json::write_string(line, name);
    for (const auto& field : fields) {
      ((line += ",\"") += field.name) += "\":";
      append_value(line, field);
    }
  } else {
    line = name;
    for (const auto& field : fields) {
      ((line += ' ') += field.name) += '=';
      append_value(line, field);
    }
  }
  logger->log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

void flush() { spdlog::default_logger_raw()->flush(); }

}  // namespace auricle::log
