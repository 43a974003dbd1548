// auricle serve: the desk itself.
#include <fmt/format.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>

#include <filesystem>

#include "app/app.h"
#include "app/cli.h"
#include "app/practice.h"
#include "app/services.h"
#include "app/version.h"
#include "platform/base/embedded.h"
#include "platform/base/log.h"
#include "platform/http/description.h"
#include "platform/http/platform_routes.h"
#include "platform/http/server.h"

namespace auricle::app {
namespace {

struct ServeOptions {
  std::string listen, web;
  bool allow_route_drift = false, test_clock = false, print_links = false;
};

void set_up_log(const config::Config& config) {
  const auto format = config.text("log.format"), level = config.text("log.level");
  const bool text = format == "text" || (format == "auto" && isatty(STDERR_FILENO));
  log::set_up(text ? log::Format::text : log::Format::json, level == "debug"   ? log::Level::debug
                                                            : level == "warn"  ? log::Level::warn
                                                            : level == "error" ? log::Level::error
                                                                               : log::Level::info);
}

// "127.0.0.1:8080", "[::]:8080", "localhost:8080"
void read_endpoint(const std::string& text, http::ServerOptions& options) {
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  const auto digits = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool number =
      !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (host.empty() || !number || std::stoi(digits) > 65535)
    throw std::runtime_error("listen must be address:port, such as 127.0.0.1:8080, not " + text);
  options.address = host == "localhost" ? "127.0.0.1" : host;
  options.port = static_cast<std::uint16_t>(std::stoi(digits));
}

http::ServerOptions server_options(const config::Config& config, const ServeOptions& given) {
  http::ServerOptions options;
  read_endpoint(given.listen.empty() ? config.text("listen") : given.listen, options);
  const auto number = [&](const char* name) { return static_cast<int>(config.number(name)); };
  options.threads = number("http.threads");
  options.max_connections = static_cast<std::size_t>(config.number("http.max_connections"));
  options.max_header = static_cast<std::size_t>(config.number("http.max_header"));
  options.header_timeout = number("http.header_timeout");
  options.transfer_timeout = number("http.transfer_timeout");
  options.idle_timeout = number("http.idle_timeout");
  options.shutdown_timeout = number("http.shutdown_timeout");
  const auto proxies = http::TrustedProxies::parse(config.text("http.trusted_proxies"));
  if (!proxies)
    throw std::runtime_error("http.trusted_proxies must be addresses or networks, such as 127.0.0.1, 10.0.0.0/8");
  options.proxies = *proxies;
  return options;
}

std::filesystem::path web_folder(const config::Config& config, const ServeOptions& given) {
  if (!given.web.empty()) return given.web;
  if (!config.text("web").empty()) return config.text("web");
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "web";
}

void check_routes(const http::Router& router, const ServeOptions& given) {
  const auto found = http::differences(router.routes(), embedded::api().at(0).content);
  if (found.empty()) return;
  for (const auto& difference : found) fmt::print(stderr, "{}\n", difference);
  if (!given.allow_route_drift)
    throw std::runtime_error(
        "the routes differ from the description in api/ (--allow-route-drift starts nevertheless)");
}

void write_server_metrics(metrics::Writer& writer, const http::ServerStatistics& now) {
  writer.gauge("auricle_http_connections", "Open connections.", static_cast<double>(now.connections));
  writer.gauge("auricle_live_sockets", "Open live channels.", static_cast<double>(now.sockets));
  writer.counter("auricle_http_accepted_total", "Accepted connections.", static_cast<double>(now.accepted));
  writer.counter("auricle_http_refused_total", "Connections refused because there were too many.",
                 static_cast<double>(now.refused));
  writer.counter("auricle_http_timed_out_total", "Requests cut off because they were too slow.",
                 static_cast<double>(now.timed_out));
  writer.counter("auricle_http_malformed_total", "Requests that were not HTTP.", static_cast<double>(now.malformed));
}

http::Server::Observer observer(metrics::RequestMetrics& requests, bool log_each) {
  return [&requests, log_each](const http::Served& served) {
    requests.observe(served.method, served.route, served.status, served.seconds, served.bytes);
    if (!log_each) return;
    log::info("request", {{"request_id", served.request_id},
                          {"method", served.method},
                          {"route", served.route},
                          {"status", served.status},
                          {"ms", served.seconds * 1000},
                          {"bytes", served.bytes}});
  };
}

std::string base_url(const config::Config& config, const http::Server& server) {
  auto url = config.text("public_url").empty() ? server.url() : config.text("public_url");
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

std::optional<team::User> first_with(const std::vector<team::User>& users, Role role) {
  for (const auto& user : users)
    for (const auto& membership : user.memberships)
      if (membership.role == role) return user;
  return std::nullopt;
}

// An empty installation invites its first administrator; a demo lets a director and an agent in. Links work once.
void print_links(Services& services, const std::string& url, bool demo) {
  const auto now = services.clock.now();
  if (!demo && services.database.read_now([](db::Session& session) { return team::needs_setup(session); })) {
    const auto link = services.database.write_now([&](db::Tx& tx) { return services.team.create_setup_link(tx, now); });
    if (link) fmt::print("First administrator: {}\n", team::link_url(url, link->token));
    std::fflush(stdout);
  }
  if (!demo) return;
  const auto users = services.database.read_now([](db::Session& session) { return team::users(session); });
  for (const auto role : {Role::director, Role::agent}) {
    const auto user = first_with(users, role);
    if (!user) continue;
    const auto link = services.database.write_now([&](db::Tx& tx) -> Result<team::NewLink> {
      const auto active = team::create_user(tx, {user->email, user->name, user->memberships, user->language}, now);
      if (!active) return fail(active.error());
      return services.team.create_sign_in_link(tx, user->email, now);
    });
    if (link) fmt::print("Sign in as {} ({}): {}\n", to_string(role), user->name, team::link_url(url, link->token));
  }
  std::fflush(stdout);  // read through a pipe by those who start us
}

int serve(Invocation& run, const ServeOptions& given) {
  set_up_log(run.config);
  signal(SIGPIPE, SIG_IGN);
  run.serves = true;
  auto& installation = run.installation();
  App app(installation);
  Practice practice(installation);
  metrics::Registry registry;
  metrics::RequestMetrics requests;
  http::Router router;
  http::add_routes(router, http::PlatformRoutes{registry, run.config.text("metrics.token")});
  if (given.test_clock) http::add_test_clock(router, installation.adjustable_clock());
  std::unique_ptr<http::Server> server;
  app.add_routes(router, [&server] { return server ? static_cast<std::int64_t>(server->statistics().sockets) : 0; });
  practice.add_routes(router);
  check_routes(router, given);

  const http::Dispatcher dispatcher(router, installation.database(), installation.clock(), app.authenticate());
  http::LiveHub live(installation.database(), app.authenticate(), app.live_rules());
  app.services().sequencer.on_changes(
      [&](const std::vector<events::SequencedChange>& changes) { live.publish(changes); });
  const http::Assets assets(web_folder(run.config, given));
  server = http::make_server(server_options(run.config, given), dispatcher, assets, live,
                             observer(requests, run.config.boolean("log.requests")), practice.mount());
  registry.collect(metrics::write_process);
  registry.collect([&](metrics::Writer& writer) { write_server_metrics(writer, server->statistics()); });
  registry.collect([&](metrics::Writer& writer) { requests.write(writer); });
  app.collect(registry);
  app.start();
  practice.start();
  fmt::print("Auricle {} listens on {}\n", kVersion, server->url());
  print_links(app.services(), base_url(run.config, *server), given.print_links);
  std::fflush(stdout);
  log::info("started", {{"version", kVersion}, {"port", server->port()}});
  server->run();
  live.stop();
  app.stop();
  log::info("stopped");
  log::flush();
  return 0;
}

void add(CLI::App& app, Invocation& run) {
  const auto options = std::make_shared<ServeOptions>();
  auto* command = app.add_subcommand("serve", "Runs the desk until it is told to stop (SIGTERM)");
  command->add_option("--listen", options->listen,
                      "Address and port, such as 127.0.0.1:8080; port 0 takes any free one");
  command->add_option("--web", options->web, "Folder of the web pages");
  command->add_flag("--allow-route-drift", options->allow_route_drift,
                    "For development: start although routes differ from api/");
  command->add_flag("--print-links", options->print_links,
                    "Print one-time sign-in links for the demo's director and agent");
  command->add_flag("--test-clock", options->test_clock, "For tests: POST /api/test/clock sets the time");
  command->callback([&run, options] { run.exit_code = serve(run, *options); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
