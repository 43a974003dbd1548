#include "app/welcome.h"

#include <algorithm>

#include "app/services.h"
#include "platform/http/steps.h"

namespace auricle::app {
namespace {
using http::Access;
using http::Context;
using http::Method;

enum class Step { clinic, hours, people, mailbox, first_case, yourself };
BOOST_DESCRIBE_ENUM(Step, clinic, hours, people, mailbox, first_case, yourself)
constexpr Step kSteps[] = {Step::clinic, Step::hours, Step::people, Step::mailbox, Step::first_case, Step::yourself};

// What people decided; the rest follows from what exists.
struct Choices {
  using absent_is_default = void;
  std::vector<Step> skipped;
  bool dismissed = false;
};
BOOST_DESCRIBE_STRUCT(Choices, (), (skipped, dismissed))

struct StepView {
  Step step = Step::clinic;
  bool done = false, skipped = false;
};
BOOST_DESCRIBE_STRUCT(StepView, (), (step, done, skipped))
struct Welcome {
  std::vector<StepView> steps;
  bool dismissed = false;
  std::string region;  // of telephone numbers without a country code
};
BOOST_DESCRIBE_STRUCT(Welcome, (), (steps, dismissed, region))

constexpr const char* kSetting = "welcome";

Choices choices_of(db::Session& session) {
  const auto text = session.one<std::string>("SELECT value FROM platform_setting WHERE name = $1", kSetting);
  if (!text) return {};
  return json::read<Choices>(std::string_view(*text)).value_or(Choices{});
}

void keep(db::Tx& tx, const Choices& choices) {
  tx.exec(
      "INSERT INTO platform_setting(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
      kSetting, json::to_json(choices));
}

bool any_case(Services& services, db::Session& session) {
  const auto program = Viewer::system_viewer("administration");
  for (const char* state : {"open", "snoozed", "resolved"}) {
    conversations::CaseFilter filter;
    filter.state = state;
    if (services.conversations.count(program, session, filter, 1).value_or(0) > 0) return true;
  }
  return false;
}

bool several_people(Services& services, db::Session& session) {
  const auto users = team::users(session);
  if (std::count_if(users.begin(), users.end(), [](const team::User& user) { return user.active; }) > 1) return true;
  const auto invited =
      services.team.invitations(Viewer::system_viewer("administration"), session, services.clock.now());
  return invited && !invited->empty();
}

bool done(Services& services, db::Session& session, Step step) {
  switch (step) {
    case Step::clinic:
      return !clinic::organisation(session).name.empty() && !clinic::sites(session).empty();
    case Step::hours: {
      const auto sites = clinic::sites(session);
      return std::any_of(sites.begin(), sites.end(), [](const auto& site) { return site.active && site.has_calendar; });
    }
    case Step::people:
      return several_people(services, session);
    case Step::mailbox:
      return services.patient_channels.connected(session);
    case Step::first_case:
      return any_case(services, session);
    case Step::yourself:
      return services.patient_channels.past_known(session);
  }
  return true;
}

Result<Welcome> welcome(Services& services, db::Session& session) {
  const auto choices = choices_of(session);
  Welcome view;
  view.dismissed = choices.dismissed;
  view.region = services.patients.region();
  for (const auto step : kSteps) {
    const auto& skipped = choices.skipped;
    view.steps.push_back(
        {step, done(services, session, step), std::find(skipped.begin(), skipped.end(), step) != skipped.end()});
  }
  return view;
}

}  // namespace

void end_welcome(db::Tx& tx) { keep(tx, {{}, true}); }

void add_welcome_routes(http::Router& router, Services& services) {
  const auto access = Access::needs(Permission::sites_manage);
  router.add(Method::get, "/api/welcome", "get_welcome", access, [&services](Context& ctx) {
    return http::read_only(ctx, [&services](db::Session& session) { return welcome(services, session); });
  });
  router.add(Method::put, "/api/welcome", "put_welcome", access, [&services](Context& ctx) {
    return http::write_body<Choices>(ctx, [&services](db::Tx& tx, const Choices& choices) {
      keep(tx, choices);
      return welcome(services, tx);
    });
  });
}

}  // namespace auricle::app
