#include "conversations/search.h"

#include <algorithm>

#include "conversations/work.h"

namespace auricle::conversations {
namespace {

// A person is looked for by name more often than a word of a mail: people first, then cases by their title, then what
// was said, each newest first.
int weight(std::string_view kind) { return kind == "patient" ? 2 : kind == "case" ? 1 : 0; }

std::vector<std::string> kinds_of(const Viewer& viewer, const SearchRequest& request) {
  std::vector<std::string> out;
  for (const auto kind : {SearchKind::patient, SearchKind::case_, SearchKind::message, SearchKind::note}) {
    const bool wanted =
        request.kinds.empty() || std::find(request.kinds.begin(), request.kinds.end(), kind) != request.kinds.end();
    if (!wanted || (kind == SearchKind::patient && !may(viewer, Permission::patients_read))) continue;
    out.emplace_back(enum_name(kind));
  }
  return out;
}

struct Describe {
  const Viewer& viewer;
  db::Session& session;
  const Conversations& conversations;
  const patients::Patients& patients;
  const std::vector<search::Group>& groups;

  std::optional<PersonRef> ref(PersonId id) const {
    for (const auto& [found, person] : patients.refs(session, {id})) return person;
    return std::nullopt;
  }
  bool patient(SearchResult& out) const {
    const auto text = patients.search_text(session, {out.id});
    out.patient = ref({out.id});
    if (!text || !out.patient) return false;
    out.title = out.patient->display_name;
    out.snippet = search::snippet(*text, groups);
    session.disclose("patient", out.id);
    return true;
  }
  // nullopt when the record went or moved to a site of others since it was indexed.
  std::optional<SearchResult> operator()(const search::Hit& hit) const {
    SearchResult out;
    out.kind = enum_from_name<SearchKind>(hit.kind);
    out.id = hit.id;
    out.happened_at = hit.happened_at;
    if (out.kind == SearchKind::patient) return patient(out) ? std::optional(std::move(out)) : std::nullopt;
    const auto place = conversations.search_place(session, hit.kind, hit.id);
    const auto text = conversations.search_text(session, hit.kind, hit.id);
    if (!place || !text || !may(viewer, Permission::cases_read, text->site)) return std::nullopt;
    out.case_id = place->case_id;
    out.case_number = place->number;
    out.title = place->title;
    out.channel = place->channel;
    out.state = place->state;
    out.patient = ref(place->patient ? place->patient : place->sender);
    out.snippet = search::snippet(text->text, groups);
    session.disclose("case", place->case_id.value);
    return out;
  }
};

std::vector<std::int64_t> ids_after(db::Session& session, const char* sql, std::int64_t after, int limit) {
  return session.all<std::int64_t>(sql, after, limit);
}

}  // namespace

Result<SearchResults> Search::find(const Viewer& viewer, db::Session& session, const SearchRequest& request) const {
  const auto groups = search::parse_query(request.query);
  if (groups.empty()) return fail_field("query", "error.conversations.search_empty");
  search::Query query{request.query,
                      kinds_of(viewer, request),
                      {viewer.sites.begin(), viewer.sites.end()},
                      viewer.all_sites || viewer.system};
  auto hits = index_.query(session, query);
  std::stable_sort(hits.begin(), hits.end(),
                   [](const auto& a, const auto& b) { return weight(a.kind) > weight(b.kind); });
  const std::size_t from =
      static_cast<std::size_t>(std::clamp(std::atoi(request.cursor.value_or("0").c_str()), 0, search::kCandidates));
  const std::size_t limit = static_cast<std::size_t>(std::clamp(request.limit, 1, 50));
  const Describe describe{viewer, session, conversations_, patients_, groups};
  SearchResults out;
  std::size_t at = from;
  for (; at < hits.size() && out.items.size() < limit; ++at)
    if (auto result = describe(hits[at])) out.items.push_back(std::move(*result));
  if (at < hits.size()) out.next_cursor = std::to_string(at);
  return out;
}

void Search::provide(search::Feeder& feeder) const {
  const auto of_conversations = [this](const char* kind, const char* sql) {
    return search::Provider{
        [this, kind](db::Session& session, std::int64_t id) -> std::optional<search::Document> {
          auto text = conversations_.search_text(session, kind, id);
          if (!text) return std::nullopt;
          return search::Document{std::move(text->text), text->site, text->happened_at};
        },
        [sql](db::Session& session, std::int64_t after, int limit) { return ids_after(session, sql, after, limit); }};
  };
  feeder.provide("case",
                 of_conversations("case", "SELECT id FROM conversations_case WHERE id > $1 ORDER BY id LIMIT $2"));
  feeder.provide("message", of_conversations("message",
                                             "SELECT id FROM conversations_message WHERE id > $1 AND kind = 'message' "
                                             "ORDER BY id LIMIT $2"));
  feeder.provide(
      "note", of_conversations(
                  "note", "SELECT id FROM conversations_message WHERE id > $1 AND kind = 'note' ORDER BY id LIMIT $2"));
  feeder.provide(
      "patient",
      {[this](db::Session& session, std::int64_t id) -> std::optional<search::Document> {
         auto text = patients_.search_text(session, {id});
         if (!text) return std::nullopt;
         return search::Document{std::move(*text), {}, Instant{(id >> 12) + 1'577'836'800'000}};  // ids hold their time
       },
       [this](db::Session& session, std::int64_t after, int limit) {
         std::vector<std::int64_t> ids;
         for (const auto id : patients_.export_person_ids(session, {after}, limit)) ids.push_back(id.value);
         return ids;
       }});
}

}  // namespace auricle::conversations
