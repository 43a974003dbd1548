#include "channels/email/imap.h"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

constexpr std::int64_t kAnswerMs = 60'000;
constexpr std::size_t kMaxLine = 4u << 20;
constexpr std::size_t kMaxLiteral = 80u << 20;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The number after "NAME " in the line.
std::int64_t number_after(const std::string& text, std::string_view name) {
  const auto at = text.find(name);
  return at == std::string::npos ? 0 : number(std::string_view(text).substr(at + name.size()));
}

Instant parse_internal_date(const std::string& text) {  // 17-Jul-1996 02:44:25 -0700
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%d-%b-%Y %H:%M:%S %z", &parts);  // reads the zone into tm_gmtoff
  if (!end || *end) return Instant{};
  const auto offset = parts.tm_gmtoff;
  return Instant{(timegm(&parts) - offset) * 1000};
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string join(const std::vector<std::int64_t>& uids) {
  std::string out;
  for (const auto uid : uids) out += (out.empty() ? "" : ",") + std::to_string(uid);
  return out;
}

bool ci_starts(std::string_view text, std::string_view start) {
  return lower_ascii(text.substr(0, start.size())) == lower_ascii(start);
}

}  // namespace

Imap::Imap(const Server& server, Wake& wake) : wake_(wake), connection_(Protocol::imap, server, "", wake) {
  for (const auto& line : command("CAPABILITY", "error.mail_not_imap"))
    can_idle_ |= lower_ascii(line.text).find(" idle") != std::string::npos,
        can_mark_ |= lower_ascii(line.text).find(" special-use") != std::string::npos;
}

bool Imap::fill(std::int64_t milliseconds, Wake::Nudges nudges) {
  if (at_ > 0 && at_ == buffer_.size()) buffer_.clear(), at_ = 0;
  if (at_ > (1u << 20)) buffer_.erase(0, at_), at_ = 0;
  return connection_.receive(buffer_, milliseconds, nudges);
}

// One response line with its literals (RFC 3501 §4.3).
Imap::Line Imap::read_line(std::int64_t milliseconds) {
  const auto need = [&] {
    if (!fill(milliseconds)) throw Refused(Step::talk, "error.mail_timeout", "");
  };
  Line line;
  for (;;) {
    std::size_t end;
    for (std::size_t from = at_; (end = buffer_.find("\r\n", from)) == std::string::npos;) {
      if (buffer_.size() - at_ > kMaxLine) throw Refused(Step::talk, "error.mail_not_imap", "line too long");
      const auto held = buffer_.size() - at_;
      need();
      from = at_ + (held > 0 ? held - 1 : 0);
    }
    line.text.append(buffer_, at_, end - at_);
    at_ = end + 2;
    const auto open = line.text.ends_with('}') ? line.text.rfind('{') : std::string::npos;
    if (open == std::string::npos) return line;
    const auto size = static_cast<std::size_t>(number(std::string_view(line.text).substr(open + 1)));
    if (size > kMaxLiteral) throw Refused(Step::talk, "error.mail_too_large", "");
    while (buffer_.size() - at_ < size) need();
    line.literals.push_back(buffer_.substr(at_, size));
    at_ += size;
  }
}

std::string Imap::begin(const std::string& line) {
  const auto tag = "X" + std::to_string(++tag_);
  connection_.send(tag + " " + line + "\r\n");
  return tag;
}

Imap::Lines Imap::command(const std::string& line, const char* refused_key) {
  const auto tag = begin(line);
  Lines lines;
  for (;;) {
    auto answer = read_line(kAnswerMs);
    if (ci_starts(answer.text, "* BYE"))
      throw Refused(Step::talk, "error.mail_disconnected", clean_utf8(answer.text.substr(5, 300)));
    if (!answer.text.starts_with(tag + " ")) {
      news_ |= answer.text.ends_with(" EXISTS");
      lines.push_back(std::move(answer));
      continue;
    }
    const auto result = answer.text.substr(tag.size() + 1);
    if (!ci_starts(result, "OK")) throw Refused(Step::talk, refused_key, clean_utf8(result.substr(0, 300)));
    lines.push_back(std::move(answer));
    return lines;
  }
}

FolderState Imap::examine(const std::string& folder) {
  FolderState state;
  for (const auto& line : command("EXAMINE " + quote(folder_to_utf7(folder)), "error.mail_folder_missing")) {
    if (const auto value = number_after(line.text, "[UIDVALIDITY "); value > 0) state.uid_validity = value;
    if (const auto value = number_after(line.text, "[UIDNEXT "); value > 0) state.uid_next = value;
    if (line.text.ends_with(" EXISTS")) state.exists = number_after(line.text, "* ");
  }
  news_ = false;
  return state;
}

std::vector<std::int64_t> Imap::search(std::int64_t first, std::optional<Instant> since) {
  std::string query = "UID SEARCH UID " + std::to_string(std::max<std::int64_t>(first, 1)) + ":*";
  if (since) {
    const date::sys_days day =
        date::floor<date::days>(date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(since->ms)));
    query += " SINCE " + date::format("%d-%b-%Y", day);
  }
  std::vector<std::int64_t> uids;
  for (const auto& line : command(query, "error.mail_disconnected")) {
    if (!ci_starts(line.text, "* SEARCH")) continue;
    std::istringstream in(line.text.substr(8));
    for (std::int64_t uid; in >> uid;)
      if (uid >= first) uids.push_back(uid);  // n:* always names the last mail, even below n
  }
  std::sort(uids.begin(), uids.end());
  return uids;
}

