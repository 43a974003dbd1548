// IMAP and SMTP against a server that says exactly what the test wants, odd and broken answers included. (Real servers:
// tests/functional/email.)
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <thread>

#include "channels/email/imap.h"
#include "channels/email/smtp.h"

namespace auricle::email {
namespace {

// Accepts one connection; `script` gets each line the client sends and returns the answer, nullopt hangs up.
class ScriptedServer {
 public:
  using Script = std::function<std::optional<std::string>(const std::string& line)>;
  ScriptedServer(std::string greeting, Script script) : greeting_(std::move(greeting)), script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET, at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    listen(listener_, 1);
    socklen_t size = sizeof at;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
    thread_.join();
  }
  Server server() const { return {"127.0.0.1", port, Security::none, user, user.empty() ? "" : "p", ""}; }
  int port = 0;
  std::string user;

 private:
  void serve() {
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    say(fd, greeting_);
    std::string buffer;
    char chunk[4096];
    for (ssize_t n; (n = read(fd, chunk, sizeof chunk)) > 0;) {
      buffer.append(chunk, static_cast<std::size_t>(n));
      for (auto end = buffer.find("\r\n"); end != std::string::npos; end = buffer.find("\r\n")) {
        const auto answer = script_(buffer.substr(0, end));
        buffer.erase(0, end + 2);
        if (!answer) {
          shutdown(fd, SHUT_RDWR);
          close(fd);
          return;
        }
        say(fd, *answer);
      }
    }
    close(fd);
  }
  static void say(int fd, const std::string& text) {  // in pieces, as networks do
    for (std::size_t i = 0; i < text.size(); i += 7) {
      const auto piece = text.substr(i, 7);
      if (send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) return;
    }
  }
  std::string greeting_;
  Script script_;
  int listener_ = -1;
  std::thread thread_;
};

struct SmtpScript {
  std::string at_recipient = "250 ok\r\n";
  std::optional<std::string> at_dot = "250 queued\r\n";
  std::optional<std::string> at_body = "";
  bool in_data = false;
  std::string body;

