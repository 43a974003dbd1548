#pragma once
// What every change of a case does: load and check → change → append facts → refold → save → announce, with an audit
// row and a line in the stream.
#include "conversations/body.h"
#include "conversations/rules.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::conversations {

// The case if the viewer may; not_found when it is of a site that is not theirs.
Result<store::CaseRecord> case_for(const Viewer& viewer, db::Session& session, CaseId id, Permission permission);

class Work {
 public:
  Work(db::Tx& tx, crypto::Keyring& keyring, const patients::Patients& patients, Instant now)
      : tx(tx), keyring(keyring), patients(patients), now(now), sealer(tx, keyring) {}

  db::Tx& tx;
  crypto::Keyring& keyring;
  const patients::Patients& patients;
  Instant now;
  Sealer sealer;

  crypto::KeyId key_of(const store::CaseRecord& row) const {
    const std::pair whose(row.id, row.patient_id);
    if (key_of_ != whose || !key_) {
      key_ = sealer.key_of(tx, row.id, row.patient_id);
      key_of_ = whose;
    }
    return key_;
  }
  // A fact of this case, with its subject and site.
  facts::Fact fact(const store::CaseRecord& row, facts::Kind kind, UserId agent = {}) const;
  void append(facts::Fact fact) const { facts::append(tx, std::move(fact)); }
  // Folds the facts into the row and saves it: new version, announced, on the patient's timeline.
  void save(store::CaseRecord& row) const;
  void save_new(store::CaseRecord& row) const;
  // A line in the stream: what happened, by whom (zero: the program).
  MessageId note_event(const store::CaseRecord& row, UserId by, std::string_view type, std::optional<std::string> value,
                       std::optional<std::string> previous = std::nullopt) const;
  void audit_change(const Viewer& viewer, const store::CaseRecord& row, std::vector<std::string> fields,
                    audit::Action action = audit::Action::change) const;
  // Recomputes what is on its way, scheduled, held and failed from the messages.
  void refresh_delivery(store::CaseRecord& row) const;
  // Under another key: what was sealed for one patient must not go when that one is erased.
  void reseal(crypto::KeyId key, const crypto::Place& place, const std::optional<db::Bytes>& cipher) const;
  // What the row shows of its stream, after messages came or went.
  void refresh_stream(store::CaseRecord& row) const;
  void insert_message(const store::MessageRecord& row, SiteId site) const;
  // The patient (or a site's colleague) moved on: what was hidden or about to be resolved is open again.
  void wake(store::CaseRecord& row) const;
  void drop_resolving(store::CaseRecord& row) const;

 private:
  void refold(store::CaseRecord& row) const;

  mutable std::pair<CaseId, PersonId> key_of_;  // the key asked for last
  mutable crypto::KeyId key_;
};

patients::ContactSystem system_of(const Address& address);
// Whom a message from this address is about: the only person of it, unless that person also acts for others.
struct About {
  PersonId patient, sender;
  bool needs_patient = false;
};
About about(const patients::Patients& patients, db::Session& session, const patients::Sender& sender);

// Resolved from now on; the fact follows when it can no longer be undone.
void start_resolving(const Work& work, const Viewer& viewer, store::CaseRecord& row, std::optional<Outcome> outcome);
// Puts a checked reply into the stream and the outbox; it leaves after the ten seconds.
struct Outgoing {
  const NewReply& reply;
  const patients::Reach& reach;
  const std::vector<Address>& cc;
  const std::vector<store::AttachmentRecord>& files;
  std::optional<FollowUp> later;  // leaves then instead of after the ten seconds
};
store::MessageRecord queue_reply(const Work& work, const Viewer& viewer, store::CaseRecord& row,
                                 store::ConversationRecord& conversation, const Outgoing& outgoing);
// When a scheduled reply leaves; nothing for one that is not scheduled.
std::optional<Instant> scheduled_at(const store::MessageRecord& message);
// The patient wrote: what was to leave later waits for its author's decision.
void hold_scheduled(const Work& work, store::CaseRecord& row);
// Zone of a site; UTC for a case without one.
std::string site_zone(db::Session& session, SiteId site);
// One line on the patient's timeline per case, kept up with it.
void put_timeline(db::Tx& tx, const patients::Patients& patients, const Sealer& sealer, const store::CaseRecord& row);
std::optional<std::string> id_text(std::int64_t id);  // nullopt for zero

}  // namespace auricle::conversations
