// The channels patients may use. Nothing else outside their folders names one.
#include "app/channels.h"

#include <algorithm>
#include <optional>

#include "app/invented.h"
#include "app/services.h"
#include "channels/email/email.h"
#include "platform/blobs/blobs.h"

namespace auricle::app {

struct PatientChannels::State {
  explicit State(Services& s) : services(s) {}
  struct Mail {
    explicit Mail(Services& s)
        : mailboxes(s.keyring, s.clock),
          email(s.database, s.keyring,
                {[&blobs = s.blobs](std::string_view bytes) { return blobs.keep(bytes); },
                 [&blobs = s.blobs](const std::string& id) { return blobs.fetch(id); }},
                s.conversations, s.conversations, s.clock) {}
    email::Mailboxes mailboxes;
    email::EmailChannel email;
  };
  Services& services;
  std::optional<Mail> mail;                    // in the clinic
  std::unique_ptr<InventedPatients> invented;  // in practice
};

PatientChannels::PatientChannels(Services& services, World world) : state_(std::make_unique<State>(services)) {
  if (world == World::practice) {
    state_->invented =
        std::make_unique<InventedPatients>(services.database, services.conversations, services.runner, services.clock);
    services.channels.add(*state_->invented);
  } else {
    state_->mail.emplace(services);
    services.channels.add(state_->mail->email);
  }
}
PatientChannels::~PatientChannels() = default;

void PatientChannels::add_routes(http::Router& router) {
  if (state_->mail) email::add_routes(router, state_->mail->mailboxes, state_->mail->email);
}
void PatientChannels::start() {
  if (state_->mail) state_->mail->email.start();
}
void PatientChannels::stop() {
  if (state_->mail) state_->mail->email.stop();
}
InventedPatients* PatientChannels::invented() { return state_->invented.get(); }

bool PatientChannels::can_send_letter(db::Session& session) const {
  return state_->mail && email::can_send_notice(session);
}
Result<Done> PatientChannels::send_letter(const Letter& letter) const {
  if (!state_->mail) return fail(ErrorKind::unavailable, "error.unavailable");
  auto& s = state_->services;
  return email::send_notice(s.database, s.keyring,
                            {letter.to, letter.to_name, letter.subject, letter.text, letter.language}, s.clock.now());
}

bool PatientChannels::connected(db::Session& session) const {
  if (!state_->mail) return false;
  const auto boxes = state_->mail->mailboxes.list(Viewer::system_viewer("administration"), session);
  return boxes && !boxes->items.empty();
}
bool PatientChannels::past_known(db::Session& session) const {
  if (!state_->mail) return false;
  const auto program = Viewer::system_viewer("administration");
  const auto boxes = state_->mail->mailboxes.list(program, session);
  if (!boxes) return false;
  return std::any_of(boxes->items.begin(), boxes->items.end(), [&](const email::MailboxView& box) {
    const auto past = state_->mail->mailboxes.history(program, session, box.id);
    return past && past->state != email::HistoryState::none;
  });
}

void PatientChannels::forget(db::Tx& tx, const std::vector<ConversationId>& conversations,
                             const std::vector<std::string>& addresses) {
  if (!state_->mail) return;
  state_->mail->mailboxes.erase_conversations(tx, conversations);
  state_->mail->mailboxes.erase_quarantined(tx, addresses);
}

void PatientChannels::collect(metrics::Registry& registry) {
  if (!state_->mail) return;
  registry.collect([&email = state_->mail->email](metrics::Writer& writer) {
    const auto& counters = email.counters();
    const auto count = [&](const char* name, const char* help, std::int64_t value) {
      writer.counter(name, help, static_cast<double>(value));
    };
    count("auricle_email_fetched_total", "Mails fetched from mail servers.", counters.fetched);
    count("auricle_email_filed_total", "Mails that became messages.", counters.filed);
    count("auricle_email_duplicates_total", "Mails known already.", counters.duplicates);
    count("auricle_email_quarantined_total", "Mails put aside unread.", counters.quarantined);
    count("auricle_email_sent_total", "Mails accepted by mail servers.", counters.sent);
    count("auricle_email_sent_again_total", "Mails handed over again after an unanswered end.", email.sent_again());
    count("auricle_email_refused_total", "Mails refused for good.", counters.refused);
  });
}

}  // namespace auricle::app
