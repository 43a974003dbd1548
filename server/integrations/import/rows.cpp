#include "integrations/import/rows.h"

#include <algorithm>
#include <cmath>

#include "clinic/clinic.h"

namespace auricle::import {
namespace json = boost::json;
namespace {

constexpr auto kText = Type::text;
constexpr auto kInstant = Type::instant;
constexpr auto kChoice = Type::choice;
constexpr auto kRef = Type::reference;
constexpr bool kMust = true, kMay = false;
constexpr const char* kChannels = "email whatsapp webchat sms messenger instagram form portal";
constexpr const char* kPriorities = "low normal high urgent";
constexpr const char* kPeople = "patient person";
constexpr std::int64_t kLongestWork = 24 * 3600;

std::vector<Field> person_fields() {
  return {{"given_name", kText, kMust},     {"family_name", kText, kMust},
          {"birth_date", Type::date, kMay}, {"sex", kText, kMay},
          {"language", kText, kMay},        {"contact_points", Type::list, kMay},
          {"identifiers", Type::list, kMay}};
}

std::vector<KindInfo> clinic_kinds() {
  return {
      {"site",
       Pass::people,
       {{"name", kText, kMust},
        {"time_zone", kText, kMust},
        {"calendar", Type::object, kMay},
        {"holidays", Type::list, kMay}}},
      {"agent",
       Pass::people,
       {{"name", kText, kMust},
        {"email", kText, kMust},
        {"role", kText, kMay},
        {"team", kText, kMay},
        {"skills", Type::list, kMay},
        {"languages", Type::list, kMay}}},
      {"person", Pass::people, person_fields()},
      {"patient", Pass::people, person_fields()},
      {"queue",
       Pass::queues,
       {{"name", kText, kMust},
        {"site", kRef, kMust, "site"},
        {"calendar", Type::object, kMay},
        {"holidays", Type::list, kMay}}},
      {"standard",
       Pass::cases,
       {{"measure", kChoice, kMust, "first_response next_reply resolution"},
        {"seconds", Type::integer, kMust},
        {"clock", kChoice, kMust, "elapsed business"},
        {"valid_from", kText, kMust},
        {"channel", kText, kMay},
        {"priority", kChoice, kMay, kPriorities},
        {"topic", kText, kMay},
        {"site", kRef, kMay, "site"},
        {"warn_percent", Type::integer, kMay},
        {"steps", Type::list, kMay}}},
      {"relationship",
       Pass::cases,
       {{"person", kRef, kMust, kPeople},
        {"patient", kRef, kMust, kPeople},
        {"relation", kChoice, kMust, "parent child partner carer guardian other"},
        {"authority", kChoice, kMust, "none appointments billing full"},
        {"valid_from", kText, kMay},
        {"valid_to", kText, kMay}}},
      {"presence",
       Pass::cases,
       {{"agent", kRef, kMust, "agent"},
        {"state", kChoice, kMust, "available busy wrap_up break training offline"},
        {"at", kInstant, kMust}}},
  };
}

std::vector<KindInfo> contact_kinds() {
  return {
      {"message",
       Pass::events,
       {{"case", kRef, kMust, "case"},
        {"conversation", kText, kMay},
        {"channel", kChoice, kMust, kChannels},
        {"direction", kChoice, kMust, "in out"},
        {"from", kRef, kMay, kPeople},
        {"author", kRef, kMay, "agent bot"},
        {"at", kInstant, kMust},
        {"text", kText, kMust},
        {"subject", kText, kMay},
        {"public", Type::boolean, kMay}}},
      {"visit",
       Pass::events,
       {{"case", kRef, kMust, "case"},
        {"site", kRef, kMust, "site"},
        {"arrived_at", kInstant, kMust},
        {"called_at", kInstant, kMay},
        {"ended_at", kInstant, kMay},
        {"agent", kRef, kMay, "agent"}}},
      {"call",
       Pass::events,
       {{"case", kRef, kMay, "case"},
        {"patient", kRef, kMay, kPeople},
        {"queue", kRef, kMay, "queue"},
        {"site", kRef, kMay, "site"},
        {"from", kText, kMust},
        {"to", kText, kMay},
        {"direction", kChoice, kMust, "in out"},
        {"offered_at", kInstant, kMust},
        {"queued_at", kInstant, kMay},
        {"answered_at", kInstant, kMay},
        {"ended_at", kInstant, kMust},
        {"ended_by", kChoice, kMay, "caller agent system"},
        {"hold_seconds", Type::integer, kMay},
        {"wrap_up_seconds", Type::integer, kMay},
        {"agent", kRef, kMay, "agent"},
        {"exit", kChoice, kMust,
         "answered abandoned ivr_exit overflow voicemail callback_requested closed no_answer"}}},
  };
}

std::vector<KindInfo> case_kinds() {
  const Field of_case{"case", kRef, kMust, "case"}, at{"at", kInstant, kMust};
  return {
      {"case",
       Pass::cases,
       {{"patient", kRef, kMay, kPeople},
        {"site", kRef, kMay, "site"},
        {"queue", kRef, kMay, "queue"},
        {"topic", kText, kMay},
        {"priority", kChoice, kMay, kPriorities},
        {"language", kText, kMay},
        {"opened_at", kInstant, kMust},
        {"opened_by", kChoice, kMust, "patient staff"}}},
      {"wait", Pass::events, {of_case, at, {"on", kChoice, kMust, "clinic patient third_party"}}},
      {"assign", Pass::events, {of_case, at, {"agent", kRef, kMay, "agent"}, {"team", kText, kMay}}},
      {"topic", Pass::events, {of_case, at, {"value", kText, kMust}}},
      {"priority", Pass::events, {of_case, at, {"value", kChoice, kMust, kPriorities}}},
      {"handoff", Pass::events, {of_case, at, {"reason", kText, kMay}}},
      {"escalate", Pass::events, {of_case, at, {"to", kText, kMay}, {"reason", kText, kMay}}},
      {"resolve", Pass::events, {of_case, at, {"agent", kRef, kMay, "agent bot"}, {"outcome", kText, kMay}}},
      {"reopen", Pass::events, {of_case, at}},
      {"left", Pass::events, {of_case, at}},
      {"ack", Pass::marks, {{"message", kRef, kMust, "message"}, at}},
      {"move", Pass::marks, {{"conversation", kRef, kMust, "conversation"}, of_case, at}},
      {"appointment",
       Pass::events,
       {{"patient", kRef, kMust, kPeople},
        {"service", kText, kMust},
        {"site", kRef, kMay, "site"},
        {"booked_at", kInstant, kMust},
        {"start", kInstant, kMust},
        {"end", kInstant, kMust},
        {"status", kChoice, kMust, "booked arrived fulfilled cancelled noshow"},
        {"cancelled_at", kInstant, kMay},
        {"arrived_at", kInstant, kMay},
        {"called_at", kInstant, kMay},
        {"started_at", kInstant, kMay},
        {"channel", kText, kMay}}},
      {"survey",
       Pass::marks,
       {{"case", kRef, kMay, "case"},
        {"appointment", kRef, kMay, "appointment"},
        {"instrument", kChoice, kMust, "csat nps"},
        {"sent_at", kInstant, kMust},
        {"answered_at", kInstant, kMay},
        {"score", Type::integer, kMay},
        {"comment", kText, kMay},
        {"channel", kText, kMay}}},
  };
}

bool listed(std::string_view words, std::string_view word) {
  if (word.empty() || word.find(' ') != word.npos) return false;
  const std::string all = " " + std::string(words) + " ";
  return all.find(" " + std::string(word) + " ") != all.npos;
}

std::string spoken(const char* values) {
  std::string text(values);
  std::replace(text.begin(), text.end(), ' ', '|');
  return text;
}

bool is_word(const json::value& value) { return value.is_string() || value.is_int64(); }

bool is_whole(const json::value& value) {
  constexpr double kMost = 9e15;  // whole numbers a double still holds
  if (!value.is_double()) return value.is_int64();
  const double number = value.get_double();
  return number == std::floor(number) && std::abs(number) <= kMost;
}

// What is wrong with the value of a field; "" if nothing.
std::string problem_of(const Field& field, const json::value& value) {
  const std::string name = std::string("“") + field.name + "” ";
  switch (field.type) {
    case Type::text:
      return value.is_string() ? "" : name + "must be text";
    case Type::instant:
      if (value.is_string() && parse_rfc3339(value.get_string())) return "";
      return name + "must be a time with an offset, like 2026-03-02T09:00:00+01:00";
    case Type::date:
      if (value.is_string() && clinic::parse_local_day(value.get_string())) return "";
      return name + "must be a date, like 1987-02-01";
    case Type::integer:
      return is_whole(value) ? "" : name + "must be a whole number";
    case Type::boolean:
      return value.is_bool() ? "" : name + "must be true or false";
    case Type::list:
      return value.is_array() ? "" : name + "must be a list";
    case Type::object:
      return value.is_object() ? "" : name + "must be an object";
    case Type::choice:
      return value.is_string() && listed(field.values, value.get_string())
                 ? ""
                 : name + "must be one of " + spoken(field.values);
    case Type::reference:
      return is_word(value) ? "" : name + "must be the id of a row (" + spoken(field.values) + ")";
  }
  return "";
}

std::string check_fields(const Row& row) {
  for (const auto& field : row.kind->fields) {
    const auto* value = row.fields.if_contains(field.name);
    if (!value || value->is_null()) {
      if (field.required) return std::string("“") + field.name + "” is missing";
      continue;
    }
    if (auto problem = problem_of(field, *value); !problem.empty()) return problem;
  }
  return "";
}

std::string check_call(const Row& row) {
  const auto hold = row.number("hold_seconds").value_or(0), wrap_up = row.number("wrap_up_seconds").value_or(0);
  const auto answered = row.instant("answered_at");
  if (row.word("exit") == "answered" && !answered) return "“answered_at” is missing (exit answered)";
  if (hold < 0 || wrap_up < 0) return "seconds cannot be negative";
  if (wrap_up > kLongestWork) return "“wrap_up_seconds” is more than a day";
  if (hold > 0 && (!answered || hold * 1000 > *row.instant("ended_at") - *answered))
    return "“hold_seconds” is longer than the talk";
  return "";
}

std::string check_survey(const Row& row) {
  const auto score = row.number("score");
  if (!score) return "";
  if (!row.instant("answered_at")) return "“answered_at” is missing (a score was given)";
  const bool csat = row.word("instrument") == "csat";
  if (csat && (*score < 1 || *score > 5)) return "“score” of csat must be 1 to 5";
  if (!csat && (*score < 0 || *score > 10)) return "“score” of nps must be 0 to 10";
  return "";
}

// What no single field can tell.
std::string check_sense(const Row& row) {
  const std::string_view kind = row.kind->kind;
  if (kind == "standard") {
    if (*row.number("seconds") < 1) return "“seconds” must be at least 1";
    if (!clinic::parse_local_day(row.word("valid_from").substr(0, 10)))
      return "“valid_from” must be a date, like 2026-03-02";
  }
  if (kind == "call")
    if (auto problem = check_call(row); !problem.empty()) return problem;
  if (kind == "survey")
    if (auto problem = check_survey(row); !problem.empty()) return problem;
  const auto before = [&](const char* first, const char* second) {
    const auto a = row.instant(first), b = row.instant(second);
    return a && b && *b < *a ? std::string("“") + second + "” is before “" + first + "”" : std::string();
  };
  if (kind == "message" && row.word("direction") == "out" && !row.maybe("author"))
    return "“author” is missing (direction out)";
  if (kind == "site" && !clinic::known_time_zone(row.word("time_zone"))) return "“time_zone” is not a known time zone";
  for (const auto& [first, second] : {std::pair{"offered_at", "queued_at"},
                                      {"offered_at", "answered_at"},
                                      {"queued_at", "ended_at"},
                                      {"offered_at", "ended_at"},
                                      {"sent_at", "answered_at"},
                                      {"booked_at", "cancelled_at"},
                                      {"arrived_at", "ended_at"},
                                      {"queued_at", "answered_at"},
                                      {"answered_at", "ended_at"},
                                      {"arrived_at", "called_at"},
                                      {"called_at", "ended_at"},
                                      {"start", "end"}})
    if (auto problem = before(first, second); !problem.empty()) return problem;
  return "";
}

bool read_head(Row& row, std::string& reason) {
  const auto* kind = row.fields.if_contains("kind");
  if (!kind || !kind->is_string()) return reason = "“kind” is missing", false;
  row.kind = find_kind(kind->get_string());
  if (!row.kind) return reason = "“kind” is not one of the format: " + std::string(kind->get_string()), false;
  row.id = row.word("id");
  if (row.id.empty()) return reason = "“id” is missing", false;
  row.source = row.maybe("source").value_or("history");
  if (row.source.empty()) row.source = "history";
  return true;
}

}  // namespace

const std::vector<KindInfo>& kinds() {
  static const std::vector<KindInfo> all = [] {
    auto list = clinic_kinds();
    for (auto& kind : case_kinds()) list.push_back(std::move(kind));
    for (auto& kind : contact_kinds()) list.push_back(std::move(kind));
    return list;
  }();
  return all;
}

const KindInfo* find_kind(std::string_view kind) {
  for (const auto& info : kinds())
    if (info.kind == kind) return &info;
  return nullptr;
}

std::optional<std::string> Row::maybe(std::string_view field) const {
  const auto* value = fields.if_contains(field);
  if (!value || value->is_null()) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_int64()) return std::to_string(value->get_int64());
  return std::nullopt;
}
std::string Row::word(std::string_view field) const { return maybe(field).value_or(""); }
std::optional<Instant> Row::instant(std::string_view field) const {
  const auto text = maybe(field);
  return text ? parse_rfc3339(*text) : std::nullopt;
}

std::optional<std::int64_t> Row::number(std::string_view field) const {
  const auto* value = fields.if_contains(field);
  if (!value || !value->is_number()) return std::nullopt;
  return value->is_double() ? static_cast<std::int64_t>(value->get_double()) : value->to_number<std::int64_t>();
}

bool read_row(std::string_view line, Row& row, std::string& reason) {
  boost::system::error_code error;
  auto value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error) return reason = "not valid JSON: " + error.message(), false;
  if (!value.is_object()) return reason = "not a JSON object", false;
  row.fields = std::move(value.get_object());
  if (!read_head(row, reason)) return false;
  reason = check_fields(row);
  if (reason.empty()) reason = check_sense(row);
  return reason.empty();
}

}  // namespace auricle::import
