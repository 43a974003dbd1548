#pragma once
// Signing in to a mail server with a token (RFC 7628, XOAUTH2) instead of a password: the clinic's own client at its
// provider, authorisation code with PKCE (RFC 6749, RFC 7636), refreshed before it expires.
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "channels/email/email.h"
#include "channels/email/store.h"

namespace auricle::email {

// A form sent to a token server and its JSON answer. Throws Refused when the server cannot be reached.
struct TokenAnswer {
  long status = 0;
  std::string access_token, refresh_token, error;
  std::int64_t expires_in = 0;  // seconds; 0 if not said
};
using Form = std::vector<std::pair<std::string, std::string>>;
TokenAnswer ask_token_server(const std::string& url, const Form& form);

std::string url_encoded(std::string_view text);
std::string pkce_challenge(std::string_view verifier);  // RFC 7636 §4.2, S256
std::string authorisation_url(const store::OAuthRow& row, const std::string& verifier, const std::string& login);

// Gives servers of mailboxes their tokens; one for all workers and senders of the program.
class Tokens {
 public:
  Tokens(db::Database& database, crypto::Keyring& keys, const Clock& clock)
      : database_(database), keys_(keys), clock_(clock) {}
  // Puts a valid token into `server` when the mailbox signs in with one. Blocking. Throws Refused: step sign_in with
  // error.mail_consent_revoked when the provider no longer gives tokens.
  void fill(Server& server, MailboxId mailbox);

 private:
  std::string refreshed(const store::OAuthRow& row);
  db::Database& database_;
  crypto::Keyring& keys_;
  const Clock& clock_;
  std::mutex mutex_;
};

}  // namespace auricle::email
