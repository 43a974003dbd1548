#pragma once
// An authenticated connection to a mail server: TCP, TLS or STARTTLS and signing in. All calls block on the calling
// thread.
#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace auricle::email {

// tls: encrypted from the first byte; starttls: must be upgraded before signing in; none: only for a server on this
// machine.
enum class Security { tls, starttls, none };
BOOST_DESCRIBE_ENUM(Security, tls, starttls, none)

struct Server {
  std::string host;
  int port = 0;
  Security security = Security::tls;
  std::string user;
  std::string secret;
  std::string ca_certificate;  // PEM of an own authority; "" for the system's
  std::string bearer;          // access token; "" to sign in with the secret
};

enum class Step { resolve, connect, tls, sign_in, talk };

// The server could not be reached or refused. `key` is a locale key whose text names the fix; `detail` is what the
// server said.
struct Refused : std::runtime_error {
  Refused(Step step, std::string key, std::string detail)
      : std::runtime_error(key + ": " + detail), step(step), key(std::move(key)), detail(std::move(detail)) {}
  Step step;
  std::string key, detail;
};
struct Stopped : std::runtime_error {  // the program ends
  Stopped() : std::runtime_error("stopped") {}
};

// Wakes a thread that waits for a server. Thread-safe.
class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  void nudge();  // look now
  void stop();   // end soon: every wait throws Stopped
  bool stopping() const;
  enum class Nudges { heed, keep };  // keep: a nudge does not end this wait but the next one that heeds
  // Waits until `socket` (or -1) can be read, somebody nudges, or the time is over. Returns whether the socket can be
  // read.
  bool wait(int socket, std::int64_t milliseconds, Nudges nudges = Nudges::heed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class Protocol { imap, smtp };

class Connection {
 public:
  // `greeting_name`: what an SMTP client calls itself. Throws Refused.
  Connection(Protocol protocol, const Server& server, const std::string& greeting_name, Wake& wake);
  ~Connection();
  Connection(const Connection&) = delete;
  void send(std::string_view bytes);
  // Appends what arrives to `buffer`; false when nothing came in time.
  bool receive(std::string& buffer, std::int64_t milliseconds, Wake::Nudges nudges = Wake::Nudges::keep);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

bool on_this_machine(std::string_view host);

}  // namespace auricle::email
