// The invented clinic: two sites in Barcelona, its staff, its patients and what they write, told through the history
// format.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "clinic/clinic.h"
#include "integrations/import/demo.h"
#include "integrations/import/import.h"

namespace auricle::import {
namespace json = boost::json;
namespace {

using demo::Dice;

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr const char* kZone = "Europe/Madrid";

struct Site {
  const char* id;
  const char* name;
  const char* calendar;
};
constexpr Site kSites[] = {
    {"eixample", "Clínica del Mar · Eixample",
     R"({"mon":[["09:00","14:00"],["16:00","20:00"]],"tue":[["09:00","14:00"],["16:00","20:00"]],"wed":[["09:00","14:00"],["16:00","20:00"]],"thu":[["09:00","14:00"],["16:00","20:00"]],"fri":[["09:00","14:00"],["16:00","20:00"]],"sat":[["09:30","13:30"]]})"},
    {"gracia", "Clínica del Mar · Gràcia",
     R"({"mon":[["08:30","14:30"],["15:30","19:00"]],"tue":[["08:30","14:30"],["15:30","19:00"]],"wed":[["08:30","14:30"],["15:30","19:00"]],"thu":[["08:30","14:30"],["15:30","19:00"]],"fri":[["08:30","15:00"]]})"}};

struct Staff {
  const char* id;
  const char* name;
  const char* role;
  double share;  // of the answers
  double pace;   // below 1: quicker than most
};
constexpr Staff kStaff[] = {{"montse", "Montserrat Vidal", "director", 0, 1},
                            {"joan", "Joan Casanovas", "supervisor", 0.05, 1.2},
                            {"laia", "Laia Puigdemunt", "agent", 0.30, 0.7},
                            {"youssef", "Youssef El Hachmi", "agent", 0.25, 0.9},
                            {"carmen", "Carmen Ortega", "agent", 0.22, 1.5},
                            {"ines", "Inès Laurent", "agent", 0.18, 1.0},
                            {"pau", "Pau Rovirosa", "receptionist", 0, 1},
                            {"amina", "Amina Benjelloun", "receptionist", 0, 1},
                            {"roca", "Dra. Elisenda Roca", "clinician", 0, 1},
                            {"admin", "Sergi Tomàs", "administrator", 0, 1},
                            {"privacy", "Beatriz Salgado", "data_protection_officer", 0, 1}};

constexpr const char* kTopics[] = {"appointment", "results",   "prescription", "billing",
                                   "insurance",   "documents", "complaint",    "other"};
const std::vector<double> kTopicWeights{26, 18, 13, 13, 12, 8, 3.5, 6.5};
const std::vector<std::string> kDoctors{"Dra. Roca", "Dr. Salvat", "Dra. Muñoz", "Dr. Beltran", "Dra. Okafor"};
const std::vector<std::string> kInsurers{"Sanimar", "Mutua Delta", "Assegurances Canigó", "Vitalis"};
const std::map<std::string, std::vector<std::string>> kTests{
    {"es", {"resonancia", "ecografía", "analítica", "mamografía"}},
    {"ca", {"ressonància", "ecografia", "analítica", "mamografia"}},
    {"en", {"MRI scan", "ultrasound", "blood test"}},
    {"fr", {"échographie", "IRM", "prise de sang"}}};
const std::vector<std::string> kDrugs{"omeprazol", "enalapril", "levotiroxina", "salbutamol"};

struct Patient {
  std::string id, writer;  // the writer is a parent for a child
  std::string greeting_name, full_name, email;
  std::string language;
  int site = 0;
};

class Clinic {
 public:
  Clinic(const DemoOptions& options, Instant now, const std::function<void(std::string_view)>& write)
      : options_(options), now_(whole_second(now)), write_(write), dice_(options.seed) {
    for (const auto& site : kSites) hours_.push_back(clinic::Calendar{kZone, {week_of(site)}});
  }

