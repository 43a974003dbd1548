#pragma once
// As much of IMAP (RFC 3501, IDLE of RFC 2177) as reading a mailbox takes. Folders are only examined, never selected
// for writing: no flag changes, nothing is marked or deleted.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/connection.h"
#include "platform/base/time.h"

namespace auricle::email {

struct FolderState {
  std::int64_t uid_validity = 0, uid_next = 0, exists = 0;
};

struct FetchedMail {
  std::int64_t uid = 0;
  std::int64_t size = 0;
  Instant arrived;   // INTERNALDATE
  std::string raw;   // empty when only the summary was asked for
  std::string head;  // of one whose bytes stay on the server
};

// RFC 6154: what a folder is for, by its mark or, on servers without marks, by its usual name.
enum class FolderUse { none, inbox, sent, drafts, junk, trash, archive };
BOOST_DESCRIBE_ENUM(FolderUse, none, inbox, sent, drafts, junk, trash, archive)
struct FolderEntry {
  std::string name;  // UTF-8
  FolderUse use = FolderUse::none;
};
BOOST_DESCRIBE_STRUCT(FolderEntry, (), (name, use))

class Imap {
 public:
  Imap(const Server& server, Wake& wake);  // throws Refused
  FolderState examine(const std::string& folder);
  // UIDs from `first` on, ascending; `since` limits to mail that arrived on that day or later.
  std::vector<std::int64_t> search(std::int64_t first, std::optional<Instant> since = {});
  std::vector<FetchedMail> summaries(const std::vector<std::int64_t>& uids);
  // Without those that have vanished; `most` limits the bytes of each (0: all of them).
  std::vector<FetchedMail> fetch(const std::vector<std::int64_t>& uids, std::int64_t most = 0);
  std::vector<FolderEntry> folders();  // that can be opened
  // Waits for news of the folder; true if the server announced some. Without IDLE it waits at most a minute and asks.
  bool idle(std::int64_t milliseconds);
  bool holds(const std::string& message_id);  // does the examined folder have a mail of this Message-ID?
  void append(const std::string& folder, std::string_view raw);
  void sign_off();

 private:
  struct Line {
    std::string text;                   // literals cut out, their place marked {n}
    std::vector<std::string> literals;  // in order
  };
  using Lines = std::vector<Line>;
  Lines command(const std::string& line, const char* refused_key);
  std::string begin(const std::string& line);
  Line read_line(std::int64_t milliseconds);
  bool fill(std::int64_t milliseconds, Wake::Nudges nudges = Wake::Nudges::keep);
  static bool parse_fetch(const Line& line, FetchedMail& out);

  Wake& wake_;
  Connection connection_;
  std::string buffer_;
  std::size_t at_ = 0;
  int tag_ = 0;
  bool can_idle_ = false, can_mark_ = false;
  bool news_ = false;  // the server announced mail in passing (RFC 3501 §7.3.1); it will not say so again
};

std::string folder_to_utf7(std::string_view utf8);  // RFC 3501 §5.1.3
std::string folder_from_utf7(std::string_view name);
// One "* LIST (…) "/" name" answer; nullopt when it is none or the folder cannot be opened.
std::optional<FolderEntry> parse_list(const std::string& line, const std::vector<std::string>& literals);

}  // namespace auricle::email
