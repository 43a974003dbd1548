// The channels patients may use. Nothing else outside their folders names one.
#include "app/channels.h"

#include "app/services.h"
#include "channels/email/email.h"
#include "platform/blobs/blobs.h"

namespace auricle::app {

struct PatientChannels::State {
  explicit State(Services& s)
      : services(s),
        mailboxes(s.keyring, s.clock),
        email(s.database, s.keyring,
              {[&blobs = s.blobs](std::string_view bytes) { return blobs.keep(bytes); },
               [&blobs = s.blobs](const std::string& id) { return blobs.fetch(id); }},
              s.conversations, s.conversations, s.clock) {}
  Services& services;
  email::Mailboxes mailboxes;
  email::EmailChannel email;
};

PatientChannels::PatientChannels(Services& services) : state_(std::make_unique<State>(services)) {
  services.channels.add(state_->email);
}
PatientChannels::~PatientChannels() = default;

void PatientChannels::add_routes(http::Router& router) { email::add_routes(router, state_->mailboxes, state_->email); }
void PatientChannels::start() { state_->email.start(); }
void PatientChannels::stop() { state_->email.stop(); }

bool PatientChannels::can_send_letter(db::Session& session) const { return email::can_send_notice(session); }
Result<Done> PatientChannels::send_letter(const Letter& letter) const {
  auto& s = state_->services;
  return email::send_notice(s.database, s.keyring,
                            {letter.to, letter.to_name, letter.subject, letter.text, letter.language}, s.clock.now());
}

void PatientChannels::forget(db::Tx& tx, const std::vector<ConversationId>& conversations) {
  state_->mailboxes.erase_conversations(tx, conversations);
}

void PatientChannels::collect(metrics::Registry& registry) {
  registry.collect([&email = state_->email](metrics::Writer& writer) {
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
