#pragma once
// What is encrypted of cases and messages: opened and sealed here. The key is the patient's; the case's own while
// nobody knows whom it is about.
#include "conversations/store.h"

namespace auricle::conversations {

// The content of a message: one ciphertext.
struct Body {
  using absent_is_default = void;
  std::string text, quoted, subject;
  std::optional<Address> from;
  std::vector<Address> to, cc;
};
BOOST_DESCRIBE_STRUCT(Body, (), (text, quoted, subject, from, to, cc))

class Sealer {
 public:
  Sealer(db::Session& session, crypto::Keyring& keyring) : session_(session), keyring_(keyring) {}

  crypto::KeyId key_of(db::Tx& tx, CaseId id, PersonId patient) const;
  db::Bytes seal(crypto::KeyId key, const crypto::Place& place, std::string_view plain) const;
  std::optional<std::string> open(const crypto::Place& place,
                                  const db::Bytes& cipher) const;  // nullopt after an erasure

  db::Bytes seal_body(crypto::KeyId key, MessageId id, const Body& body) const;
  std::optional<Body> open_body(const store::MessageRecord& message) const;
  std::string title(const store::CaseRecord& row) const;
  std::string preview(const store::CaseRecord& row) const;
  void set_title(crypto::KeyId key, store::CaseRecord& row, std::string_view title) const;
  void set_preview(crypto::KeyId key, store::CaseRecord& row, std::string_view text) const;
  std::string subject(const store::ConversationRecord& row) const;

 private:
  db::Session& session_;
  crypto::Keyring& keyring_;
};

}  // namespace auricle::conversations
