#include <algorithm>
#include <array>

#include "channels/email/verdicts.h"

namespace auricle::email {
namespace {

bool has(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

template <class List>
bool has_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) { return has(text, word); });
}

// Value of "Name: value" (continued lines joined) in a block of header-like text, "" if absent.
std::string field(std::string_view block, std::string_view name) {
  const auto low = lower_ascii(block);
  const auto wanted = lower_ascii(name);
  for (std::size_t at = low.find(wanted); at != std::string::npos; at = low.find(wanted, at + 1)) {
    const auto colon = low.find_first_not_of(" \t", at + wanted.size());
    if (colon == std::string::npos || low[colon] != ':') continue;
    const auto before = low.find_last_not_of(" \t>", at == 0 ? std::string::npos : at - 1);
    if (at != 0 && before != std::string::npos && low[before] != '\n') continue;
    std::string out;
    for (std::size_t i = colon + 1; i < block.size(); ++i) {
      if (block[i] != '\n')
        out += block[i] == '\t' ? ' ' : block[i];
      else if (i + 1 >= block.size() || (block[i + 1] != ' ' && block[i + 1] != '\t'))
        break;
    }
    const auto start = out.find_first_not_of(' ');
    return start == std::string::npos ? "" : out.substr(start, out.find_last_not_of(" \r") + 1 - start);
  }
  return "";
}

bool address_char(char c) {
  return static_cast<signed char>(c) < 0 || std::isalnum(static_cast<unsigned char>(c)) ||
         has(".!#$%&'*+-/=?^_`{|}~", std::string_view(&c, 1));
}

std::string first_address(std::string_view text, std::size_t from = 0) {
  for (auto at = text.find('@', from); at != std::string_view::npos; at = text.find('@', at + 1)) {
    auto begin = at, end = at + 1;
    while (begin > 0 && address_char(text[begin - 1])) --begin;
    while (end < text.size() && (address_char(text[end]))) ++end;
    while (end > at && (text[end - 1] == '.' || text[end - 1] == '\'')) --end;
    if (begin < at && end > at + 1) return lower_ascii(text.substr(begin, end - begin));
  }
  return "";
}

// "5.1.1" anywhere in what the server said.
std::string status_in(std::string_view text) {
  for (std::size_t i = 0; i + 4 < text.size(); ++i) {
    const auto digit = [&](std::size_t k) {
      return k < text.size() && std::isdigit(static_cast<unsigned char>(text[k]));
    };
    if ((text[i] != '4' && text[i] != '5') || (i > 0 && (digit(i - 1) || text[i - 1] == '.')) || text[i + 1] != '.' ||
        !digit(i + 2))
      continue;
    auto k = i + 2;
    while (digit(k) && k < i + 5) ++k;
    if (k >= text.size() || text[k] != '.' || !digit(k + 1)) continue;
    auto end = k + 1;
    while (digit(end) && end < k + 4) ++end;
    if (end < text.size() && text[end] == '.' && digit(end + 1)) continue;  // an IP address
    return std::string(text.substr(i, end - i));
  }
  return "";
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.size() > 500 ? clean_utf8(text.substr(0, 500)) : text;
}

