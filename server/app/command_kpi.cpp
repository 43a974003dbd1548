// auricle kpi KEY... --from DATE --to DATE: exact figures from the facts. auricle docs kpis: their documentation.
#include <fmt/format.h>

#include "analytics/analytics.h"
#include "app/cli.h"
#include "app/installation.h"
#include "integrations/import/import.h"
#include "platform/i18n/locale.h"
#include "platform/registry/registry.h"

namespace auricle::app {
namespace {

struct Asked {
  std::vector<std::string> keys;
  analytics::QueryText text;
  std::string format = "table";
};

int refuse(const Error& error) {
  const auto say = [&](const std::string& where, const std::string& key) {
    auto option = where;
    std::replace(option.begin(), option.end(), '_', '-');
    fmt::print(stderr, "{}: {}\n", where == "keys" ? "KEY" : "--" + option, i18n::text(i18n::Language::en, key));
  };
  for (const auto& field : error.fields) say(field.field, field.key);
  return 2;
}

// Sites and people under the ids they came with; those made here under ours.
analytics::GroupValue outside_name(db::Session& session, std::string_view dimension, std::int64_t id) {
  if (dimension == "agent" && id == analytics::kBot.value) return "bot";
  const auto kind = dimension == "agent" ? "agent" : dimension;
  if (auto outside = import::outside_id(session, kind, id)) return *outside;
  return std::to_string(id);
}

// Without --as-of everything known counts, also what a machine whose clock runs behind takes for the future.
Instant present(Installation& installation) {
  const auto latest =
      installation.database().read_now([](db::Session& session) { return facts::latest_fact(session); });
  const Instant now = installation.clock().now();
  constexpr std::int64_t kLongestCall = 24LL * 3600 * 1000;
  return latest && *latest > now ? *latest + kLongestCall : now;
}

void show(Invocation& run, const Asked& asked) {
  auto text = asked.text;
  for (const auto& key : asked.keys) text.keys += key + ",";
  auto& installation = run.installation();
  const auto query = analytics::parse_query(text, present(installation));
  if (!query) {
    run.exit_code = refuse(query.error());
    return;
  }
  const auto format = *enum_parse<analytics::Format>(asked.format);
  const auto printed = installation.database().read_now([&](db::Session& session) {
    const auto naming = [&](std::string_view dimension, std::int64_t id) {
      return outside_name(session, dimension, id);
    };
    return analytics::print(analytics::figures(session, *query), format, naming);
  });
  fmt::print("{}", printed);
}

std::string known_keys() {
  std::string text = "Keys:";
  for (const auto& definition : analytics::registry())
    text += fmt::format("\n  {:<24}{}", definition.key, definition.formula);
  return text;
}

void add(CLI::App& app, Invocation& run) {
  auto asked = std::make_shared<Asked>();
  auto* kpi = app.add_subcommand("kpi", "Figures of a period, exact from the facts");
  kpi->footer(known_keys());
  kpi->add_option("KEY", asked->keys, "Which figures")->required();
  kpi->add_option("--from", asked->text.from, "First local day, 2026-03-01")->required();
  kpi->add_option("--to", asked->text.to, "Local day after the last")->required();
  kpi->add_option("--by", asked->text.by,
                  "site,channel,agent,topic,language,priority,queue,service,day,weekday,hour in any combination");
  kpi->add_option("--with", asked->text.with, "Other values than the defaults, in seconds: target=30,short=10");
  kpi->add_option("--clock", asked->text.clock, "elapsed or business")->check(CLI::IsMember({"elapsed", "business"}));
  kpi->add_option("--as-of", asked->text.as_of, "Only what was known at this instant (default: now)");
  kpi->add_option("--format", asked->format, "table, csv or json")->check(CLI::IsMember({"table", "csv", "json"}));
  kpi->callback([&run, asked] { show(run, *asked); });

  auto* docs = app.add_subcommand("docs", "Documentation made from the program");
  docs->require_subcommand(1);
  auto folder = std::make_shared<std::string>("server/analytics/golden");
  auto* kpis = docs->add_subcommand("kpis", "Definitions and examples of all figures, as Markdown");
  kpis->add_option("--examples", *folder, "Folder of the example files");
  docs->add_subcommand("data", "Every table and column: personal, kept, exported, erased")->callback([] {
    fmt::print("{}", registry::markdown(registry::declared()));
  });
  kpis->callback([folder] { fmt::print("{}", analytics::kpi_documentation(*folder)); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
