#include "analytics/example.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace auricle::analytics {
namespace {

using facts::Actor;
using facts::Fact;
using facts::Kind;
using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) {
    while (!word.empty() && (word.back() == ',' || word.back() == ':')) word.pop_back();
    words.push_back(word);
  }
  return words;
}

class Reader {
 public:
  Example read(const std::string& text) {
    example_.text = text;
    std::istringstream in(text);
    std::getline(in, example_.title);
    for (std::string line; std::getline(in, line);) {
      ++number_;
      const auto words = words_of(line);
      if (words.empty())
        asking_ = false;
      else if (words[0] == "site")
        site(words);
      else if (words[0] == "standard")
        standard(words);
      else if (words[0] == "figures")
        ask(line, words);
      else if (asking_)
        example_.asked.back().expected.push_back(squeezed(words));
      else if (words.size() > 3 && clinic::parse_local_day(words[0]))
        fact(words);
    }
    return std::move(example_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw std::runtime_error("line " + std::to_string(number_ + 1) + ": " + what);
  }
  static std::string squeezed(const Words& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
  }

  std::int64_t id_of(const std::string& name) {
    const auto [it, added] = ids_.emplace(name, static_cast<std::int64_t>(ids_.size()) + 1);
    example_.names[it->second] = name;
    return it->second;
  }

  static int minute(const std::string& clock) {
    return std::stoi(clock.substr(0, 2)) * 60 + std::stoi(clock.substr(3, 2));
  }
  Instant at(const std::string& day, const std::string& clock) const {
    const Instant minute_start = clinic::at_local(zone_, *clinic::parse_local_day(day), minute(clock));
    return minute_start + (clock.size() > 5 ? std::stoi(clock.substr(6, 2)) * 1000 : 0);
  }

  // site centre Europe/Madrid mon-fri 09:00-14:00 16:00-20:00 closed 2026-03-19
  void site(const Words& words) {
    clinic::Calendar calendar{words.at(2), {}};
    if (zone_ == "UTC") zone_ = words.at(2);
    if (words.size() > 3) calendar.versions.push_back(hours(words));
    example_.places.add_site({id_of(words[1])}, std::move(calendar));
  }
  static clinic::CalendarVersion hours(const Words& words) {
    clinic::CalendarVersion version;
    bool closed = false;
    const int last = words[3] == "daily" ? 6 : 4;
    for (std::size_t i = 4; i < words.size(); ++i) {
      if (words[i] == "closed")
        closed = true;
      else if (closed)
        version.holidays.push_back(*clinic::parse_local_day(words[i]));
      else
        for (int day = 0; day <= last; ++day)
          version.week[day].push_back({minute(words[i]), minute(words[i].substr(6))});
    }
    return version;
  }

  // standard first_response within 3600 business seconds, channel email, priority urgent, from 2026-03-01,
  // set 2026-03-01 12:00
  void standard(const Words& w) {
    clinic::Standard one;
    const auto some = [&](const char* word) { return has(w, word) ? std::optional(after(w, word)) : std::nullopt; };
    one.id = {next_++};
    one.measure = enum_from_name<clinic::Promise>(w.at(1));
    one.seconds = std::stoi(after(w, "within"));
    one.clock = has(w, "business") ? clinic::StandardClock::business : clinic::StandardClock::elapsed;
    one.valid_from = some("from");
    one.holds_from = when(w, "set", one.valid_from.value_or(""));
    one.channel = some("channel");
    one.priority = some("priority");
    one.topic = some("topic");
    if (has(w, "at")) one.site_id = {id_of(after(w, "at"))};
    example_.names[one.id.value] = w.at(1) + "/" + after(w, "within");
    example_.places.standards.push_back(std::move(one));
  }

  static bool has(const Words& words, const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }
  // The word after `word`; "" if it is not there.
  static std::string after(const Words& words, const char* word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
  }

  void fact(const Words& words) {
    if (words[3] == "survey") return survey(words);
    if (words[3] == "appointment") return appointment(words);
    if (words[2] == "-" && words[4] == "is") return presence(words);
    Fact fact;
    fact.id = {next_++};
    fact.happened_at = at(words[0], words[1]);
    if (words[2] != "-") fact.case_id = {id_of("case " + words[2])};  // a call without a case
    const Words rest(words.begin() + 3, words.end());
    fill(fact, rest, words[0]);
    example_.facts.of_cases.push_back(fact);
  }

  // The day and time after a word; one that is only a time is of the line's own day.
  std::optional<Instant> when(const Words& w, const char* word, const std::string& day) const {
    const auto found = std::find(w.begin(), w.end(), word);
    if (found == w.end()) return std::nullopt;
    const bool dated = clinic::parse_local_day(*(found + 1)).has_value();
    return dated ? at(*(found + 1), *(found + 2)) : at(day, *(found + 1));
  }
  // 2026-03-02 10:00  A  survey csat by whatsapp, answered 2026-03-03 09:00 with 5
  void survey(const Words& w) {
    facts::Survey survey;
    survey.id = {next_++};
    if (w[2] != "-") survey.case_id = {id_of("case " + w[2])};
    if (has(w, "after")) survey.appointment_id = {id_of("appointment " + after(w, "after"))};
    survey.instrument = w.at(4);
    survey.sent_at = at(w[0], w[1]);
    survey.answered_at = when(w, "answered", w[0]);
    if (has(w, "with")) survey.score = std::stoi(after(w, "with"));
    survey.channel = after(w, "by");
    example_.facts.surveys.push_back(survey);
  }
  // 2026-03-02 10:00  -  appointment X at centre for cardiology, until 10:30, booked 2026-02-20 09:00, fulfilled,
  // arrived 09:50, called 10:05, started 10:10
  void appointment(const Words& w) {
    facts::Appointment one;
    one.id = {id_of("appointment " + w.at(4))};
    one.starts_at = at(w[0], w[1]);
    one.ends_at = when(w, "until", w[0]).value_or(one.starts_at + 30 * 60 * 1000);
    one.booked_at = when(w, "booked", w[0]).value_or(one.starts_at);
    one.service = after(w, "for");
    one.channel = after(w, "by");
    if (has(w, "at")) one.site_id = {id_of(after(w, "at"))};
    if (has(w, "with")) one.agent_id = {id_of(after(w, "with"))};
    for (const char* status : {"arrived", "cancelled", "noshow", "fulfilled"})
      if (has(w, status)) one.status = enum_from_name<facts::Attendance>(status);
    if (after(w, "cancelled") != "sometime") one.cancelled_at = when(w, "cancelled", w[0]);
    one.arrived_at = when(w, "arrived", w[0]);
    one.called_at = when(w, "called", w[0]);
    one.started_at = when(w, "started", w[0]);
    example_.facts.appointments.push_back(one);
  }
  // 2026-03-02 09:00  -  ana is available
  void presence(const Words& w) {
    example_.facts.presences.push_back({{next_++}, {id_of(w[3])}, w.at(5), at(w[0], w[1]), "", ""});
  }

  void fill(Fact& fact, const Words& w, const std::string& day) {
    const std::string& who = w[0];
    fact.actor = who == "patient" ? Actor::patient : who == "bot" ? Actor::bot : Actor::staff;
    if (who == "opened") return opened(fact, w);
    if (who == "waits")
      return (void)(fact.kind = Kind::wait, fact.owner = enum_from_name<facts::Owner>(after(w, "for")));
    if (who == "assigned") return (void)(fact.kind = Kind::assign, fact.agent_id = {id_of(after(w, "to"))});
    if (who == "unassigned") return (void)(fact.kind = Kind::assign);
    if (who == "priority") return (void)(fact.kind = Kind::priority, fact.priority = w.at(1));
    if (who == "topic") return (void)(fact.kind = Kind::topic, fact.topic = w.at(1));
    if (who == "handed") return (void)(fact.kind = Kind::handoff);
    if (who == "left") return (void)(fact.kind = Kind::left);
    if (who == "escalated") return (void)(fact.kind = Kind::escalate);
    if (who == "reopened") return (void)(fact.kind = Kind::reopen);
    if (who == "conversation") return moves(fact, w);
    if (fact.actor == Actor::staff) fact.agent_id = {id_of(who)};
    act(fact, w, day);
  }

  void opened(Fact& fact, const Words& w) {
    fact.kind = Kind::opened;
    fact.actor = enum_from_name<Actor>(after(w, "by"));
    fact.topic = after(w, "topic");
    if (has(w, "at")) fact.site_id = {id_of(after(w, "at"))};
    if (has(w, "patient") && has(w, "is")) fact.subject_id = {id_of("patient " + after(w, "is"))};
    if (has(w, "writing")) fact.language = after(w, "writing");
  }
  void moves(Fact& fact, const Words& w) {
    fact.kind = Kind::move;
    fact.conversation_id = {id_of("conversation " + w.at(1))};
    fact.other_case_id = {id_of("case " + after(w, "to"))};
  }

  // WHO writes|answers|notes|calls|arrives|resolves|marks …
  void act(Fact& fact, const Words& w, const std::string& day) {
    const std::string& verb = w.at(1);
    if (verb == "resolves") return (void)(fact.kind = Kind::resolve);
    if (verb == "marks") return (void)(fact.kind = Kind::ack, fact.message_id = {id_of("message " + w.at(2))});
    if (verb == "calls" || verb == "arrives") return meets(fact, w, day);
    if (verb != "writes" && verb != "answers" && verb != "notes") refuse("what does “" + verb + "” mean?");
    fact.kind = Kind::message;
    fact.is_public = verb != "notes";
    fact.channel = after(w, "by");
    fact.message_id = {has(w, "as") ? id_of("message " + after(w, "as")) : 1'000'000 + fact.id.value};
    fact.conversation_id = {
        id_of("conversation " + (has(w, "in") ? after(w, "in") : after(w, "by") + std::to_string(fact.case_id.value)))};
  }
  void meets(Fact& fact, const Words& w, const std::string& day) {
    fact.kind = w[1] == "calls" ? Kind::call : Kind::visit;
    fact.channel = w[1] == "calls" ? "phone" : "frontdesk";
    const auto time = [&](const char* word) { return when(w, word, day); };
    fact.queued_at = time("queued");
    fact.answered_at = time(w[1] == "calls" ? "answered" : "called");
    fact.ended_at = time("ended");
    fact.value = has(w, "exit") ? after(w, "exit") : fact.answered_at ? "answered" : "abandoned";
    if (has(w, "wrap-up")) fact.wrap_up_seconds = std::stoi(after(w, "wrap-up"));
    if (has(w, "number")) fact.caller_id = {id_of("number " + after(w, "number"))};
    if (has(w, "is")) fact.subject_id = {id_of("patient " + after(w, "is"))};
    if (has(w, "by")) fact.agent_id = {id_of(after(w, "by"))};
    if (has(w, "at")) fact.site_id = {id_of(after(w, "at"))};
  }

  // figures 2026-03-02 to 2026-03-09 by agent on the business clock as of 2026-03-10 12:00
  void ask(const std::string& line, const Words& w) {
    Asked asked;
    asked.heading = line;
    asked.query.from = *clinic::parse_local_day(w.at(1));
    asked.query.to = *clinic::parse_local_day(w.at(3));
    asked.query.as_of = clinic::start_of_day(zone_, asked.query.to + 30);
    if (has(w, "business")) asked.query.clock = ClockKind::business;
    for (std::size_t i = 4; i + 1 < w.size(); ++i) {
      if (w[i] == "by") asked.query.by.push_back(enum_from_name<Dimension>(w[i + 1]));
      if (w[i] == "with") asked.query.parameters[w[i + 1]] = std::stoi(w.at(i + 2));
      if (w[i] == "of") asked.query.as_of = at(w[i + 1], w.at(i + 2));
    }
    example_.asked.push_back(std::move(asked));
    asking_ = true;
  }

  Example example_;
  std::map<std::string, std::int64_t> ids_;
  std::string zone_ = "UTC";
  bool asking_ = false;
  int number_ = 0;
  std::int64_t next_ = 1'000;  // of facts; names have smaller ids
};

std::string clock_text(double seconds) {
  char text[32];
  const auto s = static_cast<long long>(seconds);
  std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s % 3600 / 60, s % 60);
  return text;
}

