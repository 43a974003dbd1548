// auricle staff invite --email … --role … | link EMAIL | list
#include <fmt/format.h>

#include "app/cli.h"
#include "app/installation.h"
#include "platform/i18n/locale.h"
#include "team/team.h"

namespace auricle::app {
namespace {

struct Given {
  std::string email, name, role, site, language, url;
};

[[noreturn]] void refuse(const Error& error) {
  auto text = i18n::text(i18n::Language::en, error.key, error.params);
  for (const auto& field : error.fields)
    text += fmt::format("\n  {}: {}", field.field, i18n::text(i18n::Language::en, field.key, error.params));
  throw std::runtime_error(text);
}

std::string base_url(const Invocation& run, const Given& given) {
  auto url = given.url.empty() ? run.config.text("public_url") : given.url;
  if (url.empty()) url = "http://" + run.config.text("listen");
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

SiteId site_of(db::Session& session, const std::string& name) {
  if (name.empty()) return {};
  for (const auto& site : clinic::sites(session))
    if (site.name == name) return site.id;
  throw std::runtime_error("there is no site called " + name);
}

void invite(Invocation& run, const Given& given) {
  auto& installation = run.installation();
  const team::Team team(installation.keyring());
  const auto role = enum_parse<Role>(given.role);
  if (!role)
    throw std::runtime_error(
        "--role is director, supervisor, agent, receptionist, clinician, data_protection_officer or administrator");
  const auto invited = installation.database().write_now([&](db::Tx& tx) {
    team::InvitationInput input;
    input.email = given.email;
    input.name = given.name;
    if (!given.language.empty()) input.language = i18n::language_of(given.language);
    input.memberships = {{*role, site_of(tx, given.site)}};
    return team.invite(Viewer::system_viewer("administration"), tx, input, installation.clock().now());
  });
  if (!invited) refuse(invited.error());
  fmt::print("{}\n", team::link_url(base_url(run, given), invited->link.token));
  fmt::print(stderr, "Works once, until {}. Please hand it over in a safe way.\n",
             to_rfc3339(invited->link.expires_at));
}

void link(Invocation& run, const Given& given) {
  auto& installation = run.installation();
  const team::Team team(installation.keyring());
  const auto made = installation.database().write_now(
      [&](db::Tx& tx) { return team.create_sign_in_link(tx, given.email, installation.clock().now()); });
  if (!made) refuse(made.error());
  fmt::print("{}\n", team::link_url(base_url(run, given), made->token));
  fmt::print(stderr, "Signs in once, until {}.\n", to_rfc3339(made->expires_at));
}

void setup(Invocation& run, const Given& given) {
  auto& installation = run.installation();
  const team::Team team(installation.keyring());
  if (!installation.database().read_now([](db::Session& session) { return team::needs_setup(session); }))
    throw std::runtime_error("there is an administrator: auricle staff invite, or auricle staff link");
  const auto made = installation.database().write_now(
      [&](db::Tx& tx) { return team.create_setup_link(tx, installation.clock().now()); });
  if (!made) refuse(made.error());
  fmt::print("{}\n", team::link_url(base_url(run, given), made->token));
  fmt::print(stderr, "Makes the first administrator. Works once, until {}.\n", to_rfc3339(made->expires_at));
}

void list(Invocation& run) {
  const auto all = run.installation().database().read_now([](db::Session& s) { return team::users(s); });
  for (const auto& user : all) {
    std::string roles;
    for (const auto role : viewer_of(user.id, user.memberships, Assurance::none).roles)
      roles += (roles.empty() ? "" : ", ") + std::string(to_string(role));
    fmt::print("{}\t{}\t{}\t{}\n", user.email, user.name, roles, user.active ? "active" : "inactive");
  }
}

void add(CLI::App& app, Invocation& run) {
  auto given = std::make_shared<Given>();
  auto* staff = app.add_subcommand("staff", "Invite colleagues, make one-time sign-in links");
  staff->require_subcommand(1);
  auto* first = staff->add_subcommand("setup", "Print the one-time link that makes the first administrator");
  first->add_option("--url", given->url, "Address of the desk (default: public_url)");
  first->callback([&run, given] { setup(run, *given); });
  auto* invited = staff->add_subcommand("invite", "Print the one-time link of a new invitation");
  invited->add_option("--email", given->email, "E-mail address")->required();
  invited->add_option("--role", given->role, "Role")->required();
  invited->add_option("--name", given->name, "Name");
  invited->add_option("--site", given->site, "Only at this site (default: at every site)");
  invited->add_option("--language", given->language, "en, es, fr or ca");
  invited->add_option("--url", given->url, "Address of the desk (default: public_url)");
  invited->callback([&run, given] { invite(run, *given); });
  auto* linked = staff->add_subcommand("link", "Print a one-time sign-in link of an active colleague");
  linked->add_option("email", given->email, "E-mail address")->required();
  linked->add_option("--url", given->url, "Address of the desk (default: public_url)");
  linked->callback([&run, given] { link(run, *given); });
  staff->add_subcommand("list", "List staff")->callback([&run] { list(run); });
}

const Command registered{add};

}  // namespace
}  // namespace auricle::app
