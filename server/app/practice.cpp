#include "app/practice.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/app.h"
#include "app/invented.h"
#include "app/services.h"
#include "app/welcome.h"
#include "integrations/import/import.h"
#include "platform/base/log.h"
#include "platform/http/steps.h"

namespace auricle::app {
namespace {
namespace fs = std::filesystem;
using http::Access;
using http::Context;
using http::Method;

constexpr const char* kReady = "ready";  // written last: a folder without it was cut off

struct PracticeView {
  Practice::State state = Practice::State::none;
  std::optional<std::string> token;  // a one-time link's, for whoever enters
};
BOOST_DESCRIBE_STRUCT(PracticeView, (), (state, token))

config::Config config_of(const config::Config& clinic, const std::string& folder) {
  auto config = clinic;
  const auto set = [&](const char* name, const std::string& value) { config.set(name, value, "practice"); };
  set("data", folder);
  set("database", "");
  set("key_file", folder + "/practice.key");
  set("upgrade.backup", "false");
  if (!clinic.text("public_url").empty()) set("public_url", clinic.text("public_url") + "/practice");
  return config;
}

http::Router routes_of(App& app) {
  http::Router router;
  app.add_routes(router, [] { return std::int64_t{0}; });
  return router;
}

void write_invented(const std::string& file, Instant now) {
  std::ofstream out(file, std::ios::trunc);
  const auto keep = [&](std::string_view line) { out << line; };
  import::write_demo(practice_clinic(), now, keep);
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

void invent_clinic(Installation& installation) {
  const auto file = installation.data_directory() + "/invented.jsonl";
  write_invented(file, installation.clock().now());
  const patients::Patients patients(installation.keyring(), installation.clock());
  const import::History history(installation.database(), installation.keyring(), patients, installation.clock());
  import::Options options;
  options.files = {file};
  options.refuse = [](const import::Refusal&) {};
  history.import(options);
  fs::remove(file);
  installation.database().write_now([](db::Tx& tx) { end_welcome(tx); });
}

// Who they are in the clinic, everywhere in practice, and at the desk in any case.
std::vector<Membership> roles_of(const Viewer& viewer) {
  std::vector<Membership> memberships{{Role::agent, SiteId{}}};
  for (const auto role : viewer.roles)
    if (role != Role::agent) memberships.push_back({role, SiteId{}});
  return memberships;
}

}  // namespace

// A clinic of practice with all it needs, in this order.
struct Practice::Place {
  Place(const config::Config& clinic, const std::string& folder)
      : config(config_of(clinic, folder)),
        installation(config, Told::no),
        app(installation, World::practice),
        router(routes_of(app)),
        dispatcher(router, installation.database(), installation.clock(), app.authenticate()),
        live(installation.database(), app.authenticate(), app.live_rules()),
        desk{dispatcher, live} {
    app.services().sequencer.on_changes(
        [this](const std::vector<events::SequencedChange>& changes) { live.publish(changes); });
    app.start();
  }
  ~Place() {
    app.stop();
    live.stop();
  }
  const config::Config config;
  Installation installation;
  App app;
  const http::Router router;
  const http::Dispatcher dispatcher;
  http::LiveHub live;
  const http::Desk desk;
};

Practice::Practice(Installation& clinic) : clinic_(clinic), root_(clinic.data_directory() + "/practice") {}

Practice::~Practice() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  current_.reset();
  for (auto* place : left_) delete place;
}

void Practice::start() {
  thread_ = std::thread([this] { work(); });
  if (!fs::exists(root_)) return;
  for (const auto& folder : fs::directory_iterator(root_))
    if (fs::exists(folder.path() / kReady)) {
      keep_only(folder.path().string());
      const std::scoped_lock lock(mutex_);
      state_ = State::preparing;
      wanted_ = true;
      break;
    }
  changed_.notify_all();
}

std::shared_ptr<Practice::Place> Practice::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}
Practice::State Practice::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

http::Mount Practice::mount() {
  return {"practice", [this]() -> std::shared_ptr<const http::Desk> {
            auto place = current();
            if (!place) return nullptr;
            place->app.services().patient_channels.invented()->somebody_practises();
            return {place, &place->desk};
          }};
}

void Practice::prepare() {
  {
    const std::scoped_lock lock(mutex_);
    if (wanted_ || stopping_) return;
    wanted_ = true;
    state_ = State::preparing;
  }
  changed_.notify_all();
}