std::string tenth(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}
std::string plain(double value) {
  if (value == std::floor(value)) return std::to_string(static_cast<long long>(value));
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}
// Of a share in per cent, of points as they are.
std::string interval_text(const Figure& figure) {
  if (!figure.low) return "";
  const double scale = find_definition(figure.key)->unit == Unit::ratio ? 100 : 1;
  return " between " + tenth(*figure.low * scale) + " and " + tenth(*figure.high * scale);
}

std::string value_text(const Figure& figure) {
  if (!figure.value && !figure.denominator) return "nothing";
  const auto unit = find_definition(figure.key)->unit;
  if (unit == Unit::count) return "count " + std::to_string(static_cast<long long>(*figure.value));
  if (unit == Unit::points) return "points " + tenth(*figure.value) + interval_text(figure);
  if (unit == Unit::ratio)
    return "rate " + plain(*figure.numerator) + " of " + plain(*figure.denominator) + interval_text(figure);
  std::string text = "mean " + clock_text(*figure.value);
  if (figure.n > 1) text += " median " + clock_text(*figure.p50) + " p90 " + clock_text(*figure.p90);
  if (figure.n > 1 && find_definition(figure.key)->group == Family::calls)
    text += " longest " + clock_text(*figure.longest);
  return text;
}

std::string group_text(const Example& example, const Query& query, const Figure& figure) {
  std::string text;
  for (const auto dimension : query.by) {
    const auto& value = figure.group->at(std::string(enum_name(dimension)));
    if (const auto* id = std::get_if<std::int64_t>(&value))
      text += " " + (*id == kBot.value ? "bot"
                     : dimension == Dimension::standard || dimension == Dimension::site || dimension == Dimension::agent
                         ? example.names.at(*id)
                         : std::to_string(*id));
    else if (const auto* word = std::get_if<std::string>(&value))
      text += " " + *word;
    else
      text += " none";
  }
  return text;
}

}  // namespace

Example read_example(const std::string& text) { return Reader().read(text); }

std::vector<std::string> lines_of(const Example& example, const Query& query) {
  std::vector<std::string> lines;
  for (const auto& figure : figures(example.facts, example.places, query)) {
    auto line =
        figure.key + group_text(example, query, figure) + " n " + std::to_string(figure.n) + " " + value_text(figure);
    if (figure.provisional.value_or(0)) line += " provisional " + std::to_string(*figure.provisional);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> example_files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace auricle::analytics
