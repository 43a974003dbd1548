// What was imported comes back as it came (what changed here since, changed); what happened here is written in the same
// format under the source "auricle". The order depends on sources and outside ids only, so an export of an imported
// export is the same to the byte.
#include <algorithm>
#include <set>
#include <stdexcept>

#include "conversations/conversations.h"
#include "facts/facts.h"
#include "integrations/import/import.h"
#include "integrations/import/people.h"
#include "integrations/import/store.h"
#include "patients/patients.h"

namespace auricle::import {
namespace json = boost::json;
namespace {

using facts::Fact;
using facts::Kind;

constexpr const char* kHere = "auricle";

struct Place {  // order of rows of one kind
  std::string source, id;
  auto operator<=>(const Place&) const = default;
};

class Exporter {
 public:
  Exporter(db::Session& session, crypto::Keyring& keyring, const patients::Patients& patients,
           const std::function<void(std::string_view)>& write)
      : session_(session), keyring_(keyring), patients_(patients), write_(write) {}

  std::int64_t run() {
    flat("site", live_sites(session_));
    flat("queue", live_queues(session_));
    flat("standard", live_standards(session_));
    flat("agent", live_agents(session_));
    people();
    relationships();
    cases();
    for (const char* kind : {"call", "appointment", "survey", "presence"}) flat(kind, {});
    return count_;
  }

 private:
  // --- Lines
  // -------------------------------------------------------------------------------------------------------------------
  void line(std::string_view kind, std::string_view id, const json::object& fields) {
    json::object row;
    row["kind"] = kind;
    row["id"] = id;
    for (const auto& [name, value] : fields) row[name] = value;  // an id that came as a number replaces its text
    auto text = json::serialize(row);
    text += '\n';
    write_(text);
    ++count_;
  }
  void live_line(std::string_view kind, const std::string& id, json::object fields) {
    json::object all;
    all["source"] = kHere;
    for (auto& [name, value] : fields)
      if (!value.is_null()) all[name] = std::move(value);
    line(kind, id, all);
  }
  // The fields as they came; nullopt when the patient was erased and the key with them.
  std::optional<json::object> fields_of(const store::Kept& kept) {
    const auto plain = keyring_.decrypt(session_, {"import_row", "payload", kept.target_id}, kept.payload);
    if (!plain) return std::nullopt;
    return std::move(json::parse(*plain).as_object());
  }
  void kept_line(const store::Kept& kept) {
    auto fields = fields_of(kept);
    if (!fields) return;
    if (kept.kind == "person" || kept.kind == "patient") bring_up_to_date(kept, *fields);
    line(kept.kind, kept.outside_id, *fields);
  }

  // --- Kinds that stand alone
  // ---------------------------------------------------------------------------------------------------
  struct Live {
    std::int64_t id = 0;
    std::function<json::object()> fields;
  };
  // Imported rows of a kind and those made here, in one order. `live` are ids ascending with their fields.
  void merged(std::string_view kind, const std::vector<Live>& live) {
    store::Kept after;
    auto next = live.begin();
    const auto write_live_before = [&](const Place* limit) {
      for (; next != live.end() && (!limit || Place{kHere, padded(next->id)} < *limit); ++next)
        live_line(kind, padded(next->id), next->fields());
    };
    for (;;) {
      const auto page = store::page(session_, kind, after, true, 500);
      for (const auto& kept : page) {
        const Place place{kept.source, kept.outside_id};
        write_live_before(&place);
        kept_line(kept);
      }
      if (page.size() < 500) break;
      after = page.back();
    }
    write_live_before(nullptr);
  }
  bool imported(std::string_view kind, std::int64_t id) { return store::of_target(session_, kind, id).has_value(); }

  void flat(const char* kind, const std::vector<std::pair<std::int64_t, json::object>>& candidates) {
    std::vector<Live> live;
    for (const auto& [id, fields] : candidates)
      if (!imported(kind, id)) live.push_back({id, [&fields = fields] { return fields; }});
    merged(kind, live);
  }

  void people() {
    for (const bool patient : {false, true}) {
      std::vector<Live> live;
      for (PersonId after;;) {
        const auto ids = patients_.export_person_ids(session_, after, 500);
        for (const auto id : ids)
          if (!imported("person", id.value) && !imported("patient", id.value))
            if (const auto person = patients_.export_person(session_, id); person && person->is_patient == patient)
              live.push_back({id.value, [this, id] { return person_fields(*patients_.export_person(session_, id)); }});
        if (ids.size() < 500) break;
        after = ids.back();
      }
      merged(patient ? "patient" : "person", live);
    }
  }
  void bring_up_to_date(const store::Kept& kept, json::object& fields) {
    const auto person = patients_.export_person(session_, {kept.target_id});
    if (!person || kept.state.empty() || fingerprint(*person) == kept.state) return;
    for (auto& [name, value] : person_fields(*person)) {
      if (!value.is_null())
        fields[name] = std::move(value);
      else if (const auto found = fields.find(name); found != fields.end())
        fields.stable_erase(found);
    }
  }

