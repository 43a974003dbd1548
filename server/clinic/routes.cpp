#include "clinic/routes.h"

#include "clinic/rules.h"
#include "platform/http/answer.h"

namespace auricle::clinic {
namespace {
using http::Access;
using http::Context;
using http::Method;
using http::Response;

template <class T>
struct List {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  BOOST_DESCRIBE_CLASS(List, (), (items, next_cursor), (), ())
};

// As the API shows calendars: "09:00" and "2026-12-25".
struct SpanBody {
  std::string start, end;
};
BOOST_DESCRIBE_STRUCT(SpanBody, (), (start, end))
struct WeekBody {
  std::vector<SpanBody> mon, tue, wed, thu, fri, sat, sun;
  std::array<std::vector<SpanBody>*, 7> days() { return {&mon, &tue, &wed, &thu, &fri, &sat, &sun}; }
};
BOOST_DESCRIBE_STRUCT(WeekBody, (), (mon, tue, wed, thu, fri, sat, sun))
struct HolidayBody {
  std::string date, name;
};
BOOST_DESCRIBE_STRUCT(HolidayBody, (), (date, name))
struct CalendarBody {
  std::optional<std::string> valid_from;
  WeekBody week;
  std::vector<HolidayBody> holidays;
};
BOOST_DESCRIBE_STRUCT(CalendarBody, (), (valid_from, week, holidays))
struct CalendarView {
  CalendarId id;
  std::optional<std::string> valid_from;
  bool in_force = false;
  WeekBody week;
  std::vector<HolidayBody> holidays;
};
BOOST_DESCRIBE_STRUCT(CalendarView, (), (id, valid_from, in_force, week, holidays))
struct OpeningView {
  bool known = false, open = false;
  std::optional<Instant> closes_at, opens_at;
};
BOOST_DESCRIBE_STRUCT(OpeningView, (), (known, open, closes_at, opens_at))

CalendarView view_of(const StoredCalendar& stored) {
  CalendarView view;
  view.id = stored.id;
  if (stored.version.valid_from > kSinceEver) view.valid_from = to_string(stored.version.valid_from);
  const auto days = view.week.days();
  for (int i = 0; i < 7; ++i)
    for (const auto& span : stored.version.week[i])
      days[i]->push_back({format_clock(span.start), format_clock(span.end)});
  for (const auto& holiday : stored.holidays) view.holidays.push_back({to_string(holiday.date), holiday.name});
  return view;
}

List<CalendarView> views_of(const std::vector<StoredCalendar>& stored, LocalDay today) {
  List<CalendarView> list;
  for (const auto& one : stored) list.items.push_back(view_of(one));
  for (std::size_t i = stored.size(); i-- > 0;) {
    if (stored[i].version.valid_from > today) continue;
    list.items[i].in_force = true;
    break;
  }
  return list;
}

Result<CalendarInput> input_of(CalendarBody& body) {
  CalendarInput input;
  std::vector<FieldError> errors;
  if (body.valid_from) {
    const auto day = parse_local_day(*body.valid_from);
    if (day)
      input.valid_from = *day;
    else
      errors.push_back({"valid_from", "error.clinic.date_not_valid"});
  }
  const auto days = body.week.days();
  for (int i = 0; i < 7; ++i)
    for (std::size_t k = 0; k < days[i]->size(); ++k) {
      const auto start = parse_clock((*days[i])[k].start), end = parse_clock((*days[i])[k].end);
      const auto field = std::string("week.") + kWeekdays[i] + "." + std::to_string(k);
      if (!start) errors.push_back({field + ".start", "error.clinic.clock_not_valid"});
      if (!end) errors.push_back({field + ".end", "error.clinic.clock_not_valid"});
      if (start && end) input.week[i].push_back({*start, *end});
    }
  for (std::size_t i = 0; i < body.holidays.size(); ++i) {
    const auto day = parse_local_day(body.holidays[i].date);
    if (day)
      input.holidays.push_back({*day, trimmed(body.holidays[i].name)});
    else
      errors.push_back({"holidays." + std::to_string(i) + ".date", "error.clinic.date_not_valid"});
  }
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return input;
}

tl::unexpected<Error> missing() { return fail(ErrorKind::not_found, "error.not_found"); }

// A change made of the body: parse, write, answer.
template <class Input, class F>
Task<Response> change(Context& ctx, F apply, int status = 200) {
  auto input = http::read_body<Input>(ctx);
  if (!input) co_return http::problem(input.error(), ctx.request);
  const auto done = co_await ctx.database.write([&](db::Tx& tx) { return apply(tx, *input); });
  co_return http::json_answer(done, ctx.request, status);
}

template <class F>
Task<Response> show(Context& ctx, F read) {
  const auto value = co_await ctx.database.read(read);
  co_return http::json_answer(value, ctx.request);
}

Result<List<CalendarView>> site_calendars(db::Session& session, SiteId id, Instant now) {
  const auto site = find_site(session, id);
  if (!site) return missing();
  return views_of(calendars(session, id), local_day(site->time_zone, now));
}

Result<List<CalendarView>> queue_calendars(db::Session& session, QueueId id, Instant now) {
  for (const auto& queue : queues(session))
    if (queue.id == id)
      return views_of(calendars(session, id), local_day(find_site(session, queue.site_id)->time_zone, now));
  return missing();
}

template <class Owner, class List>
Task<Response> put_calendar_of(Context& ctx, Owner owner, List list) {
  auto body = http::read_body<CalendarBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto input = input_of(*body);
  if (!input) co_return http::problem(input.error(), ctx.request);
  const auto now = ctx.clock.now();
  const auto done = co_await ctx.database.write([&](db::Tx& tx) -> decltype(list(tx, owner, now)) {
    if (auto put = put_calendar(ctx.viewer, tx, owner, *input, now); !put) return fail(put.error());
    return list(tx, owner, now);
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> get_organisation(Context& ctx) {
  return show(ctx, [](db::Session& s) { return organisation(s); });
}
Task<Response> put_organisation(Context& ctx) {
  return change<OrganisationInput>(
      ctx, [&ctx](db::Tx& tx, const auto& in) { return update_organisation(ctx.viewer, tx, in, ctx.clock.now()); });
}
Task<Response> get_time_zones(Context& ctx) {
  co_return http::json_answer(List<std::string>{time_zones(), {}}, ctx.request);
}
Task<Response> get_sites(Context& ctx) {
  return show(ctx, [](db::Session& s) { return List<Site>{sites(s), {}}; });
}
Task<Response> post_site(Context& ctx) {
  return change<SiteInput>(
      ctx, [&ctx](db::Tx& tx, const auto& in) { return create_site(ctx.viewer, tx, in, ctx.clock.now()); }, 201);
}
Task<Response> get_site(Context& ctx) {
  return show(ctx, [&ctx](db::Session& s) -> Result<Site> {
    if (auto site = find_site(s, SiteId{ctx.id()})) return *site;
    return missing();
  });
}
Task<Response> put_site(Context& ctx) {
  return change<SiteInput>(ctx, [&ctx](db::Tx& tx, const auto& in) {
    return update_site(ctx.viewer, tx, SiteId{ctx.id()}, in, ctx.clock.now());
  });
}
Task<Response> get_site_calendars(Context& ctx) {
  return show(ctx, [&ctx](db::Session& s) { return site_calendars(s, SiteId{ctx.id()}, ctx.clock.now()); });
}
Task<Response> put_site_calendar(Context& ctx) { return put_calendar_of(ctx, SiteId{ctx.id()}, site_calendars); }
Task<Response> get_queue_calendars(Context& ctx) {
  return show(ctx, [&ctx](db::Session& s) { return queue_calendars(s, QueueId{ctx.id()}, ctx.clock.now()); });
}
Task<Response> put_queue_calendar(Context& ctx) { return put_calendar_of(ctx, QueueId{ctx.id()}, queue_calendars); }
Task<Response> get_opening(Context& ctx) {
  return show(ctx, [&ctx](db::Session& s) -> Result<OpeningView> {
    if (!find_site(s, SiteId{ctx.id()})) return missing();
    const auto calendar = calendar_of(s, SiteId{ctx.id()});
    const auto state = calendar ? opening(*calendar, ctx.clock.now()) : Opening{};
    return OpeningView{state.known, state.open, state.closes_at, state.opens_at};
  });
}
Task<Response> remove_calendar(Context& ctx) {
  const auto done = co_await ctx.database.write(
      [&](db::Tx& tx) { return delete_calendar(ctx.viewer, tx, CalendarId{ctx.id()}, ctx.clock.now()); });
  co_return http::json_answer(done, ctx.request);
}
Task<Response> get_queues(Context& ctx) {
  return show(ctx, [](db::Session& s) { return List<Queue>{queues(s), {}}; });
}
Task<Response> post_queue(Context& ctx) {
  return change<QueueInput>(
      ctx, [&ctx](db::Tx& tx, const auto& in) { return create_queue(ctx.viewer, tx, in, ctx.clock.now()); }, 201);
}
Task<Response> put_queue(Context& ctx) {
  return change<QueueInput>(ctx, [&ctx](db::Tx& tx, const auto& in) {
    return update_queue(ctx.viewer, tx, QueueId{ctx.id()}, in, ctx.clock.now());
  });
}
Task<Response> get_topics(Context& ctx) {
  return show(ctx, [](db::Session& s) { return List<Topic>{topics(s), {}}; });
}
Task<Response> post_topic(Context& ctx) {
  return change<TopicInput>(
      ctx, [&ctx](db::Tx& tx, const auto& in) { return create_topic(ctx.viewer, tx, in, ctx.clock.now()); }, 201);
}
Task<Response> put_topic(Context& ctx) {
  return change<TopicInput>(ctx, [&ctx](db::Tx& tx, const auto& in) {
    return update_topic(ctx.viewer, tx, TopicId{ctx.id()}, in, ctx.clock.now());
  });
}

Task<Response> get_standards(Context& ctx) {
  return show(ctx, [](db::Session& s) { return List<Standard>{standards(s), {}}; });
}
Task<Response> post_standard(Context& ctx) {
  return change<StandardInput>(
      ctx, [&ctx](db::Tx& tx, const auto& in) { return create_standard(ctx.viewer, tx, in, ctx.clock.now()); }, 201);
}
Task<Response> remove_standard(Context& ctx) {
  auto apply = [&](db::Tx& tx) { return delete_standard(ctx.viewer, tx, StandardId{ctx.id()}, ctx.clock.now()); };
  const auto done = co_await ctx.database.write(apply);
  co_return http::json_answer(done, ctx.request);
}

}  // namespace

void add_routes(http::Router& router) {
  const auto all = Access::signed_in(), manage = Access::needs(Permission::sites_manage);
  router.add(Method::get, "/api/organisation", "get_organisation", all, get_organisation);
  router.add(Method::put, "/api/organisation", "update_organisation", manage, put_organisation);
  router.add(Method::get, "/api/time-zones", "list_time_zones", all, get_time_zones);
  router.add(Method::get, "/api/sites", "list_sites", all, get_sites);
  router.add(Method::post, "/api/sites", "create_site", manage, post_site);
  router.add(Method::get, "/api/sites/{id}", "get_site", all, get_site);
  router.add(Method::put, "/api/sites/{id}", "update_site", manage, put_site);
  router.add(Method::get, "/api/sites/{id}/calendars", "list_site_calendars", all, get_site_calendars);
  router.add(Method::put, "/api/sites/{id}/calendars", "put_site_calendar", manage, put_site_calendar);
  router.add(Method::get, "/api/sites/{id}/opening", "get_site_opening", all, get_opening);
  router.add(Method::delete_, "/api/calendars/{id}", "delete_calendar", manage, remove_calendar);
  router.add(Method::get, "/api/queues", "list_queues", all, get_queues);
  router.add(Method::post, "/api/queues", "create_queue", manage, post_queue);
  router.add(Method::put, "/api/queues/{id}", "update_queue", manage, put_queue);
  router.add(Method::get, "/api/queues/{id}/calendars", "list_queue_calendars", all, get_queue_calendars);
  router.add(Method::put, "/api/queues/{id}/calendars", "put_queue_calendar", manage, put_queue_calendar);
  router.add(Method::get, "/api/topics", "list_topics", all, get_topics);
  router.add(Method::post, "/api/topics", "create_topic", manage, post_topic);
  router.add(Method::put, "/api/topics/{id}", "update_topic", manage, put_topic);
  router.add(Method::get, "/api/standards", "list_standards", all, get_standards);
  router.add(Method::post, "/api/standards", "create_standard", manage, post_standard);
  router.add(Method::delete_, "/api/standards/{id}", "delete_standard", manage, remove_standard);
}

}  // namespace auricle::clinic
