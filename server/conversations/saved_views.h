#pragma once
// Saved filters over the inbox, of one colleague or shared. They hold enumerated conditions only.
#include "conversations/conversations.h"

namespace auricle::conversations {

struct SavedView {
  std::int64_t id = 0;
  std::string name;
  bool shared = false;
  SiteId site_id;  // shared with those of the site; zero: with all
  UserId owner_id;
  bool mine = false;
  CaseFilter filter;
  std::int64_t count = 0;  // up to 1000
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SavedView, (), (id, name, shared, site_id, owner_id, mine, filter, count, version))
struct SavedViews {
  std::vector<SavedView> items;
};
BOOST_DESCRIBE_STRUCT(SavedViews, (), (items))
struct SavedViewInput {
  using absent_is_default = void;
  std::string name;
  bool shared = false;
  std::optional<SiteId> site_id;
  CaseFilter filter;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(SavedViewInput, (), (name, shared, site_id, filter, version))

Result<SavedViews> saved_views(const Conversations& cases, const Viewer& viewer, db::Session& session);
Result<SavedView> create_view(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const SavedViewInput& input,
                              Instant now);
Result<SavedView> update_view(const Conversations& cases, const Viewer& viewer, db::Tx& tx, std::int64_t id,
                              const SavedViewInput& input, Instant now);
Result<Done> delete_view(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now);
// Of a view the viewer may see.
Result<CaseFilter> saved_filter(const Viewer& viewer, db::Session& session, std::int64_t id);

}  // namespace auricle::conversations
