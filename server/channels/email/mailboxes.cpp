// Settings of mailboxes: use cases.
#include <algorithm>

#include "channels/email/email.h"
#include "channels/email/mime.h"
#include "channels/email/store.h"
#include "clinic/clinic.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

std::string trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == std::string_view::npos ? ""
                                        : std::string(text.substr(from, text.find_last_not_of(" \t\r\n") + 1 - from));
}

bool one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool plausible_address(std::string_view address) {
  const auto at = address.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
         address.find('@', at + 1) == std::string_view::npos &&
         address.find_first_of(" \t\r\n<>,;\"") == std::string_view::npos && address.size() <= 320;
}

void check_server(const std::string& name, const ServerInput& server, bool user_needed,
                  std::vector<FieldError>& errors) {
  const auto refuse = [&](const char* field, const char* key) { errors.push_back({name + "." + field, key}); };
  if (trimmed(server.host).empty() || !one_line(server.host) || server.host.find_first_of(" /@") != std::string::npos)
    refuse("host", "error.mail_host_not_valid");
  if (server.port < 1 || server.port > 65535) refuse("port", "error.mail_port_not_valid");
  if (user_needed && trimmed(server.user).empty()) refuse("user", "error.missing");
  if (!one_line(server.user)) refuse("user", "error.mail_one_line");
  if (server.secret && !one_line(*server.secret)) refuse("secret", "error.mail_one_line");
  if (server.security == Security::none && !on_this_machine(server.host)) refuse("security", "error.mail_needs_tls");
}

Result<Done> check(const MailboxInput& input) {
  std::vector<FieldError> errors;
  if (!plausible_address(trimmed(input.address))) errors.push_back({"address", "error.mail_address_not_valid"});
  if (trimmed(input.name).empty()) errors.push_back({"name", "error.missing"});
  if (!input.site_id) errors.push_back({"site_id", "error.missing"});
  if (input.language != "es" && input.language != "en" && input.language != "fr" && input.language != "ca")
    errors.push_back({"language", "error.unknown_value"});
  check_server("imap", input.imap, true, errors);
  check_server("smtp", input.smtp, false, errors);
  for (const auto& [field, text] : {std::pair{"folder", &input.folder},
                                    {"sent_folder", &input.sent_folder},
                                    {"from_name", &input.from_name},
                                    {"auth_host", &input.auth_host}})
    if (*text && !one_line(**text)) errors.push_back({field, "error.mail_one_line"});
  if (errors.empty()) return Done{};
  return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
}

store::MailboxRow row_of(const MailboxInput& in) {
  store::MailboxRow row;
  row.address = lower_ascii(trimmed(in.address));
  row.name = trimmed(in.name);
  row.site_id = in.site_id;
  row.language = in.language;
  row.active = in.active.value_or(true);
  row.imap_host = trimmed(in.imap.host), row.imap_port = in.imap.port, row.imap_security = in.imap.security;
  row.imap_user = trimmed(in.imap.user), row.imap_ca = in.imap.ca_certificate.value_or("");
  row.smtp_host = trimmed(in.smtp.host), row.smtp_port = in.smtp.port, row.smtp_security = in.smtp.security;
  row.smtp_user = trimmed(in.smtp.user), row.smtp_ca = in.smtp.ca_certificate.value_or("");
  row.folder = trimmed(in.folder.value_or(""));
  if (row.folder.empty()) row.folder = "INBOX";
  row.sent_folder = trimmed(in.sent_folder.value_or(""));
  row.from_name = trimmed(in.from_name.value_or(""));
  row.signature = in.signature.value_or("");
  row.auth_host = lower_ascii(trimmed(in.auth_host.value_or("")));
  row.import_since = in.import_since;
  return row;
}

