#pragma once
// Reading a mail as it came: pure functions of the raw bytes. Broken mail is read as far as it goes and nothing of it
// is dropped; what passes the limits is refused whole (and so quarantined), never cut in silence.
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.h"

namespace auricle::email {

struct Address {
  std::string name;
  std::string address;  // lower case; "" if there was none
  bool operator==(const Address&) const = default;
};

struct HeaderField {
  std::string name;   // as written
  std::string value;  // unfolded, not decoded
};

struct MailPart {
  std::string file_name;     // never a path; may be empty
  std::string content_type;  // as declared, lower case
  std::string content_id;    // without <>
  bool shown_inline = false;
  std::string bytes;
};

struct Mail {
  std::string message_id;                // without <>; "" if absent
  std::vector<std::string> in_reply_to;  // without <>
  std::vector<std::string> references;   // oldest first
  std::vector<Address> from, reply_to, to, cc;
  std::optional<Address> sender;
  std::string subject;
  std::optional<Instant> date;  // as the sender's clock said
  std::string text;             // UTF-8; from the HTML when there is no plain text
  std::string html;             // UTF-8; "" when there is none; not cleaned (the browser does, in a sandbox)
  std::vector<MailPart> attachments;
  std::vector<HeaderField> headers;  // top level, in order
  std::string content_type;          // of the whole, lower case, with its report-type parameter after ';'
  std::string delivery_status;       // text of a message/delivery-status part
  std::string original_headers;      // headers of the mail a report is about
  std::string feedback_report;       // text of a message/feedback-report part
  int leaves = 0;                    // parts that hold content
  std::string notice;                // locale key of what must be said beside it (encrypted, say); "" if nothing
  std::string_view header(std::string_view name) const;  // first of that name, case-insensitive; "" if absent
};

struct MimeLimits {
  std::size_t raw_bytes = 64u << 20;
  std::size_t expanded_bytes = 128u << 20;
  std::size_t header_bytes = 1u << 20;
  std::size_t html_bytes = 16u << 20;
  int depth = 40;
  int parts = 1000;
};

// The mail cannot or may not be read; `key` is a locale key.
struct Unreadable : std::runtime_error {
  explicit Unreadable(std::string key) : std::runtime_error(key), key(std::move(key)) {}
  std::string key;
};

Mail read_mail(std::string_view raw, const MimeLimits& limits = {});  // throws Unreadable

std::string html_to_text(std::string_view html);  // quoted parts come as "> " lines

// Any bytes → valid UTF-8 without NUL; unknown or lying charsets are guessed (UTF-8, then Windows-1252).
std::string to_utf8(std::string_view bytes, std::string_view charset);
std::string clean_utf8(std::string_view text);
std::string lower_ascii(std::string_view text);

}  // namespace auricle::email
