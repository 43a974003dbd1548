#pragma once
// What the program makes of a mail, for people who look into one: `auricle mailbox read`.
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/verdicts.h"
#include "platform/base/describe.h"

namespace auricle::email {

struct ReadParty {
  std::string name, address;
};
BOOST_DESCRIBE_STRUCT(ReadParty, (), (name, address))
struct ReadFile {
  std::string name, content_type;
  std::int64_t size = 0;
  bool shown_inline = false;
};
BOOST_DESCRIBE_STRUCT(ReadFile, (), (name, content_type, size, shown_inline))
struct ReadBounce {
  std::string recipient;
  std::vector<std::string> recipients;
  std::string status, reason, original_message_id;
  bool permanent = true;
};
BOOST_DESCRIBE_STRUCT(ReadBounce, (), (recipient, recipients, status, reason, original_message_id, permanent))

struct Reading {
  std::string name;
  std::optional<std::string> unreadable;  // locale key: it would be quarantined
  std::string message_id;
  std::vector<std::string> in_reply_to, references;
  std::vector<ReadParty> from, reply_to, to, cc;
  std::string subject;
  std::optional<Instant> date;
  Nature nature = Nature::person;
  std::optional<ReadBounce> bounce;
  std::optional<std::string> notice;  // locale key of what is said beside it
  std::string text, quoted;           // own words, and what they answer to
  std::int64_t html_bytes = 0;
  std::vector<ReadFile> files;
  std::int64_t thread = 0;
};
BOOST_DESCRIBE_STRUCT(Reading, (),
                      (name, unreadable, message_id, in_reply_to, references, from, reply_to, to, cc, subject, date,
                       nature, bounce, notice, text, quoted, html_bytes, files, thread))

Reading reading_of(const std::string& name, std::string_view raw);
void number_threads(std::vector<Reading>& readings);

}  // namespace auricle::email