std::string bare_id(std::string_view value) {
  const auto open = value.find('<'), close = value.find('>', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return "";
  auto id = value.substr(open + 1, close - open - 1);
  return id.size() < 1000 ? std::string(id) : "";
}

// The whole text a report may carry the original in.
std::string everything(const Mail& mail) {
  std::string out = mail.original_headers + "\n" + mail.text;
  for (const auto& part : mail.attachments)
    if (part.content_type.starts_with("message/") || part.content_type.starts_with("text/"))
      out += "\n" + clean_utf8(part.bytes.substr(0, 100000));
  return out;
}

std::string original_id(const Mail& mail, const std::string& all) {
  for (const std::string_view name : {"Message-ID", "Original-Message-ID", "X-Original-Message-ID"})
    if (auto id = bare_id(field(all, name)); !id.empty() && id != mail.message_id) return id;
  if (!mail.references.empty()) return mail.references.back();
  return mail.in_reply_to.empty() ? "" : mail.in_reply_to.back();
}

std::string recipient_in(std::string_view value) {
  const auto mark = value.find(';');
  return first_address(mark == std::string_view::npos ? value : value.substr(mark + 1));
}

struct Meaning {
  std::string_view words, status;
};
constexpr std::array<Meaning, 40> kMeanings = {{{"mailbox full", "5.2.2"},
                                                {"mailbox is full", "5.2.2"},
                                                {"over quota", "5.2.2"},
                                                {"overquota", "5.2.2"},
                                                {"quota exceeded", "5.2.2"},
                                                {"exceeded storage", "5.2.2"},
                                                {"exceeds the maximum", "5.2.2"},
                                                {"not enough space", "5.2.2"},
                                                {"buzón lleno", "5.2.2"},
                                                {"boîte pleine", "5.2.2"},
                                                {"user unknown", "5.1.1"},
                                                {"unknown user", "5.1.1"},
                                                {"unknown or illegal", "5.1.1"},
                                                {"no such user", "5.1.1"},
                                                {"no such recipient", "5.1.1"},
                                                {"no such local user", "5.1.1"},
                                                {"user not known", "5.1.1"},
                                                {"user not found", "5.1.1"},
                                                {"invalid user", "5.1.1"},
                                                {"invalid recipient", "5.1.1"},
                                                {"unknown recipient", "5.1.1"},
                                                {"recipient unknown", "5.1.1"},
                                                {"recipient not found", "5.1.1"},
                                                {"not listed in", "5.1.1"},
                                                {"does not exist", "5.1.1"},
                                                {"doesn't exist", "5.1.1"},
                                                {"no mailbox", "5.1.1"},
                                                {"mailbox unavailable", "5.1.1"},
                                                {"not a valid", "5.1.1"},
                                                {"account that you tried to reach", "5.1.1"},
                                                {"host unknown", "5.1.2"},
                                                {"host not found", "5.1.2"},
                                                {"domain not found", "5.1.2"},
                                                {"unrouteable", "5.1.2"},
                                                {"message too large", "5.3.4"},
                                                {"size exceeds", "5.3.4"},
                                                {"timed out", "4.4.1"},
                                                {"connection refused", "4.4.1"},
                                                {"blocked", "5.7.1"},
                                                {"spam", "5.7.1"}}};

// Servers older than RFC 3463 say it in words.
std::string status_by_words(std::string_view text) {
  const auto low = lower_ascii(text.substr(0, 8000));
  for (const auto& meaning : kMeanings)
    if (has(low, meaning.words)) return std::string(meaning.status);
  return "";
}

std::vector<std::string_view> groups_of(std::string_view block) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < block.size();) {
    const auto end = std::min(block.find("\n\n", i), block.size());
    out.push_back(block.substr(i, end - i));
    i = end + 2;
  }
  return out;
}

bool arrived(const std::string& action) {
  return action.starts_with("delivered") || action.starts_with("relayed") || action.starts_with("expanded");
}

void add_recipient(Bounce& bounce, std::string address) {
  const auto& all = bounce.recipients;
  if (!address.empty() && std::find(all.begin(), all.end(), address) == all.end())
    bounce.recipients.push_back(std::move(address));
}

// RFC 3464: the first group is about the mail, the others each about one recipient. The worst of them is the verdict.
std::optional<Bounce> standard(const Mail& mail) {
  if (mail.delivery_status.empty()) return std::nullopt;
  Bounce out;
  bool any = false, failed = false;
  for (const auto group : groups_of(mail.delivery_status)) {
    const auto action = lower_ascii(field(group, "Action"));
    auto recipient = recipient_in(field(group, "Original-Recipient"));
    if (recipient.empty()) recipient = recipient_in(field(group, "Final-Recipient"));
    if ((action.empty() && recipient.empty()) || arrived(action)) continue;
    const bool late = action.starts_with("delayed");
    if (late && failed) continue;
    if (!late && any && !failed) out = {};
    any = true, failed |= !late;
    add_recipient(out, std::move(recipient));
    if (out.status.empty()) out.status = status_in(field(group, "Status"));
    if (out.reason.empty()) out.reason = one_line(field(group, "Diagnostic-Code"));
  }
  if (!any) return std::nullopt;
  out.permanent = failed;
  // "5.0.0" says nothing: what the server said may.
  if (out.status.empty() || out.status.ends_with(".0.0"))
    if (const auto better = status_in(out.reason); !better.empty() && !better.ends_with(".0.0")) out.status = better;
  if (out.status.empty() || out.status.ends_with(".0.0"))
    if (auto better = status_by_words(out.reason); !better.empty()) out.status = std::move(better);
  return out;
}

