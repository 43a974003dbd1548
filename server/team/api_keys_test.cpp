#include "team/api_keys.h"

#include "platform/crypto/password.h"
#include "platform/crypto/test_keyring.h"
#include "platform/db/test_database.h"

namespace auricle::team {
namespace {

class ApiKeysTest : public db::DatabaseTest {
 protected:
  template <class F>
  auto write(F f) {
    return database().write_now(f);
  }
  Viewer viewer(Role role, SiteId site = {}) { return viewer_of(UserId{41}, {{role, site}}, Assurance::password); }
  ApiKeyInput asking(std::vector<Permission> permissions) {
    ApiKeyInput input;
    input.name = "Enlace con la historia clínica";
    input.permissions = std::move(permissions);
    return input;
  }
  Result<NewApiKey> create(const Viewer& by, const ApiKeyInput& input) {
    return write([&](db::Tx& tx) { return create_api_key(by, tx, input, clock.now()); });
  }
  std::optional<Identity> who(const std::string& token) {
    return database().read_now([&](db::Session& s) { return identify_key(s, token, clock.now()); });
  }
};
ON_BOTH_DATABASES(ApiKeysTest);

TEST_P(ApiKeysTest, AKeyMayWhatItWasGivenAndNothingMore) {
  const auto made = create(viewer(Role::director), asking({Permission::cases_read}));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->token.starts_with(made->api_key.prefix));
  const auto identity = who(made->token);
  ASSERT_TRUE(identity);
  EXPECT_TRUE(may(identity->viewer, Permission::cases_read, SiteId{3}));
  for (const auto& info : permission_registry())
    if (info.permission != Permission::cases_read) {
      EXPECT_FALSE(may(identity->viewer, info.permission, SiteId{3})) << info.name;
    }
  EXPECT_FALSE(who(made->token + "x"));
  const auto stored = database().read_now(
      [](db::Session& s) { return s.one<std::string>("SELECT token_hash FROM team_api_key").value(); });
  EXPECT_EQ(stored.find(made->token), std::string::npos);
}

TEST_P(ApiKeysTest, NobodyGivesWhatTheyDoNotHave) {
  const auto refused = [&](const Viewer& by, const ApiKeyInput& input) {
    const auto made = create(by, input);
    return !made && made.error().fields.at(0).key == "error.team.key_permissions";
  };
  EXPECT_TRUE(refused(viewer(Role::administrator), asking({Permission::patients_read})));  // IT sees no patient
  EXPECT_TRUE(refused(viewer(Role::director), asking({Permission::staff_manage})));
  EXPECT_TRUE(refused(viewer(Role::director), asking({Permission::api_keys_manage})));
  EXPECT_TRUE(create(viewer(Role::administrator), asking({Permission::operations_read})));
  EXPECT_FALSE(create(viewer(Role::director), asking({})));
}

TEST_P(ApiKeysTest, EndsWhenItExpiresOrIsRevoked) {
  auto input = asking({Permission::figures_read});
  input.expires_at = clock.now() + 1000;
  const auto director = viewer(Role::director);
  const auto first = create(director, input);
  ASSERT_TRUE(first);
  clock.advance(1000);
  EXPECT_FALSE(who(first->token));
  EXPECT_FALSE(create(director, input));  // a time that has passed
  const auto second = create(director, asking({Permission::figures_read}));
  const auto identity = who(second->token);
  ASSERT_TRUE(identity && identity->save_activity);
  write([&](db::Tx& tx) { return key_used(tx, second->api_key.id, clock.now()), 0; });
  EXPECT_FALSE(who(second->token)->save_activity);
  ASSERT_TRUE(write([&](db::Tx& tx) { return revoke_api_key(director, tx, second->api_key.id, clock.now()); }));
  EXPECT_FALSE(who(second->token));
  EXPECT_FALSE(write([&](db::Tx& tx) { return revoke_api_key(director, tx, second->api_key.id, clock.now()); }));
  const auto listed = database().read_now([](db::Session& s) { return api_keys(s); });
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_TRUE(listed[1].revoked_at);
}

TEST_P(ApiKeysTest, OldLinksDevicesSessionsAndAttemptsAreForgotten) {
  crypto::set_password_cost_for_tests();
  const auto keyring = crypto::make_test_keyring(test_database(), clock);
  const Team team(*keyring);
  ASSERT_TRUE(write([&](db::Tx& tx) { return team.create_setup_link(tx, clock.now()); }));
  write([&](db::Tx& tx) {
    tx.exec("INSERT INTO team_attempt(scope, failures, last_at) VALUES('a', 3, $1)", clock.now());
    return tx.exec("INSERT INTO team_device(token_hash, user_id, last_seen_at) VALUES('d', 1, $1)", clock.now());
  });
  const auto forget = [&](std::int64_t days) {
    return write([&](db::Tx& tx) {
      const auto before = clock.now() - days * 86'400'000;
      return forget_links(tx, before) + forget_devices(tx, before) + forget_attempts(tx, before);
    });
  };
  EXPECT_EQ(forget(90), 0);
  clock.advance(100LL * 86'400'000);
  EXPECT_EQ(forget(90), 3);
}

}  // namespace
}  // namespace auricle::team
