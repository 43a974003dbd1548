// The WebSocket (RFC 6455) end of the live channel: bounded output, pings, and the end when the session ends.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "platform/http/wire_internal.h"

namespace auricle::http {
namespace {

using std::chrono::seconds;
namespace ws = beast::websocket;
constexpr std::size_t kQueueMessages = 512;
constexpr std::size_t kQueueBytes = 256 << 10;
constexpr int kKernelBytes = 64 << 10;
constexpr auto kPingEvery = seconds(25), kSilenceLimit = seconds(60), kWriteLimit = seconds(10),
               kCloseLimit = seconds(2), kSessionCheck = seconds(30);

class Connection final : public LiveSocket, public Swept, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, Worker& worker, std::shared_ptr<const Desk> desk)
      : desk_(std::move(desk)), stream_(std::move(socket)), worker_(worker), wake_(worker.io) {
    place_ = worker_.swept.insert(worker_.swept.end(), this);
    ++worker_.shared.sockets;
    wake_.expires_at(TimePoint::max());
    heard_ = pinged_ = checked_ = worker_.now;
  }
  ~Connection() override {
    worker_.swept.erase(place_);
    --worker_.shared.sockets;
  }
  Awaitable<void> run(RequestMessage message, Request request, Caller caller);

  void send(std::shared_ptr<const std::string> text) override {
    if (ended_ || !close_.empty()) return;
    queued_ += text->size();
    queue_.push_back(std::move(text));
    if (queue_.size() > kQueueMessages || queued_ > kQueueBytes) return abort();  // it resumes from its sequence
    wake_.cancel();
  }
  void close(std::string_view why) override {
    if (!close_.empty()) return;
    close_ = why;
    closing_since_ = std::chrono::steady_clock::now();
    wake_.cancel();
  }
  void check_session() override {
    if (!member_ || ended_) return;
    checked_ = worker_.now;
    net::co_spawn(worker_.io.get_executor(), check(shared_from_this()), net::detached);
  }
  void sweep(TimePoint now) override;
  void drain() override { close("shutdown"); }
  void abort() override {
    boost::system::error_code error;
    stream_.next_layer().close(error);
    ended_ = true;
    wake_.cancel();
  }

 private:
  static Awaitable<void> check(std::shared_ptr<Connection> self);
  static Awaitable<void> write_all(std::shared_ptr<Connection> self);
  Awaitable<bool> write_one();
  Awaitable<void> read_all();

  const std::shared_ptr<const Desk> desk_;  // lives as long as this socket
  ws::stream<Socket> stream_;
  Worker& worker_;
  Timer wake_;
  std::list<Swept*>::iterator place_;
  std::shared_ptr<LiveHub::Member> member_;
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t queued_ = 0;
  TimePoint heard_, pinged_, checked_, closing_since_, writing_since_ = TimePoint::max();
  std::string close_;
  bool ping_due_ = false, ended_ = false;
};

void Connection::sweep(TimePoint now) {
  const bool deaf = now - heard_ > kSilenceLimit;
  const bool slow = writing_since_ != TimePoint::max() && now > writing_since_ + kWriteLimit;
  const bool stuck = !close_.empty() && now > closing_since_ + kCloseLimit;
  if (deaf || slow || stuck) return abort();
  if (now - checked_ > kSessionCheck) check_session();
  if (now - pinged_ < kPingEvery) return;
  pinged_ = now;
  ping_due_ = true;
  wake_.cancel();
}

Awaitable<void> Connection::check(std::shared_ptr<Connection> self) {
  auto task = self->desk_->live.check_session(self->member_);
  try {
    co_await finish(std::move(task), self->worker_);
  } catch (const std::exception&) {
    self->checked_ = TimePoint::min() + kSessionCheck;  // the database is gone for a moment: ask again soon
  }
}

Awaitable<bool> Connection::write_one() {
  writing_since_ = worker_.now;
  boost::system::error_code error;
  if (!queue_.empty()) {
    const auto text = std::move(queue_.front());
    queue_.pop_front();
    queued_ -= text->size();
    std::tie(error, std::ignore) = co_await stream_.async_write(net::buffer(*text), kToken);
  } else {
    ping_due_ = false;
    std::tie(error) = co_await stream_.async_ping({}, kToken);
  }
  writing_since_ = TimePoint::max();
  co_return !error;
}

Awaitable<void> Connection::write_all(std::shared_ptr<Connection> self) {
  while (!self->ended_) {
    if (!self->queue_.empty() || (self->ping_due_ && self->close_.empty())) {
      if (!co_await self->write_one()) break;
    } else if (!self->close_.empty()) {
      const auto code = self->close_ == "session_ended" ? 4401 : self->close_ == "shutdown" ? 1001 : 1008;
      co_await self->stream_.async_close(ws::close_reason(static_cast<ws::close_code>(code), self->close_), kToken);
      break;
    } else {
      co_await self->wake_.async_wait(kToken);
      self->wake_.expires_at(TimePoint::max());
    }
  }
  self->abort();
}

Awaitable<void> Connection::read_all() {
  beast::flat_buffer buffer;
  while (!ended_) {
    const auto [error, bytes] = co_await stream_.async_read(buffer, kToken);
    if (error) break;
    heard_ = worker_.now;
    std::string text(static_cast<const char*>(buffer.data().data()), buffer.size());
    buffer.consume(buffer.size());
    auto task = desk_->live.receive(member_, std::move(text));
    try {
      co_await finish(std::move(task), worker_);
    } catch (const std::exception&) {
      close("unavailable");
      break;
    }
  }
}

Awaitable<void> Connection::run(RequestMessage message, Request request, Caller caller) {
  stream_.read_message_max(4096);
  stream_.auto_fragment(false);
  stream_.control_callback([this](ws::frame_type, beast::string_view) { heard_ = worker_.now; });
  const auto [error] = co_await stream_.async_accept(message, kToken);
  if (error) co_return;
  boost::system::error_code ignored;  // what a client does not read waits here, bounded, not in the kernel
  stream_.next_layer().set_option(net::socket_base::send_buffer_size(kKernelBytes), ignored);
  member_ = desk_->live.join(shared_from_this(), std::move(request), std::move(caller));
  check_session();  // it may have ended since the request was let in
  net::co_spawn(worker_.io.get_executor(), write_all(shared_from_this()), net::detached);
  if (worker_.shared.draining) drain();
  co_await read_all();
  desk_->live.leave(member_);
  member_.reset();  // it holds this socket
  ended_ = true;
  wake_.cancel();
}

}  // namespace

Awaitable<void> serve_live(Socket socket, Worker& worker, RequestMessage message, Request request, Caller caller,
                           std::shared_ptr<const Desk> desk) {
  const auto connection = std::make_shared<Connection>(std::move(socket), worker, std::move(desk));
  co_await connection->run(std::move(message), std::move(request), std::move(caller));
}

}  // namespace auricle::http
