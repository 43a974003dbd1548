// Sites, queues, staff and people of a history.
#include <algorithm>
#include <array>
#include <map>

#include "integrations/import/people.h"

#include "clinic/clinic.h"
#include "integrations/import/writer.h"
#include "patients/patients.h"
#include "platform/base/json.h"
#include "platform/base/phone.h"

namespace auricle::import {
namespace json = boost::json;
namespace {

constexpr std::array<const char*, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<int> minute_of(const json::value& value) {
  if (!value.is_string() || value.get_string().size() != 5) return std::nullopt;
  const std::string text(value.get_string());
  if (text[2] != ':' || !isdigit(text[0]) || !isdigit(text[1]) || !isdigit(text[3]) || !isdigit(text[4]))
    return std::nullopt;
  const int hour = std::stoi(text.substr(0, 2)), minute = std::stoi(text.substr(3));
  if (minute > 59 || hour > 24 || (hour == 24 && minute)) return std::nullopt;
  return hour * 60 + minute;
}

std::optional<std::vector<clinic::Span>> spans_of(const json::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<clinic::Span> spans;
  for (const auto& pair : value.get_array()) {
    if (!pair.is_array() || pair.get_array().size() != 2) return std::nullopt;
    const auto start = minute_of(pair.get_array()[0]), end = minute_of(pair.get_array()[1]);
    if (!start || !end || *end <= *start) return std::nullopt;
    spans.push_back({*start, *end});
  }
  std::sort(spans.begin(), spans.end());
  for (std::size_t i = 1; i < spans.size(); ++i)
    if (spans[i].start < spans[i - 1].end) return std::nullopt;
  return spans;
}

// The reason why the calendar is wrong; "" if it is right.
std::string read_week(const json::object& week, clinic::CalendarVersion& version) {
  for (const auto& [day, value] : week) {
    const auto found = std::find_if(kDays.begin(), kDays.end(), [&](const char* name) { return day == name; });
    if (found == kDays.end()) return "“calendar” has an unknown day: " + std::string(day);
    auto spans = spans_of(value);
    if (!spans)
      return "“calendar” of " + std::string(day) +
             " must be a list of spans like [[\"09:00\",\"14:00\"]] that do not overlap";
    version.week[static_cast<std::size_t>(found - kDays.begin())] = std::move(*spans);
  }
  return "";
}

std::string read_holidays(const Row& row, clinic::CalendarVersion& version) {
  const auto* holidays = row.fields.if_contains("holidays");
  if (!holidays || !holidays->is_array()) return "";
  for (const auto& value : holidays->get_array()) {
    const auto day = value.is_string() ? clinic::parse_local_day(std::string_view(value.get_string())) : std::nullopt;
    if (!day) return "“holidays” must be a list of dates like 2026-03-19";
    version.holidays.push_back(*day);
  }
  std::sort(version.holidays.begin(), version.holidays.end());
  return "";
}

clinic::TopicNames topic_names(const std::string& key) {
  static const std::map<std::string, clinic::TopicNames> usual{
      {"appointment", {"Appointment", "Cita", "Rendez-vous", "Cita"}},
      {"results", {"Results", "Resultados", "Résultats", "Resultats"}},
      {"prescription", {"Prescription", "Receta", "Ordonnance", "Recepta"}},
      {"billing", {"Invoice", "Factura", "Facture", "Factura"}},
      {"insurance", {"Insurance", "Seguro", "Assurance", "Assegurança"}},
      {"documents", {"Documents", "Documentos", "Documents", "Documents"}},
      {"complaint", {"Complaint", "Queja", "Réclamation", "Queixa"}},
      {"other", {"Other", "Otros", "Autre", "Altres"}}};
  const auto found = usual.find(key);
  return found == usual.end() ? clinic::TopicNames{} : found->second;
}

patients::Sex sex_of(const std::string& word) {
  if (word == "f" || word == "F") return patients::Sex::female;
  if (word == "m" || word == "M") return patients::Sex::male;
  return enum_parse<patients::Sex>(word).value_or(patients::Sex::unknown);
}

std::string clock_text(int minute) {
  char text[24];
  std::snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
  return text;
}

// The format knows one version of a calendar: the one in force last.
void add_hours(json::object& fields, const std::optional<clinic::Calendar>& calendar) {
  if (!calendar || calendar->versions.empty()) return;
  const auto& version = calendar->versions.back();
  json::object week;
  for (std::size_t day = 0; day < 7; ++day) {
    json::array spans;
    for (const auto& span : version.week[day])
      spans.push_back(json::array{clock_text(span.start), clock_text(span.end)});
    if (!spans.empty()) week[kDays[day]] = std::move(spans);
  }
  fields["calendar"] = std::move(week);
  json::array holidays;
  for (const auto day : version.holidays) holidays.emplace_back(to_string(day));
  if (!holidays.empty()) fields["holidays"] = std::move(holidays);
}

LiveRows in_order(LiveRows rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return rows;
}

bool reachable(patients::ContactSystem system, const std::string& value) {
  if (system == patients::ContactSystem::email) {
    const auto at = value.find('@');
    return at != value.npos && at > 0 && value.find('.', at) != value.npos && value.find(' ') == value.npos;
  }
  return parse_phone(value, "ES").has_value();
}

// A contact point nobody can use stays in the row as it came, and is not offered to the desk.
std::vector<patients::ImportedContactPoint> points_of(const Row& row) {
  std::vector<patients::ImportedContactPoint> points;
  const auto* list = row.fields.if_contains("contact_points");
  if (!list || !list->is_array()) return points;
  for (const auto& item : list->get_array()) {
    const auto* object = item.if_object();
    const auto* system = object ? object->if_contains("system") : nullptr;
    const auto* value = object ? object->if_contains("value") : nullptr;
    const auto* verified = object ? object->if_contains("verified") : nullptr;
    if (!system || !system->is_string() || !value || !value->is_string()) continue;
    const auto known = enum_parse<patients::ContactSystem>(std::string_view(system->get_string()));
    if (!known || !reachable(*known, std::string(value->get_string()))) continue;
    points.push_back(
        {*known, std::string(value->get_string()), verified && verified->is_bool() && verified->get_bool()});
  }
  return points;
}

std::vector<patients::NewIdentifier> identifiers_of(const Row& row) {
  std::vector<patients::NewIdentifier> identifiers;
  const auto* list = row.fields.if_contains("identifiers");
  if (!list || !list->is_array()) return identifiers;
  for (const auto& item : list->get_array()) {
    const auto* object = item.if_object();
    const auto* system = object ? object->if_contains("system") : nullptr;
    const auto* value = object ? object->if_contains("value") : nullptr;
    if (system && system->is_string() && value && value->is_string())
      identifiers.push_back({std::string(system->get_string()), std::string(value->get_string())});
  }
  return identifiers;
}

std::vector<patients::Need> needs_of(const Row& row) {
  std::vector<patients::Need> needs;
  const auto* list = row.fields.if_contains("needs");
  if (!list || !list->is_array()) return needs;
  for (const auto& item : list->get_array()) {
    if (item.is_string()) {
      const auto kind = enum_parse<patients::NeedKind>(std::string_view(item.get_string()));
      needs.push_back({kind.value_or(patients::NeedKind::other), kind ? "" : std::string(item.get_string())});
    } else if (const auto* object = item.if_object()) {
      const auto* kind = object->if_contains("kind");
      const auto* detail = object->if_contains("detail");
      const auto known = kind && kind->is_string()
                             ? enum_parse<patients::NeedKind>(std::string_view(kind->get_string()))
                             : std::nullopt;
      needs.push_back({known.value_or(patients::NeedKind::other),
                       detail && detail->is_string() ? std::string(detail->get_string()) : std::string()});
    }
  }
  return needs;
}

}  // namespace

std::string fingerprint(const patients::ImportedPerson& person) {
  return crypto::sha256_hex(auricle::json::to_json(person));
}

json::object person_fields(const patients::ImportedPerson& person) {
  const auto maybe = [](const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(); };
  json::array points, identifiers, needs;
  for (const auto& p : person.contact_points)
    points.push_back({{"system", enum_name(p.system)}, {"value", p.value}, {"verified", p.verified}});
  for (const auto& i : person.identifiers) identifiers.push_back({{"system", i.system}, {"value", i.value}});
  for (const auto& n : person.needs) needs.push_back({{"kind", enum_name(n.kind)}, {"detail", n.detail}});
  json::object fields{{"given_name", person.given_name},
                      {"family_name", person.family_name},
                      {"birth_date", maybe(person.birth_date)},
                      {"language", maybe(person.language)},
                      {"contact_points", points}};
  fields["sex"] = person.sex == patients::Sex::unknown ? json::value() : json::value(enum_name(person.sex));
  fields["identifiers"] = identifiers.empty() ? json::value() : json::value(identifiers);
  fields["needs"] = needs.empty() ? json::value() : json::value(needs);
  return fields;
}

LiveRows live_sites(db::Session& session) {
  LiveRows rows;
  for (const auto& site : clinic::sites(session)) {
    json::object fields{{"name", site.name}, {"time_zone", site.time_zone}};
    add_hours(fields, clinic::calendar_of(session, site.id));
    rows.emplace_back(site.id.value, std::move(fields));
  }
  return in_order(std::move(rows));
}

LiveRows live_queues(db::Session& session) {
  LiveRows rows;
  for (const auto& queue : clinic::queues(session)) {
    const auto site = outside_id(session, "site", queue.site_id.value).value_or(padded(queue.site_id.value));
    json::object fields{{"name", queue.name}, {"site", site}};
    add_hours(fields, clinic::own_calendar(session, queue.id));
    rows.emplace_back(queue.id.value, std::move(fields));
  }
  return in_order(std::move(rows));
}

// The format knows no end of a target: a version without a time is not told.
LiveRows live_standards(db::Session& session) {
  LiveRows rows;
  const auto text = [](const std::optional<std::string>& word) { return word ? json::value(*word) : json::value(); };
  for (const auto& one : clinic::standards(session)) {
    if (!one.seconds) continue;
    const auto set_at = one.holds_from ? to_rfc3339(*one.holds_from) : std::string();
    const auto day = one.valid_from.value_or(set_at.substr(0, 10));
    json::object fields{{"measure", enum_name(one.measure)}, {"seconds", *one.seconds},
                        {"clock", enum_name(one.clock)},     {"valid_from", set_at > day ? set_at : day},
                        {"channel", text(one.channel)},      {"priority", text(one.priority)},
                        {"topic", text(one.topic)},          {"warn_percent", one.warn_percent}};
    if (one.site_id)
      fields["site"] = outside_id(session, "site", one.site_id.value).value_or(padded(one.site_id.value));
    if (!one.steps.empty()) fields["steps"] = json::parse(auricle::json::to_json(one.steps));
    rows.emplace_back(one.id.value, std::move(fields));
  }
  return in_order(std::move(rows));
}

bool Writer::site(const Row& row) {
  clinic::ImportedSite site{new_id<SiteId>(), row.word("name"), row.word("time_zone"), std::nullopt};
  clinic::CalendarVersion version;
  std::string problem = read_holidays(row, version);
  if (const auto* week = row.fields.if_contains("calendar"); week && week->is_object() && problem.empty()) {
    problem = read_week(week->get_object(), version);
    site.calendar = version;
  }
  if (!problem.empty()) throw Refused{problem};
  if (!keep(row, {site.id.value, 0, 0})) return false;
  expect(clinic::import_site(tx_, site), "the site");
  return true;
}

// A queue's own hours and own holidays stand for themselves; what it does not say holds as at its site.
bool Writer::queue(const Row& row) {
  const auto site = needed(row, "site");
  clinic::ImportedQueue queue{new_id<QueueId>(), row.word("name"), {site.target_id}, std::nullopt};
  clinic::CalendarVersion version;
  if (const auto of_site = clinic::calendar_of(tx_, queue.site_id); of_site && !of_site->versions.empty())
    version = of_site->versions.back();
  version.valid_from = clinic::kSinceEver;
  const auto* week = row.fields.if_contains("calendar");
  const auto* holidays = row.fields.if_contains("holidays");
  const bool own_week = week && week->is_object(), own_holidays = holidays && holidays->is_array();
  if (own_week) version.week = {};
  if (own_holidays) version.holidays.clear();
  std::string problem = read_holidays(row, version);
  if (own_week && problem.empty()) problem = read_week(week->get_object(), version);
  if (!problem.empty()) throw Refused{problem};
  if (own_week || own_holidays) queue.calendar = version;
  if (!keep(row, {queue.id.value, 0, 0})) return false;
  expect(clinic::import_queue(tx_, queue), "the queue");
  return true;
}

// Topics have no rows of their own: one is made for each key that cases name.
void Writer::topic_known(const std::string& key) {
  if (key.empty() || !learned.try_emplace(target_key("topic", "", key), store::Target{}).second) return;
  if (!known_.contains(target_key("topic", "", key))) clinic::ensure_topic(tx_, key, topic_names(key));
}

bool Writer::person(const Row& row) {
  if (row.word("given_name").empty() && row.word("family_name").empty()) throw Refused{"a person needs a name"};
  if (find(row.kind->kind, row.source, row.id)) return false;
  patients::ImportedPerson person;
  person.id = new_id<PersonId>();
  person.is_patient = std::string_view(row.kind->kind) == "patient";
  person.given_name = row.word("given_name");
  person.family_name = row.word("family_name");
  person.birth_date = row.maybe("birth_date");
  person.sex = sex_of(row.word("sex"));
  person.language = row.maybe("language");
  person.created_at = now_;
  person.contact_points = points_of(row);
  person.identifiers = identifiers_of(row);
  person.needs = needs_of(row);
  expect(patients_.import_person(tx_, person), "the person");
  const auto stored = patients_.export_person(tx_, person.id);
  return keep(row, {person.id.value, 0, person.id.value}, stored ? fingerprint(*stored) : "");
}

bool Writer::relationship(const Row& row) {
  const auto person = needed(row, "person"), patient = needed(row, "patient");
  patients::ImportedRelationship relationship;
  relationship.id = new_id<patients::RelationshipId>();
  relationship.person_id = {person.target_id};
  relationship.patient_id = {patient.target_id};
  relationship.relation = enum_from_name<patients::Relation>(row.word("relation"));
  relationship.authority = enum_from_name<patients::Authority>(row.word("authority"));
  relationship.valid_from = row.maybe("valid_from");
  relationship.valid_to = row.maybe("valid_to");
  if (!keep(row, {relationship.id.value, 0, patient.target_id})) return false;
  expect(patients_.import_relationship(tx_, relationship), "the relationship");
  return true;
}

}  // namespace auricle::import
