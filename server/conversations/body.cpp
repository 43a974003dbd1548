#include "conversations/body.h"

#include "conversations/rules.h"
#include "platform/base/json_read.h"

namespace auricle::conversations {
namespace {

constexpr std::string_view kCase = "conversations_case";

}  // namespace

crypto::KeyId Sealer::key_of(db::Tx& tx, CaseId id, PersonId patient) const {
  return patient ? keyring_.key_for(tx, "patient", patient.value) : keyring_.key_for(tx, "case", id.value);
}

db::Bytes Sealer::seal(crypto::KeyId key, const crypto::Place& place, std::string_view plain) const {
  return keyring_.encrypt(session_, key, place, plain);
}

std::optional<std::string> Sealer::open(const crypto::Place& place, const db::Bytes& cipher) const {
  if (cipher.data.empty()) return std::string();
  auto plain = keyring_.decrypt(session_, place, cipher);
  if (!plain) return std::nullopt;
  return std::move(*plain);
}

db::Bytes Sealer::seal_body(crypto::KeyId key, MessageId id, const Body& body) const {
  return seal(key, {"conversations_message", "body", id.value}, json::to_json(body));
}

std::optional<Body> Sealer::open_body(const store::MessageRecord& message) const {
  if (!message.body) return Body{};
  const auto plain = open({"conversations_message", "body", message.id.value}, *message.body);
  if (!plain) return std::nullopt;
  auto body = json::read<Body>(std::string_view(*plain));
  if (!body) throw std::runtime_error("the body of a message cannot be read");
  return std::move(*body);
}

std::string Sealer::title(const store::CaseRecord& row) const {
  return open({kCase, "title", row.id.value}, row.title).value_or("");
}

std::string Sealer::preview(const store::CaseRecord& row) const {
  return open({kCase, "preview", row.id.value}, row.preview).value_or("");
}

void Sealer::set_title(crypto::KeyId key, store::CaseRecord& row, std::string_view title) const {
  row.title = seal(key, {kCase, "title", row.id.value}, title);
}

void Sealer::set_preview(crypto::KeyId key, store::CaseRecord& row, std::string_view text) const {
  row.preview = seal(key, {kCase, "preview", row.id.value}, first_words(text));
}

std::string Sealer::subject(const store::ConversationRecord& row) const {
  return open({"conversations_conversation", "subject", row.id.value}, row.subject).value_or("");
}

}  // namespace auricle::conversations