  std::vector<DemoReminder> tell() {
    places();
    people();
    const auto today = clinic::local_day(kZone, now_);
    for (int back = options_.days; back >= 0; --back) day(today + -back);
    fresh_mail();
    desk();
    return std::move(reminders_);
  }

  // A mail of today; the people are those of tell().
  InventedMail mail(std::uint64_t turn) {
    people();
    dice_ = Dice(options_.seed * 1'000'003 + turn);
    Story s = begin(now_, kTopics[dice_.weighted(kTopicWeights)]);
    while (s.patient->writer != s.patient->id) s = begin(now_, kTopics[dice_.weighted(kTopicWeights)]);
    const auto body = filled(s, dice_.pick(s.topic->openings));
    return {s.patient->full_name, s.patient->email, s.patient->language, s.subject,
            dice_.pick(s.common->greetings) + std::string("\n\n") + body + "\n\n" + dice_.pick(s.common->sign_offs) +
                "\n" + s.patient->greeting_name};
  }

  // To a reply in that language; the people do not matter.
  std::string answer(std::uint64_t turn, Mood mood, const std::string& topic, const std::string& language,
                     const std::string& name) {
    people();
    dice_ = Dice(options_.seed * 1'000'003 + turn);
    Story s = begin(now_, topic);
    s.topic = &demo::texts_of(topic, language);
    s.common = &demo::common_texts(language);
    const std::string body = mood == Mood::asks ? dice_.pick(s.topic->follow_ups) : dice_.pick(s.common->thanks);
    return filled(s, body) + "\n\n" + dice_.pick(s.common->sign_offs) + "\n" + name;
  }

 private:
  // --- Writing rows
  // --------------------------------------------------------------------------------------------------------------
  void row(json::object fields) {
    fields["source"] = "demo";
    auto text = json::serialize(fields);
    text += '\n';
    write_(text);
  }
  std::string numbered(const char* word) { return std::string(word) + "-" + std::to_string(++numbers_[word]); }
  // False once a time lies in the future: what has not happened yet is not told.
  bool event(const char* kind, const std::string& of_case, Instant at, json::object more = {}) {
    if (at > now_) return false;
    json::object fields{{"kind", kind}, {"id", numbered(kind)}, {"case", of_case}};
    for (auto& [name, value] : more) fields[name] = std::move(value);
    fields["at"] = to_rfc3339(at);
    row(std::move(fields));
    return true;
  }

  static clinic::CalendarVersion week_of(const Site& site) {
    clinic::CalendarVersion version;
    const auto minute = [](const json::value& v) {
      const std::string text(v.as_string());
      return std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3));
    };
    constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const auto parsed = json::parse(site.calendar);
    for (std::size_t day = 0; day < 7; ++day)
      if (const auto* spans = parsed.as_object().if_contains(kDays[day]))
        for (const auto& span : spans->as_array())
          version.week[day].push_back({minute(span.as_array()[0]), minute(span.as_array()[1])});
    return version;
  }

  // --- The clinic and its people
  // -------------------------------------------------------------------------------------------------
  json::array holidays() {
    json::array days;
    const auto today = clinic::local_day(kZone, now_);
    const int year = std::stoi(to_string(today).substr(0, 4));
    for (int y = year - 1; y <= year + 1; ++y)
      for (const char* day : {"-01-01", "-01-06", "-05-01", "-06-24", "-08-15", "-09-11", "-09-24", "-10-12", "-11-01",
                              "-12-08", "-12-25", "-12-26"})
        days.emplace_back(std::to_string(y) + day);
    return days;
  }
  void places() {
    for (const auto& site : kSites)
      row({{"kind", "site"},
           {"id", site.id},
           {"name", site.name},
           {"time_zone", kZone},
           {"calendar", json::parse(site.calendar)},
           {"holidays", holidays()}});
    for (const auto& staff : kStaff)
      row({{"kind", "agent"},
           {"id", staff.id},
           {"name", staff.name},
           {"email", std::string(staff.id) + "@clinicadelmar.example"},
           {"role", staff.role},
           {"languages", json::array{"ca", "es"}}});
    targets();
  }

