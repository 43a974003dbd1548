// Connecting a mailbox to its provider without a password: settings.
#include "channels/email/email.h"
#include "channels/email/oauth.h"
#include "channels/email/store.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

struct Provider {
  const char *name, *authorize_url, *token_url, *scope;
};
constexpr Provider kProviders[] = {
    {"google", "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token",
     "https://mail.google.com/"},
    {"microsoft", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
     "https://login.microsoftonline.com/common/oauth2/v2.0/token",
     "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"}};

// Secrets and codes go over TLS, or stay on this machine.
bool safe_url(const std::string& url) {
  if (url.find_first_of(" \r\n\t\"<>") != std::string::npos) return false;
  if (url.starts_with("https://") && url.size() > 8) return true;
  if (!url.starts_with("http://")) return false;
  const auto host = url.substr(7, url.find_first_of(":/?", 7) - 7);
  return on_this_machine(host);
}

store::OAuthRow row_of(MailboxId id, const TokenSignIn& input) {
  store::OAuthRow row;
  row.mailbox_id = id, row.provider = input.provider, row.client_id = input.client_id;
  row.authorize_url = input.authorize_url.value_or(""), row.token_url = input.token_url.value_or("");
  row.scope = input.scope.value_or(""), row.redirect_url = input.redirect_url;
  for (const auto& provider : kProviders) {
    if (input.provider != provider.name) continue;
    if (row.authorize_url.empty()) row.authorize_url = provider.authorize_url;
    if (row.token_url.empty()) row.token_url = provider.token_url;
    if (row.scope.empty()) row.scope = provider.scope;
  }
  return row;
}

Result<Done> check(const store::OAuthRow& row) {
  std::vector<FieldError> errors;
  if (row.client_id.empty()) errors.push_back({"client_id", "error.missing"});
  if (!safe_url(row.authorize_url)) errors.push_back({"authorize_url", "error.mail_url_not_safe"});
  if (!safe_url(row.token_url)) errors.push_back({"token_url", "error.mail_url_not_safe"});
  if (!safe_url(row.redirect_url)) errors.push_back({"redirect_url", "error.mail_url_not_safe"});
  if (errors.empty()) return Done{};
  return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
}

}  // namespace

Result<TokenSignInStart> Mailboxes::begin_token_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id,
                                                        const TokenSignIn& input) {
  const auto box = show(viewer, tx, id);
  if (!box) return fail(box.error());
  auto row = row_of(id, input);
  if (const auto ok = check(row); !ok) return fail(ok.error());
  const auto before = store::oauth(tx, id);
  const auto key = keys_.key_for(tx, "purpose:mailbox", 0);
  const auto seal = [&](const char* column, const std::string& plain) {
    return keys_.encrypt(tx, key, {"email_oauth", column, id.value}, plain);
  };
  // What works goes on working until the new consent is there; tokens go to the server that gave them, to no other.
  if (before && before->client_id == row.client_id && before->token_url == row.token_url) {
    row.refresh_token = before->refresh_token, row.access_token = before->access_token, row.expires = before->expires;
    if (!input.client_secret) row.client_secret = before->client_secret;
  }
  if (input.client_secret && !input.client_secret->empty())
    row.client_secret = seal("client_secret", *input.client_secret);
  const auto verifier = crypto::random_token(48);
  row.pending_state = std::to_string(id.value) + "." + crypto::random_token(24);
  row.pending_verifier = seal("pending_verifier", verifier);
  store::put_oauth(tx, row);
  audit::append(tx, viewer, {audit::Action::change, "mailbox", {id.value}, {"sign_in"}, "", 0}, clock_.now());
  return TokenSignInStart{authorisation_url(row, verifier, box->address)};
}

Result<TokenExchange> Mailboxes::token_exchange(const Viewer& viewer, db::Session& session, MailboxId id,
                                                const TokenSignInEnd& input) {
  const auto box = show(viewer, session, id);
  if (!box) return fail(box.error());
  const auto row = store::oauth(session, id);
  if (!row || row->pending_state.empty() || row->pending_state != input.state)
    return fail(ErrorKind::conflict, "error.mail_sign_in_not_begun");
  const auto open = [&](const char* column, const db::Bytes& cipher) -> std::string {
    if (cipher.data.empty()) return "";
    auto plain = keys_.decrypt(session, {"email_oauth", column, id.value}, cipher);
    return plain ? std::move(*plain) : "";
  };
  TokenExchange out{row->token_url,
                    {{"grant_type", "authorization_code"},
                     {"code", input.code},
                     {"redirect_uri", row->redirect_url},
                     {"client_id", row->client_id},
                     {"code_verifier", open("pending_verifier", row->pending_verifier)}}};
  if (const auto secret = open("client_secret", row->client_secret); !secret.empty())
    out.form.emplace_back("client_secret", secret);
  return out;
}

Result<MailboxView> Mailboxes::end_token_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id,
                                                 const TokenSignInEnd& input, const TokenAnswer& answer) {
  const auto box = show(viewer, tx, id);
  if (!box) return fail(box.error());
  auto row = store::oauth(tx, id);
  if (!row || row->pending_state != input.state) return fail(ErrorKind::conflict, "error.mail_sign_in_not_begun");
  if (answer.access_token.empty() || answer.refresh_token.empty())
    return fail(ErrorKind::conflict,
                answer.error == "invalid_client" ? "error.mail_client_refused" : "error.mail_consent_not_given");
  const auto key = keys_.key_for(tx, "purpose:mailbox", 0);
  row->access_token = keys_.encrypt(tx, key, {"email_oauth", "access_token", id.value}, answer.access_token);
  row->refresh_token = keys_.encrypt(tx, key, {"email_oauth", "refresh_token", id.value}, answer.refresh_token);
  row->expires = clock_.now() + (answer.expires_in > 0 ? answer.expires_in : 3600) * 1000;
  row->pending_state.clear(), row->pending_verifier = {};
  store::put_oauth(tx, *row);
  return changed_sign_in(viewer, tx, id);
}

Result<MailboxView> Mailboxes::end_tokens(const Viewer& viewer, db::Tx& tx, MailboxId id) {
  const auto box = show(viewer, tx, id);
  if (!box) return fail(box.error());
  store::delete_oauth(tx, id);
  return changed_sign_in(viewer, tx, id);
}

// The worker starts anew with what there is now.
Result<MailboxView> Mailboxes::changed_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id) {
  store::touch_mailbox(tx, id);
  audit::append(tx, viewer, {audit::Action::change, "mailbox", {id.value}, {"sign_in"}, "", 0}, clock_.now());
  auto box = show(viewer, tx, id);
  if (box) events::announce(tx, {"mailbox", id.value, box->version, box->site_id});
  return box;
}

}  // namespace auricle::email
