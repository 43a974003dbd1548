#include "channels/email/verdicts.h"

#include <algorithm>
#include <array>
#include <map>

namespace auricle::email {
namespace {

bool has(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

template <class List>
bool starts_with_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) { return text.starts_with(word); });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '"')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '"')) s.remove_suffix(1);
  return s;
}

constexpr std::array<std::string_view, 38> kAutoSubjects = {"automatic reply",
                                                            "auto reply",
                                                            "auto-reply",
                                                            "autoreply",
                                                            "auto:",
                                                            "automated reply",
                                                            "automatic response",
                                                            "auto response",
                                                            "autoresponse",
                                                            "out of office",
                                                            "out of the office",
                                                            "out-of-office",
                                                            "away from office",
                                                            "respuesta automática",
                                                            "respuesta automatica",
                                                            "fuera de la oficina",
                                                            "fuera de oficina",
                                                            "ausencia de",
                                                            "contestación automática",
                                                            "resposta automàtica",
                                                            "resposta automatica",
                                                            "fora de l'oficina",
                                                            "réponse automatique",
                                                            "reponse automatique",
                                                            "absence du bureau",
                                                            "absent du bureau",
                                                            "automatische antwort",
                                                            "abwesenheit",
                                                            "risposta automatica",
                                                            "fuori sede",
                                                            "resposta automática",
                                                            "fora do escritório",
                                                            "automatisch antwoord",
                                                            "automatiskt svar",
                                                            "automatisk svar",
                                                            "autosvar",
                                                            "automatyczna odpowied",
                                                            "автоответ"};

bool auto_subject(const Mail& mail) {
  auto subject = lower_ascii(mail.subject);
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view prefix : {"re:", "rv:", "tr:", "aw:", "sv:"})
      if (subject.starts_with(prefix))
        subject = std::string(trim(std::string_view(subject).substr(prefix.size()))), cut = true;
  }
  return starts_with_any(subject, kAutoSubjects);
}

// RFC 3834 §5, and what came before and beside it.
bool automatic(const Mail& mail) {
  const auto submitted = lower_ascii(trim(mail.header("Auto-Submitted")));
  if (!submitted.empty()) return !submitted.starts_with("no") || submitted.starts_with("notif");
  for (const std::string_view name :
       {"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Mail-Autoreply", "X-Auto-Reply"})
    if (!mail.header(name).empty() && lower_ascii(trim(mail.header(name))) != "no") return true;
  const auto precedence = lower_ascii(trim(mail.header("Precedence")));
  if (precedence == "auto_reply" || precedence == "auto-reply") return true;
  if (lower_ascii(mail.header("X-MS-Exchange-Generated-Message-Source")) == "mailbox rules agent") return true;
  // Read receipts (RFC 8098) and reports of success (RFC 3464).
  if (mail.content_type.starts_with("multipart/report")) return true;
  return auto_subject(mail);
}

// Some providers forward complaints without the report part.
bool complaint(const Mail& mail) {
  if (!mail.feedback_report.empty() || mail.content_type == "multipart/report;feedback-report") return true;
  if (mail.text.substr(0, 300).find("\"notificationType\":\"Complaint\"") != std::string::npos) return true;
  return lower_ascii(trim(mail.subject)).starts_with("complaint about message from") && !mail.original_headers.empty();
}

bool bulk(const Mail& mail) {
  const auto precedence = lower_ascii(trim(mail.header("Precedence")));
  return precedence == "bulk" || precedence == "junk" || precedence == "list" || !mail.header("List-Id").empty() ||
         !mail.header("List-Unsubscribe").empty() || !mail.header("Feedback-ID").empty();
}

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  auto domain = lower_ascii(at == std::string_view::npos ? address : address.substr(at + 1));
  while (!domain.empty() && (domain.back() == '>' || domain.back() == '.')) domain.pop_back();
  return domain;
}

// Relaxed alignment without a public suffix list: one is the other or lies below it, and has itself a dot.
bool aligned(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return false;
  const auto below = [](std::string_view x, std::string_view y) {
    return x.size() > y.size() && x.ends_with(y) && x[x.size() - y.size() - 1] == '.';
  };
  return a == b || (has(b, ".") && below(a, b)) || (has(a, ".") && below(b, a));
}