bool Imap::parse_fetch(const Line& line, FetchedMail& out) {
  if (!line.text.starts_with("* ") || line.text.find(" FETCH (") == std::string::npos) return false;
  out.uid = number_after(line.text, "UID ");
  out.size = number_after(line.text, "RFC822.SIZE ");
  if (const auto at = line.text.find("INTERNALDATE \""); at != std::string::npos) {
    auto text = line.text.substr(at + 14, line.text.find('"', at + 14) - at - 14);
    if (text.starts_with(' ')) text[0] = '0';
    out.arrived = parse_internal_date(text);
  }
  if (!line.literals.empty()) {
    out.raw = line.literals.back();
  } else if (auto at = line.text.find("BODY[]"); at != std::string::npos) {  // a server may quote what is short
    at = line.text.find('"', at);
    for (auto i = at == std::string::npos ? line.text.size() : at + 1; i < line.text.size() && line.text[i] != '"';
         ++i) {
      if (line.text[i] == '\\') ++i;
      out.raw += line.text[i];
    }
  }
  return out.uid > 0;
}

std::vector<FetchedMail> Imap::summaries(const std::vector<std::int64_t>& uids) {
  std::vector<FetchedMail> out;
  if (uids.empty()) return out;
  for (const auto& line :
       command("UID FETCH " + join(uids) + " (UID RFC822.SIZE INTERNALDATE)", "error.mail_disconnected")) {
    FetchedMail mail;
    if (parse_fetch(line, mail) && std::find(uids.begin(), uids.end(), mail.uid) != uids.end())
      out.push_back(std::move(mail));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.uid < b.uid; });
  return out;
}

std::vector<FetchedMail> Imap::fetch(const std::vector<std::int64_t>& uids, std::int64_t most) {
  std::vector<FetchedMail> out;
  if (uids.empty()) return out;
  const auto part = most > 0 ? "<0." + std::to_string(most) + ">" : "";
  for (const auto& line : command("UID FETCH " + join(uids) + " (UID RFC822.SIZE INTERNALDATE BODY.PEEK[]" + part + ")",
                                  "error.mail_disconnected")) {
    FetchedMail mail;
    const bool whole = parse_fetch(line, mail) && line.text.find("BODY[]") != std::string::npos;
    if (whole && std::find(uids.begin(), uids.end(), mail.uid) != uids.end()) out.push_back(std::move(mail));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.uid < b.uid; });
  return out;
}

bool Imap::idle(std::int64_t milliseconds) {
  if (std::exchange(news_, false)) return true;
  if (!can_idle_) {
    wake_.wait(-1, std::min<std::int64_t>(milliseconds, 60'000));
    command("NOOP", "error.mail_disconnected");
    return true;
  }
  const auto tag = begin("IDLE");
  bool news = false;
  for (auto line = read_line(kAnswerMs); !line.text.starts_with("+"); line = read_line(kAnswerMs)) {
    if (line.text.starts_with(tag)) throw Refused(Step::talk, "error.mail_disconnected", clean_utf8(line.text));
    news |= line.text.ends_with(" EXISTS");
  }
  if (!news && at_ == buffer_.size()) fill(milliseconds, Wake::Nudges::heed);
  connection_.send("DONE\r\n");
  for (;;) {
    const auto line = read_line(kAnswerMs);
    if (ci_starts(line.text, "* BYE")) throw Refused(Step::talk, "error.mail_disconnected", "");
    if (line.text.starts_with(tag + " ")) return news;
    news |= line.text.ends_with(" EXISTS");
  }
}

bool Imap::holds(const std::string& message_id) {
  for (const auto& line : command("UID SEARCH HEADER Message-ID " + quote(message_id), "error.mail_disconnected"))
    if (ci_starts(line.text, "* SEARCH ")) return line.text.find_first_of("123456789") != line.text.npos;
  return false;
}

void Imap::append(const std::string& folder, std::string_view raw) {
  const auto tag = begin("APPEND " + quote(folder_to_utf7(folder)) + " (\\Seen) {" + std::to_string(raw.size()) + "}");
  for (auto line = read_line(kAnswerMs); !line.text.starts_with("+"); line = read_line(kAnswerMs))
    if (line.text.starts_with(tag))
      throw Refused(Step::talk, "error.mail_sent_folder_missing", clean_utf8(line.text.substr(tag.size())));
  connection_.send(raw);
  connection_.send("\r\n");
  for (;;) {
    const auto line = read_line(kAnswerMs);
    if (!line.text.starts_with(tag + " ")) continue;
    if (!ci_starts(line.text.substr(tag.size() + 1), "OK"))
      throw Refused(Step::talk, "error.mail_sent_folder_missing", clean_utf8(line.text));
    return;
  }
}

std::vector<FolderEntry> Imap::folders() {
  std::vector<FolderEntry> out;
  const std::string marks = can_mark_ ? " RETURN (SPECIAL-USE)" : "";
  for (const auto& line : command("LIST \"\" \"*\"" + marks, "error.mail_disconnected"))
    if (auto entry = parse_list(line.text, line.literals); entry && out.size() < 1000) out.push_back(std::move(*entry));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    const auto order = [](const FolderEntry& e) { return e.use == FolderUse::none ? 9 : static_cast<int>(e.use); };
    return std::pair(order(a), a.name) < std::pair(order(b), b.name);
  });
  return out;
}

void Imap::sign_off() { connection_.send("X0 LOGOUT\r\n"); }

}  // namespace auricle::email
