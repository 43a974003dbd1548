// auricle forecast: arrivals of the next weeks, or how good earlier forecasts were. auricle staffing: the agents they
// take, and what other numbers would achieve. auricle erlang: the same for one load given by hand.
#include <fmt/format.h>

#include <map>

#include "app/cli.h"
#include "app/installation.h"
#include "platform/base/json.h"
#include "platform/i18n/locale.h"
#include "staffing/staffing.h"

namespace auricle::app {
namespace {

using staffing::AgentsAnswer;
using staffing::AgentsInput;
using staffing::Forecast;

struct Asked {
  std::string site, channel, queue, from, by = "day", format = "table", model = "erlang_a";
  int days = staffing::kMostDays;
  double target = 0.8, within = 20, shrinkage = 0.3, handling = 0, patience = 0, calls = 0, minutes = 30;
  std::optional<int> agents;
  std::vector<std::string> changes;
};

int refuse(const Error& error) {
  fmt::print(stderr, "{}\n", i18n::text(i18n::Language::en, error.key, error.params));
  for (const auto& field : error.fields)
    fmt::print(stderr, "  {}: {}\n", field.field, i18n::text(i18n::Language::en, field.key, error.params));
  return 2;
}

using Cells = std::vector<std::string>;

void print_rows(const Cells& head, const std::vector<Cells>& rows, const std::string& format) {
  std::vector<std::size_t> widths;
  for (const auto& name : head) widths.push_back(name.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const auto line = [&](const Cells& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (format == "csv")
        text += (i ? "," : "") + cells[i];
      else
        text += fmt::format("{}{:>{}}", i ? "  " : "", cells[i], widths[i]);
    }
    fmt::print("{}\n", text);
  };
  line(head);
  for (const auto& row : rows) line(row);
}

std::string decimal(double value, int digits = 1) { return fmt::format("{:.{}f}", value, digits); }
std::string percent(std::optional<double> share) { return share ? fmt::format("{:.1f}%", 100 * *share) : ""; }
std::string whole(const auto& value) { return value ? fmt::format("{}", *value) : ""; }
std::string clock_of(int slot) { return fmt::format("{:02}:{:02}", slot / 2, slot % 2 * 30); }

// By name or id; without one the first.
template <class List>
auto by_name(const List& list, const std::string& name, const char* what) {
  for (const auto& one : list)
    if (one.name == name || std::to_string(one.id.value) == name) return one.id;
  throw std::runtime_error(fmt::format("there is no {} called {}", what, name));
}

Result<Forecast> forecast_of(Invocation& run, const Asked& asked) {
  auto& installation = run.installation();
  return installation.database().read_now([&](db::Session& session) -> Result<Forecast> {
    staffing::ForecastQuery query;
    query.site_id =
        asked.site.empty() ? clinic::first_site(session) : by_name(clinic::sites(session), asked.site, "site");
    if (!asked.queue.empty()) query.queue_id = by_name(clinic::queues(session), asked.queue, "queue");
    query.channel = asked.channel;
    query.days = asked.days;
    if (!asked.from.empty()) {
      query.from = clinic::parse_local_day(asked.from);
      if (!query.from) return fail_field("from", "error.date_not_valid");
    }
    return staffing::forecast(session, query, installation.clock().now());
  });
}

void print_origins(const Forecast& forecast, const std::string& format) {
  std::vector<Cells> rows;
  for (const auto& one : forecast.accuracy.origins)
    rows.push_back({one.from, std::to_string(one.days), decimal(one.mase, 3), decimal(one.against_naive, 3),
                    percent(one.day_error), percent(one.bias), percent(one.coverage), one.failed ? "failed" : ""});
  print_rows({"from", "days", "mase", "against_naive", "day_error", "bias", "coverage_80", "result"}, rows, format);
}

void print_forecast(const Forecast& forecast, const Asked& asked) {
  std::vector<Cells> rows;
  if (asked.by == "origin") return print_origins(forecast, asked.format);
  if (asked.by == "day") {
    for (const auto& day : forecast.days)
      rows.push_back({day.date, decimal(day.expected), decimal(day.low, 0), decimal(day.high, 0), whole(day.came),
                      day.holiday ? "holiday" : ""});
    return print_rows({"day", "expected", "low_80", "high_80", "came", ""}, rows, asked.format);
  }
  for (const auto& one : forecast.intervals)
    rows.push_back({one.date, clock_of(one.slot), decimal(one.expected, 2), decimal(one.low, 0), decimal(one.high, 0),
                    whole(one.came), one.open ? "" : "closed"});
  print_rows({"day", "from", "expected", "low_80", "high_80", "came", ""}, rows, asked.format);
}

void say_no_model() {
  fmt::print(stderr, "Too little history: a forecast needs {} days since the first arrival.\n",
             staffing::Forecaster::kFewestDays);
}

void show_forecast(Invocation& run, const Asked& asked) {
  const auto found = forecast_of(run, asked);
  if (!found) {
    run.exit_code = refuse(found.error());
    return;
  }
  if (asked.format == "json") {
    fmt::print("{}\n", json::to_json(*found));
  } else {
    if (!found->model) say_no_model();
    print_forecast(*found, asked);
  }
}

// "2026-11-23 09:00-11:00 -1": half hours of that day, by so many more or fewer.
struct Change {
  std::string date;
  int from = 0, to = 0, by = 0;
};
Change change_of(const std::string& text) {
  char date[11] = {}, rest = 0;
  int h1 = 0, m1 = 0, h2 = 0, m2 = 0, by = 0;
  const int read = std::sscanf(text.c_str(), "%10s %2d:%2d-%2d:%2d %d%c", date, &h1, &m1, &h2, &m2, &by, &rest);
  if (read != 6 || !clinic::parse_local_day(date))
    throw std::runtime_error("--change is like \"2026-11-23 09:00-11:00 -1\"");
  return {date, h1 * 2 + m1 / 30, h2 * 2 + m2 / 30, by};
}

int changed(const std::vector<Change>& changes, const staffing::ForecastInterval& interval, int agents) {
  for (const auto& change : changes)
    if (change.date == interval.date && interval.slot >= change.from && interval.slot < change.to) agents += change.by;
  return std::max(0, agents);
}

AgentsInput input_of(const Asked& asked) {
  AgentsInput input;
  input.model = enum_from_name<staffing::Model>(asked.model);
  input.handling_s = asked.handling;
  if (asked.patience > 0) input.patience_s = asked.patience;
  input.service_level = asked.target;
  input.within_s = asked.within;
  input.shrinkage = asked.shrinkage;
  return input;
}

Cells performance_cells(const std::optional<staffing::Performance>& at) {
  if (!at) return {"", "", "", ""};
  return {percent(at->service_level), percent(at->p_abandon), at->answer_s ? decimal(*at->answer_s) : "",
          percent(at->occupancy)};
}

void print_agents(const Forecast& forecast, const AgentsInput& input, const AgentsAnswer& answer,
                  const std::string& format) {
  std::vector<Cells> rows;
  for (std::size_t i = 0; i < answer.items.size(); ++i) {
    const auto& one = answer.items[i];
    const auto& interval = forecast.intervals[i];
    if (!interval.open && !input.intervals[i].agents.value_or(0)) continue;
    Cells row{interval.date,     clock_of(interval.slot), decimal(interval.expected, 2),   decimal(one.load, 2),
              whole(one.needed), whole(one.rostered),     whole(input.intervals[i].agents)};
    for (auto& cell : performance_cells(one.at_agents ? one.at_agents : one.at_needed)) row.push_back(cell);
    rows.push_back(std::move(row));
  }
  print_rows({"day", "from", "expected", "erlangs", "needed", "rostered", "planned", "service_level", "abandoned",
              "answer_s", "occupancy"},
             rows, format);
}

struct Staffed {
  AgentsInput input;
  AgentsAnswer answer;
};
BOOST_DESCRIBE_STRUCT(Staffed, (), (input, answer))

// From the plan, else from what is needed, the changes applied.
Result<Staffed> staffed(Invocation& run, const Asked& asked, const Forecast& forecast) {
  auto input = input_of(asked);
  if (asked.handling <= 0) input.handling_s = forecast.handling.mean_s.value_or(0);
  if (asked.patience <= 0) input.patience_s = forecast.patience.mean_s;
  if (!input.patience_s) input.model = staffing::Model::erlang_c;
  for (const auto& one : forecast.intervals) input.intervals.push_back({one.open ? one.expected : 0, std::nullopt});
  const auto plan = run.installation().database().read_now([&](db::Session& session) {
    return staffing::plan_of(session, forecast.site_id, forecast.channel, forecast.queue_id);
  });
  auto needed = staffing::agents_for(input);
  if (!needed) return fail(needed.error());
  std::vector<Change> changes;
  for (const auto& text : asked.changes) changes.push_back(change_of(text));
  if (plan.version == 0 && changes.empty()) return Staffed{std::move(input), std::move(*needed)};
  for (std::size_t i = 0; i < input.intervals.size(); ++i) {
    const auto& interval = forecast.intervals[i];
    const auto day = clinic::parse_local_day(interval.date).value();
    const int usual =
        plan.version ? plan.week[clinic::iso_weekday(day)][interval.slot] : needed->items[i].needed.value_or(0);
    input.intervals[i].agents = changed(changes, interval, usual);
  }
  auto answer = staffing::agents_for(input);
  if (!answer) return fail(answer.error());
  return Staffed{std::move(input), std::move(*answer)};
}

void show_staffing(Invocation& run, const Asked& asked) {
  const auto found = forecast_of(run, asked);
  if (!found) {
    run.exit_code = refuse(found.error());
    return;
  }
  if (!found->model) return say_no_model();
  const auto result = staffed(run, asked, *found);
  if (!result) {
    run.exit_code = refuse(result.error());
    return;
  }
  if (asked.format == "json") {
    fmt::print("{}\n", json::to_json(*result));
    return;
  }
  print_agents(*found, result->input, result->answer, asked.format);
  const auto& whole = result->answer.with_needed;
  fmt::print(stderr, "Needed: {:.1f} hours at work, {:.1f} on the roster; service level {}.\n", whole.agent_hours,
             result->answer.rostered_hours, percent(whole.service_level));
  if (const auto& tried = result->answer.with_agents)
    fmt::print(stderr, "Planned: {:.1f} hours at work; service level {}, abandoned {}.\n", tried->agent_hours,
               percent(tried->service_level), percent(tried->p_abandon));
}

void show_erlang(Invocation& run, const Asked& asked) {
  auto input = input_of(asked);
  if (asked.patience <= 0) input.model = staffing::Model::erlang_c;
  input.interval_s = asked.minutes * 60;
  input.intervals.push_back({asked.calls, asked.agents});
  const auto answer = staffing::agents_for(input);
  if (!answer) {
    run.exit_code = refuse(answer.error());
    return;
  }
  if (asked.format == "json") {
    fmt::print("{}\n", json::to_json(*answer));
    return;
  }
  std::vector<Cells> rows;
  const auto row = [&](const std::string& name, const std::string& agents, const auto& at) {
    Cells cells{name, agents};
    for (auto& cell : performance_cells(at)) cells.push_back(cell);
    rows.push_back(std::move(cells));
  };
  const auto& one = answer->items.front();
  row("needed", whole(one.needed), one.at_needed);
  if (asked.agents) row("given", whole(asked.agents), one.at_agents);
  print_rows({"", "agents", "service_level", "abandoned", "answer_s", "occupancy"}, rows, asked.format);
}

using Given = std::shared_ptr<Asked>;

void add_series(CLI::App* command, const Given& asked) {
  command->add_option("--site", asked->site, "Name or id (default: the first site)");
  command->add_option("--channel", asked->channel, "Default: the busiest that waits in a queue");
  command->add_option("--queue", asked->queue, "Name or id (default: all queues together)");
  command->add_option("--from", asked->from, "First local day; only what came before is learnt from (default: today)");
  command->add_option("--days", asked->days, "1 to 28");
  command->add_option("--format", asked->format, "table, csv or json")->check(CLI::IsMember({"table", "csv", "json"}));
}

void add_target(CLI::App* command, const Given& asked) {
  command->add_option("--target", asked->target, "Share to be answered in time (0.8)");
  command->add_option("--within", asked->within, "In time: within so many seconds (20)");
  command->add_option("--handling", asked->handling, "Seconds per call with wrap-up");
  command->add_option("--patience", asked->patience, "Seconds a caller is willing to wait on average");
}

void add(CLI::App& app, Invocation& run) {
  auto asked = std::make_shared<Asked>();
  auto* forecast = app.add_subcommand("forecast", "Arrivals of the next four weeks");
  add_series(forecast, asked);
  forecast->add_option("--by", asked->by, "day, half-hour, or origin: how good earlier forecasts were")
      ->check(CLI::IsMember({"day", "half-hour", "origin"}));
  forecast->callback([&run, asked] { show_forecast(run, *asked); });

  auto* staffing = app.add_subcommand("staffing", "Agents the forecast takes, and what other numbers would achieve");
  add_series(staffing, asked);
  add_target(staffing, asked);
  staffing->add_option("--shrinkage", asked->shrinkage, "Share of paid time in breaks, training, absence (0.3)");
  staffing->add_option("--model", asked->model, "erlang_a (callers hang up) or erlang_c")
      ->check(CLI::IsMember({"erlang_a", "erlang_c"}));
  staffing->add_option("--change", asked->changes, "Try out: \"2026-11-23 09:00-11:00 -1\"");
  staffing->callback([&run, asked] { show_staffing(run, *asked); });

  auto* erlang = app.add_subcommand("erlang", "Agents for a load given by hand");
  add_target(erlang, asked);
  erlang->add_option("--calls", asked->calls, "Calls in the time")->required();
  erlang->add_option("--minutes", asked->minutes, "The time (30)");
  erlang->add_option("--agents", asked->agents, "Try out so many");
  erlang->add_option("--format", asked->format, "table, csv or json")->check(CLI::IsMember({"table", "csv", "json"}));
  erlang->callback([&run, asked] { show_erlang(run, *asked); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