MailboxView view_of(db::Session& session, const store::MailboxRow& r) {
  MailboxView v;
  v.id = r.id, v.version = r.version, v.address = r.address, v.name = r.name, v.site_id = r.site_id,
  v.language = r.language;
  v.active = r.active;
  const auto tokens = store::oauth(session, r.id);
  v.sign_in = tokens && !tokens->refresh_token.data.empty() ? SignIn::token : SignIn::password;
  v.imap = {r.imap_host, static_cast<int>(r.imap_port), r.imap_security,
            r.imap_user, !r.imap_secret.data.empty(),   r.imap_ca};
  v.smtp = {r.smtp_host, static_cast<int>(r.smtp_port), r.smtp_security,
            r.smtp_user, !r.smtp_secret.data.empty(),   r.smtp_ca};
  v.folder = r.folder, v.sent_folder = r.sent_folder, v.from_name = r.from_name, v.signature = r.signature,
  v.auth_host = r.auth_host;
  v.import_since = r.import_since;
  const auto state = store::state(session, r.id);
  v.state = r.active ? state.state : MailboxState::stopped;
  if (r.active && v.state == MailboxState::stopped) v.state = MailboxState::connecting;
  v.error_key = state.error_key, v.error_detail = state.error_detail;
  v.last_sync_at = state.last_sync, v.next_attempt_at = state.next_attempt;
  if (state.lag_ms) v.lag_seconds = *state.lag_ms / 1000;
  const auto counts = store::counts(session, r.id);
  v.waiting_in = counts.waiting, v.waiting_out = counts.unsent, v.quarantined = counts.quarantined,
  v.sent_again = state.sent_again, v.sync_found = state.sync_found, v.sync_read = state.sync_read;
  return v;
}

Result<Done> allowed(const Viewer& viewer, SiteId site = {}) {
  if (may(viewer, Permission::mailboxes_manage, site)) return Done{};
  return fail(ErrorKind::forbidden, "error.forbidden");
}

void record(db::Tx& tx, const Viewer& viewer, audit::Action action, MailboxId id, std::vector<std::string> fields,
            Instant now) {
  audit::append(tx, viewer, {action, "mailbox", {id.value}, std::move(fields), "", 0}, now);
}

void announce(db::Tx& tx, const store::MailboxRow& row) {
  events::announce(tx, {"mailbox", row.id.value, row.version, row.site_id});
}

// Which settings differ: names for the audit, never values.
std::vector<std::string> changed_fields(const store::MailboxRow& a, const store::MailboxRow& b) {
  std::vector<std::string> fields;
  boost::mp11::mp_for_each<boost::describe::describe_members<store::MailboxRow, boost::describe::mod_any_access>>(
      [&](auto member) {
        if (!(a.*member.pointer == b.*member.pointer)) fields.emplace_back(member.name);
      });
  return fields;
}

}  // namespace

Result<MailboxList> Mailboxes::list(const Viewer& viewer, db::Session& session) {
  if (const auto ok = allowed(viewer); !ok) return fail(ok.error());
  MailboxList out;
  for (const auto& row : store::mailboxes(session))
    if (allowed(viewer, row.site_id)) out.items.push_back(view_of(session, row));
  return out;
}

