// Filters, saved views and changes of many cases at once.
#include <gtest/gtest.h>

#include "conversations/bulk.h"
#include "conversations/cases_fixture.h"
#include "conversations/saved_views.h"

namespace auricle::conversations {
namespace {

class DeskTest : public CasesFixture {
 protected:
  std::vector<CaseId> three() {
    std::vector<CaseId> out;
    for (const char* who : {"joan@example.org", "marta@example.org", "pau@example.org"})
      out.push_back(receive(mail(who, "Hola")).case_id);
    return out;
  }
  Result<CaseRows> filtered(const CaseFilter& filter, std::int64_t saved = 0) {
    CaseQuery query;
    query.filter = filter;
    query.saved_view = saved;
    return read([&](db::Session& s) { return cases->list(agent, s, query); });
  }
  std::size_t found(const CaseFilter& filter) { return filtered(filter)->items.size(); }
  BulkOutcome change(const BulkChange& one) {
    return write([&](db::Tx& tx) { return change_one(*cases, agent, tx, one); });
  }
  BulkChange to(CaseId id, BulkAction action) {
    BulkChange out;
    out.case_id = id;
    out.action = action;
    return out;
  }
};
ON_BOTH_DATABASES(DeskTest);

// Roles hold where they were given: who keeps the machines of all sites and answers at one sees the cases of that one.
TEST_P(DeskTest, AListShowsOnlySitesWhereTheRoleReadsCases) {
  three();
  const auto viewer = viewer_of(agent.user, {{Role::administrator, {}}, {Role::agent, SiteId{2}}}, Assurance::password);
  CaseQuery query;
  EXPECT_THAT(read([&](db::Session& s) { return cases->list(viewer, s, query); })->items, IsEmpty());
  query.site = {1};
  EXPECT_FALSE(read([&](db::Session& s) { return cases->list(viewer, s, query); }));
  query.site = {};
  query.filter.site_id = "1";
  EXPECT_THAT(read([&](db::Session& s) { return cases->list(viewer, s, query); })->items, IsEmpty());
  const auto counts = read([&](db::Session& s) { return cases->counts(viewer, s, {}); });
  ASSERT_TRUE(counts);
  for (const auto& [view, many] : counts->views) EXPECT_EQ(many, 0) << view;
  EXPECT_EQ(read([&](db::Session& s) { return cases->count(viewer, s, {}, 10); }).value(), 0);
  EXPECT_EQ(list(CaseView::all).size(), 3u);
}

TEST_P(DeskTest, FiltersNarrowByEnumeratedWords) {
  const auto ids = three();
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->assign(agent, tx, ids[0], {agent.user, "", {}}); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_topic(agent, tx, ids[1], {"billing"}); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_priority(agent, tx, ids[2], {Priority::urgent}); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_wait(agent, tx, ids[2], {Owner::third_party}); }));
  CaseFilter filter;
  EXPECT_EQ(found(filter), 3u);
  filter.assignee = "me";
  EXPECT_EQ(found(filter), 1u);
  filter.assignee = "none";
  EXPECT_EQ(found(filter), 2u);
  filter.assignee = std::to_string(agent.user.value);
  EXPECT_EQ(found(filter), 1u);
  filter = {};
  filter.topic = "billing";
  EXPECT_EQ(found(filter), 1u);
  filter.topic = "none";
  EXPECT_EQ(found(filter), 2u);
  filter = {};
  filter.priority = "urgent";
  filter.waiting_on = "third_party";
  EXPECT_EQ(found(filter), 1u);
  filter = {};
  filter.state = "resolved";
  EXPECT_EQ(found(filter), 0u);
  resolve(ids[0]);
  EXPECT_EQ(found(filter), 1u);
  for (const char* wrong : {"Joan", "1 OR 1=1", "'"}) {
    filter = {};
    filter.assignee = wrong;
    EXPECT_FALSE(filtered(filter));
    filter = {};
    filter.priority = wrong;
    EXPECT_FALSE(filtered(filter));
  }
}

