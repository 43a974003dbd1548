#include "team/routes.h"

#include <algorithm>

#include "platform/crypto/password.h"
#include "team/api_keys.h"
#include "team/session_cache.h"

namespace auricle::team {
namespace {
constexpr std::chrono::seconds kBelieved{1};
constexpr std::size_t kMost = 10'000;
}  // namespace

std::uint64_t SessionCache::era() {
  const std::lock_guard lock(mutex_);
  return era_;
}

std::optional<Identity> SessionCache::find(const std::string& token, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(token);
  if (found == entries_.end()) return std::nullopt;
  const auto& entry = found->second;
  const bool old =
      now - entry.read_at >= 1000 || now < entry.read_at || std::chrono::steady_clock::now() - entry.read >= kBelieved;
  return old ? std::nullopt : std::optional(entry.identity);
}

void SessionCache::keep(const std::string& token, const Identity& identity, Instant now, std::uint64_t era) {
  const std::lock_guard lock(mutex_);
  if (era != era_) return;
  if (entries_.size() >= kMost) entries_.clear();
  entries_[token] = {identity, now, std::chrono::steady_clock::now()};
}

void SessionCache::forget_all() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  ++era_;
}

void forget_sessions(SessionCache& cache, const std::vector<events::SequencedChange>& changes) {
  const auto about_people = [](const events::SequencedChange& one) {
    return one.change.kind == "session" || one.change.kind == "user";
  };
  if (std::any_of(changes.begin(), changes.end(), about_people)) cache.forget_all();
}

std::shared_ptr<SessionCache> make_session_cache() { return std::make_shared<SessionCache>(); }

Origin origin_of(const http::Request& request) {
  Origin origin;
  origin.session_token = request.cookie(kSessionCookie).value_or("");
  origin.device_token = request.cookie(kDeviceCookie).value_or("");
  origin.address = request.remote_address;
  origin.user_agent = request.header("User-Agent");
  origin.base_url = (request.secure ? "https://" : "http://") + std::string(request.header("Host"));
  return origin;
}

Task<bool> password_matches(http::Context& ctx, std::string hash, std::string password) {
  static const std::string nobodys = crypto::hash_password(crypto::random_token());
  const bool known = !hash.empty();
  const bool matches = co_await ctx.database.read_slow(
      [&](db::Session&) { return crypto::verify_password(known ? hash : nobodys, password); });
  co_return matches&& known;
}

Task<std::string> hash_of(http::Context& ctx, std::string password) {
  co_return co_await ctx.database.read_slow([&](db::Session&) { return crypto::hash_password(password); });
}

namespace {
Task<Done> save_activity(const Team& team, db::Database& database, std::int64_t session_id, Instant now) {
  try {
    co_await database.write([&](db::Tx& tx) { team.seen(tx, session_id, now); });
  } catch (const db::Unavailable&) {
    // a full disk must not keep people from reading; the session may lock a little early
  }
  co_return Done{};
}

Task<std::optional<http::Caller>> authenticate(const Team& team, db::Database& database, const Clock& clock,
                                               SessionCache& cache, std::string token, http::Activity activity) {
  const auto now = clock.now();
  if (token.empty()) co_return std::nullopt;
  const auto era = cache.era();
  auto identity = cache.find(token, now);
  if (!identity) {
    identity = co_await database.read([&](db::Session& s) { return team.identify(s, token, now); });
    if (!identity) co_return std::nullopt;
    cache.keep(token, *identity, now, era);
    if (identity->save_activity && activity == http::Activity::active) {
      co_await save_activity(team, database, identity->session_id, now);
      identity->save_activity = false;
      cache.keep(token, *identity, now, era);
    }
  }
  co_return http::Caller{identity->viewer, identity->name, identity->csrf_token, identity->session_id, false};
}

// Authorization: Bearer aur_…; "" without one.
std::string key_in(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = request.header("Authorization");
  if (!header.starts_with(kScheme) || !header.substr(kScheme.size()).starts_with(kKeyPrefix)) return "";
  return std::string(header.substr(kScheme.size()));
}

Task<std::optional<http::Caller>> authenticate_key(db::Database& database, const Clock& clock, SessionCache& cache,
                                                   std::string token) {
  const auto now = clock.now();
  const auto era = cache.era();
  auto identity = cache.find(token, now);
  if (!identity) {
    auto look = [&](db::Session& s) { return identify_key(s, token, now); };
    identity = co_await database.read(look);
    if (!identity) co_return std::nullopt;
    if (identity->save_activity) {
      auto save = [&](db::Tx& tx) { key_used(tx, identity->session_id, now); };
      co_await database.write(save);
      identity->save_activity = false;
    }
    cache.keep(token, *identity, now, era);
  }
  co_return http::Caller{identity->viewer, identity->name, "", identity->session_id, true};
}
}  // namespace

http::Authenticate make_authenticate(const Team& team, db::Database& database, const Clock& clock,
                                     std::shared_ptr<SessionCache> cache) {
  return [&team, &database, &clock, cache = std::move(cache)](const http::Request& request, http::Activity activity) {
    if (auto key = key_in(request); !key.empty()) return authenticate_key(database, clock, *cache, std::move(key));
    return authenticate(team, database, clock, *cache, request.cookie(kSessionCookie).value_or(""), activity);
  };
}

void add_routes(http::Router& router, const Team& team, std::shared_ptr<SessionCache> cache, Mailer mailer) {
  const Routing routing{team, std::move(cache), std::make_shared<const Mailer>(std::move(mailer))};
  add_session_routes(router, routing);
  add_account_routes(router, routing);
  add_people_routes(router, routing);
  add_api_key_routes(router, routing);
}

}  // namespace auricle::team