Result<MailboxView> Mailboxes::show(const Viewer& viewer, db::Session& session, MailboxId id) {
  const auto row = store::mailbox(session, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  if (const auto ok = allowed(viewer, row->site_id); !ok) return fail(ok.error());
  return view_of(session, *row);
}

void Mailboxes::save_secrets(db::Tx& tx, MailboxId id, const MailboxInput& input) {
  const auto key = keys_.key_for(tx, "purpose:mailbox", 0);
  if (input.imap.secret)
    store::set_secret(tx, id, Protocol::imap,
                      keys_.encrypt(tx, key, {"email_mailbox", "imap_secret", id.value}, *input.imap.secret));
  if (input.smtp.secret)
    store::set_secret(tx, id, Protocol::smtp,
                      keys_.encrypt(tx, key, {"email_mailbox", "smtp_secret", id.value}, *input.smtp.secret));
}

Result<MailboxView> Mailboxes::create(const Viewer& viewer, db::Tx& tx, const MailboxInput& input) {
  if (const auto ok = allowed(viewer, input.site_id); !ok) return fail(ok.error());
  if (const auto ok = check(input); !ok) return fail(ok.error());
  if (!clinic::find_site(tx, input.site_id)) return fail_field("site_id", "error.mail_site_unknown");
  auto row = row_of(input);
  if (store::mailbox_of_address(tx, row.address)) return fail_field("address", "error.mail_address_taken");
  row.id = new_id<MailboxId>(), row.version = 1, row.created = clock_.now();
  store::insert_mailbox(tx, row);
  save_secrets(tx, row.id, input);
  record(tx, viewer, audit::Action::create, row.id, {}, clock_.now());
  announce(tx, row);
  return show(viewer, tx, row.id);
}

Result<MailboxView> Mailboxes::update(const Viewer& viewer, db::Tx& tx, MailboxId id, const MailboxInput& input) {
  const auto before = store::mailbox(tx, id);
  if (!before) return fail(ErrorKind::not_found, "error.not_found");
  if (const auto ok = allowed(viewer, before->site_id); !ok) return fail(ok.error());
  if (const auto ok = allowed(viewer, input.site_id); !ok) return fail(ok.error());
  if (const auto ok = check(input); !ok) return fail(ok.error());
  if (!clinic::find_site(tx, input.site_id)) return fail_field("site_id", "error.mail_site_unknown");
  auto row = row_of(input);
  const auto other = store::mailbox_of_address(tx, row.address);
  if (other && other->id != id) return fail_field("address", "error.mail_address_taken");
  // A saved secret goes to the host it was entered for, to no other.
  if (row.imap_host != before->imap_host && !input.imap.secret && !before->imap_secret.data.empty())
    return fail_field("imap.secret", "error.mail_secret_again");
  if (row.smtp_host != before->smtp_host && !input.smtp.secret && !before->smtp_secret.data.empty())
    return fail_field("smtp.secret", "error.mail_secret_again");
  row.id = id, row.version = before->version + 1, row.created = before->created;
  row.imap_secret = before->imap_secret, row.smtp_secret = before->smtp_secret;
  store::update_mailbox(tx, row);
  save_secrets(tx, id, input);
  // The consent was given for those servers.
  if (row.imap_host != before->imap_host || row.smtp_host != before->smtp_host) store::delete_oauth(tx, id);
  auto fields = changed_fields(*before, row);
  if (input.imap.secret) fields.emplace_back("imap_secret");
  if (input.smtp.secret) fields.emplace_back("smtp_secret");
  record(tx, viewer, audit::Action::change, id, std::move(fields), clock_.now());
  announce(tx, row);
  return show(viewer, tx, id);
}

Result<Done> Mailboxes::remove(const Viewer& viewer, db::Tx& tx, MailboxId id) {
  auto row = store::mailbox(tx, id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  if (const auto ok = allowed(viewer, row->site_id); !ok) return fail(ok.error());
  store::delete_mailbox(tx, id, clock_.now());
  record(tx, viewer, audit::Action::erase, id, {}, clock_.now());
  ++row->version;
  announce(tx, *row);
  return Done{};
}

Result<std::pair<Server, Server>> Mailboxes::servers_to_try(const Viewer& viewer, db::Session& session, MailboxId id,
                                                            const MailboxInput& input) {
  if (const auto ok = allowed(viewer, input.site_id); !ok) return fail(ok.error());
  if (const auto ok = check(input); !ok) return fail(ok.error());
  const auto server = [](const ServerInput& in) {
    return Server{trimmed(in.host),
                  in.port,
                  in.security,
                  trimmed(in.user),
                  in.secret.value_or(""),
                  in.ca_certificate.value_or("")};
  };
  std::pair<Server, Server> out{server(input.imap), server(input.smtp)};
  if (!id) return out;
  const auto saved = store::mailbox(session, id);
  if (!saved) return fail(ErrorKind::not_found, "error.not_found");
  if (const auto ok = allowed(viewer, saved->site_id); !ok) return fail(ok.error());
  const auto fill = [&](Server& to, const ServerInput& in, const std::string& host, const char* column,
                        const db::Bytes& secret) -> Result<Done> {
    if (in.secret || secret.data.empty() || to.host != host) return Done{};  // never to another host
    auto plain = keys_.decrypt(session, {"email_mailbox", column, id.value}, secret);
    if (!plain) return fail(plain.error());
    to.secret = std::move(*plain);
    return Done{};
  };
  if (auto ok = fill(out.first, input.imap, saved->imap_host, "imap_secret", saved->imap_secret); !ok)
    return fail(ok.error());
  if (auto ok = fill(out.second, input.smtp, saved->smtp_host, "smtp_secret", saved->smtp_secret); !ok)
    return fail(ok.error());
  return out;
}

void Mailboxes::erase_conversations(db::Tx& tx, const std::vector<ConversationId>& conversations) {
  for (const auto id : conversations) store::erase_conversation(tx, id);
}

}  // namespace auricle::email