// Amazon tells its senders in JSON.
std::optional<Bounce> notification(const Mail& mail) {
  auto said = mail.text;
  std::erase(said, '\\');  // it may stand as a string inside another object
  if (said.substr(0, 1000).find("\"notificationType\"") == std::string::npos) return std::nullopt;
  const auto value = [&](std::string_view name, std::size_t from = 0) -> std::string {
    auto at = said.find("\"" + std::string(name) + "\"", from);
    if (at == std::string::npos) return "";
    at = said.find('"', said.find(':', at));
    return at == std::string::npos ? "" : said.substr(at + 1, said.find('"', at + 1) - at - 1);
  };
  if (!has(said.substr(0, 300), "\"notificationType\"") || value("notificationType") != "Bounce") return std::nullopt;
  Bounce out;
  out.permanent = value("bounceType") != "Transient";
  out.status = value("status"), out.reason = one_line(value("diagnosticCode"));
  const auto list = said.find("\"bouncedRecipients\""), end = said.find(']', list);
  for (auto at = list; at < end && at != std::string::npos; at = said.find("\"emailAddress\"", at + 1))
    add_recipient(out, first_address(value("emailAddress", at)));
  return out;
}

// Servers put the addresses that failed on lines of their own: "<a@b>:", "a@b", "550 … <a@b>".
void add_listed(Bounce& out, const std::string& text) {
  for (std::size_t i = 0; i < text.size() && out.recipients.size() < 50;) {
    const auto end = std::min(text.find('\n', i), text.size());
    auto line = std::string_view(text).substr(i, end - i);
    i = end + 1;
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == ':')) line.remove_suffix(1);
    const auto address = first_address(line);
    if (address.empty()) continue;
    const bool alone = line.size() <= address.size() + 2;
    if (alone)
      add_recipient(out, address);
    else if (!out.recipients.empty())
      return;  // the list is over
  }
}

constexpr std::array<std::string_view, 42> kSubjects = {"undelivered mail",
                                                        "undeliverable",
                                                        "delivery status notification",
                                                        "failure notice",
                                                        "returned mail",
                                                        "mail delivery fail",
                                                        "delivery fail",
                                                        "delivery has failed",
                                                        "returned to sender",
                                                        "mail delivery system",
                                                        "mail could not be",
                                                        "could not be delivered",
                                                        "could not deliver",
                                                        "delivery problem",
                                                        "non-delivery",
                                                        "nondeliverable",
                                                        "delivery error",
                                                        "mail system error",
                                                        "message undeliver",
                                                        "undeliver",
                                                        "delivery notification",
                                                        "delivery report",
                                                        "not delivered",
                                                        "failed delivery",
                                                        "failed mail",
                                                        "unable to deliver",
                                                        "bounce",
                                                        "rejected",
                                                        "no se puede entregar",
                                                        "no se ha podido entregar",
                                                        "no entregado",
                                                        "no entregable",
                                                        "no s'ha pogut lliurar",
                                                        "non remis",
                                                        "échec de la remise",
                                                        "non distribué",
                                                        "unzustellbar",
                                                        "mancato recapito",
                                                        "не доставлено",
                                                        "warning: could not send",
                                                        "user unknown",
                                                        "delivery not possible"};
constexpr std::array<std::string_view, 12> kDaemons = {
    "mailer-daemon", "postmaster", "mail delivery", "mailerdaemon",  "post_master", "mail.delivery.system",
    "maildaemon",    "mmdf",       "mail-daemon",   "mailer_daemon", "complaints@", "mdaemon"};
