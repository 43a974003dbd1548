#include "channels/email/oauth.h"

#include <curl/curl.h>

#include <boost/json.hpp>
#include <memory>

#include "channels/email/curl_errors.h"
#include "channels/email/mime.h"
#include "platform/base/log.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

constexpr std::int64_t kEarlyMs = 5 * 60'000;  // before it expires
constexpr std::size_t kLongestAnswer = 1 << 20;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* context) {
  auto& out = *static_cast<std::string*>(context);
  if (out.size() + size * count > kLongestAnswer) return 0;
  out.append(data, size * count);
  return size * count;
}

std::string word(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

TokenAnswer parse_answer(long status, const std::string& body) {
  TokenAnswer out;
  out.status = status;
  boost::system::error_code error;
  const auto value = boost::json::parse(body, error);
  if (error || !value.is_object()) {
    out.error = "not_json";
    return out;
  }
  const auto& object = value.as_object();
  out.access_token = word(object, "access_token"), out.refresh_token = word(object, "refresh_token");
  out.error = word(object, "error");
  if (const auto* seconds = object.if_contains("expires_in"); seconds && seconds->is_number())
    out.expires_in = static_cast<std::int64_t>(seconds->to_number<double>());
  return out;
}

std::string opened(db::Session& session, crypto::Keyring& keys, MailboxId id, const char* column,
                   const db::Bytes& cipher) {
  if (cipher.data.empty()) return "";
  auto plain = keys.decrypt(session, {"email_oauth", column, id.value}, cipher);
  return plain ? std::move(*plain) : "";
}

}  // namespace

std::string url_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      out += '%', out += kHex[byte >> 4], out += kHex[byte & 15];
  }
  return out;
}

TokenAnswer ask_token_server(const std::string& url, const Form& form) {
  std::string fields, body;
  for (const auto& [name, value] : form)
    fields += (fields.empty() ? "" : "&") + url_encoded(name) + "=" + url_encoded(value);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  auto* h = handle.get();
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, fields.c_str());
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 15L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT, 30L);
  const CURLcode code = curl_easy_perform(h);
  if (code != CURLE_OK) throw Refused(Step::connect, "error.mail_token_server_away", curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 500) throw Refused(Step::connect, "error.mail_token_server_away", std::to_string(status));
  return parse_answer(status, body);
}

std::string pkce_challenge(std::string_view verifier) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto hex = crypto::sha256_hex(verifier);
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bits = bits << 8 | static_cast<std::uint32_t>(std::stoi(hex.substr(i, 2), nullptr, 16)), held += 8;
    while (held >= 6) out += kAlphabet[bits >> (held -= 6) & 63];
  }
  if (held > 0) out += kAlphabet[bits << (6 - held) & 63];
  return out;
}

std::string authorisation_url(const store::OAuthRow& row, const std::string& verifier, const std::string& login) {
  const Form fields = {{"response_type", "code"},
                       {"client_id", row.client_id},
                       {"redirect_uri", row.redirect_url},
                       {"scope", row.scope},
                       {"state", row.pending_state},
                       {"code_challenge", pkce_challenge(verifier)},
                       {"code_challenge_method", "S256"},
                       {"login_hint", login},
                       {"access_type", "offline"},  // Google gives a refresh token only so
                       {"prompt", "consent"}};
  std::string out = row.authorize_url;
  for (const auto& [name, value] : fields)
    out += (out.find('?') == std::string::npos ? "?" : "&") + name + "=" + url_encoded(value);
  return out;
}

void Tokens::fill(Server& server, MailboxId mailbox) {
  const std::lock_guard lock(mutex_);
  const auto row = database_.read_now([&](db::Session& session) { return store::oauth(session, mailbox); });
  if (!row || row->refresh_token.data.empty()) return;
  const auto box = database_.read_now([&](db::Session& session) { return store::mailbox(session, mailbox); });
  if (!box || (server.host != box->imap_host && server.host != box->smtp_host)) return;  // to no other host
  const bool fresh = row->expires && *row->expires - clock_.now() > kEarlyMs && !row->access_token.data.empty();
  server.bearer = fresh ? database_.read_now([&](db::Session& session) {
    return opened(session, keys_, mailbox, "access_token", row->access_token);
  })
                        : refreshed(*row);
}

// RFC 6749 §6. A provider may give a new refresh token with each.
std::string Tokens::refreshed(const store::OAuthRow& row) {
  const auto id = row.mailbox_id;
  const auto [token, secret] = database_.read_now([&](db::Session& session) {
    return std::pair(opened(session, keys_, id, "refresh_token", row.refresh_token),
                     opened(session, keys_, id, "client_secret", row.client_secret));
  });
  Form form = {{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", row.client_id}};
  if (!row.scope.empty()) form.emplace_back("scope", row.scope);
  if (!secret.empty()) form.emplace_back("client_secret", secret);
  const auto answer = ask_token_server(row.token_url, form);
  if (answer.access_token.empty()) {
    log::warn("mail_token_refused", {{"mailbox", id.value}, {"status", answer.status}});
    const bool client = answer.error == "invalid_client" || answer.error == "unauthorized_client";
    throw Refused(Step::sign_in, client ? "error.mail_client_refused" : "error.mail_consent_revoked",
                  clean_utf8(answer.error.substr(0, 100)));
  }
  database_.write_now([&](db::Tx& tx) {
    auto next = store::oauth(tx, id);
    if (!next || next->refresh_token.data != row.refresh_token.data) return;  // ended or begun anew meanwhile
    const auto key = keys_.key_for(tx, "purpose:mailbox", 0);
    next->access_token = keys_.encrypt(tx, key, {"email_oauth", "access_token", id.value}, answer.access_token);
    if (!answer.refresh_token.empty())
      next->refresh_token = keys_.encrypt(tx, key, {"email_oauth", "refresh_token", id.value}, answer.refresh_token);
    next->expires = clock_.now() + (answer.expires_in > 0 ? answer.expires_in : 3600) * 1000;
    store::put_oauth(tx, *next);
  });
  return answer.access_token;
}

}  // namespace auricle::email
