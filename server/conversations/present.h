#pragma once
// From rows to what the API shows: names looked up once per page, bodies opened.
#include <map>
#include <vector>

#include "conversations/body.h"

namespace auricle::conversations {

struct Present {
  db::Session& session;
  crypto::Keyring& keyring;
  const patients::Patients& patients;
  Instant now;

  std::vector<CaseRow> rows(const Viewer& viewer, const std::vector<store::CaseRecord>& records) const;
  std::vector<Message> messages(
      const std::vector<store::MessageRecord>& records) const;  // also discloses whose they are
  Message message(const store::MessageRecord& record) const;
  Attachment attachment(const store::AttachmentRecord& record) const;
  MessageParty party(ContactPointId point, PersonId person, std::string_view name) const;

 private:
  Message message_with(const store::MessageRecord& record, const std::map<PersonId, PersonRef>& refs) const;
};

}  // namespace auricle::conversations
