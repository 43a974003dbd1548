#pragma once
// What the routes of this module share.
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "platform/http/answer.h"
#include "team/routes.h"

namespace auricle::team {

class SessionCache {
 public:
  // `era`: what is read in one and kept in a later one may be from before a change, and is not kept.
  std::uint64_t era();
  std::optional<Identity> find(const std::string& token, Instant now);
  void keep(const std::string& token, const Identity& identity, Instant now, std::uint64_t era);
  void forget_all();

 private:
  struct Entry {
    Identity identity;
    Instant read_at;
    std::chrono::steady_clock::time_point read;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t era_ = 0;
};

struct Routing {
  const Team& team;
  std::shared_ptr<SessionCache> cache;
  std::shared_ptr<const Mailer> mailer;
};

inline constexpr std::string_view kSessionCookie = "auricle_session", kDeviceCookie = "auricle_device";
Origin origin_of(const http::Request& request);

// Argon2id on a worker of the database's pool, never on the I/O thread. An empty hash is compared with one nobody knows
// the password of, so that the time tells nothing.
Task<bool> password_matches(http::Context& ctx, std::string hash, std::string password);
Task<std::string> hash_of(http::Context& ctx, std::string password);

// A write of this module: sessions read before it are not believed afterwards.
template <class F>
Task<std::invoke_result_t<F, db::Tx&>> write(http::Context& ctx, const Routing& routing, F closure) {
  auto done = co_await ctx.database.write(std::move(closure));
  routing.cache->forget_all();
  co_return done;
}

template <class T>
struct List {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  BOOST_DESCRIBE_CLASS(List, (), (items, next_cursor), (), ())
};

void add_session_routes(http::Router& router, const Routing& routing);
void add_account_routes(http::Router& router, const Routing& routing);
void add_api_key_routes(http::Router& router, const Routing& routing);
void add_people_routes(http::Router& router, const Routing& routing);

}  // namespace auricle::team
