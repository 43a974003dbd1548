// auricle mailbox connect ADDRESS … | list | read FILE…
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "app/cli.h"
#include "app/installation.h"
#include "channels/email/email.h"
#include "channels/email/reading.h"
#include "clinic/clinic.h"
#include "platform/base/json.h"
#include "platform/i18n/locale.h"

namespace auricle::app {
namespace {

struct Given {
  std::string address, name, imap, smtp, security = "tls", user, site, language, sent_folder, from_name, ca_file,
                                         auth_host;
  bool password_stdin = false, everything = false, no_sign_in_to_send = false;
};

std::string text_of(const Error& error) {
  std::string out = i18n::text(i18n::Language::en, error.key, error.params);
  for (const auto& field : error.fields)
    out += fmt::format("\n  {}: {}", field.field, i18n::text(i18n::Language::en, field.key));
  return out;
}

[[noreturn]] void refuse(const std::string& text) { throw std::runtime_error(text); }

email::ServerInput server_of(const std::string& endpoint, const Given& given, const std::string& password,
                             const std::string& ca) {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string::npos) refuse(endpoint + ": expected HOST:PORT");
  const auto security = enum_parse<email::Security>(given.security);
  if (!security) refuse("--security is tls, starttls or none");
  return {endpoint.substr(0, colon),
          std::atoi(endpoint.c_str() + colon + 1),
          *security,
          given.user.empty() ? given.address : given.user,
          password,
          ca};
}

SiteId site_of(db::Session& session, const std::string& name) {
  if (name.empty()) return clinic::first_site(session);
  for (const auto& site : clinic::sites(session))
    if (site.name == name) return site.id;
  refuse("there is no site called " + name);
}

email::MailboxInput input_of(const Given& given, SiteId site) {
  std::string password, ca;
  if (given.password_stdin) std::getline(std::cin, password);
  if (!given.ca_file.empty()) {
    std::ifstream file(given.ca_file);
    ca.assign(std::istreambuf_iterator<char>(file), {});
    if (ca.empty()) refuse(given.ca_file + " cannot be read");
  }
  email::MailboxInput input;
  input.address = given.address, input.name = given.name.empty() ? given.address : given.name;
  input.site_id = site, input.language = given.language.empty() ? "es" : given.language;
  input.imap = server_of(given.imap, given, password, ca);
  input.smtp = server_of(given.smtp, given, password, ca);
  if (given.no_sign_in_to_send) input.smtp.user.clear(), input.smtp.secret.reset();
  input.sent_folder = given.sent_folder, input.from_name = given.from_name, input.auth_host = given.auth_host;
  if (given.everything) input.import_since = Instant{0};
  return input;
}

// The same command twice is once: a mailbox of that address is changed, not added.
void connect(Invocation& run, const Given& given) {
  auto& installation = run.installation();
  auto& database = installation.database();
  const auto site = database.read_now([&](db::Session& session) { return site_of(session, given.site); });
  if (!site) refuse("there is no site yet: make one first (auricle demo, or in the settings)");
  const auto input = input_of(given, site);
  const auto viewer = Viewer::system_viewer("administration");
  email::Mailboxes mailboxes(installation.keyring(), installation.clock());
  const auto made = database.write_now([&](db::Tx& tx) -> Result<email::MailboxView> {
    const auto all = mailboxes.list(viewer, tx);
    if (!all) return fail(all.error());
    for (const auto& box : all->items)
      if (box.address == input.address) return mailboxes.update(viewer, tx, box.id, input);
    return mailboxes.create(viewer, tx, input);
  });
  if (!made) refuse(text_of(made.error()));
  fmt::print("mailbox {} is connected (a running server takes it up within ten seconds)\n", made->address);
}

void list(Invocation& run) {
  auto& installation = run.installation();
  email::Mailboxes mailboxes(installation.keyring(), installation.clock());
  const auto all = installation.database().read_now(
      [&](db::Session& session) { return mailboxes.list(Viewer::system_viewer("administration"), session); });
  if (!all) refuse(text_of(all.error()));
  for (const auto& box : all->items)
    fmt::print("{}  {}  {}{}\n", box.address, enum_name(box.state),
               box.last_sync_at ? to_rfc3339(*box.last_sync_at) : "never read",
               box.error_key ? "  " + i18n::text(i18n::Language::en, *box.error_key) : "");
}

// One JSON object per mail and line; no server and no database is touched.
void read(const std::vector<std::string>& files) {
  std::vector<email::Reading> readings;
  for (const auto& name : files) {
    std::ifstream file(name, std::ios::binary);
    if (!file) refuse(name + " cannot be read");
    const std::string raw{std::istreambuf_iterator<char>(file), {}};
    readings.push_back(email::reading_of(name, raw));
  }
  email::number_threads(readings);
  for (const auto& reading : readings) fmt::print("{}\n", json::to_json(reading));
}

void add(CLI::App& app, Invocation& run) {
  auto* mailbox = app.add_subcommand("mailbox", "Mailboxes that patients write to");
  mailbox->require_subcommand(1);
  auto given = std::make_shared<Given>();
  auto* connected = mailbox->add_subcommand("connect", "Adds a mailbox, or changes the one of that address");
  connected->add_option("address", given->address, "Address patients write to")->required();
  connected->add_option("--imap", given->imap, "HOST:PORT to read from")->required();
  connected->add_option("--smtp", given->smtp, "HOST:PORT to send through")->required();
  connected->add_option("--security", given->security,
                        "tls (usual), starttls, or none (only a server on this machine)");
  connected->add_option("--user", given->user, "Who signs in (default: the address)");
  connected->add_flag("--password-stdin", given->password_stdin,
                      "Reads the password from the first line of standard input");
  connected->add_flag("--smtp-without-sign-in", given->no_sign_in_to_send, "The SMTP server wants no password");
  connected->add_option("--site", given->site, "Name of the site its cases belong to (default: the first)");
  connected->add_option("--name", given->name, "How staff call it");
  connected->add_option("--from-name", given->from_name, "Name patients see");
  connected->add_option("--language", given->language, "es, en, fr or ca");
  connected->add_option("--sent-folder", given->sent_folder, "Folder that holds what was sent");
  connected->add_option("--auth-host", given->auth_host, "authserv-id of the Authentication-Results to trust");
  connected->add_option("--ca", given->ca_file, "PEM file of an own certification authority");
  connected->add_flag("--import-everything", given->everything, "Also mail that is already there");
  connected->callback([&run, given] { connect(run, *given); });
  auto* reading = mailbox->add_subcommand(
      "read", "Says what is made of mails in files: text, quotes, files, verdict, thread (one JSON object a line)");
  auto files = std::make_shared<std::vector<std::string>>();
  reading->add_option("files", *files, "Mails as they came (.eml)")->required();
  reading->callback([files] { read(*files); });
  mailbox->add_subcommand("list", "Each mailbox and how it is")->callback([&run] { list(run); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
