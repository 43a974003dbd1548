#include "bottlenecks/test_history.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "platform/base/describe.h"

namespace auricle::bottlenecks {
namespace {

using facts::Actor;
using facts::Fact;
using facts::Kind;
using Words = std::vector<std::string>;

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond;

Words words_of(std::string line) {
  std::replace(line.begin(), line.end(), ',', ' ');
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class Reader {
 public:
  History read(const std::string& text) {
    std::istringstream in(text);
    std::getline(in, history_.title);
    auto* into = &history_.expected;
    bool answering = false;
    for (std::string line; std::getline(in, line);) {
      ++number_;
      const auto words = words_of(line);
      if (words.empty()) {
        answering = false;
      } else if (words[0] == "site") {
        site(words);
      } else if (words[0] == "standard") {
        standard(words);
      } else if (words[0] == "bottlenecks") {
        answering = true;
        into = &history_.expected;
      } else if (words[0] == "change") {
        answering = true;
        into = &history_.change;
        history_.week = clinic::parse_local_day(words.back());
      } else if (answering) {
        into->push_back(line);
      } else if (words.size() > 2 && words[1] == "cases") {
        many(words, [this](const Words& w, Instant at, double place) { one_case(w, at, place); });
      } else if (words.size() > 2 && words[1] == "calls") {
        many(words, [this](const Words& w, Instant at, double place) { one_call(w, at, place); });
      }
    }
    return std::move(history_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw std::runtime_error("line " + std::to_string(number_ + 1) + ": " + what);
  }
  static std::string after(const Words& words, const std::string& word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
  }
  static bool has(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }
  SiteId site_id(const std::string& name) {
    const auto [found, added] = ids_.emplace(name, static_cast<std::int64_t>(ids_.size()) + 1);
    history_.sites[found->second] = name;
    return {found->second};
  }

  // site norte Europe/Madrid 09:00-18:00
  void site(const Words& words) {
    clinic::Calendar calendar{words.at(2), {}};
    zone_ = words.at(2);
    if (words.size() > 3) {
      clinic::CalendarVersion version;
      const auto minute = [](const std::string& t) {
        return std::stoi(t.substr(0, 2)) * 60 + std::stoi(t.substr(3, 2));
      };
      for (int day = 0; day < 5; ++day) version.week[day].push_back({minute(words[3]), minute(words[3].substr(6))});
      calendar.versions.push_back(version);
    }
    history_.places.add_site(site_id(words[1]), std::move(calendar));
  }
  // standard first_response within 3600 seconds, channel email
  void standard(const Words& words) {
    clinic::Standard one;
    one.id = {static_cast<std::int64_t>(history_.places.standards.size()) + 1};
    one.measure = enum_from_name<clinic::Promise>(words.at(1));
    one.seconds = std::stoi(after(words, "within"));
    one.clock = has(words, "business") ? clinic::StandardClock::business : clinic::StandardClock::elapsed;
    if (has(words, "channel")) one.channel = after(words, "channel");
    history_.places.standards.push_back(std::move(one));
  }

  // 40 cases by email at norte, topic billing, from 2026-03-02 for 20 days, …: spread evenly over the working days and
  // the hours from nine to five, or on one weekday, or in given hours.
  template <class Tell>
  void many(const Words& words, const Tell& tell) {
    static const Words kDays{"mondays", "tuesdays", "wednesdays", "thursdays", "fridays"};
    const int n = std::stoi(words[0]);
    const auto first = clinic::parse_local_day(after(words, "from"));
    if (!first) refuse("from when?");
    const int length = std::stoi(after(words, "for"));
    std::vector<LocalDay> days;
    for (int d = 0; d < length; ++d) {
      const int weekday = clinic::iso_weekday(*first + d);
      const bool named = std::any_of(kDays.begin(), kDays.end(), [&](const auto& name) { return has(words, name); });
      if (weekday < 5 && (!named || has(words, kDays[static_cast<std::size_t>(weekday)]))) days.push_back(*first + d);
    }
    int opens = 9, closes = 17;
    if (has(words, "hours")) {
      const auto hours = after(words, "hours");
      opens = std::stoi(hours);
      closes = std::stoi(hours.substr(hours.find('-') + 1));
    }
    for (int i = 0; i < n; ++i) {
      const double part = std::fmod(i * 0.6180339887, 1.0), place = std::fmod(i * 0.7548776662 + 0.1, 1.0);
      const auto at = clinic::at_local(zone_, days[static_cast<std::size_t>(i) % days.size()], opens * 60) +
                      static_cast<std::int64_t>(part * (closes - opens) * 60) * kMinute;
      tell(words, at, place);
    }
  }
  // "answered 30-90": by their place between the two.
  static double between(const std::string& range, double place) {
    const double low = std::stod(range), high = std::stod(range.substr(range.find('-') + 1));
    return low + place * (high - low);
  }

  Fact fact(Kind kind, Instant at, Actor actor = Actor::staff) {
    Fact fact;
    fact.id = {next_++};
    fact.case_id = case_;
    fact.kind = kind;
    fact.happened_at = at;
    fact.actor = actor;
    return fact;
  }
  void message(Instant at, Actor actor, const std::string& channel, UserId agent = {}) {
    auto one = fact(Kind::message, at, actor);
    one.channel = channel;
    one.message_id = {one.id.value};
    one.conversation_id = {case_.value};
    one.agent_id = agent;
    history_.facts.push_back(std::move(one));
  }
  void assign(Instant at, UserId agent) {
    auto one = fact(Kind::assign, at);
    one.agent_id = agent;
    history_.facts.push_back(std::move(one));
  }
  void wait(Instant at, facts::Owner owner) {
    auto one = fact(Kind::wait, at);
    one.owner = owner;
    history_.facts.push_back(std::move(one));
  }

  void one_case(const Words& words, Instant at, double place) {
    const auto channel = after(words, "by");
    const auto minutes = [&](const char* word) {
      return static_cast<std::int64_t>(between(after(words, word), place) * 60) * kSecond;
    };
    case_ = {++cases_};
    auto opened = fact(Kind::opened, at, Actor::patient);
    opened.site_id = site_id(after(words, "at"));
    opened.topic = after(words, "topic");
    opened.language = after(words, "writing");
    opened.subject_id = {10'000 + cases_};
    history_.facts.push_back(std::move(opened));
    message(at, Actor::patient, channel);
    Instant now = at + minutes("answered");
    if (has(words, "handed")) {
      assign(at, {1});
      assign(now, {2});
      now = now + minutes("handed");
    }
    message(now, Actor::staff, channel, {2});
    if (has(words, "elsewhere")) {
      wait(now, facts::Owner::third_party);
      now = now + minutes("elsewhere");
      wait(now, facts::Owner::clinic);
    }
    if (has(words, "again")) {
      now = now + 60 * kMinute;
      message(now, Actor::patient, channel);
      now = now + minutes("again");
      message(now, Actor::staff, channel, {2});
    }
    history_.facts.push_back(fact(Kind::resolve, now));
  }

  void one_call(const Words& words, Instant at, double place) {
    case_ = {};
    auto call = fact(Kind::call, at, Actor::patient);
    call.channel = "phone";
    call.site_id = site_id(after(words, "at"));
    call.queued_at = at;
    const Instant left = at + static_cast<std::int64_t>(between(after(words, "waited"), place)) * kSecond;
    const bool hung_up = has(words, "hung");
    if (!hung_up) call.answered_at = left;
    call.ended_at = hung_up ? left : left + 180 * kSecond;
    call.value = hung_up ? "abandoned" : "answered";
    history_.facts.push_back(std::move(call));
  }

  History history_;
  std::map<std::string, std::int64_t> ids_;
  std::string zone_ = "UTC";
  CaseId case_;
  std::int64_t cases_ = 0, next_ = 1;
  int number_ = 0;
};

std::string hours(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f h", seconds / 3600);
  return text;
}

std::string place_text(const History& history, const Segment& segment) {
  static constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  if (segment.site_id) add(history.sites.at(segment.site_id.value));
  for (const auto& value : {segment.channel, segment.topic, segment.language})
    if (value) add(*value);
  if (segment.weekday) add(kDays[*segment.weekday]);
  if (segment.hour_from) add(std::to_string(*segment.hour_from) + "-" + std::to_string(*segment.hour_to));
  return text.empty() ? "everything" : text;
}

}  // namespace

History read_history(const std::string& text) { return Reader().read(text); }

std::vector<Stay> stays_between(const History& history, LocalDay from, LocalDay to) {
  std::vector<Stay> all;
  const auto keep = [&](SiteId site, Instant at, std::vector<Stay>&& stays) {
    const auto day = history.places.local_day(site, at);
    if (day >= from && day < to) all.insert(all.end(), stays.begin(), stays.end());
  };
  for (const auto& fact : history.facts)
    if (fact.kind == Kind::call) keep(fact.site_id, fact.happened_at, stays_of(fact, history.places));
  for (const auto& ledger : facts::fold(history.facts))
    if (!ledger.resolves.empty()) keep(ledger.site_id, ledger.resolves.back().at, stays_of(ledger, history.places));
  return all;
}
std::vector<Stay> stays_of(const History& history) { return stays_between(history, {0}, {100'000}); }

std::vector<std::string> lines_of(const History& history, const Report& report) {
  std::vector<std::string> lines;
  for (const auto& one : report.items)
    lines.push_back(std::string(enum_name(one.stage)) + " " + place_text(history, one.segment) + ": " +
                    std::to_string(one.cases) + " cases, " + hours(one.excess_s) + " " +
                    (one.basis == Basis::against_standard ? "beyond the standard" : "more than others") + "; " +
                    std::string(enum_name(one.action.kind)) + " saves " + hours(one.action.saved_s));
  if (lines.empty()) lines.emplace_back("nothing");
  return lines;
}

std::vector<std::string> lines_of(const History& history, const Change& change) {
  std::vector<std::string> lines;
  const auto parts = [](const auto& one) {
    return "volume " + hours(one.volume_s) + ", mix " + hours(one.mix_s) + ", speed " + hours(one.speed_s);
  };
  lines.push_back(hours(change.before_s) + " to " + hours(change.after_s) + ": " + parts(change));
  for (const auto& group : change.groups)
    lines.push_back(history.sites.at(group.site_id.value) + " " + group.channel + " " + group.topic + ": " +
                    std::to_string(group.cases_before) + " to " + std::to_string(group.cases_after) + " cases, " +
                    parts(group));
  return lines;
}

}  // namespace auricle::bottlenecks
