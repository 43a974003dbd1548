#pragma once
// Silent import and export of cases and messages: given ids and times, no announcement, no outbox, no audit row each.
// Facts are appended by the importer itself. (Part of the public face of this module, for integrations/import.)
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conversations/channel.h"
#include "facts/facts.h"
#include "platform/crypto/keys.h"

namespace auricle::conversations {

struct ImportedCase {
  CaseId id;
  PersonId patient_id;  // zero: nobody knows whom it is about
  SiteId site_id;
  std::string opened_by = "patient";  // patient, staff
  std::string topic, priority = "normal", language;
  Instant opened_at;
};
BOOST_DESCRIBE_STRUCT(ImportedCase, (), (id, patient_id, site_id, opened_by, topic, priority, language, opened_at))

struct ImportedConversation {
  ConversationId id;
  CaseId case_id;
  std::string channel;
  std::string subject;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(ImportedConversation, (), (id, case_id, channel, subject, created_at))

struct ImportedMessage {
  MessageId id;
  CaseId case_id;
  ConversationId conversation_id;
  std::string channel;
  std::string direction;  // in, out
  PersonId person_id;     // who wrote, of an inbound message
  UserId author_id;       // of an outbound one or a note; zero with by_bot
  bool by_bot = false;
  bool is_public = true;  // false: an internal note
  Instant sent_at;
  std::string subject, text;
};
BOOST_DESCRIBE_STRUCT(ImportedMessage, (),
                      (id, case_id, conversation_id, channel, direction, person_id, author_id, by_bot, is_public,
                       sent_at, subject, text))

// A case first, then its conversations, then its messages, in any order of time; `finish_case` once after the last of a
// case, with what the facts say: fills the columns the inbox lists by.
void import_case(db::Tx& tx, crypto::Keyring& keyring, const ImportedCase& imported);
void import_conversation(db::Tx& tx, crypto::Keyring& keyring, const ImportedConversation& conversation);
void import_message(db::Tx& tx, crypto::Keyring& keyring, const ImportedMessage& message);
// The conversation with its messages stands in the other case; once both are there, before finish_case of both.
void import_move(db::Tx& tx, crypto::Keyring& keyring, ConversationId conversation, CaseId to);
void import_ack(db::Tx& tx, MessageId message);
void finish_case(db::Tx& tx, crypto::Keyring& keyring, CaseId id, const facts::CaseState& state);

// For export: by id, decrypted; messages of a case in order of time.
std::vector<CaseId> export_case_ids(db::Session& session, CaseId after, int limit);
std::optional<ImportedCase> export_case(db::Session& session, CaseId id);
// Addresses that conversations about this person, or with them, refer to; and whether any conversation refers to one.
std::vector<ContactPointId> points_of(db::Session& session, PersonId person);
bool uses_point(db::Session& session, ContactPointId point);
std::optional<std::int64_t> case_number(db::Session& session, CaseId id);
std::vector<ImportedConversation> export_conversations(db::Session& session, crypto::Keyring& keyring, CaseId id);
std::optional<ImportedMessage> export_message(db::Session& session, crypto::Keyring& keyring, MessageId id);
std::vector<ImportedMessage> export_messages(db::Session& session, crypto::Keyring& keyring, CaseId id);

// How a case is listed, for comparison with its facts; ascending by id.
struct ListedState {
  CaseId id;
  bool resolved = false, resolving = false;
  UserId assignee_id;
  std::optional<std::string> topic;
  std::optional<facts::Owner> waiting_on;
};
BOOST_DESCRIBE_STRUCT(ListedState, (), (id, resolved, resolving, assignee_id, topic, waiting_on))
std::vector<ListedState> listed_states(db::Session& session, CaseId after, int limit);

}  // namespace auricle::conversations
