#include "channels/email/connection.h"

#include <curl/curl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "channels/email/curl_errors.h"
#include "channels/email/mime.h"

namespace auricle::email {
namespace {

constexpr long kConnectSeconds = 20;

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::string no_line_ends(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return clean_utf8(text.substr(0, 300));
}

}  // namespace

struct Wake::State {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::atomic<bool> stopping = false, nudged = false;
};
Wake::Wake() : state_(std::make_unique<State>()) {}
Wake::~Wake() { close(state_->fd); }
void Wake::nudge() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(state_->fd, &one, sizeof one);
}
void Wake::stop() {
  state_->stopping = true;
  nudge();
}
bool Wake::stopping() const { return state_->stopping; }

bool Wake::wait(int socket, std::int64_t milliseconds, Nudges nudges) {
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const auto end = now() + std::chrono::milliseconds(milliseconds);
  for (;;) {
    if (state_->stopping) throw Stopped();
    if (nudges == Nudges::heed && state_->nudged.exchange(false)) return false;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now()).count();
    pollfd fds[2] = {{state_->fd, POLLIN, 0}, {socket, POLLIN, 0}};
    const int ready = poll(fds, socket >= 0 ? 2 : 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (fds[0].revents) {
      std::uint64_t count;
      [[maybe_unused]] const auto read = ::read(state_->fd, &count, sizeof count);
      state_->nudged = true;
    }
    if (socket >= 0 && fds[1].revents != 0 && !state_->stopping) return true;
    if (ready == 0) return false;
  }
}

bool on_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

void prepare(CURL* handle, Protocol protocol, const Server& server, const std::string& path) {
  const bool direct = server.security == Security::tls;
  const std::string scheme = protocol == Protocol::imap ? (direct ? "imaps" : "imap") : (direct ? "smtps" : "smtp");
  const std::string host = server.host.find(':') != std::string::npos ? "[" + server.host + "]" : server.host;
  const auto url = scheme + "://" + host + ":" + std::to_string(server.port) + "/" + path;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (server.security == Security::starttls)
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!server.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.user.c_str());
    if (server.bearer.empty())
      curl_easy_setopt(handle, CURLOPT_PASSWORD, server.secret.c_str());
    else  // OAUTHBEARER where the server knows it, else XOAUTH2
      curl_easy_setopt(handle, CURLOPT_XOAUTH2_BEARER, server.bearer.c_str());
  }
  if (!server.ca_certificate.empty()) {
    curl_blob blob{const_cast<char*>(server.ca_certificate.data()), server.ca_certificate.size(), CURL_BLOB_COPY};
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  }
}

Refused refusal(Protocol protocol, CURLcode code, const char* said, long response) {
  const std::string detail = no_line_ends(said && *said ? said : curl_easy_strerror(code));
  const bool imap = protocol == Protocol::imap;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Step::resolve, "error.mail_host_unknown", detail};
    case CURLE_COULDNT_CONNECT:
      return {Step::connect, "error.mail_connect_refused", detail};
    case CURLE_OPERATION_TIMEDOUT:
      return {Step::connect, "error.mail_timeout", detail};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Step::tls,
              detail.find("match") == std::string::npos ? "error.mail_tls_certificate" : "error.mail_tls_host", detail};
    case CURLE_SSL_CACERT_BADFILE:
      return {Step::tls, "error.mail_ca_not_readable", detail};
    case CURLE_SSL_CONNECT_ERROR:
      return {Step::tls, "error.mail_tls_failed", detail};
    case CURLE_USE_SSL_FAILED:
      return {Step::tls, "error.mail_starttls_missing", detail};
    case CURLE_LOGIN_DENIED:
      return {Step::sign_in,
              response >= 400 && response < 500 ? "error.mail_sign_in_later" : "error.mail_sign_in_refused", detail};
    case CURLE_WEIRD_SERVER_REPLY:
      return {Step::connect, imap ? "error.mail_not_imap" : "error.mail_not_smtp", detail};
    default:
      return {Step::talk, "error.mail_disconnected", detail};
  }
}

struct Connection::State {
  explicit State(Wake& w) : wake(w) {}
  ~State() { curl_easy_cleanup(handle); }
  CURL* handle = nullptr;
  Wake& wake;
  Protocol protocol = Protocol::imap;
  char error[CURL_ERROR_SIZE] = "";
  curl_socket_t socket = CURL_SOCKET_BAD;
};

Connection::Connection(Protocol protocol, const Server& server, const std::string& greeting_name, Wake& wake)
    : state_(std::make_unique<State>(wake)) {
  init_curl_once();
  auto& s = *state_;
  s.protocol = protocol;
  s.handle = curl_easy_init();
  prepare(s.handle, protocol, server, protocol == Protocol::smtp ? greeting_name : "");
  curl_easy_setopt(s.handle, CURLOPT_ERRORBUFFER, s.error);
  curl_easy_setopt(s.handle, CURLOPT_CONNECT_ONLY, 1L);
  // A stopping program does not wait for a silent server.
  curl_easy_setopt(s.handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(s.handle, CURLOPT_XFERINFODATA, &wake);
  curl_easy_setopt(
      s.handle, CURLOPT_XFERINFOFUNCTION, +[](void* w, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<Wake*>(w)->stopping() ? 1 : 0;
      });
  const CURLcode code = curl_easy_perform(s.handle);
  if (code == CURLE_ABORTED_BY_CALLBACK) throw Stopped();
  long response = 0;
  curl_easy_getinfo(s.handle, CURLINFO_RESPONSE_CODE, &response);
  if (code != CURLE_OK) throw refusal(protocol, code, s.error, response);
  curl_easy_getinfo(s.handle, CURLINFO_ACTIVESOCKET, &s.socket);
}

Connection::~Connection() = default;

void Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(state_->handle, bytes.data(), bytes.size(), &sent);
    if (code == CURLE_AGAIN) {
      pollfd ready{state_->socket, POLLOUT, 0};
      if (poll(&ready, 1, 60'000) <= 0) throw Refused(Step::talk, "error.mail_timeout", "");
      continue;
    }
    if (code != CURLE_OK) throw refusal(state_->protocol, code, state_->error, 0);
    bytes.remove_prefix(sent);
  }
}

bool Connection::receive(std::string& buffer, std::int64_t milliseconds, Wake::Nudges nudges) {
  char chunk[32768];
  for (bool waited = false;;) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(state_->handle, chunk, sizeof chunk, &got);
    if (code == CURLE_OK && got > 0) {
      buffer.append(chunk, got);
      return true;
    }
    if (code != CURLE_AGAIN)
      throw Refused(Step::talk, "error.mail_disconnected", no_line_ends(curl_easy_strerror(code)));
    if (waited) return false;
    waited = !state_->wake.wait(state_->socket, milliseconds, nudges);
    if (waited) return false;
  }
}

}  // namespace auricle::email