  // What the clinic has promised; the first answer was given more time until a month ago.
  void targets() {
    const auto today = clinic::local_day(kZone, now_);
    const auto path = [](const char* text) { return json::parse(text); };
    const auto target = [&](const char* id, const char* measure, int hours, int days_ago, const char* steps,
                            json::object more = {}) {
      json::object fields{{"kind", "standard"},  {"id", id},
                          {"measure", measure},  {"seconds", hours * 3600},
                          {"clock", "business"}, {"valid_from", to_string(today + -days_ago)},
                          {"warn_percent", 75},  {"steps", path(steps)}};
      for (auto& [name, value] : more) fields[name] = std::move(value);
      row(std::move(fields));
    };
    constexpr const char* kUsual =
        R"([{"percent":75,"action":"tell_assignee"},{"percent":100,"action":"tell_supervisors"},)"
        R"({"after_seconds":14400,"action":"raise_priority","priority":"high"}])";
    constexpr const char* kShort =
        R"([{"percent":50,"action":"tell_assignee"},{"percent":100,"action":"tell_supervisors"}])";
    constexpr const char* kRelease =
        R"([{"percent":75,"action":"tell_assignee"},{"percent":100,"action":"tell_supervisors"},)"
        R"({"after_seconds":28800,"action":"release"}])";
    target("first-answer-before", "first_response", 6, options_.days + 200, "[]");
    target("first-answer", "first_response", 4, 30, kUsual);
    target("first-answer-urgent", "first_response", 1, options_.days + 200, kShort, {{"priority", "urgent"}});
    target("first-answer-complaint", "first_response", 2, options_.days + 200, kShort, {{"topic", "complaint"}});
    target("next-answer", "next_reply", 8, options_.days + 200, kRelease);
    target("resolution", "resolution", 40, options_.days + 200, R"([{"percent":100,"action":"tell_supervisors"}])");
  }

  void people() {
    for (int i = 0; i < options_.patients;) {
      if (dice_.chance(0.12) && i + 2 < options_.patients)
        i += family();
      else
        i += person(demo::invent_name(dice_), numbered("patient"), "", "");
    }
  }
  std::string phone() { return "+346005" + std::to_string(50000 + dice_.below(9999)); }
  std::string birth_date(int youngest, int oldest) {
    const auto day = clinic::local_day(kZone, now_) + -(365 * dice_.between(youngest, oldest) + dice_.below(365));
    return to_string(day);
  }