void Practice::end() {
  std::shared_ptr<Place> gone;  // let go of outside the lock: the last one out hands it to the thread
  {
    const std::scoped_lock lock(mutex_);
    gone = std::move(current_);
    current_.reset();
    state_ = State::none;
    unwanted_ = wanted_;
    if (wanted_) return;  // the thread is in the middle of making one, and removes it
  }
  keep_only("");
}

// Makes, opens and ends clinics beside the requests; one is never ended by a request that happens to be its last.
void Practice::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || wanted_ || !left_.empty(); });
    if (stopping_) return;
    auto left = std::move(left_);
    left_.clear();
    const bool wanted = wanted_;
    lock.unlock();
    for (auto* place : left) delete place;
    auto made = wanted ? make() : nullptr;
    lock.lock();
    if (!wanted) continue;
    wanted_ = false;
    const bool unwanted = std::exchange(unwanted_, false);
    const bool made_one = made != nullptr;
    if (!unwanted && made_one) std::swap(current_, made);
    if (!unwanted) state_ = made_one ? State::ready : State::failed;
    lock.unlock();
    made.reset();  // what was there before, or is not wanted any more
    if (unwanted) keep_only("");
    lock.lock();
  }
}

std::shared_ptr<Practice::Place> Practice::make() {
  try {
    return open(invent());
  } catch (const std::exception& error) {
    log::error("practice_not_prepared", {{"exception", typeid(error).name()}});
    return nullptr;
  }
}

// The folder of a finished clinic: the one there is, unless it is in use already; else a new one.
std::string Practice::invent() {
  const bool afresh = current() != nullptr;
  fs::create_directories(root_);
  fs::permissions(root_, fs::perms::owner_all);
  if (!afresh)
    for (const auto& folder : fs::directory_iterator(root_))
      if (fs::exists(folder.path() / kReady)) return folder.path().string();
  const auto folder = root_ + "/" + std::to_string(clinic_.clock().now().ms);
  {
    const auto config = config_of(clinic_.config(), folder);
    Installation installation(config, Told::no);
    invent_clinic(installation);
  }
  std::ofstream(folder + "/" + kReady).flush();
  keep_only(folder);
  return folder;
}

std::shared_ptr<Practice::Place> Practice::open(const std::string& folder) {
  return {new Place(clinic_.config(), folder), [this](Place* place) {
            {
              const std::scoped_lock lock(mutex_);
              left_.push_back(place);
            }
            changed_.notify_all();
          }};
}

void Practice::keep_only(const std::string& folder) const {
  std::error_code ignored;
  for (const auto& one : fs::directory_iterator(root_, ignored))
    if (one.path().string() != folder) fs::remove_all(one.path(), ignored);
}

// Whoever is signed in at the clinic is let in, by a one-time link of practice; their session here stays what it was.
http::Handler Practice::enter_handler() {
  return [this](Context& ctx) -> Task<http::Response> {
    const auto place = current();
    if (!place) {
      prepare();
      co_return http::json_answer(PracticeView{state(), {}}, ctx.request);
    }
    const auto user = co_await ctx.database.read([&](db::Session& s) { return team::find_user(s, ctx.viewer.user); });
    if (!user) co_return http::problem(Error{ErrorKind::not_found, "error.not_found", {}, {}, 0}, ctx.request);
    const team::NewUser person{user->email, user->name, roles_of(ctx.viewer), user->language};
    const auto now = ctx.clock.now();
    auto let_in = [&](db::Tx& tx) -> Result<team::NewLink> {
      if (auto made = team::create_user(tx, person, now); !made) return fail(made.error());
      return place->app.services().team.create_sign_in_link(tx, person.email, now);
    };
    const auto link = co_await place->installation.database().write(let_in);
    if (!link) co_return http::problem(link.error(), ctx.request);
    co_return http::json_answer(PracticeView{State::ready, link->token}, ctx.request);
  };
}

void Practice::add_routes(http::Router& router) {
  const auto show = [this](Context& ctx) -> Task<http::Response> {
    co_return http::json_answer(PracticeView{state(), {}}, ctx.request);
  };
  router.add(Method::get, "/api/practice", "get_practice", Access::signed_in(), show);
  router.add(Method::post, "/api/practice/enter", "enter_practice", Access::signed_in(), enter_handler());
  const auto manages = Access::needs(Permission::staff_manage);
  router.add(Method::post, "/api/practice/afresh", "begin_practice_afresh", manages,
             [this](Context& ctx) -> Task<http::Response> {
               prepare();
               co_return http::json_answer(PracticeView{state(), {}}, ctx.request);
             });
  router.add(Method::delete_, "/api/practice", "end_practice", manages, [this](Context&) -> Task<http::Response> {
    end();
    co_return http::no_content();
  });
}

}  // namespace auricle::app
