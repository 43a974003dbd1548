#include "conversations/search.h"

#include <algorithm>

#include "conversations/work.h"

namespace auricle::conversations {
namespace {

// A person is looked for by name more often than a word of a mail: people first, then cases by their title, then what
// was said, each newest first.
const std::vector<std::vector<SearchKind>> kOrder{
    {SearchKind::patient}, {SearchKind::case_}, {SearchKind::message, SearchKind::note}};

bool wants(const Viewer& viewer, const SearchRequest& request, SearchKind kind) {
  if (kind == SearchKind::patient && !may(viewer, Permission::patients_read)) return false;
  return request.kinds.empty() || std::find(request.kinds.begin(), request.kinds.end(), kind) != request.kinds.end();
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

}  // namespace

std::vector<search::Hit> Search::hits_of(const Viewer& viewer, db::Session& session, const SearchRequest& request,
                                         std::size_t wanted) const {
  std::vector<search::Hit> hits;
  const auto scope = scope_of(viewer, Permission::cases_read);
  for (const auto& kinds : kOrder) {
    search::Query query{
        request.query, {}, {scope.sites.begin(), scope.sites.end()}, scope.all, static_cast<int>(wanted - hits.size())};
    for (const auto kind : kinds)
      if (wants(viewer, request, kind)) query.kinds.emplace_back(enum_name(kind));
    if (query.kinds.empty() || query.limit == 0) continue;
    const auto more = index_.query(session, query);
    hits.insert(hits.end(), more.begin(), more.end());
  }
  return hits;
}

Result<SearchResults> Search::find(const Viewer& viewer, db::Session& session, const SearchRequest& request) const {
  const auto groups = search::parse_query(request.query);
  if (groups.empty()) return fail_field("query", "error.conversations.search_empty");
  const auto from =
      static_cast<std::size_t>(std::clamp(std::atoi(request.cursor.value_or("0").c_str()), 0, search::kMostHits));
  const auto limit = static_cast<std::size_t>(std::clamp(request.limit, 1, 50));
  const auto hits = hits_of(viewer, session, request, from + limit + 1);
  const Describe describe{viewer, session, conversations_, patients_, groups};
  SearchResults out;
  std::size_t at = from;
  for (; at < hits.size() && out.items.size() < limit; ++at)
    if (auto result = describe(hits[at])) out.items.push_back(std::move(*result));
  if (hits.size() > from + limit) out.next_cursor = std::to_string(at);
  return out;
}

void Search::provide(search::Feeder& feeder) const {
  const auto of_conversations = [&](const char* kind, const char* sql) {
    feeder.provide(kind, {[this, kind](db::Session& session, std::int64_t id) -> std::optional<search::Document> {
                            auto text = conversations_.search_text(session, kind, id);
                            if (!text) return std::nullopt;
                            return search::Document{std::move(text->text), text->site, text->happened_at};
                          },
                          [sql](db::Session& session, std::int64_t after, int limit) {
                            return session.all<search::Listed>(sql, after, limit);
                          }});
  };
  of_conversations("case",
                   "SELECT id, opened_at AS happened_at FROM conversations_case WHERE id > $1 ORDER BY id LIMIT $2");
  of_conversations("message",
                   "SELECT id, happened_at FROM conversations_message WHERE id > $1 AND kind = 'message' ORDER BY id "
                   "LIMIT $2");
  of_conversations(
      "note", "SELECT id, happened_at FROM conversations_message WHERE id > $1 AND kind = 'note' ORDER BY id LIMIT $2");
  const auto known_since = [](std::int64_t id) {
    return Instant{(id >> 12) + 1'577'836'800'000};
  };  // ids hold their time
  feeder.provide("patient",
                 {[this, known_since](db::Session& session, std::int64_t id) -> std::optional<search::Document> {
                    auto text = patients_.search_text(session, {id});
                    if (!text) return std::nullopt;
                    return search::Document{std::move(*text), {}, known_since(id)};
                  },
                  [this, known_since](db::Session& session, std::int64_t after, int limit) {
                    std::vector<search::Listed> out;
                    for (const auto id : patients_.export_person_ids(session, {after}, limit))
                      out.push_back({id.value, known_since(id.value)});
                    return out;
                  }});
}

}  // namespace auricle::conversations