  ScriptedServer::Script script() {
    return [this](const std::string& line) -> std::optional<std::string> {
      if (in_data) {
        if (line == ".") {
          in_data = false;
          return at_dot;
        }
        body += line + "\n";
        return at_body;
      }
      if (line.starts_with("RCPT")) return at_recipient;
      if (line == "DATA") return in_data = true, "354 go\r\n";
      return "250 ok\r\n";
    };
  }
};

HandoverResult hand(SmtpScript& script, int* ended = nullptr) {
  const ScriptedServer server("220 hi\r\n", script.script());
  return hand_over(server.server(), "desk@clinic.example", {"ana@example.com"}, "Subject: x\r\n\r\n.dot\r\nbody\r\n",
                   [&] {
                     if (ended) ++*ended;
                   });
}

TEST(Smtp, accepted) {
  SmtpScript script;
  int ended = 0;
  EXPECT_EQ(hand(script, &ended).outcome, Handover::accepted);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(script.body, "Subject: x\n\n..dot\nbody\n");
}

TEST(Smtp, cut_off_between_the_final_dot_and_the_answer_is_uncertain) {
  SmtpScript script;
  script.at_dot.reset();
  int ended = 0;
  const auto result = hand(script, &ended);
  EXPECT_EQ(result.outcome, Handover::uncertain);
  EXPECT_EQ(ended, 1);
}

TEST(Smtp, cut_off_before_the_data_is_not_sent) {
  SmtpScript script;
  int ended = 0;
  auto cut = script.script();
  const ScriptedServer server("220 hi\r\n",
                              [&](const std::string& line) { return line == "DATA" ? std::nullopt : cut(line); });
  const auto result = hand_over(server.server(), "d@c.example", {"a@e.example"}, "x\r\n", [&] { ++ended; });
  EXPECT_EQ(result.outcome, Handover::not_sent);
  EXPECT_EQ(ended, 0);
}

TEST(Smtp, refusals_for_good_and_for_now) {
  SmtpScript script;
  script.at_recipient = "550 5.1.1 no such user\r\n";
  const auto unknown = hand(script);
  EXPECT_EQ(unknown.outcome, Handover::refused);
  EXPECT_EQ(unknown.key, "error.mail_recipient_refused");
  EXPECT_NE(unknown.detail.find("no such user"), std::string::npos);
  script = {};
  script.at_recipient = "451 later\r\n";
  EXPECT_EQ(hand(script).outcome, Handover::not_sent);
  script = {};
  script.at_dot = "452 full\r\n";
  EXPECT_EQ(hand(script).outcome, Handover::not_sent);
  script = {};
  script.at_dot = "552 too big\r\n";
  EXPECT_EQ(hand(script).outcome, Handover::refused);
  EXPECT_EQ(hand(script).key, "error.mail_content_refused");
}

TEST(Smtp, nothing_goes_out_when_the_end_cannot_be_noted) {
  SmtpScript script;
  bool dot = false;
  auto inner = script.script();
  const ScriptedServer server("220 hi\r\n", [&](const std::string& line) {
    dot |= line == ".";
    return inner(line);
  });
  EXPECT_THROW(hand_over(server.server(), "d@c.example", {"a@e.example"}, "x\r\n",
                         [] { throw std::runtime_error("disk full"); }),
               std::runtime_error);
  EXPECT_FALSE(dot);
}

// An IMAP server that answers commands by their first words.
ScriptedServer::Script imap_script(std::map<std::string, std::string> answers) {
  return [answers = std::move(answers),
          idle_tag = std::string()](const std::string& line) mutable -> std::optional<std::string> {
    const auto space = line.find(' ');
    const auto tag = line.substr(0, space), rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (line == "DONE") return idle_tag + " OK done\r\n";
    if (rest == "IDLE") idle_tag = tag;
    for (const auto& [start, answer] : answers)
      if (rest.starts_with(start)) {
        if (answer == "HANGUP") return std::nullopt;
        return answer + (rest == "IDLE" ? "" : tag + " OK done\r\n");
      }
    if (rest.starts_with("CAPABILITY")) return "* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN\r\n" + tag + " OK\r\n";
    return tag + " OK done\r\n";
  };
}

using Answers = std::map<std::string, std::string>;

struct ImapSession {
  explicit ImapSession(std::map<std::string, std::string> answers)
      : server("* OK ready\r\n", imap_script(std::move(answers))) {
    server.user = "u";
    imap.emplace(server.server(), wake);
  }
  Wake wake;
  ScriptedServer server;
  std::optional<Imap> imap;
};

TEST(ImapProtocol, literals_quoted_strings_and_order) {
  ImapSession s(Answers{{"UID FETCH",
                         "* 2 FETCH (FLAGS () UID 7 RFC822.SIZE 10 INTERNALDATE \" 7-Nov-2026 10:00:00 +0100\" BODY[] "
                         "{10}\r\nX: {3}\r\n\r\n)\r\n"
                         "* 9 EXISTS\r\n"
                         "* 1 FETCH (UID 5 BODY[] \"a \\\"b\\\"\" RFC822.SIZE 5)\r\n"
                         "* 3 FETCH (UID 99 BODY[] {1}\r\nx)\r\n"}});
  const auto mails = s.imap->fetch({5, 7});
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].uid, 5);
  EXPECT_EQ(mails[0].raw, "a \"b\"");
  EXPECT_EQ(mails[1].raw, "X: {3}\r\n\r\n");
  EXPECT_EQ(to_rfc3339(mails[1].arrived), "2026-11-07T09:00:00Z");
  EXPECT_TRUE(s.imap->idle(600'000));  // of the EXISTS in passing the server will not speak again
}

TEST(ImapProtocol, examine_and_search) {
  ImapSession s(Answers{{"EXAMINE", "* 3 EXISTS\r\n* OK [UIDVALIDITY 1234567890] ok\r\n* OK [UIDNEXT 43] next\r\n"},
                        {"UID SEARCH", "* SEARCH 42 7 41\r\n"}});
  const auto state = s.imap->examine("INBOX");
  EXPECT_EQ(state.uid_validity, 1234567890);
  EXPECT_EQ(state.uid_next, 43);
  EXPECT_EQ(s.imap->search(41), (std::vector<std::int64_t>{41, 42}));
}

TEST(ImapProtocol, idle_hears_news_and_a_nudge_ends_it) {
  ImapSession s(Answers{{"IDLE", "+ idling\r\n* 4 EXISTS\r\n"}});
  EXPECT_TRUE(s.imap->idle(10'000));
  ImapSession quiet(Answers{{"IDLE", "+ idling\r\n"}});
  std::thread nudger([&] { quiet.wake.nudge(); });
  EXPECT_FALSE(quiet.imap->idle(10'000));
  nudger.join();
}

TEST(ImapProtocol, a_stop_ends_every_wait) {
  ImapSession s(Answers{{"IDLE", "+ idling\r\n"}});
  s.wake.stop();
  EXPECT_THROW(s.imap->idle(600'000), Stopped);
}

TEST(ImapProtocol, endings_are_said_plainly) {
  ImapSession bye(Answers{{"NOOP", ""}, {"EXAMINE", "* BYE shutting down\r\n"}});
  try {
    bye.imap->examine("INBOX");
    FAIL();
  } catch (const Refused& e) {
    EXPECT_EQ(e.key, "error.mail_disconnected");
  }
  ImapSession gone(Answers{{"EXAMINE", "HANGUP"}});
  EXPECT_THROW(gone.imap->examine("INBOX"), Refused);
}

TEST(ImapProtocol, folder_names) {
  EXPECT_EQ(folder_to_utf7("INBOX"), "INBOX");
  EXPECT_EQ(folder_to_utf7("Éléments envoyés"), "&AMk-l&AOk-ments envoy&AOk-s");
  EXPECT_EQ(folder_to_utf7("R&D"), "R&-D");
  EXPECT_EQ(folder_to_utf7("日本語"), "&ZeVnLIqe-");
}

TEST(Connect, what_is_wrong_is_named) {
  Wake wake;
  const auto key = [&](const Server& server) -> std::string {
    try {
      Imap imap(server, wake);
    } catch (const Refused& e) {
      return e.key;
    }
    return "connected";
  };
  EXPECT_EQ(key({"no-such-host.invalid", 993, Security::tls, "u", "p", ""}), "error.mail_host_unknown");
  EXPECT_EQ(key({"127.0.0.1", 1, Security::none, "u", "p", ""}), "error.mail_connect_refused");
  const ScriptedServer plain("* OK ready\r\n", imap_script({}));
  EXPECT_EQ(key({"127.0.0.1", plain.port, Security::starttls, "u", "p", ""}), "error.mail_starttls_missing");
  const ScriptedServer not_tls("* OK ready\r\n", imap_script({}));
  EXPECT_EQ(key({"127.0.0.1", not_tls.port, Security::tls, "u", "p", ""}), "error.mail_tls_failed");
}

}  // namespace
}  // namespace auricle::email