  void relationships() {
    std::vector<Live> live;
    for (patients::RelationshipId after;;) {
      const auto page = patients_.export_relationships(session_, after, 500);
      for (const auto& r : page)
        if (!imported("relationship", r.id.value))
          live.push_back({r.id.value, [this, r] { return relationship_fields(r); }});
      if (page.size() < 500) break;
      after = page.back().id;
    }
    merged("relationship", live);
  }
  json::object relationship_fields(const patients::ImportedRelationship& r) {
    return {{"person", person_name(r.person_id)},
            {"patient", person_name(r.patient_id)},
            {"relation", enum_name(r.relation)},
            {"authority", enum_name(r.authority)},
            {"valid_from", r.valid_from ? json::value(*r.valid_from) : json::value()},
            {"valid_to", r.valid_to ? json::value(*r.valid_to) : json::value()}};
  }

  // --- Cases, each followed by what happened in it
  // -------------------------------------------------------------------------------
  void cases() {
    std::vector<std::int64_t> live;  // ids only
    for (CaseId after;;) {
      const auto ids = conversations::export_case_ids(session_, after, 500);
      for (const auto id : ids)
        if (!imported("case", id.value)) live.push_back(id.value);
      if (ids.size() < 500) break;
      after = ids.back();
    }
    store::Kept after;
    auto next = live.begin();
    const auto write_live_before = [&](const Place* limit) {
      for (; next != live.end() && (!limit || Place{kHere, padded(*next)} < *limit); ++next) one_case({*next});
    };
    for (;;) {
      const auto page = store::page(session_, "case", after, false, 200);
      for (const auto& kept : page) {
        const Place place{kept.source, kept.outside_id};
        write_live_before(&place);
        one_case({kept.target_id});
      }
      if (page.size() < 200) break;
      after = page.back();
    }
    write_live_before(nullptr);
  }

  static Place place_of(const Fact& fact) {
    if (!fact.source.empty()) return {fact.source, fact.source_id};
    return {kHere, padded(fact.kind == Kind::message ? fact.message_id.value : fact.id.value)};
  }
  // Rule 1's order, with the ids the rows have outside.
  static bool before(const Fact& a, const Fact& b) {
    if (a.happened_at != b.happened_at || a.kind != b.kind)
      return std::pair(a.happened_at, a.kind) < std::pair(b.happened_at, b.kind);
    const auto x = place_of(a), y = place_of(b);
    return std::tie(x.id, x.source) < std::tie(y.id, y.source);
  }

  void one_case(CaseId id) {
    auto facts = facts::facts_of(session_, id);
    std::erase_if(facts, [&](const Fact& fact) { return fact.case_id != id; });
    std::sort(facts.begin(), facts.end(), before);
    std::stable_partition(facts.begin(), facts.end(), [](const Fact& fact) { return fact.kind == Kind::opened; });
    messages_.clear();
    for (auto& message : conversations::export_messages(session_, keyring_, id))
      messages_.emplace(message.id, std::move(message));
    // What moved to another case meanwhile is still told here, where it happened.
    for (const auto& fact : facts)
      if (fact.kind == Kind::message && !messages_.contains(fact.message_id))
        if (auto moved = conversations::export_message(session_, keyring_, fact.message_id))
          messages_.emplace(fact.message_id, std::move(*moved));
    acks_.clear();
    moves_.clear();
    for (const auto& fact : facts)
      if (fact.kind == Kind::ack) acks_[fact.message_id] = fact.value == facts::kAckUndone ? facts::FactId{} : fact.id;
    for (const auto& fact : facts) fact.source.empty() ? live_fact(fact) : kept_fact(fact);
  }

  void kept_fact(const Fact& fact) {
    const auto kind = fact.kind == Kind::opened ? std::string_view("case") : enum_name(fact.kind);
    const auto kept = store::kept(session_, kind, fact.source, fact.source_id);
    auto fields = kept ? fields_of(*kept) : std::nullopt;
    if (!fields) return;  // erased
    if (fact.kind == Kind::message) {
      const auto message = messages_.find(fact.message_id);
      if (message == messages_.end()) return;
      (*fields)["text"] = message->second.text;
      if (message->second.conversation_id &&
          message->second.conversation_id != fact.conversation_id)  // split off since
        (*fields)["conversation"] = name_of("conversation", message->second.conversation_id.value);
    }
    if (fact.kind == Kind::opened) {
      const auto now = conversations::export_case(session_, fact.case_id);
      if (now && now->patient_id && now->patient_id.value != kept->patient_id)
        (*fields)["patient"] = person_name(now->patient_id);
    }
    line(kind, fact.source_id, *fields);
  }

