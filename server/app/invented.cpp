#include "app/invented.h"

#include <optional>

#include "clinic/clinic.h"
#include "conversations/conversations.h"
#include "integrations/import/import.h"
#include "platform/base/json_read.h"

namespace auricle::app {
namespace {

constexpr const char* kAnswer = "practice.answer";
constexpr std::int64_t kSoonest = 6'000, kSpread = 12'000;  // how long a patient thinks
constexpr std::int64_t kArrivals = 90'000;                  // one writes about that often…
constexpr std::int64_t kAway = 3 * kArrivals;               // …while somebody practises…
constexpr int kEnough = 40;                                 // …and not more than one can read
constexpr int kMostAnswers = 3;                             // then a conversation is over

struct Payload {
  std::int64_t message = 0;
};
BOOST_DESCRIBE_STRUCT(Payload, (), (message))

conversations::InboundMessage mail_of(const std::string& identity, const conversations::Address& from, Instant now) {
  conversations::InboundMessage mail;
  mail.channel = from.system;
  mail.external_id = identity;
  mail.from = from;
  mail.sent_at = mail.received_at = now;
  return mail;
}

}  // namespace

const import::DemoOptions& practice_clinic() {
  static const import::DemoOptions options{80, 21, 7};
  return options;
}

InventedPatients::InventedPatients(db::Database& database, conversations::Conversations& conversations,
                                   jobs::Runner& runner, const Clock& clock)
    : database_(database), conversations_(conversations), clock_(clock) {
  runner.on(kAnswer, [this](const jobs::Job& job) { return answer(job); });
  runner.every("practice.arrivals", kArrivals, [this] { write_now_and_then(); });
}

conversations::Capabilities InventedPatients::capabilities() const {
  conversations::Capabilities same;  // as of mail, which one learns here
  same.channel = "email", same.subject = true, same.max_attachment_bytes = 18 << 20;
  using D = conversations::DeliveryState;
  same.delivery_states = {D::received, D::queued, D::sending, D::sent, D::failed, D::bounced, D::cancelled};
  return same;
}

conversations::SendResult InventedPatients::send(const conversations::OutboundMessage& message) {
  const auto now = clock_.now();
  const auto key = std::to_string(message.id.value);
  {
    const std::scoped_lock lock(mutex_);
    unanswered_[message.id.value] = message;
  }
  const auto thinks = kSoonest + message.id.value % kSpread;
  database_.write_now([&](db::Tx& tx) {
    return jobs::enqueue(tx, {kAnswer, json::to_json(Payload{message.id.value}), now + thinks, 3, key}, now);
  });
  return {};
}

// The first reply is answered, mostly by another question; later ones by thanks; then the patient is content.
Result<Done> InventedPatients::answer(const jobs::Job& job) {
  const auto payload = json::read<Payload>(std::string_view(job.payload));
  if (!payload) return Done{};
  std::optional<conversations::OutboundMessage> reply;
  int earlier = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = unanswered_.extract(payload->message)) reply = found.mapped();
    if (reply) earlier = answers_[reply->conversation]++;
  }
  if (!reply || earlier >= kMostAnswers) return Done{};
  const auto now = clock_.now();
  const auto seen = database_.read_now([&](db::Session& session) {
    return conversations_.get(Viewer::system_viewer("practice"), session, reply->case_id);
  });
  if (!seen) return Done{};
  const auto turn = static_cast<std::uint64_t>(payload->message);
  const auto mood = earlier == 0 && turn % 4 != 0 ? import::Mood::asks : import::Mood::thanks;
  auto mail = mail_of("practice-" + std::to_string(payload->message), reply->to, now);
  mail.site = reply->site;
  mail.subject = reply->subject;
  mail.text = import::invent_answer(turn, mood, seen->topic.value_or("other"), seen->language.value_or("es"),
                                    reply->to.name, now);
  mail.candidates = {reply->conversation};
  const auto received = database_.write_now([&](db::Tx& tx) { return conversations_.receive(tx, mail); });
  if (!received) return fail(received.error());
  return Done{};
}

void InventedPatients::somebody_practises() { practised_at_ = clock_.now().ms; }

void InventedPatients::write_now_and_then() {
  const auto now = clock_.now();
  if (now.ms - practised_at_ > kAway) return;
  const auto program = Viewer::system_viewer("practice");
  conversations::CaseFilter open;
  open.state = "open";
  open.assignee = "none";
  const auto waiting = database_.read_now(
      [&](db::Session& session) { return conversations_.count(program, session, open, kEnough).value_or(kEnough); });
  if (waiting >= kEnough) return;
  const auto site = database_.read_now([](db::Session& session) { return clinic::sites(session).front().id; });
  const auto invented = import::invent_mail(practice_clinic(), static_cast<std::uint64_t>(now.ms), now);
  auto mail = mail_of("practice-" + std::to_string(now.ms), {"email", invented.from_address, invented.from_name}, now);
  mail.site = site;
  mail.subject = invented.subject;
  mail.text = invented.text;
  database_.write_now([&](db::Tx& tx) { return conversations_.receive(tx, mail); });
}

}  // namespace auricle::app
