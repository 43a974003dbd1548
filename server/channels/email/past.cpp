#include "channels/email/past.h"

#include <algorithm>
#include <map>
#include <set>

#include "channels/email/topics.h"
#include "facts/facts.h"
#include "platform/base/language.h"

namespace auricle::email {
namespace {

using Direction = conversations::PastMessage::Direction;

bool wants_answer(const PastMail& mail) { return mail.message.direction == Direction::in && !mail.message.thanks; }

PastGroup finished(const std::vector<PastMail>& mails, std::vector<std::size_t> chosen, Unanswered unanswered,
                   Instant now) {
  PastGroup out;
  std::string all;
  std::optional<Instant> answered;
  bool waiting = false;
  for (const auto i : chosen) {
    const auto& mail = mails[i];
    out.past.messages.push_back(mail.message);
    const bool in = mail.message.direction == Direction::in;
    if (in && all.size() < 4000) all += mail.message.text + "\n";
    if (!in) answered = mail.message.happened_at, waiting = false;
    if (wants_answer(mail)) waiting = true;
  }
  const auto& first = mails[chosen.front()].message;
  out.past.with = mails[chosen.front()].with;
  for (const auto i : chosen)
    if (out.past.with.name.empty()) out.past.with.name = mails[i].with.name;
  out.past.topic = topic_of(first.subject, all.empty() ? first.text : all);
  out.past.language = detect_language(all.empty() ? first.text : all).value_or("");
  if (!waiting)
    out.past.resolved_at = answered.value_or(mails[chosen.back()].message.happened_at);
  else if (unanswered == Unanswered::is_closed)
    out.past.resolved_at = now;
  out.mails = std::move(chosen);
  return out;
}

}  // namespace

std::vector<PastGroup> group_past(const std::vector<PastMail>& mails, Unanswered unanswered, Instant now) {
  std::vector<ThreadLinks> links;
  links.reserve(mails.size());
  for (const auto& mail : mails) links.push_back(mail.links);
  const auto threads = threads_of(links);
  std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> exchanges;
  std::set<std::string> seen;  // the same mail in two folders, or delivered twice, is one
  for (std::size_t i = 0; i < mails.size(); ++i)
    if (seen.insert(mails[i].content_hash).second) exchanges[{threads[i], mails[i].with.value}].push_back(i);
  std::vector<PastGroup> out;
  for (auto& [key, members] : exchanges) {
    std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
      return mails[a].message.happened_at < mails[b].message.happened_at;
    });
    std::vector<std::size_t> chosen;
    std::optional<Instant> closed;  // when the clinic last answered and nothing came since
    for (const auto i : members) {
      const auto when = mails[i].message.happened_at;
      if (closed && wants_answer(mails[i]) && !facts::reopens(*closed, when)) {
        out.push_back(finished(mails, std::move(chosen), unanswered, now));
        chosen.clear(), closed.reset();
      }
      chosen.push_back(i);
      if (mails[i].message.direction == Direction::out)
        closed = when;
      else if (wants_answer(mails[i]))
        closed.reset();
    }
    out.push_back(finished(mails, std::move(chosen), unanswered, now));
  }
  std::sort(out.begin(), out.end(), [](const PastGroup& a, const PastGroup& b) {
    return a.past.messages.front().happened_at < b.past.messages.front().happened_at;
  });
  return out;
}

}  // namespace auricle::email