  void live_fact(const Fact& fact) {
    const auto id = place_of(fact).id;
    switch (fact.kind) {
      case Kind::opened:
        return live_line("case", padded(fact.case_id.value), case_fields(fact));
      case Kind::message:
        return live_message(fact, id);
      case Kind::call:
      case Kind::visit:
        return;  // their domains write them when they are there
      case Kind::ack:
        if (acks_[fact.message_id] != fact.id) return;  // taken back since
        return live_line(
            "ack", id, {{"message", name_of("message", fact.message_id.value)}, {"at", to_rfc3339(fact.happened_at)}});
      case Kind::move:  // one row however many messages were split off
        if (!moves_.emplace(fact.conversation_id, fact.other_case_id, fact.happened_at).second) return;
        return live_line("move", id,
                         {{"conversation", name_of("conversation", fact.conversation_id.value)},
                          {"case", name_of("case", fact.other_case_id.value)},
                          {"at", to_rfc3339(fact.happened_at)}});
      default:
        return live_line(enum_name(fact.kind), id, event_fields(fact));
    }
  }

  json::object case_fields(const Fact& fact) {
    const auto found = conversations::export_case(session_, fact.case_id);
    json::object fields;
    if (found && found->patient_id) fields["patient"] = person_name(found->patient_id);
    if (fact.site_id) fields["site"] = name_of("site", fact.site_id.value);
    if (fact.queue_id) fields["queue"] = name_of("queue", fact.queue_id.value);
    if (!fact.topic.empty()) fields["topic"] = fact.topic;
    if (!fact.priority.empty()) fields["priority"] = fact.priority;
    if (found && !found->language.empty()) fields["language"] = found->language;
    fields["opened_at"] = to_rfc3339(fact.happened_at);
    fields["opened_by"] = enum_name(fact.actor);
    return fields;
  }

  void live_message(const Fact& fact, const std::string& id) {
    const auto found = messages_.find(fact.message_id);
    if (found == messages_.end()) return;
    const auto& message = found->second;
    json::object fields{{"case", name_of("case", fact.case_id.value)},
                        {"conversation", name_of("conversation", message.conversation_id ? message.conversation_id.value
                                                                                         : fact.conversation_id.value)},
                        {"channel", message.channel},
                        {"direction", fact.actor == facts::Actor::patient ? "in" : "out"}};
    if (message.person_id) fields["from"] = person_name(message.person_id);
    if (fact.actor == facts::Actor::bot)
      fields["author"] = "bot";
    else if (fact.actor == facts::Actor::staff)
      fields["author"] = name_of("agent", fact.agent_id.value);
    fields["at"] = to_rfc3339(fact.happened_at);
    if (!message.subject.empty()) fields["subject"] = message.subject;
    if (!fact.is_public) fields["public"] = false;
    fields["text"] = message.text;
    live_line("message", id, std::move(fields));
  }

  json::object event_fields(const Fact& fact) {
    json::object fields{{"case", name_of("case", fact.case_id.value)}};
    if (fact.kind == Kind::wait) fields["on"] = enum_name(fact.owner.value_or(facts::Owner::clinic));
    if (fact.kind == Kind::topic) fields["value"] = fact.topic;
    if (fact.kind == Kind::priority) fields["value"] = fact.priority;
    const bool has_agent = fact.kind == Kind::assign || fact.kind == Kind::resolve;
    if (has_agent && fact.agent_id) fields["agent"] = name_of("agent", fact.agent_id.value);
    if (fact.kind == Kind::resolve && fact.actor == facts::Actor::bot) fields["agent"] = "bot";
    if (fact.kind == Kind::resolve && !fact.value.empty()) fields["outcome"] = fact.value;
    fields["at"] = to_rfc3339(fact.happened_at);
    return fields;
  }

  // --- What a record is called outside
  // -------------------------------------------------------------------------------------------
  json::string name_of(std::string_view kind, std::int64_t id) {
    const auto found = store::of_target(session_, kind, id);
    return json::string(found ? found->outside_id : padded(id));
  }
  json::string person_name(PersonId id) {
    if (const auto found = store::of_target(session_, "patient", id.value)) return json::string(found->outside_id);
    return name_of("person", id.value);
  }

  db::Session& session_;
  crypto::Keyring& keyring_;
  const patients::Patients& patients_;
  const std::function<void(std::string_view)>& write_;
  std::map<MessageId, conversations::ImportedMessage> messages_;
  std::map<MessageId, facts::FactId> acks_;  // the one that holds; zero: taken back
  std::set<std::tuple<ConversationId, CaseId, Instant>> moves_;
  std::int64_t count_ = 0;
};

}  // namespace

std::string padded(std::int64_t id) {
  const auto digits = std::to_string(id);
  return std::string(16 - std::min<std::size_t>(16, digits.size()), '0') + digits;
}

std::int64_t History::export_to(const std::function<void(std::string_view)>& write) const {
  return database_.read_now([&](db::Session& session) { return Exporter(session, keyring_, patients_, write).run(); });
}

std::optional<std::string> outside_id(db::Session& session, std::string_view kind, std::int64_t id) {
  const auto found = store::of_target(session, kind, id);
  return found ? std::optional(found->outside_id) : std::nullopt;
}

std::optional<std::int64_t> inside_id(db::Session& session, std::string_view kind, std::string_view source,
                                      std::string_view outside_id) {
  const auto found = store::find(session, kind, source, outside_id);
  return found ? std::optional(found->target_id) : std::nullopt;
}

void forget_patient(db::Tx& tx, PersonId patient) { store::forget_patient(tx, patient.value); }

}  // namespace auricle::import