constexpr std::array<std::string_view, 44> kPhrases = {"could not be delivered",
                                                       "couldn't be delivered",
                                                       "delivery to the following",
                                                       "did not reach",
                                                       "was not delivered",
                                                       "unable to deliver",
                                                       "has been returned",
                                                       "permanent error",
                                                       "permanent fatal errors",
                                                       "user unknown",
                                                       "mailbox unavailable",
                                                       "mailbox full",
                                                       "mailbox is full",
                                                       "no such user",
                                                       "address rejected",
                                                       "recipient address",
                                                       "delivery failed",
                                                       "undeliverable",
                                                       "undelivered",
                                                       "not deliver",
                                                       "delivery error",
                                                       "permanent failure",
                                                       "over quota",
                                                       "exceeded storage",
                                                       "unknown user",
                                                       "failed recipient",
                                                       "following address",
                                                       "message could not",
                                                       "the following error",
                                                       "recipients of your message",
                                                       "mail delivery fail",
                                                       "transcript of session",
                                                       "returned message",
                                                       "couldn't deliver",
                                                       "failed addresses",
                                                       "could not deliver",
                                                       "invalid recipient",
                                                       "not listed in",
                                                       "user not known",
                                                       "unknown or illegal",
                                                       "not be delivered",
                                                       "doesn't have",
                                                       "delivery attempts have failed",
                                                       "does not exist"};

bool from_daemon(const Mail& mail) {
  const auto path = mail.header("Return-Path");
  if (path == "<>" || path == "< >" || lower_ascii(path).find("mailer-daemon") != std::string::npos) return true;
  const auto from = lower_ascii(mail.from.empty() ? std::string(mail.header("From"))
                                                  : mail.from[0].address + " " + mail.from[0].name);
  return has_any(from, kDaemons);
}

// Servers that answer in words only: the sender, the subject and the text must agree, two of three at least.
std::optional<Bounce> free_form(const Mail& mail) {
  const auto all = everything(mail);
  const auto subject = lower_ascii(mail.subject);
  const auto text = lower_ascii(mail.text.substr(0, 20000));
  const bool daemon = from_daemon(mail), named = has_any(subject, kSubjects),
             said = has_any(text, kPhrases) || !status_in(text).empty();
  if (!mail.in_reply_to.empty() && !daemon) return std::nullopt;  // somebody answers
  if (static_cast<int>(daemon) + named + said < 2) return std::nullopt;
  Bounce out;
  for (const auto& list : {std::string(mail.header("X-Failed-Recipients")), field(all, "X-Failed-Recipients")})
    for (std::size_t at = 0; at < list.size();
         at = list.find(',', at) == list.npos ? list.size() : list.find(',', at) + 1)
      add_recipient(out, recipient_in(list.substr(at, list.find(',', at) - at)));
  if (out.recipients.empty()) add_recipient(out, recipient_in(field(all, "Final-Recipient")));
  if (out.recipients.empty()) add_recipient(out, first_address(field(mail.text, "RCPT TO")));
  if (out.recipients.empty()) add_listed(out, mail.text);
  if (out.recipients.empty()) add_recipient(out, first_address(mail.text));
  out.status = status_in(mail.text);
  if (out.status.empty()) out.status = status_by_words(mail.text);
  const bool late = has(subject, "delayed") || has(subject, "warning: could not send") ||
                    has(text, "will keep trying") || has(text, "will continue to try") ||
                    has(text, "do not need to resend");
  out.permanent = !late;
  const auto at = out.status.empty() ? std::string::npos : mail.text.find(out.status);
  if (at != std::string::npos) {
    const auto begin = mail.text.rfind('\n', at) + 1;
    out.reason = one_line(mail.text.substr(begin, mail.text.find('\n', at) - begin));
  }
  return out;
}

}  // namespace

std::optional<Bounce> read_bounce(const Mail& mail) {
  auto out = notification(mail);
  if (!out) out = standard(mail);
  if (!out && (mail.delivery_status.empty() || field(mail.delivery_status, "Action").empty())) out = free_form(mail);
  if (!out) return out;
  if (out->recipients.empty()) add_recipient(*out, recipient_in(mail.header("X-Failed-Recipients")));
  if (out->recipients.empty()) add_listed(*out, mail.text);
  if (!out->recipients.empty()) out->recipient = out->recipients[0];
  out->original_message_id = original_id(mail, everything(mail));
  return out;
}

}  // namespace auricle::email
