#pragma once
// Full-text search over messages, notes, cases and patients: hits from the index, texts and names from the records.
#include "conversations/conversations.h"
#include "platform/search/feeder.h"

namespace auricle::conversations {

enum class SearchKind { message, note, case_, patient };
BOOST_DESCRIBE_ENUM(SearchKind, message, note, case_, patient)

struct SearchRequest {
  using absent_is_default = void;
  std::string query;
  std::vector<SearchKind> kinds;
  std::optional<std::string> cursor;
  int limit = 20;
};
BOOST_DESCRIBE_STRUCT(SearchRequest, (), (query, kinds, cursor, limit))

struct SearchResult {
  SearchKind kind = SearchKind::message;
  std::int64_t id = 0;
  CaseId case_id;
  std::optional<std::int64_t> case_number;
  std::optional<PersonRef> patient;
  std::string title;
  std::vector<search::SnippetPart> snippet;
  Instant happened_at;
  std::optional<std::string> channel;
  std::optional<CaseStateName> state;
};
BOOST_DESCRIBE_STRUCT(SearchResult, (),
                      (kind, id, case_id, case_number, patient, title, snippet, happened_at, channel, state))
struct SearchResults {
  std::vector<SearchResult> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(SearchResults, (), (items, next_cursor))

class Search {
 public:
  Search(search::Index& index, const Conversations& conversations, const patients::Patients& patients)
      : index_(index), conversations_(conversations), patients_(patients) {}

  Result<SearchResults> find(const Viewer& viewer, db::Session& session, const SearchRequest& request) const;
  void provide(search::Feeder& feeder) const;  // what the index is given

 private:
  std::vector<search::Hit> hits_of(const Viewer& viewer, db::Session& session, const SearchRequest& request,
                                   std::size_t wanted) const;

  search::Index& index_;
  const Conversations& conversations_;
  const patients::Patients& patients_;
};

}  // namespace auricle::conversations
