#pragma once
// The port between conversations and a channel. A channel hands in what arrived (Inbound) and carries out what is to be
// sent (Channel). It names candidates of threading; whether a message joins a case is decided here, by sender (data.md:
// never a header alone).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/id.h"
#include "platform/base/result.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle::conversations {

// `received` stands for every inbound message.
// `held`: to leave later, but the patient wrote first.
enum class DeliveryState { received, queued, sending, sent, failed, bounced, cancelled, held };
BOOST_DESCRIBE_ENUM(DeliveryState, received, queued, sending, sent, failed, bounced, cancelled, held)

// What core and web may expect of a channel; they never look at its name.
struct Capabilities {
  std::string channel;  // "email"
  bool can_send = true;
  bool html = false;
  bool subject = false;
  int max_text = 0;                            // characters; 0 for no limit
  std::int64_t max_attachment_bytes = 0;       // all files of one message together
  std::optional<std::int64_t> reply_window_s;  // how long after the last inbound message one may write freely
  bool template_outside_window = false;
  std::vector<DeliveryState> delivery_states;
};
BOOST_DESCRIBE_STRUCT(Capabilities, (),
                      (channel, can_send, html, subject, max_text, max_attachment_bytes, reply_window_s,
                       template_outside_window, delivery_states))

// A party as the channel writes it: system "email" → address, "phone"/"whatsapp" → number in any spelling.
struct Address {
  std::string system;
  std::string value;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Address, (), (system, value, name))

// A file already durable behind platform/blobs (written before the transaction).
struct ChannelFile {
  std::string name;
  std::string content_type;
  std::string content_id;  // of an inline image; "" otherwise
  bool shown_inline = false;
  std::string blob;  // id given by the blob store
  std::int64_t size = 0;
};

struct InboundMessage {
  std::string channel;
  std::string external_id;  // identity within the channel: the second time it is a duplicate and changes nothing
  SiteId site;
  Address from;
  std::vector<Address> to, cc;
  std::string subject;
  std::string text;    // without what it quotes
  std::string quoted;  // the quoted part, folded in the stream
  std::string html;    // as it came; sanitised in the browser
  Instant sent_at;     // as the sender claims
  Instant received_at;
  std::vector<ChannelFile> files;
  std::string original_blob;  // the message as it came, behind platform/blobs; "" if not kept
  std::int64_t original_size = 0;
  std::vector<ConversationId> candidates;  // conversations its threading points at, best first
  bool auto_reply = false;                 // a machine's answer: joins, but starts no wait and reopens nothing
  bool authenticated = true;               // false: shows a banner and never joins a case
  std::string warning;                     // locale key of that banner
};

struct Received {
  MessageId message;
  ConversationId conversation;
  CaseId case_id;
  enum class How { duplicate, joined, reopened, new_case, linked_case } how = How::new_case;
};

// An answer a colleague sent from elsewhere (found in the Sent folder): stops the clock.
struct SentElsewhere {
  std::string channel;
  std::string external_id;
  ConversationId conversation;  // of its threading; zero: ignored unless `to` has exactly one open case
  std::vector<Address> to, cc;
  std::string subject, text, quoted, html;
  Instant sent_at;
  std::vector<ChannelFile> files;
  std::string original_blob;
  std::int64_t original_size = 0;
};

// How messages come in. Runs in the channel's transaction; opens, joins or reopens the case, appends the facts,
// announces.
class Inbound {
 public:
  virtual ~Inbound() = default;
  virtual Result<Received> receive(db::Tx& tx, const InboundMessage& message) = 0;
  virtual Result<Received> record_sent(db::Tx& tx, const SentElsewhere& message) = 0;
  // Later news of a message we sent: bounced, failed, delivered. `reason` is a locale key.
  virtual Result<Done> report_delivery(db::Tx& tx, MessageId message, DeliveryState state, std::string_view reason) = 0;
  // Nothing can be delivered there: it is shown at the address until somebody writes from it or it is edited.
  // `message`: what came back, zero if unknown; it went to whom it went when none of `recipients` is known here.
  virtual void report_undeliverable(db::Tx& tx, const std::vector<Address>& recipients, MessageId message,
                                    std::string_view reason, Instant when) = 0;
};

// What a channel knows of the time before it was connected: it becomes history, in silence. No announcement per
// message, no wait in the inbox unless the case is left open; the facts are those of live use, so the figures see it.
struct PastMessage {
  std::string external_id;
  enum class Direction { in, out } direction = Direction::in;
  Instant happened_at;
  std::string subject, text;
  bool thanks = false;  // says thank you and no more: starts no wait
};
struct PastCase {
  std::string channel;
  std::string source;  // of the facts
  SiteId site;
  Address with;                       // the only person outside
  std::string topic, language;        // "" if unknown; a topic the clinic does not have is left out
  std::vector<PastMessage> messages;  // oldest first, at least one
  std::optional<Instant> resolved_at;
};
struct PastIds {
  CaseId case_id;
  ConversationId conversation;
  std::vector<MessageId> messages;  // as given
  PersonId made;                    // who was not known before; zero if somebody was
};

class Past {
 public:
  virtual ~Past() = default;
  virtual Result<PastIds> record_past(db::Tx& tx, const PastCase& past) = 0;
  // Removes the case with its facts, and the person it made when nothing else is known of them; false when something
  // has happened in it since: then it stays.
  virtual bool take_back(db::Tx& tx, const PastIds& past) = 0;
};

struct OutboundMessage {
  MessageId id;  // the provider's identity of the message derives from it, so a second attempt is the same message
  CaseId case_id;
  ConversationId conversation;
  SiteId site;
  Address to;
  std::vector<Address> cc;
  std::string subject;
  std::string text;
  std::string html;  // "" for plain text only
  std::vector<ChannelFile> files;
  std::string author_name;
  Instant composed_at;
  int attempt = 1;  // above 1: an earlier attempt may or may not have gone out
};

struct SendResult {
  enum class Kind { sent, retry_later, failed } kind = Kind::sent;
  std::string reason;            // locale key when not sent
  int retry_after_s = 0;         // 0: the usual back-off
  bool address_refused = false;  // failed, and would fail for every message to that address
};

class Channel {
 public:
  virtual ~Channel() = default;
  virtual Capabilities capabilities() const = 0;
  // Blocking, on a worker thread, outside every transaction; may be called from several threads.
  virtual SendResult send(const OutboundMessage& message) = 0;
  // These messages belong to that conversation now: what answers them is a candidate of it.
  virtual void regroup(db::Tx&, const std::vector<MessageId>&, ConversationId) {}
};

// The channels of this program, filled in app/channels.cpp.
class Channels {
 public:
  void add(Channel& channel) { channels_.push_back(&channel); }
  Channel* find(std::string_view name) const;
  const std::vector<Channel*>& all() const { return channels_; }

 private:
  std::vector<Channel*> channels_;
};

}  // namespace auricle::conversations
