// auricle bottlenecks: where patients are held up and what to do; --change: why they waited more or less than before.
#include <fmt/format.h>

#include "app/cli.h"
#include "app/installation.h"
#include "bottlenecks/bottlenecks.h"
#include "integrations/import/import.h"
#include "platform/base/json.h"
#include "platform/i18n/locale.h"

namespace auricle::app {
namespace {

using bottlenecks::Change;
using bottlenecks::Finding;
using bottlenecks::Report;

struct Asked {
  std::string from, to, site, format = "table";
  bool change = false;
};

int refuse(const Error& error) {
  for (const auto& field : error.fields)
    fmt::print(stderr, "--{}: {}\n", field.field, i18n::text(i18n::Language::en, field.key, error.params));
  return 2;
}

using SiteNames = std::map<SiteId, std::string>;
SiteNames site_names(db::Session& session) {
  SiteNames names;
  for (const auto& site : clinic::sites(session)) names[site.id] = site.name;
  return names;
}

std::string spaced(std::string_view key) {
  std::string text(key);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string where(const bottlenecks::Segment& segment, const SiteNames& sites) {
  static constexpr const char* kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (segment.site_id) add(sites.contains(segment.site_id) ? sites.at(segment.site_id) : "?");
  for (const auto& value : {segment.channel, segment.topic, segment.language})
    if (value) add(spaced(*value));
  if (segment.weekday) add(kDays[*segment.weekday]);
  if (segment.hour_from) text += fmt::format(" {}:00-{}:00", *segment.hour_from, *segment.hour_to);
  return text.empty() ? "everything" : text;
}

std::string lasting(double seconds) {
  const double amount = std::abs(seconds);
  if (amount < 100) return fmt::format("{:.0f} s", seconds);
  return amount < 7200 ? fmt::format("{:.0f} min", seconds / 60) : fmt::format("{:.1f} h", seconds / 3600);
}
std::string lasting(const std::optional<double>& seconds) { return seconds ? lasting(*seconds) : ""; }

void print_finding(const Finding& one, const SiteNames& sites) {
  fmt::print("{}. {}: {}\n", one.rank, spaced(enum_name(one.stage)), where(one.segment, sites));
  fmt::print("   {} {}, {} cases, {} patients, {} in all\n", lasting(one.excess_s),
             one.basis == bottlenecks::Basis::against_standard ? "beyond the standard" : "more than the others",
             one.cases, one.patients, lasting(one.total_s));
  fmt::print("   median {} (others {}), p90 {} (others {}); corrected p {:.2g}\n", lasting(one.time.median_s),
             lasting(one.others.median_s), lasting(one.time.p90_s), lasting(one.others.p90_s), one.q);
  fmt::print("   {}: would save {} ({})\n", spaced(enum_name(one.action.kind)), lasting(one.action.saved_s),
             spaced(enum_name(one.action.method)));
  if (const auto& effect = one.action.staffing)
    fmt::print("   {} free for them instead of {}: {} of waiting instead of {} on average\n", effect->agents_then,
               effect->agents_now ? std::to_string(effect->agents_now) : "fewer than one", lasting(effect->wait_then_s),
               lasting(effect->wait_now_s));
}

void print_report(const Report& report, const SiteNames& sites) {
  for (const auto& one : report.items) print_finding(one, sites);
  fmt::print(stderr, "{} cases, {} segments with at least {} of them looked at, {} found.\n", report.cases,
             report.segments, report.fewest_cases, report.items.size());
}

void print_change(const Change& change, const SiteNames& sites) {
  const auto line = [](const std::string& name, double seconds) {
    fmt::print("{:<8}{:>10}\n", name, lasting(seconds));
  };
  line("before", change.before_s);
  line("volume", change.volume_s);
  line("mix", change.mix_s);
  line("speed", change.speed_s);
  line("after", change.after_s);
  for (const auto& group : change.groups) {
    bottlenecks::Segment segment;
    segment.site_id = group.site_id;
    if (!group.channel.empty()) segment.channel = group.channel;
    if (!group.topic.empty()) segment.topic = group.topic;
    fmt::print("  {:>10}  {} ({} cases, before {})\n", lasting(group.sum()), where(segment, sites), group.cases_after,
               group.cases_before);
  }
}

void show(Invocation& run, const Asked& asked) {
  auto& installation = run.installation();
  auto query = bottlenecks::parse_query(asked.from, asked.to, installation.clock().now());
  if (!query) {
    run.exit_code = refuse(query.error());
    return;
  }
  installation.database().read_now([&](db::Session& session) {
    const auto sites = site_names(session);
    if (!asked.site.empty()) {
      const auto found = std::find_if(sites.begin(), sites.end(), [&](const auto& one) {
        return one.second == asked.site || std::to_string(one.first.value) == asked.site;
      });
      if (found == sites.end()) throw std::runtime_error("there is no site called " + asked.site);
      query->site = found->first;
    }
    const bool json = asked.format == "json";
    if (asked.change) {
      const auto change = bottlenecks::change(session, *query);
      return json ? fmt::print("{}\n", json::to_json(change)) : print_change(change, sites);
    }
    const auto report = bottlenecks::report(session, *query);
    return json ? fmt::print("{}\n", json::to_json(report)) : print_report(report, sites);
  });
}

void add(CLI::App& app, Invocation& run) {
  auto asked = std::make_shared<Asked>();
  auto* command = app.add_subcommand("bottlenecks", "Where patients are held up, how sure that is, and what to do");
  command->add_option("--from", asked->from, "First local day, 2026-03-01")->required();
  command->add_option("--to", asked->to, "Local day after the last")->required();
  command->add_option("--site", asked->site, "Name or id (default: all)");
  command->add_flag("--change", asked->change, "Why patients waited more or less than in the days before");
  command->add_option("--format", asked->format, "table or json")->check(CLI::IsMember({"table", "json"}));
  command->callback([&run, asked] { show(run, *asked); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
