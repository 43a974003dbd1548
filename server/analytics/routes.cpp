#include <algorithm>

#include "analytics/analytics.h"
#include "platform/http/answer.h"

namespace auricle::analytics {
namespace {

using http::Context;
using http::Response;

struct KpiList {
  std::vector<Definition> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(KpiList, (), (items, next_cursor))
struct Figures {
  Instant as_of;
  std::vector<Figure> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Figures, (), (as_of, items, next_cursor))
struct FigureCase {
  CaseId case_id;
  std::optional<std::int64_t> number, row_id;
  std::string day;
  Instant ended_at;
  std::optional<double> value;
  SiteId site;
  std::optional<std::string> channel;
  UserId agent;
  std::optional<std::string> topic, language;
  QueueId queue;
  std::optional<std::string> service, detail;
  bool counted = true, provisional = false;
};
BOOST_DESCRIBE_STRUCT(FigureCase, (),
                      (case_id, number, row_id, day, ended_at, value, site, channel, agent, topic, language, queue,
                       service, detail, counted, provisional))
struct FigureCases {
  std::int64_t n = 0;
  std::vector<FigureCase> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(FigureCases, (), (n, items, next_cursor))

std::optional<std::string> parameter(const Context& ctx, const char* name) {
  const auto found = ctx.request.query.find(name);
  if (found == ctx.request.query.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<std::optional<std::int64_t>> id_parameter(const Context& ctx, const char* name) {
  const auto text = parameter(ctx, name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto end = std::from_chars(text->data(), text->data() + text->size(), value);
  if (end.ec != std::errc{} || end.ptr != text->data() + text->size()) return fail_field(name, "error.wrong_type");
  return value;
}

enum class Whose { all, own };  // own: of the person who asks, without the permission to see those of others

// A person's figures are their own and their supervisors' (kpi.md); the cases behind them those one may read.
Result<Done> keep_to_own(const Context& ctx, Query& query) {
  if (query.agent && *query.agent != ctx.viewer.user) return fail(ErrorKind::forbidden, "error.forbidden");
  query.agent = ctx.viewer.user;
  return Done{};
}

Result<Done> add_filters(const Context& ctx, Query& query, Whose whose = Whose::all) {
  const auto site = id_parameter(ctx, "site"), agent = id_parameter(ctx, "agent"), queue = id_parameter(ctx, "queue");
  if (!site) return fail(site.error());
  if (!agent) return fail(agent.error());
  if (!queue) return fail(queue.error());
  if (*site) query.site = SiteId{**site};
  if (*agent) query.agent = UserId{**agent};
  if (*queue) query.queue = QueueId{**queue};
  const auto word = [&](const char* name) {
    auto value = parameter(ctx, name);
    if (value && *value == "none") value = "";
    return value;
  };
  query.channel = word("channel");
  query.topic = word("topic");
  query.language = word("language");
  query.priority = word("priority");
  query.service = word("service");
  const auto scope = scope_of(ctx.viewer, whose == Whose::own ? Permission::cases_read : Permission::figures_read);
  query.all_sites = scope.all;
  query.sites = scope.sites;
  return whose == Whose::own ? keep_to_own(ctx, query) : Result<Done>{Done{}};
}

Result<Query> query_of(const Context& ctx, const std::string& keys, Whose whose) {
  const auto text = [&](const char* name) { return parameter(ctx, name).value_or(""); };
  auto query = parse_query({keys, text("from"), text("to"), text("by"), text("clock"), text("as_of"), text("with")},
                           ctx.clock.now());
  if (!query) return query;
  if (auto done = add_filters(ctx, *query, whose); !done) return fail(done.error());
  return query;
}

Task<Response> list_kpis(Context& ctx) { co_return http::json_answer(KpiList{registry(), std::nullopt}, ctx.request); }

Task<Response> query_figures(Context& ctx, Whose whose) {
  const auto query = query_of(ctx, parameter(ctx, "keys").value_or(""), whose);
  if (!query) co_return http::problem(query.error(), ctx.request);
  auto read = [&](db::Session& session) { return figures(session, *query); };
  Figures answer;
  answer.as_of = query->as_of;
  answer.items = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

Task<Response> get_backlog(Context& ctx) {
  Query query;
  query.as_of = ctx.clock.now();
  if (const auto as_of = parameter(ctx, "as_of")) {
    const auto instant = parse_rfc3339(*as_of);
    if (!instant) co_return http::problem(fail_field("as_of", "error.instant_not_valid").value(), ctx.request);
    query.as_of = *instant;
  }
  const auto filtered = add_filters(ctx, query);
  if (!filtered) co_return http::problem(filtered.error(), ctx.request);
  auto read = [&](db::Session& session) { return backlog(session, query); };
  const Backlog answer = co_await ctx.database.read_slow(read);
  co_return http::json_answer(answer, ctx.request);
}

std::optional<std::string> some(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

FigureCase shown(const Sample& s, std::optional<std::int64_t> number) {
  FigureCase row;
  row.case_id = s.case_id;
  row.number = number;
  if (s.row) row.row_id = s.row;
  row.day = to_string(s.day);
  row.ended_at = s.ended_at;
  row.site = s.site_id;
  row.channel = some(s.channel);
  row.agent = s.agent_id;
  row.topic = some(s.topic);
  row.language = some(s.language);
  row.queue = s.queue_id;
  row.service = some(s.service);
  row.detail = some(s.detail);
  row.counted = s.counted;
  row.provisional = s.provisional;
  if (s.ms) row.value = static_cast<double>(*s.ms) / 1000;
  if (s.score) row.value = *s.score;
  if (s.part && s.weight > 0) row.value = *s.part / s.weight;
  return row;
}

void sort_samples(std::vector<Sample>& all, bool longest) {
  std::sort(all.begin(), all.end(), [&](const Sample& a, const Sample& b) {
    if (longest && a.ms != b.ms) return a.ms > b.ms;
    if (a.ended_at != b.ended_at) return a.ended_at > b.ended_at;
    return std::tie(a.case_id, a.row) < std::tie(b.case_id, b.row);
  });
}

struct Page {
  std::size_t from = 0, limit = 50;
};
Page page_of(const Context& ctx) {
  const auto number = [&](const char* name, std::int64_t otherwise) {
    const auto value = id_parameter(ctx, name);
    return value && *value ? std::max<std::int64_t>(**value, 0) : otherwise;
  };
  return {static_cast<std::size_t>(number("cursor", 0)),
          static_cast<std::size_t>(std::clamp<std::int64_t>(number("limit", 50), 1, 200))};
}

// A part of a figure: one target, one side of a rate, what one bar of its spread or one hour of its week is made of.
struct Part {
  std::optional<std::int64_t> standard;
  std::optional<bool> counted;
  std::optional<std::int64_t> at_least, under;  // seconds of a duration
  std::optional<std::int64_t> weekday, hour;
  bool holds(const Sample& s) const {
    if (standard && s.standard_id.value != *standard) return false;
    if (counted && s.counted != *counted) return false;
    if (weekday && clinic::iso_weekday(s.day) != *weekday) return false;
    if (hour && s.hour != *hour) return false;
    if (at_least && s.ms.value_or(-1) < *at_least * 1000) return false;
    return !under || (s.ms && *s.ms < *under * 1000);
  }
};
Result<Part> part_of(const Context& ctx, Query& query) {
  Part part;
  for (const auto& [name, value] :
       {std::pair{"at_least", &part.at_least}, std::pair{"under", &part.under}, std::pair{"weekday", &part.weekday},
        std::pair{"hour", &part.hour}, std::pair{"standard", &part.standard}}) {
    const auto number = id_parameter(ctx, name);
    if (!number) return fail(number.error());
    *value = *number;
  }
  if (part.hour) query.by.push_back(Dimension::hour);
  if (const auto counted = parameter(ctx, "counted")) {
    if (*counted != "yes" && *counted != "no") return fail_field("counted", "error.unknown_value");
    part.counted = *counted == "yes";
  }
  return part;
}

Task<Response> list_figure_cases(Context& ctx, const CaseNumber& number_of, Whose whose) {
  const std::string key = ctx.request.path_params.at("key");
  if (!find_definition(key))
    co_return http::problem(fail(ErrorKind::not_found, "error.not_found").value(), ctx.request);
  auto query = query_of(ctx, key, whose);
  if (!query) co_return http::problem(query.error(), ctx.request);
  const auto part = part_of(ctx, *query);
  if (!part) co_return http::problem(part.error(), ctx.request);
  const Page page = page_of(ctx);
  const bool longest = parameter(ctx, "sort").value_or("longest") == "longest";
  auto read = [&](db::Session& session) {
    auto all = samples(session, *query, key);
    std::erase_if(all, [&](const Sample& sample) { return !part->holds(sample); });
    sort_samples(all, longest);
    FigureCases answer;
    answer.n = static_cast<std::int64_t>(all.size());
    for (std::size_t i = page.from; i < all.size() && answer.items.size() < page.limit; ++i) {
      const CaseId id = all[i].case_id;
      if (id) session.disclose("case", id.value);
      answer.items.push_back(shown(all[i], id ? number_of(session, id) : std::nullopt));
    }
    const auto next = page.from + answer.items.size();
    if (!answer.items.empty() && next < all.size()) answer.next_cursor = std::to_string(next);
    return answer;
  };
  const auto answer = co_await http::audited_read(ctx, audit::Action::list, read, http::Pace::slow);
  co_return http::json_answer(answer, ctx.request);
}

struct Distribution {
  std::string key;
  std::int64_t n = 0;
  std::vector<DistributionBin> bins;
};
BOOST_DESCRIBE_STRUCT(Distribution, (), (key, n, bins))

Task<Response> get_distribution(Context& ctx, Whose whose) {
  const std::string key = ctx.request.path_params.at("key");
  const auto* definition = find_definition(key);
  if (!definition || definition->unit != Unit::seconds)
    co_return http::problem(fail(ErrorKind::not_found, "error.not_found").value(), ctx.request);
  const auto query = query_of(ctx, key, whose);
  if (!query) co_return http::problem(query.error(), ctx.request);
  auto read = [&](db::Session& session) {
    const auto all = samples(session, *query, key);
    return Distribution{key, static_cast<std::int64_t>(all.size()), distribution(all)};
  };
  const auto answer = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

}  // namespace

void add_routes(http::Router& router, CaseNumber number_of) {
  using http::Access;
  using http::Method;
  const auto figures_read = Access::needs(Permission::figures_read), signed_in = Access::signed_in();
  const auto add = [&](const char* path, const char* operation, Access access, auto handler, Whose whose) {
    router.add(Method::get, path, operation, access, [=](Context& ctx) { return handler(ctx, whose); });
  };
  const auto cases = [number_of](Context& ctx, Whose whose) { return list_figure_cases(ctx, number_of, whose); };
  router.add(Method::get, "/api/kpis", "list_kpis", signed_in, list_kpis);
  router.add(Method::get, "/api/figures/backlog", "get_backlog", figures_read, get_backlog);
  add("/api/figures", "query_figures", figures_read, query_figures, Whose::all);
  add("/api/figures/{key}/cases", "list_figure_cases", figures_read, cases, Whose::all);
  add("/api/figures/{key}/distribution", "get_distribution", figures_read, get_distribution, Whose::all);
  add("/api/own-figures", "query_own_figures", signed_in, query_figures, Whose::own);
  add("/api/own-figures/{key}/cases", "list_own_figure_cases", signed_in, cases, Whose::own);
  add("/api/own-figures/{key}/distribution", "get_own_distribution", signed_in, get_distribution, Whose::own);
}

}  // namespace auricle::analytics