  int person(const demo::Name& name, const std::string& id, const std::string& writer, const std::string& shared) {
    const bool child = !writer.empty();
    const auto email = shared.empty() ? demo::address_of(name, ++addresses_) : shared;
    json::array points;
    points.push_back({{"system", "email"}, {"value", email}, {"verified", dice_.chance(0.7)}});
    if (!child && dice_.chance(0.8))
      points.push_back({{"system", "phone"}, {"value", phone()}, {"verified", dice_.chance(0.5)}});
    json::object fields{{"kind", "patient"},
                        {"id", id},
                        {"given_name", name.given},
                        {"family_name", name.family},
                        {"birth_date", child ? birth_date(1, 14) : birth_date(19, 88)},
                        {"sex", name.sex},
                        {"language", name.language},
                        {"contact_points", points}};
    fields["identifiers"] = json::array{{{"system", "cip"}, {"value", cip(name)}}};
    if (dice_.chance(0.04))
      fields["needs"] = json::array{dice_.chance(0.5) ? "hearing" : "mobility"};
    else if (dice_.chance(0.02))
      fields["needs"] = json::array{"interpreter"};
    row(std::move(fields));
    patients_.push_back({id, child ? writer : id, name.given,
                         name.given + (name.family.empty() ? "" : " ") + name.family, email, name.language,
                         dice_.chance(0.62) ? 0 : 1});
    return 1;
  }
  std::string cip(const demo::Name& name) {
    auto letters = demo::ascii(name.family + name.given + "xxxx").substr(0, 4);
    std::transform(letters.begin(), letters.end(), letters.begin(),
                   [](char c) { return static_cast<char>(c - 32 * (c >= 'a')); });
    return letters + std::to_string(1'000'000'000LL + static_cast<std::int64_t>(dice_.unit() * 8'999'999'999.0));
  }

  // A parent whose address and phone serve the children, too; sometimes a daughter who looks after her father.
  int family() {
    const auto parent = demo::invent_name(dice_);
    const auto id = numbered("patient");
    const auto address = demo::address_of(parent, ++addresses_);
    person(parent, id, "", address);
    const int children = dice_.between(1, 2);
    for (int i = 0; i < children; ++i) {
      demo::Name child = parent;
      child.given = demo::child_given_name(dice_, parent.language);
      const auto child_id = numbered("patient");
      person(child, child_id, id, address);
      row({{"kind", "relationship"},
           {"id", numbered("relationship")},
           {"person", id},
           {"patient", child_id},
           {"relation", "parent"},
           {"authority", "full"}});
    }
    return 1 + children;
  }

  void desk() {
    demo::Desk desk{kZone, options_.days, options_.seed, now_, {}, {}, std::move(resolved_)};
    desk.sites = {{kSites[0].id, hours_[0].versions[0].week, {"laia", "carmen", "pau"}},
                  {kSites[1].id, hours_[1].versions[0].week, {"youssef", "ines", "amina"}}};
    for (const auto& patient : patients_) desk.patients.push_back(patient.id);
    demo::tell_desk(desk, [this](json::object fields) { row(std::move(fields)); });
  }

  // --- Days and cases
  // ------------------------------------------------------------------------------------------------------------
  // Arrivals follow the week and the hours in which people write to a clinic.
  void day(clinic::LocalDay day) {
    static const double week[] = {1.35, 1.15, 1.05, 1.0, 0.9, 0.35, 0.3};
    const double mean = options_.patients * 0.0145 * week[iso_weekday(day)];
    for (int n = poisson(mean); n > 0; --n)
      open_case(clinic::at_local(kZone, day, minute_of_day()) + dice_.below(60) * 1000);
  }
  int poisson(double mean) {
    if (mean > 60) return std::max(0, static_cast<int>(mean + std::sqrt(mean) * dice_.normal() + 0.5));
    const double limit = std::exp(-mean);
    int n = 0;
    for (double p = dice_.unit(); p > limit; p *= dice_.unit()) ++n;
    return n;
  }
  int minute_of_day() {
    static const std::vector<double> hours{1, 0.5, 0.3, 0.2, 0.3, 0.6, 2, 5, 9, 12, 12, 11,
                                           9, 7,   6,   6,   8,   9,   8, 7, 6, 6,  4,  2};
    return dice_.weighted(hours) * 60 + dice_.below(60);
  }

  struct Story {
    std::string id, conversation, subject;
    const Patient* patient;
    const demo::TopicTexts* topic;
    const demo::CommonTexts* common;
    std::map<std::string, std::string> blanks;
    int site = 0;
    const Staff* agent = nullptr;
    Instant at;
  };

  Story begin(Instant at, const std::string& topic) {
    Story s;
    s.patient = &dice_.pick(patients_);
    s.topic = &demo::texts_of(topic, s.patient->language);
    s.common = &demo::common_texts(s.patient->language);
    s.site = s.patient->site;
    s.id = numbered("case");
    s.conversation = "mail-" + s.id;
    s.at = at;
    std::vector<double> shares;
    for (const auto& staff : kStaff) shares.push_back(staff.share);
    s.agent = &kStaff[dice_.weighted(shares)];
    s.blanks = {{"{doctor}", dice_.pick(kDoctors)},
                {"{date}", spoken_day(at + (topic == "appointment" ? 1 : -1) * dice_.between(3, 12) * kDay)},
                {"{amount}", std::to_string(dice_.between(35, 180))},
                {"{number}", std::to_string(dice_.between(20410, 29870))},
                {"{insurer}", dice_.pick(kInsurers)},
                {"{test}", dice_.pick(kTests.at(s.patient->language))},
                {"{drug}", dice_.pick(kDrugs)},
                {"{name}", s.patient->greeting_name},
                {"{agent}", s.agent->name}};
    s.subject = filled(s, dice_.pick(s.topic->subjects));
    return s;
  }
  static std::string spoken_day(Instant at) {
    const auto text = to_string(clinic::local_day(kZone, at));
    return std::to_string(std::stoi(text.substr(8))) + "/" + std::to_string(std::stoi(text.substr(5, 2)));
  }
  static std::string filled(const Story& s, std::string text) {
    for (const auto& [blank, value] : s.blanks)
      for (auto at = text.find(blank); at != text.npos; at = text.find(blank, at + value.size()))
        text.replace(at, blank.size(), value);
    return text;
  }

  void open_case(Instant at) {
    if (at > now_) return;
    Story s = begin(at, kTopics[dice_.weighted(kTopicWeights)]);
    case_row(s);
    writes(s, dice_.pick(s.topic->openings));
    live(s);
  }
  void case_row(const Story& s) {
    const std::string topic = s.topic->topic;
    const char* priority = topic == "complaint"                       ? "high"
                           : topic == "results" && dice_.chance(0.15) ? "high"
                           : dice_.chance(0.01)                       ? "urgent"
                                                                      : "normal";
    row({{"kind", "case"},
         {"id", s.id},
         {"patient", s.patient->id},
         {"site", kSites[s.site].id},
         {"topic", topic},
         {"priority", priority},
         {"language", s.patient->language},
         {"opened_at", to_rfc3339(s.at)},
         {"opened_by", "patient"}});
  }
  std::string writes(Story& s, const std::string& body) {
    const auto text = dice_.pick(s.common->greetings) + std::string("\n\n") + filled(s, body) + "\n\n" +
                      dice_.pick(s.common->sign_offs) + "\n" + s.patient->greeting_name;
    return message(s, "in", text);
  }
  void answers(Story& s, const std::string& body) {
    message(s, "out",
            filled(s, dice_.pick(s.common->staff_greetings) + std::string("\n\n") + body + "\n\n" +
                          dice_.pick(s.common->staff_sign_offs)));
  }
  std::string message(Story& s, const char* direction, const std::string& text, bool open_to_patient = true) {
    const auto id = numbered("message");
    if (s.at > now_) return id;
    json::object fields{{"kind", "message"},  {"id", id},
                        {"case", s.id},       {"conversation", s.conversation},
                        {"channel", "email"}, {"direction", direction}};
    if (direction == std::string_view("in"))
      fields["from"] = s.patient->writer;
    else
      fields["author"] = s.agent->id;
    fields["at"] = to_rfc3339(s.at);
    fields["subject"] = (direction == std::string_view("in") && first_mail(s) ? "" : "Re: ") + s.subject;
    if (!open_to_patient) fields["public"] = false;
    fields["text"] = text;
    row(std::move(fields));
    return id;
  }
  bool first_mail(const Story& s) { return begun_.insert(s.id).second; }

  // The desk works in opening hours; `minutes` are minutes of work time until somebody gets to it.
  void work(Story& s, double minutes) {
    const auto ms = static_cast<std::int64_t>(std::max(1.0, minutes * s.agent->pace) * kMinute);
    s.at = whole_second(
        clinic::add_business_ms(hours_[static_cast<std::size_t>(s.site)], s.at, ms).value_or(s.at + 2 * kDay));
  }
  static Instant whole_second(Instant at) { return {at.ms / 1000 * 1000}; }
  void patient_takes(Story& s, double hours) {
    s.at = whole_second(s.at + static_cast<std::int64_t>(std::max(0.05, hours) * kHour));
    const int minute = clinic::local_minute(kZone, s.at);
    if (minute < 7 * 60)
      s.at = s.at + (8 * 60 - minute) * kMinute + dice_.below(120) * kMinute;  // nobody writes at four in the morning
  }

  // One case from the first mail on, until it is resolved or the present is reached. Who asks for an appointment waits
  // three times as long until somebody takes it, although one answer mostly does: a bottleneck to be found.
  void live(Story& s) {
    const bool booking = s.topic->topic == std::string_view("appointment");
    work(s, dice_.lognormal(booking ? 130 : 25, 0.8));
    if (!event("assign", s.id, s.at, {{"agent", s.agent->id}})) return;
    if (dice_.chance(0.04)) change_topic(s);
    if (dice_.chance(0.12)) message(s, "out", dice_.pick(s.common->waiting_notes), false);
    work(s, dice_.lognormal(50, 1.0));
    if (s.at > now_) return;
    answers(s, dice_.pick(s.topic->replies));
    const std::string topic = s.topic->topic;
    if (topic == "insurance" || (topic == "results" && dice_.chance(0.5))) third_party(s);
    if (topic == "complaint" && dice_.chance(0.5)) event("escalate", s.id, s.at + kMinute, {{"to", "montse"}});
    for (int round = 0; round < 2 && dice_.chance(round ? 0.25 : booking ? 0.25 : 0.6); ++round) {
      patient_takes(s, dice_.lognormal(5, 1.2));
      if (s.at > now_) return;
      writes(s, dice_.pick(s.topic->follow_ups));
      work(s, dice_.lognormal(60, 0.9));
      if (s.at > now_) return;
      if (dice_.chance(0.1)) hand_over(s);
      answers(s, dice_.pick(s.topic->closings));
    }
    finish(s);
  }
  void change_topic(Story& s) { event("topic", s.id, s.at, {{"value", dice_.chance(0.5) ? "billing" : "documents"}}); }
  void hand_over(Story& s) {
    s.agent = &kStaff[dice_.between(2, 5)];
    s.blanks["{agent}"] = s.agent->name;
    event("assign", s.id, s.at - kMinute, {{"agent", s.agent->id}});
  }
  void third_party(Story& s) {
    event("wait", s.id, s.at + kMinute, {{"on", "third_party"}});
    s.at = s.at + kMinute;
    work(s, dice_.lognormal(900, 0.6));
    if (s.at > now_) return;
    if (dice_.chance(0.25)) {
      answers(s, dice_.pick(s.common->third_party_updates));
      event("wait", s.id, s.at + kMinute, {{"on", "third_party"}});
      work(s, dice_.lognormal(500, 0.5));
    }
    event("wait", s.id, s.at, {{"on", "clinic"}});
    work(s, dice_.lognormal(20, 0.6));
    if (s.at <= now_) answers(s, dice_.pick(s.topic->closings));
  }
  void finish(Story& s) {
    if (dice_.chance(0.55))
      s.at = s.at + kMinute;  // resolved with the last answer
    else
      patient_takes(s, dice_.lognormal(26, 0.5)), work(s, 10);
    if (!event("resolve", s.id, s.at, {{"agent", s.agent->id}, {"outcome", "solved"}})) return;
    resolved_.push_back({s.id, s.at});
    if (dice_.chance(0.22)) return say_thanks(s);
    if (!dice_.chance(0.055)) return;
    patient_takes(s, dice_.lognormal(30, 0.8));
    if (s.at > now_) return;
    writes(s, dice_.pick(s.common->again));
    work(s, dice_.lognormal(45, 0.8));
    if (s.at > now_) return;
    answers(s, dice_.pick(s.common->again_replies));
    s.at = s.at + kMinute;
    event("resolve", s.id, s.at, {{"agent", s.agent->id}, {"outcome", "solved"}});
  }
  void say_thanks(Story& s) {
    patient_takes(s, dice_.lognormal(3, 0.8));
    if (s.at > now_) return;
    const auto id = message(s, "in", dice_.pick(s.common->thanks));
    const auto at = std::min(s.at + dice_.between(10, 300) * kMinute, now_);
    row({{"kind", "ack"}, {"id", numbered("ack")}, {"message", id}, {"at", to_rfc3339(at)}});
  }

  // --- The inbox of today
  // -------------------------------------------------------------------------------------------------------- Whatever
  // the hour of the first start, the desk finds new mail, answers it is waiting for, and some that are late.
  void fresh_mail() {
    for (const int minutes : {4, 11, 26, 47, 95, 160, 230}) waiting(minutes * kMinute, nullptr);
    for (const int hours : {3, 5, 9, 26, 31, 52}) waiting(hours * kHour, &kStaff[dice_.between(2, 5)]);
    for (const int hours : {20, 44, 70, 98}) answered(hours * kHour, "patient");
    for (const int hours : {30, 75, 122}) answered(hours * kHour, "third_party");
  }
  Story fresh(std::int64_t ago, const char* topic) {
    Story s = begin(now_ - ago, topic);
    case_row(s);
    writes(s, dice_.pick(s.topic->openings));
    return s;
  }
  void waiting(std::int64_t ago, const Staff* staff) {
    Story s = fresh(ago, kTopics[dice_.weighted(kTopicWeights)]);
    if (!staff) return;
    s.agent = staff;
    event("assign", s.id, s.at + ago / 8, {{"agent", staff->id}});
  }
  void answered(std::int64_t ago, std::string_view owner) {
    Story s = fresh(ago, owner == "patient" ? "documents" : "insurance");
    event("assign", s.id, s.at + ago / 8, {{"agent", s.agent->id}});
    s.at = s.at + ago / 6;
    answers(s, dice_.pick(s.topic->replies));
    if (owner == "third_party") event("wait", s.id, s.at + kMinute, {{"on", "third_party"}});
    remind(s);
  }
  // One follow-up is overdue, some fall due in the next hours, some cases sleep until tomorrow.
  void remind(const Story& s) {
    const auto turn = static_cast<std::int64_t>(reminders_.size());
    const bool snoozed = turn % 3 == 2;
    const Instant due = snoozed ? clinic::at_local(kZone, clinic::local_day(kZone, now_) + 1, 9 * 60 + 30)
                                : now_ + (turn - 1) * 2 * kHour + 20 * kMinute;
    reminders_.push_back({s.id, std::string(s.agent->id) + "@clinicadelmar.example", due, snoozed});
  }

  const DemoOptions& options_;
  Instant now_;
  const std::function<void(std::string_view)>& write_;
  Dice dice_;
  std::vector<clinic::Calendar> hours_;
  std::vector<Patient> patients_;
  std::map<std::string, int> numbers_;
  std::set<std::string> begun_;
  std::vector<DemoReminder> reminders_;
  std::vector<demo::Resolved> resolved_;
  int addresses_ = 0;
};

}  // namespace

std::vector<DemoStaff> demo_staff() {
  std::vector<DemoStaff> staff;
  for (const auto& person : kStaff)
    staff.push_back({person.name, std::string(person.id) + "@clinicadelmar.example", person.role});
  return staff;
}

InventedMail invent_mail(const DemoOptions& options, std::uint64_t turn, Instant now) {
  const std::function<void(std::string_view)> nowhere = [](std::string_view) {};
  return Clinic(options, now, nowhere).mail(turn);
}

std::string invent_answer(std::uint64_t turn, Mood mood, const std::string& topic, const std::string& language,
                          const std::string& name, Instant now) {
  const std::function<void(std::string_view)> nowhere = [](std::string_view) {};
  const bool known = std::find(std::begin(kTopics), std::end(kTopics), topic) != std::end(kTopics);
  const bool spoken = language == "es" || language == "ca" || language == "en" || language == "fr";
  return Clinic({10, 1, 1}, now, nowhere).answer(turn, mood, known ? topic : "other", spoken ? language : "es", name);
}

std::vector<DemoReminder> write_demo(const DemoOptions& options, Instant now,
                                     const std::function<void(std::string_view)>& write) {
  return Clinic(options, now, write).tell();
}

}  // namespace auricle::import