struct MethodResult {
  std::string method, result, domain;  // domain: header.d, smtp.mailfrom, header.from
};

std::string without_comments(std::string_view value) {
  std::string out;
  int depth = 0;
  for (const char c : value) {
    if (c == '(')
      ++depth;
    else if (c == ')' && depth > 0)
      --depth;
    else if (depth == 0)
      out += c;
  }
  return out;
}

std::string property(std::string_view part, std::string_view name) {
  const auto at = part.find(std::string(name) + "=");
  if (at == std::string_view::npos) return "";
  auto value = part.substr(at + name.size() + 1);
  return std::string(trim(value.substr(0, std::min(value.find(' '), value.size()))));
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i <= text.size();) {
    const auto end = std::min(text.find(mark, i), text.size());
    out.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

std::vector<MethodResult> method_results(std::string_view value, std::string_view host) {
  const auto parts = split(lower_ascii(without_comments(value)), ';');
  auto id = std::string(trim(parts[0]));
  id = id.substr(0, id.find(' '));  // a version may follow
  if (id != lower_ascii(host)) return {};
  std::vector<MethodResult> out;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto part = trim(parts[i]);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    auto method = std::string(trim(part.substr(0, equals)));
    method = method.substr(0, method.find('/'));
    auto rest = part.substr(equals + 1);
    const std::string result(trim(rest.substr(0, std::min(rest.find(' '), rest.size()))));
    const auto domain = method == "dkim"  ? property(rest, "header.d")
                        : method == "spf" ? property(rest, "smtp.mailfrom")
                                          : property(rest, "header.from");
    out.push_back(
        {method, result, domain_of(domain.empty() && method == "dkim" ? property(rest, "header.i") : domain)});
  }
  return out;
}

// Those above the Received line that our border wrote: what stands below came with the mail and can be forged.
std::vector<MethodResult> trusted_results(const Mail& mail, std::string_view host) {
  std::vector<MethodResult> out;
  bool found = false;
  for (const auto& field : mail.headers) {
    const auto name = lower_ascii(field.name);
    if (name == "received" && found) break;
    if (name != "authentication-results") continue;
    for (auto& result : method_results(field.value, host)) out.push_back(std::move(result)), found = true;
  }
  return out;
}

}  // namespace

Authentication authentication_of(const Mail& mail, std::string_view trusted_host) {
  if (trusted_host.empty()) return Authentication::unknown;
  const auto results = trusted_results(mail, trusted_host);
  if (mail.from.size() != 1)
    return results.empty() ? Authentication::unknown : Authentication::fail;  // RFC 7489 §6.6.1
  const auto from = domain_of(mail.from[0].address);
  bool passed = false, spf_failed = false;
  for (const auto& r : results) {
    if (r.method == "dmarc" && r.result == "pass") return Authentication::pass;
    if (r.method == "dmarc" && (r.result == "fail" || r.result == "permerror")) return Authentication::fail;
    if ((r.method == "dkim" || r.method == "spf") && r.result == "pass" && aligned(r.domain, from)) passed = true;
    if (r.method == "spf" && (r.result == "fail" || r.result == "softfail") &&
        (r.domain.empty() || aligned(r.domain, from)))
      spf_failed = true;
    if (r.method == "dkim" && r.result == "fail" && aligned(r.domain, from)) spf_failed = true;
  }
  if (passed) return Authentication::pass;
  return spf_failed ? Authentication::fail : Authentication::unknown;
}

bool looping(const Mail& mail) {
  return std::count_if(mail.headers.begin(), mail.headers.end(),
                       [](const HeaderField& f) { return lower_ascii(f.name) == "received"; }) > 60;
}

Nature nature_of(const Mail& mail) {
  if (complaint(mail)) return Nature::feedback;
  if (const auto bounce = read_bounce(mail)) return bounce->permanent ? Nature::bounce : Nature::delay;
  if (automatic(mail)) return Nature::automatic;
  if (bulk(mail)) return Nature::bulk;
  return Nature::person;
}

}  // namespace auricle::email
