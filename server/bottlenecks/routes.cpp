#include <charconv>

#include "bottlenecks/bottlenecks.h"
#include "platform/http/answer.h"

namespace auricle::bottlenecks {
namespace {

using http::Context;
using http::Response;

struct StayRow {
  CaseId case_id;
  std::optional<std::int64_t> number, row_id;
  Instant began_at, ended_at;
  double seconds = 0;
  std::optional<double> late_s;
  ClockKind clock = ClockKind::elapsed;
  SiteId site;
  std::optional<std::string> channel, topic, language;
  bool gave_up = false;
};
BOOST_DESCRIBE_STRUCT(StayRow, (),
                      (case_id, number, row_id, began_at, ended_at, seconds, late_s, clock, site, channel, topic,
                       language, gave_up))
struct StayRows {
  std::int64_t n = 0;
  std::vector<StayRow> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(StayRows, (), (n, items, next_cursor))

std::optional<std::string> parameter(const Context& ctx, const char* name) {
  const auto found = ctx.request.query.find(name);
  if (found == ctx.request.query.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<std::optional<std::int64_t>> number(const Context& ctx, const char* name, std::int64_t least,
                                           std::int64_t most) {
  const auto text = parameter(ctx, name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto end = std::from_chars(text->data(), text->data() + text->size(), value);
  if (end.ec != std::errc{} || end.ptr != text->data() + text->size()) return fail_field(name, "error.wrong_type");
  if (value < least || value > most) return fail_field(name, "error.unknown_value");
  return value;
}

Result<Query> query_of(const Context& ctx) {
  auto query = parse_query(parameter(ctx, "from").value_or(""), parameter(ctx, "to").value_or(""), ctx.clock.now());
  if (!query) return query;
  const auto site = number(ctx, "site", 1, INT64_MAX);
  if (!site) return fail(site.error());
  if (*site) query->site = SiteId{**site};
  const auto scope = scope_of(ctx.viewer, Permission::figures_read);
  if (*site && !scope.all && !scope.sites.contains(*query->site)) return fail(ErrorKind::forbidden, "error.forbidden");
  query->all_sites = scope.all;
  query->sites = scope.sites;
  return query;
}

Result<Segment> segment_of(const Context& ctx) {
  Segment segment;
  segment.channel = parameter(ctx, "channel");
  segment.topic = parameter(ctx, "topic");
  segment.language = parameter(ctx, "language");
  const auto read = [&](const char* name, int least, int most, std::optional<int>& into) -> Result<Done> {
    const auto value = number(ctx, name, least, most);
    if (!value) return fail(value.error());
    if (*value) into = static_cast<int>(**value);
    return Done{};
  };
  if (auto done = read("weekday", 0, 6, segment.weekday); !done) return fail(done.error());
  if (auto done = read("hour_from", 0, 23, segment.hour_from); !done) return fail(done.error());
  if (auto done = read("hour_to", 1, 24, segment.hour_to); !done) return fail(done.error());
  return segment;
}

Task<Response> get_report(Context& ctx) {
  const auto query = query_of(ctx);
  if (!query) co_return http::problem(query.error(), ctx.request);
  auto read = [&](db::Session& session) { return report(session, *query); };
  const auto answer = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

Task<Response> get_change(Context& ctx) {
  const auto query = query_of(ctx);
  if (!query) co_return http::problem(query.error(), ctx.request);
  auto read = [&](db::Session& session) { return change(session, *query); };
  const auto answer = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

std::optional<std::string> some(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}
StayRow shown(const Stay& stay, std::optional<std::int64_t> number) {
  StayRow row;
  row.case_id = stay.case_id;
  row.number = number;
  if (stay.row) row.row_id = stay.row;
  row.began_at = stay.from;
  row.ended_at = stay.to;
  row.seconds = static_cast<double>(stay.ms) / 1000;
  if (stay.late_ms) row.late_s = static_cast<double>(*stay.late_ms) / 1000;
  row.clock = stay.clock;
  row.site = stay.site_id;
  row.channel = some(stay.channel);
  row.topic = some(stay.topic);
  row.language = some(stay.language);
  row.gave_up = stay.gave_up;
  return row;
}

struct Asked {
  Query query;
  Stage stage = Stage::handling;
  Segment segment;
  std::size_t from = 0, limit = 50;
};
Result<Asked> asked_of(const Context& ctx) {
  const auto query = query_of(ctx);
  if (!query) return fail(query.error());
  const auto stage = enum_parse<Stage>(parameter(ctx, "stage").value_or(""));
  if (!stage) return fail_field("stage", "error.unknown_value");
  auto segment = segment_of(ctx);
  if (!segment) return fail(segment.error());
  const auto from = number(ctx, "cursor", 0, INT64_MAX), limit = number(ctx, "limit", 1, 200);
  if (!from) return fail(from.error());
  if (!limit) return fail(limit.error());
  return Asked{*query, *stage, std::move(*segment), static_cast<std::size_t>(from->value_or(0)),
               static_cast<std::size_t>(limit->value_or(50))};
}

Task<Response> list_stays(Context& ctx, const analytics::CaseNumber& number_of) {
  const auto asked = asked_of(ctx);
  if (!asked) co_return http::problem(asked.error(), ctx.request);
  auto read = [&](db::Session& session) {
    const auto all = stays(session, asked->query, asked->stage, asked->segment);
    StayRows answer;
    answer.n = static_cast<std::int64_t>(all.size());
    for (std::size_t i = asked->from; i < all.size() && answer.items.size() < asked->limit; ++i) {
      const CaseId id = all[i].case_id;
      if (id) session.disclose("case", id.value);
      answer.items.push_back(shown(all[i], id ? number_of(session, id) : std::nullopt));
    }
    const auto next = asked->from + answer.items.size();
    if (!answer.items.empty() && next < all.size()) answer.next_cursor = std::to_string(next);
    return answer;
  };
  const auto answer = co_await http::audited_read(ctx, audit::Action::list, read, http::Pace::slow);
  co_return http::json_answer(answer, ctx.request);
}

}  // namespace

void add_routes(http::Router& router, analytics::CaseNumber number_of) {
  using http::Access;
  using http::Method;
  const auto read = Access::needs(Permission::figures_read);
  router.add(Method::get, "/api/bottlenecks", "list_bottlenecks", read, get_report);
  router.add(Method::get, "/api/bottlenecks/change", "get_bottleneck_change", read, get_change);
  router.add(Method::get, "/api/bottlenecks/stays", "list_bottleneck_stays", read,
             [number_of = std::move(number_of)](Context& ctx) { return list_stays(ctx, number_of); });
}

}  // namespace auricle::bottlenecks
