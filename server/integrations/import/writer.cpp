#include "integrations/import/writer.h"

#include <algorithm>

#include "clinic/clinic.h"
#include "conversations/conversations.h"
#include "patients/patients.h"
#include "platform/base/json.h"
#include "platform/i18n/locale.h"

namespace auricle::import {
namespace {

using facts::Actor;
using facts::Fact;
using facts::Kind;

std::string payload_of(const Row& row, std::initializer_list<const char*> without) {
  boost::json::object rest = row.fields;
  const auto drop = [&](const char* name) {
    if (const auto found = rest.find(name); found != rest.end()) rest.stable_erase(found);
  };
  drop("kind");  // kind and id stand in columns; an id that is a number stays, to come back as one
  if (row.fields.at("id").is_string()) drop("id");
  for (const char* name : without) drop(name);
  return boost::json::serialize(rest);
}

}  // namespace

std::string target_key(std::string_view kind, std::string_view source, std::string_view outside_id) {
  std::string key(kind);
  key += '\x1f';
  key += source;
  key += '\x1f';
  return key += outside_id;
}

const std::unordered_map<std::string, Writer::Step>& Writer::steps() {
  static const std::unordered_map<std::string, Step> all{
      {"site", &Writer::site},         {"queue", &Writer::queue},       {"agent", &Writer::agent},
      {"person", &Writer::person},     {"patient", &Writer::person},    {"relationship", &Writer::relationship},
      {"case", &Writer::open_case},    {"message", &Writer::message},   {"visit", &Writer::visit},
      {"call", &Writer::call},         {"wait", &Writer::event},        {"assign", &Writer::event},
      {"topic", &Writer::event},       {"priority", &Writer::event},    {"handoff", &Writer::event},
      {"escalate", &Writer::event},    {"reopen", &Writer::event},      {"left", &Writer::event},
      {"resolve", &Writer::resolve},   {"ack", &Writer::ack},           {"move", &Writer::move},
      {"standard", &Writer::standard}, {"presence", &Writer::presence}, {"appointment", &Writer::appointment},
      {"survey", &Writer::survey}};
  return all;
}

Outcome Writer::write(const Row& row, std::string& reason) {
  try {
    return (this->*steps().at(row.kind->kind))(row) ? Outcome::added : Outcome::known;
  } catch (const Refused& refused) {
    reason = refused.reason;
    return Outcome::refused;
  }
}

void Writer::finish() {
  for (const auto id : touched_) store::mark_unfolded(tx_, id);
  if (first_) facts::mark_unfolded(tx_, *first_);
}

// --- References
// ------------------------------------------------------------------------------------------------------------------

// Within the source of the row first, then in "history", then in any other.
std::optional<store::Target> Writer::find(std::string_view kinds, const std::string& source,
                                          const std::string& outside_id) {
  const auto look = [&](std::string_view kind) -> std::optional<store::Target> {
    const auto key = target_key(kind, source, outside_id);
    if (const auto found = learned.find(key); found != learned.end()) return found->second;
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    auto stored = store::find(tx_, kind, source, outside_id);
    if (stored) learned[key] = *stored;
    return stored;
  };
  for (std::size_t from = 0; from < kinds.size();) {
    const auto to = std::min(kinds.find(' ', from), kinds.size());
    if (auto found = look(kinds.substr(from, to - from))) return found;
    from = to + 1;
  }
  return std::nullopt;
}

std::optional<store::Target> Writer::reference(const Row& row, std::string_view field) {
  const auto id = row.maybe(field);
  if (!id) return std::nullopt;
  const auto spec =
      std::find_if(row.kind->fields.begin(), row.kind->fields.end(), [&](const Field& f) { return f.name == field; });
  std::string_view kinds = spec->values;
  if (kinds == "agent bot") kinds = "agent";
  if (auto found = find(kinds, row.source, *id)) return found;
  if (row.source != "history")
    if (auto found = find(kinds, "history", *id)) return found;
  for (const auto& source : sources_)
    if (source != row.source && source != "history")
      if (auto found = find(kinds, source, *id)) return found;
  throw Refused{"“" + std::string(field) + "” points to “" + *id + "”, but there is no such " +
                std::string(kinds.substr(0, kinds.find(' ')))};
}

// Personal rows are encrypted under the patient's key (under the case's while the person is unknown), so that erasing
// the patient erases what was imported of them.
crypto::KeyId Writer::key_of(const store::Target& target) {
  const auto owner = target.patient_id ? target.patient_id : target.case_id;
  auto& key = keys_[owner];
  if (key) return key;
  const char* kind = target.patient_id ? "patient" : target.case_id ? "case" : "purpose:history";
  return key = keyring_.key_for(tx_, kind, owner);
}

bool Writer::keep(const Row& row, const store::Target& target, std::string state,
                  std::initializer_list<const char*> without) {
  const auto cipher =
      keyring_.encrypt(tx_, key_of(target), {"import_row", "payload", target.target_id}, payload_of(row, without));
  if (!store::keep(tx_, {row.kind->kind, row.source, row.id, target.target_id, target.case_id, target.patient_id,
                         std::move(state), cipher}))
    return false;
  learned[target_key(row.kind->kind, row.source, row.id)] = target;
  return true;
}

void Writer::refuse(const Error& error, const char* what) {
  std::string reason = std::string(what) + " is not accepted: " + i18n::text(i18n::Language::en, error.key);
  for (const auto& field : error.fields)
    reason += " (" + field.field + ": " + i18n::text(i18n::Language::en, field.key) + ")";
  throw Refused{std::move(reason)};
}

// --- Cases and what happens in them
// ----------------------------------------------------------------------------------------------

Fact Writer::fact_of(const Row& row, Kind kind, const store::Target& of_case, const char* time) {
  Fact fact;
  fact.id = new_id<facts::FactId>();
  fact.case_id = {of_case.case_id};
  fact.kind = kind;
  fact.happened_at = row.instant(time).value();
  fact.source = row.source;
  fact.source_id = row.id;
  return fact;
}

void Writer::append(const Fact& fact) {
  facts::append(tx_, fact);
  if (!fact.case_id) return;
  touched_.insert(fact.case_id.value);
  first_ = std::min(first_.value_or(fact.happened_at), fact.happened_at);
}

bool Writer::open_case(const Row& row) {
  const auto patient = reference(row, "patient"), site = reference(row, "site"), queue = reference(row, "queue");
  const auto id = next_id();
  const store::Target target{id, id, patient ? patient->target_id : 0};
  if (!keep(row, target)) return false;
  conversations::ImportedCase imported;
  imported.id = {id};
  imported.patient_id = {target.patient_id};
  if (site) imported.site_id = {site->target_id};
  imported.opened_by = row.word("opened_by");
  imported.topic = row.word("topic");
  imported.priority = row.maybe("priority").value_or("normal");
  imported.language = row.word("language");
  imported.opened_at = *row.instant("opened_at");
  topic_known(imported.topic);
  conversations::import_case(tx_, keyring_, imported);
  Fact fact = fact_of(row, Kind::opened, target, "opened_at");
  fact.actor = imported.opened_by == "staff" ? Actor::staff : Actor::patient;
  if (patient) fact.subject_id = facts::subject_of(tx_, imported.patient_id);
  fact.site_id = imported.site_id;
  if (queue) fact.queue_id = {queue->target_id};
  fact.topic = imported.topic;
  fact.priority = imported.priority;
  fact.language = imported.language;
  append(fact);
  return true;
}

ConversationId Writer::conversation(const Row& row, const store::Target& of_case) {
  const auto channel = row.word("channel");
  const auto name = row.maybe("conversation").value_or("case " + row.word("case") + " " + channel);
  if (const auto found = find("conversation", row.source, name)) return {found->target_id};
  const auto id = new_id<ConversationId>();
  const store::Target target{id.value, of_case.case_id, of_case.patient_id};
  store::keep(tx_, {"conversation", row.source, name, target.target_id, target.case_id, target.patient_id, "", {}});
  conversations::import_conversation(tx_, keyring_,
                                     {id, {of_case.case_id}, channel, row.word("subject"), *row.instant("at")});
  learned[target_key("conversation", row.source, name)] = target;
  return id;
}

bool Writer::message(const Row& row) {
  const auto of_case = needed(row, "case");
  const auto from = reference(row, "from");
  const bool by_bot = row.word("author") == "bot";
  const auto author = by_bot ? std::nullopt : reference(row, "author");
  const auto id = new_id<MessageId>();
  if (!keep(row, {id.value, of_case.case_id, of_case.patient_id}, {}, {"text"})) return false;
  const bool inbound = row.word("direction") == "in";
  const auto* shown = row.fields.if_contains("public");
  conversations::ImportedMessage message;
  message.id = id;
  message.case_id = {of_case.case_id};
  message.conversation_id = conversation(row, of_case);
  message.channel = row.word("channel");
  message.direction = inbound ? "in" : "out";
  message.person_id = {!inbound ? 0 : from ? from->target_id : of_case.patient_id};
  if (author) message.author_id = {author->target_id};
  message.by_bot = by_bot;
  message.is_public = !shown || !shown->is_bool() || shown->get_bool();
  message.sent_at = *row.instant("at");
  message.subject = row.word("subject");
  message.text = row.word("text");
  conversations::import_message(tx_, keyring_, message);
  Fact fact = fact_of(row, Kind::message, of_case);
  fact.actor = inbound ? Actor::patient : by_bot ? Actor::bot : Actor::staff;
  fact.agent_id = message.author_id;
  fact.conversation_id = message.conversation_id;
  fact.message_id = id;
  fact.channel = message.channel;
  fact.is_public = message.is_public;
  append(fact);
  return true;
}

bool Writer::visit(const Row& row) {
  const auto of_case = needed(row, "case"), site = needed(row, "site");
  const auto agent = reference(row, "agent");
  Fact fact = fact_of(row, Kind::visit, of_case, "arrived_at");
  if (!keep(row, {fact.id.value, of_case.case_id, of_case.patient_id})) return false;
  fact.actor = Actor::patient;
  fact.channel = "frontdesk";
  fact.site_id = {site.target_id};
  if (agent) fact.agent_id = {agent->target_id};
  fact.answered_at = row.instant("called_at");
  fact.ended_at = row.instant("ended_at");
  append(fact);
  return true;
}

bool Writer::event(const Row& row) {
  const auto of_case = needed(row, "case");
  const Kind kind = enum_from_name<Kind>(row.kind->kind);
  const auto agent = kind == Kind::assign ? reference(row, "agent") : std::nullopt;
  Fact fact = fact_of(row, kind, of_case);
  if (!keep(row, {fact.id.value, of_case.case_id, of_case.patient_id})) return false;
  if (kind == Kind::wait) fact.owner = enum_from_name<facts::Owner>(row.word("on"));
  if (kind == Kind::topic) {
    fact.topic = row.word("value");
    topic_known(fact.topic);
  }
  if (kind == Kind::priority) fact.priority = row.word("value");
  if (agent) fact.agent_id = {agent->target_id};
  append(fact);
  return true;
}

bool Writer::resolve(const Row& row) {
  const auto of_case = needed(row, "case");
  const bool by_bot = row.word("agent") == "bot";
  const auto agent = by_bot ? std::nullopt : reference(row, "agent");
  Fact fact = fact_of(row, Kind::resolve, of_case);
  if (!keep(row, {fact.id.value, of_case.case_id, of_case.patient_id})) return false;
  fact.actor = by_bot ? Actor::bot : Actor::staff;
  if (agent) fact.agent_id = {agent->target_id};
  append(fact);
  return true;
}

bool Writer::ack(const Row& row) {
  const auto message = needed(row, "message");
  const store::Target of_case{0, message.case_id, message.patient_id};
  Fact fact = fact_of(row, Kind::ack, of_case);
  if (!keep(row, {fact.id.value, message.case_id, message.patient_id})) return false;
  fact.message_id = {message.target_id};
  conversations::import_ack(tx_, fact.message_id);
  append(fact);
  return true;
}

bool Writer::move(const Row& row) {
  const auto conversation = needed(row, "conversation"), to = needed(row, "case");
  const store::Target of_case{0, conversation.case_id, conversation.patient_id};
  Fact fact = fact_of(row, Kind::move, of_case);
  if (!keep(row, {fact.id.value, conversation.case_id, conversation.patient_id})) return false;
  fact.conversation_id = {conversation.target_id};
  fact.other_case_id = {to.target_id};
  append(fact);
  touched_.insert(to.target_id);
  if (const auto last = facts::moved_to(tx_, fact.conversation_id))  // rows come in any order: the latest holds
    conversations::import_move(tx_, keyring_, fact.conversation_id, *last);
  return true;
}

}  // namespace auricle::import
