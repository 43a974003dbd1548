#pragma once
// For tests of this module: a desk with two colleagues, a channel that keeps what it is given, and the worker.
#include "conversations/conversations.h"

#include <gmock/gmock.h>

#include "clinic/clinic.h"
#include "conversations/delivery.h"
#include "conversations/search.h"
#include "platform/crypto/test_keyring.h"
#include "platform/events/sequencer.h"
#include "team/team.h"

namespace auricle::conversations {

using testing::ElementsAre;
using testing::IsEmpty;
using K = facts::Kind;

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

struct FakeChannel final : Channel {
  Capabilities capabilities() const override { return {"email", true, true, true, 0, 1000, {}, false, {}}; }
  SendResult send(const OutboundMessage& message) override {
    sent.push_back(message);
    return result;
  }
  std::vector<OutboundMessage> sent;
  SendResult result;
};

class CasesFixture : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring = crypto::make_test_keyring(test_database(), clock);
    (void)database().write_now([&](db::Tx& tx) {
      clinic::TopicInput topic;
      topic.key = "billing";
      topic.names = {"Billing", "Facturación", "Facturation", "Facturació"};
      return clinic::create_topic(Viewer::system_viewer("test"), tx, topic, clock.now());
    });
    for (const auto user : {UserId{7}, UserId{8}})
      (void)database().write_now([&](db::Tx& tx) {
        const auto name = "colleague" + std::to_string(user.value);
        (void)team::import_agent(tx, {user, name, name + "@clinic.example", "agent", {SiteId{1}}});
        return tx.exec("UPDATE team_user SET active = 1 WHERE id = $1", user);
      });
    patients = std::make_unique<patients::Patients>(*keyring, clock);
    channels.add(channel);
    cases = std::make_unique<Conversations>(*keyring, *patients, channels, clock);
    worker = std::make_unique<DeliveryWorker>(
        database(), *cases, channels, [](db::Session&, UserId) { return "Lucía"; }, [](const std::string&) {}, 1);
    agent.user = UserId{7};
    other.user = UserId{8};
    for (auto* viewer : {&agent, &other}) {
      viewer->roles = {Role::agent};
      viewer->sites = {SiteId{1}};
    }
  }
  template <class F>
  auto write(F call) {
    return database().write_now([&](db::Tx& tx) { return call(tx); });
  }
  template <class F>
  auto read(F call) {
    return database().read_now([&](db::Session& s) { return call(s); });
  }
  InboundMessage mail(const std::string& from, const std::string& text, std::vector<ConversationId> candidates = {}) {
    InboundMessage message;
    message.channel = "email";
    message.external_id = "mail-" + std::to_string(++mails_);
    message.site = SiteId{1};
    message.from = {"email", from, "Joan Ferrer"};
    message.to = {{"email", "hola@clinica.example", ""}};
    message.subject = "Resultat de la biòpsia";
    message.text = text;
    message.sent_at = message.received_at = clock.now();
    message.candidates = std::move(candidates);
    return message;
  }
  Received receive(const InboundMessage& message) {
    const auto received = write([&](db::Tx& tx) { return cases->receive(tx, message); });
    EXPECT_TRUE(received) << received.error().key;
    return received.value_or(Received{});
  }
  Case get(CaseId id) {
    const auto found = read([&](db::Session& s) { return cases->get(agent, s, id); });
    EXPECT_TRUE(found);
    return found.value_or(Case{});
  }
  std::vector<CaseId> list(CaseView view, const Viewer& viewer) {
    CaseQuery query;
    query.view = view;
    std::vector<CaseId> ids;
    const auto rows = read([&](db::Session& s) { return cases->list(viewer, s, query); });
    for (const auto& row : rows->items) ids.push_back(row.id);
    return ids;
  }
  std::vector<CaseId> list(CaseView view) { return list(view, agent); }
  std::vector<Message> stream(CaseId id, const std::string& kind = "message") {
    auto all = read([&](db::Session& s) { return cases->messages(agent, s, id, "", 100); }).value().items;
    std::erase_if(all, [&](const auto& message) { return message.kind != kind; });
    return all;
  }
  NewReply reply_to(const Received& received, const std::string& text) {
    NewReply reply;
    reply.idempotency_key = "reply-key-" + std::to_string(++mails_);
    reply.conversation_id = received.conversation;
    reply.text = text;
    reply.expected_last_message_id = get(received.case_id).last_message_id;
    return reply;
  }
  Result<ReplyOutcome> send(const Viewer& viewer, const Received& received, const NewReply& reply) {
    return write([&](db::Tx& tx) { return cases->reply(viewer, tx, received.case_id, reply); });
  }
  Message answered(const Received& received, const std::string& text) {
    const auto outcome = send(agent, received, reply_to(received, text));
    EXPECT_TRUE(outcome && outcome->message);
    return *outcome->message;
  }
  void leave() {  // the ten seconds pass and the worker runs
    clock.advance(kUndoMs);
    while (worker->run_once()) {
    }
  }
  void resolve(CaseId id) {
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->resolve(agent, tx, id, {Outcome::solved}); }));
  }
  std::vector<facts::Kind> fact_kinds(CaseId id) {
    std::vector<facts::Kind> kinds;
    for (const auto& fact : read([&](db::Session& s) { return facts::facts_of(s, id); })) kinds.push_back(fact.kind);
    std::sort(kinds.begin(), kinds.end());
    return kinds;
  }

  std::unique_ptr<crypto::MasterKeyring> keyring;
  std::unique_ptr<patients::Patients> patients;
  FakeChannel channel;
  Channels channels;
  std::unique_ptr<Conversations> cases;
  std::unique_ptr<DeliveryWorker> worker;
  Viewer agent, other;

 private:
  int mails_ = 0;
};
}  // namespace auricle::conversations