TEST_P(DeskTest, SharedViewsAreSeenByOthersAndChangedByTheirOwner) {
  const auto ids = three();
  SavedViewInput input;
  input.name = "Sin asignar";
  input.filter.assignee = "none";
  const auto made = write([&](db::Tx& tx) { return create_view(*cases, agent, tx, input, clock.now()); });
  ASSERT_TRUE(made);
  EXPECT_EQ(made->count, 3);
  EXPECT_EQ(filtered({}, made->id)->items.size(), 3u);
  const auto seen = [&](const Viewer& viewer) {
    return read([&](db::Session& s) { return saved_views(*cases, viewer, s); })->items.size();
  };
  EXPECT_EQ(seen(agent), 1u);
  EXPECT_EQ(seen(other), 0u);
  input.shared = true;
  ASSERT_TRUE(write([&](db::Tx& tx) { return update_view(*cases, agent, tx, made->id, input, clock.now()); }));
  EXPECT_EQ(seen(other), 1u);
  EXPECT_EQ(
      write([&](db::Tx& tx) { return update_view(*cases, other, tx, made->id, input, clock.now()); }).error().kind,
      ErrorKind::forbidden);
  input.site_id = SiteId{1};
  ASSERT_TRUE(write([&](db::Tx& tx) { return update_view(*cases, agent, tx, made->id, input, clock.now()); }));
  auto elsewhere = other;
  elsewhere.sites = {SiteId{2}};
  EXPECT_EQ(seen(elsewhere), 0u);
  input.filter.priority = "enormous";
  EXPECT_FALSE(write([&](db::Tx& tx) { return update_view(*cases, agent, tx, made->id, input, clock.now()); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return delete_view(agent, tx, made->id, clock.now()); }));
  EXPECT_EQ(seen(agent), 0u);
}

TEST_P(DeskTest, ManyChangesHaveTheirOwnOutcomeAndOneUndo) {
  const auto ids = three();
  auto assign = to(ids[0], BulkAction::assign);
  assign.assignee_id = other.user;
  auto unknown = to(CaseId{424242}, BulkAction::assign);
  auto topic = to(ids[1], BulkAction::topic);
  topic.topic = "no_such_topic";
  auto urgent = to(ids[2], BulkAction::priority);
  urgent.priority = Priority::urgent;
  std::vector<BulkChange> undo;
  std::vector<bool> changed;
  for (const auto& one : {assign, unknown, topic, urgent, to(ids[2], BulkAction::resolve)}) {
    auto done = change(one);
    changed.push_back(done.item.changed);
    EXPECT_EQ(done.item.changed, !done.item.error);
    if (done.undo) undo.insert(undo.begin(), *done.undo);
  }
  EXPECT_EQ(changed, (std::vector<bool>{true, false, false, true, true}));
  EXPECT_EQ(get(ids[0]).assignee_id, other.user);
  EXPECT_EQ(get(ids[2]).state, CaseStateName::resolved);
  for (const auto& one : undo) EXPECT_TRUE(change(one).item.changed);
  EXPECT_FALSE(get(ids[0]).assignee_id);
  EXPECT_EQ(get(ids[2]).priority, Priority::normal);
  EXPECT_EQ(get(ids[2]).state, CaseStateName::open);
  EXPECT_FALSE(change(urgent).item.error);
  EXPECT_FALSE(change(urgent).item.changed);  // nothing to do is no error
}

TEST_P(DeskTest, ThanksAreMarkedInBulkAndUnmarked) {
  const auto received = receive(mail("joan@example.org", "Gracias"));
  const auto done = change(to(received.case_id, BulkAction::ack));
  EXPECT_TRUE(done.item.changed);
  EXPECT_TRUE(stream(received.case_id).at(0).ack);
  ASSERT_TRUE(done.undo);
  EXPECT_TRUE(change(*done.undo).item.changed);
  EXPECT_FALSE(stream(received.case_id).at(0).ack);
}

}  // namespace
}  // namespace auricle::conversations
