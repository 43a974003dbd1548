#include "team/team.h"

#include "platform/crypto/password.h"
#include "platform/crypto/test_keyring.h"
#include "platform/crypto/totp.h"
#include "platform/db/test_database.h"
#include "team/rules.h"

namespace auricle::team {
namespace {

constexpr const char* kPassword = "correct horse staple";

class TeamTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    crypto::set_password_cost_for_tests();
    keyring = crypto::make_test_keyring(test_database(), clock);
    team = std::make_unique<Team>(*keyring);
    hash = crypto::hash_password(kPassword);
  }
  template <class F>
  auto write(F f) {
    return database().write_now(f);
  }
  Instant now() const { return clock.now(); }
  Origin browser(const std::string& session = "", const std::string& device = "") const {
    return {session, device, "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "https://desk.example"};
  }
  UserId person(const std::string& email, Role role, SiteId site = {}) {
    const auto id = write([&](db::Tx& tx) {
                      return create_user(tx, {email, "Person " + email, {{role, site}}, Language::es}, now());
                    }).value();
    write([&](db::Tx& tx) { tx.exec("UPDATE team_user SET password_hash = $2 WHERE id = $1", id, hash); });
    return id;
  }
  Result<SignedIn> sign_in(const std::string& email, const std::string& password, Origin from) {
    const auto check = write([&](db::Tx& tx) { return team->begin_sign_in(tx, {email, {}, false}, from, now()); });
    if (!check) return fail(check.error());
    const bool matches = !check->hash.empty() && crypto::verify_password(check->hash, password);
    return write([&](db::Tx& tx) { return team->finish_sign_in(tx, *check, matches, from, now()); });
  }
  std::optional<Identity> who(const std::string& token) {
    return database().read_now([&](db::Session& s) { return team->identify(s, token, now()); });
  }
  Viewer viewer(UserId id) {
    return database().read_now([&](db::Session& s) { return viewer_for(s, id); });
  }
  std::string enable_totp(UserId id, std::int64_t session = 0) {  // the secret
    write([&](db::Tx& tx) {
      return team->start_second_factor(viewer_of(id, {}, Assurance::password), tx, now()).value();
    });
    const auto secret = database().read_now([&](db::Session& s) {
      const auto cipher = s.one<db::Bytes>("SELECT totp_pending FROM team_user WHERE id = $1", id).value();
      return keyring->decrypt(s, {"team_user", "totp_secret", id.value}, cipher).value();
    });
    const auto code = crypto::totp_code(secret, crypto::totp_step(now()));
    codes = write([&](db::Tx& tx) {
              return team->enable_second_factor(viewer_of(id, {}, Assurance::password), tx, code, session, now());
            }).value();
    clock.advance(60'000);
    return secret;
  }

  std::unique_ptr<crypto::Keyring> keyring;
  std::unique_ptr<Team> team;
  std::string hash;
  std::vector<std::string> codes;
};
ON_BOTH_DATABASES(TeamTest);

TEST_P(TeamTest, SignsInAndOut) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto in = sign_in(" ANA@clinic.example ", kPassword, browser());
  ASSERT_TRUE(in);
  const auto identity = who(in->session_token);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->viewer.user, id);
  EXPECT_TRUE(may(identity->viewer, Permission::cases_write));
  EXPECT_EQ(identity->csrf_token.size(), 64u);
  EXPECT_FALSE(who("made up"));
  write([&](db::Tx& tx) { team->sign_out(identity->viewer, tx, identity->session_id, now()); });
  EXPECT_FALSE(who(in->session_token));
}

TEST_P(TeamTest, AWrongPasswordAndAnUnknownAccountSayTheSame) {
  person("ana@clinic.example", Role::agent);
  const auto wrong = sign_in("ana@clinic.example", "something else entirely", browser());
  const auto unknown = sign_in("nobody@clinic.example", kPassword, browser());
  EXPECT_EQ(wrong.error().key, unknown.error().key);
  EXPECT_EQ(wrong.error().kind, ErrorKind::unauthenticated);
}

TEST_P(TeamTest, GuessesWaitLongerAndLongerButNeverForEver) {
  person("ana@clinic.example", Role::agent);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(sign_in("ana@clinic.example", "wrong wrong wrong", browser()).error().kind, ErrorKind::unauthenticated);
  const auto refused = sign_in("ana@clinic.example", kPassword, browser());
  EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
  EXPECT_EQ(refused.error().retry_after_s, 1);
  for (int i = 0; i < 12; ++i) {
    clock.advance(5 * kMinuteMs);
    EXPECT_EQ(sign_in("ana@clinic.example", "wrong wrong wrong", browser()).error().kind, ErrorKind::unauthenticated);
  }
  clock.advance(5 * kMinuteMs - 1);
  EXPECT_EQ(sign_in("ana@clinic.example", kPassword, browser()).error().kind, ErrorKind::rate_limited);
  clock.advance(1);
  EXPECT_TRUE(sign_in("ana@clinic.example", kPassword, browser()));
  EXPECT_EQ(sign_in("ana@clinic.example", "wrong wrong wrong", browser()).error().kind, ErrorKind::unauthenticated);
}

TEST_P(TeamTest, UnknownAccountsAreSlowedDownAlike) {
  for (int i = 0; i < 3; ++i) sign_in("nobody@clinic.example", "wrong wrong wrong", browser());
  EXPECT_EQ(sign_in("nobody@clinic.example", "wrong wrong wrong", browser()).error().kind, ErrorKind::rate_limited);
}

TEST_P(TeamTest, AStrangersGuessesDoNotKeepAKnownDeviceOut) {
  person("ana@clinic.example", Role::agent);
  const auto in = sign_in("ana@clinic.example", kPassword, browser());
  auto stranger = browser();
  stranger.address = "198.51.100.9";
  for (int i = 0; i < 6; ++i) sign_in("ana@clinic.example", "wrong wrong wrong", stranger);
  EXPECT_EQ(sign_in("ana@clinic.example", kPassword, stranger).error().kind, ErrorKind::rate_limited);
  EXPECT_TRUE(sign_in("ana@clinic.example", kPassword, browser("", in->device_token)));
}

TEST_P(TeamTest, SessionsLockWhenIdleAndEndAtTheirTime) {
  person("ana@clinic.example", Role::agent);
  const auto in = sign_in("ana@clinic.example", kPassword, browser());
  const auto id = who(in->session_token)->session_id;
  clock.advance(14 * kMinuteMs);
  EXPECT_TRUE(who(in->session_token)->save_activity);
  write([&](db::Tx& tx) { team->seen(tx, id, now()); });
  clock.advance(14 * kMinuteMs);
  EXPECT_TRUE(who(in->session_token));
  clock.advance(kMinuteMs);
  EXPECT_FALSE(who(in->session_token));
  const auto from = browser(in->session_token, in->device_token);
  const auto view = database().read_now([&](db::Session& s) { return team->view(s, from, now()); });
  EXPECT_EQ(view.state, SessionState::locked);
  EXPECT_EQ(view.recent_users.size(), 1u);
  EXPECT_TRUE(view.permissions.empty());
  const auto check = write([&](db::Tx& tx) { return team->begin_sign_in(tx, {"", {}, true}, from, now()); });
  EXPECT_FALSE(write([&](db::Tx& tx) { return team->unlock(tx, *check, false, from, now()); }));
  EXPECT_TRUE(write([&](db::Tx& tx) { return team->unlock(tx, *check, true, from, now()); }));
  EXPECT_TRUE(who(in->session_token));
  write([&](db::Tx& tx) { team->lock(tx, id); });
  EXPECT_FALSE(who(in->session_token));
  clock.advance(12 * kHourMs);
  EXPECT_FALSE(write([&](db::Tx& tx) { return team->unlock(tx, *check, true, from, now()); }));
}

TEST_P(TeamTest, TheSecondFactorIsAskedAndACodeCountsOnce) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto secret = enable_totp(id);
  EXPECT_EQ(codes.size(), 10u);
  const auto first = sign_in("ana@clinic.example", kPassword, browser());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->outcome, SignInOutcome::second_factor_required);
  EXPECT_TRUE(first->session_token.empty());
  const auto code = crypto::totp_code(secret, crypto::totp_step(now()));
  const auto finish = [&](const std::string& challenge, const std::string& with) {
    return write([&](db::Tx& tx) { return team->finish_second_factor(tx, {challenge, with, {}}, browser(), now()); });
  };
  EXPECT_FALSE(finish(first->challenge, "000000"));
  const auto in = finish(first->challenge, code);
  ASSERT_TRUE(in);
  EXPECT_EQ(who(in->session_token)->viewer.assurance, Assurance::second_factor);
  EXPECT_EQ(finish(first->challenge, code).error().key, "error.team.challenge_over");
  const auto second = sign_in("ana@clinic.example", kPassword, browser());
  EXPECT_EQ(finish(second->challenge, code).error().key, "error.team.code_wrong");  // replayed
  EXPECT_TRUE(finish(second->challenge, codes[0]));
  const auto third = sign_in("ana@clinic.example", kPassword, browser());
  EXPECT_FALSE(finish(third->challenge, codes[0]));
  clock.advance(6 * kMinuteMs);
  EXPECT_EQ(finish(third->challenge, codes[1]).error().key, "error.team.challenge_over");
}

TEST_P(TeamTest, SecondFactorGuessesAreCounted) {
  const auto id = person("ana@clinic.example", Role::agent);
  enable_totp(id);
  const auto first = sign_in("ana@clinic.example", kPassword, browser());
  const auto begin = [&] {
    return write([&](db::Tx& tx) { return team->begin_second_factor(tx, first->challenge, now()); });
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(begin());
  EXPECT_EQ(begin().error().kind, ErrorKind::rate_limited);
}

struct TrustTest : TeamTest {
  SignedIn with_both(const std::string& second, bool trust) {
    const auto first = sign_in("ana@clinic.example", kPassword, browser());
    return write([&](db::Tx& tx) {
             return team->finish_second_factor(tx, {first->challenge, second, trust}, browser(), now());
           })
        .value();
  }
  SignedIn with_code(const std::string& secret, bool trust) {
    clock.advance(60'000);
    return with_both(crypto::totp_code(secret, crypto::totp_step(now())), trust);
  }
  SignInOutcome again(const std::string& device) {
    return sign_in("ana@clinic.example", kPassword, browser("", device))->outcome;
  }
  static constexpr auto asked = SignInOutcome::second_factor_required, in = SignInOutcome::signed_in;
};
ON_BOTH_DATABASES(TrustTest);

TEST_P(TrustTest, BothFactorsEachTimeUnlessTheDeviceIsTrusted) {
  const auto secret = enable_totp(person("ana@clinic.example", Role::agent));
  EXPECT_EQ(again(with_code(secret, false).device_token), asked);
  const auto trusted = with_code(secret, true).device_token;
  EXPECT_EQ(again(trusted), in);
  EXPECT_EQ(again("another device"), asked);
  clock.advance(kDeviceTrustMs);
  EXPECT_EQ(again(trusted), asked);
}

TEST_P(TrustTest, ARecoveryCodeDoesNotMakeADeviceTrusted) {
  enable_totp(person("ana@clinic.example", Role::agent));
  EXPECT_EQ(again(with_both(codes[0], true).device_token), asked);
}

TEST_P(TrustTest, ANewPasswordAndEndedSessionsTakeTrustBack) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto secret = enable_totp(id);
  const auto mine = viewer_of(id, {}, Assurance::second_factor);
  const auto after = [&](auto act) {
    const auto trusted = with_code(secret, true);
    const auto at = *who(trusted.session_token);
    EXPECT_EQ(again(trusted.device_token), in);
    write([&](db::Tx& tx) { act(tx, at.session_id); });
    return again(trusted.device_token);
  };
  using Tx = db::Tx;
  EXPECT_EQ(after([&](Tx& tx, auto at) { (void)team->end_own_session(mine, tx, at, now()); }), asked);
  EXPECT_EQ(after([&](Tx& tx, auto at) { (void)team->change_password(mine, tx, hash, at, now()); }), asked);
  EXPECT_EQ(after([&](Tx& tx, auto at) { team->end_other_sessions(mine, tx, at, now()); }), asked);
}

TEST_P(TrustTest, TurningItOnEndsWhatThePasswordAloneOpened) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto old = sign_in("ana@clinic.example", kPassword, browser());
  const auto own = sign_in("ana@clinic.example", kPassword, browser());
  enable_totp(id, who(own->session_token)->session_id);
  EXPECT_FALSE(who(old->session_token));
  EXPECT_EQ(who(own->session_token)->viewer.assurance, Assurance::second_factor);
}

TEST_P(TeamTest, APolicyThatDemandsItLeavesOnlyTheOwnAccount) {
  const auto id = person("dir@clinic.example", Role::director);
  const auto in = sign_in("dir@clinic.example", kPassword, browser());
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return team->update_policy(viewer(id), tx, {SecondFactorPolicy::required, 15, 12, {}}, now());
  }));
  const auto identity = who(in->session_token);
  EXPECT_EQ(identity->state, SessionState::second_factor_setup);
  EXPECT_TRUE(identity->viewer.roles.empty());
  enable_totp(id, identity->session_id);
  EXPECT_EQ(who(in->session_token)->state, SessionState::signed_in);
}

TEST_P(TeamTest, DeactivatingEndsEverySession) {
  const auto boss = person("dir@clinic.example", Role::director), id = person("ana@clinic.example", Role::agent);
  const auto in = sign_in("ana@clinic.example", kPassword, browser());
  ASSERT_TRUE(write([&](db::Tx& tx) { return team->set_active(viewer(boss), tx, id, false, now()); }));
  EXPECT_FALSE(who(in->session_token));
  EXPECT_FALSE(sign_in("ana@clinic.example", kPassword, browser()));
  EXPECT_FALSE(database().read_now([&](db::Session& s) { return can_work(s, id, Permission::cases_write, {}); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return team->set_active(viewer(boss), tx, id, true, now()); }));
  EXPECT_TRUE(sign_in("ana@clinic.example", kPassword, browser()));
}

TEST_P(TeamTest, SomebodyWhoManagesRemainsAndNobodyRaisesThemselves) {
  const auto boss = person("dir@clinic.example", Role::director), id = person("ana@clinic.example", Role::agent);
  const auto set = [&](UserId by, UserId of, std::vector<Membership> to) {
    return write([&](db::Tx& tx) { return team->update_user(viewer(by), tx, of, {{}, {}, to, {}}, now()); });
  };
  EXPECT_EQ(set(boss, boss, {{Role::agent, {}}}).error().key, "error.invalid");
  EXPECT_EQ(set(boss, boss, {{Role::director, {}}, {Role::data_protection_officer, {}}}).error().fields[0].key,
            "error.team.own_roles");
  EXPECT_EQ(set(id, id, {{Role::director, {}}}).error().kind, ErrorKind::forbidden);
  ASSERT_TRUE(set(boss, id, {{Role::administrator, {}}}));
  EXPECT_EQ(write([&](db::Tx& tx) { return team->set_active(viewer(boss), tx, boss, false, now()); }).error().key,
            "error.team.not_oneself");
  ASSERT_TRUE(write([&](db::Tx& tx) { return team->set_active(viewer(id), tx, boss, false, now()); }));
  EXPECT_EQ(set(id, id, {}).error().fields[0].key, "error.team.role_required");
  const auto agent = person("eva@clinic.example", Role::agent);
  EXPECT_EQ(write([&](db::Tx& tx) { return team->set_active(viewer(agent), tx, id, false, now()); }).error().kind,
            ErrorKind::forbidden);
}

TEST_P(TeamTest, AnInvitationIsUsedOnce) {
  const auto boss = person("dir@clinic.example", Role::director);
  const auto invited =
      write([&](db::Tx& tx) {
        return team->invite(viewer(boss), tx, {"New@Clinic.example", "Nora", Language::ca, {{Role::receptionist, {}}}},
                            now());
      }).value();
  const auto view = database().read_now([&](db::Session& s) { return team->open_link(s, invited.link.token, now()); });
  EXPECT_EQ(view->email, "new@clinic.example");
  const auto accept = [&](std::string password) {
    return write([&](db::Tx& tx) {
      LinkAccept input{invited.link.token, "Nora Puig", password, {}, Language::ca, {}, {}, {}};
      return team->accept_link(tx, input, hash, browser(), now());
    });
  };
  EXPECT_EQ(accept("short").error().fields[0].key, "error.team.password_short");  // refused: the link stays
  const auto in = accept(kPassword);
  ASSERT_TRUE(in);
  EXPECT_TRUE(may(who(in->session_token)->viewer, Permission::patients_write));
  EXPECT_EQ(accept(kPassword).error().key, "error.team.link_over");
  EXPECT_TRUE(sign_in("new@clinic.example", kPassword, browser()));
}

TEST_P(TeamTest, LinksExpireAreRenewedAndWithdrawn) {
  const auto boss = person("dir@clinic.example", Role::director);
  const auto invited =
      write([&](db::Tx& tx) {
        return team->invite(viewer(boss), tx, {"new@clinic.example", {}, {}, {{Role::agent, {}}}}, now());
      }).value();
  const auto open = [&](const std::string& token) {
    return database().read_now([&](db::Session& s) { return team->open_link(s, token, now()).has_value(); });
  };
  EXPECT_TRUE(open(invited.link.token));
  const auto renewed =
      write([&](db::Tx& tx) { return team->renew_invitation(viewer(boss), tx, invited.invitation.id, now()); }).value();
  EXPECT_FALSE(open(invited.link.token));
  EXPECT_TRUE(open(renewed.link.token));
  clock.advance(kInvitationMs);
  EXPECT_FALSE(open(renewed.link.token));
  EXPECT_TRUE(
      database().read_now([&](db::Session& s) { return team->invitations(viewer(boss), s, now()); })->at(0).expired);
  ASSERT_TRUE(
      write([&](db::Tx& tx) { return team->revoke_invitation(viewer(boss), tx, renewed.invitation.id, now()); }));
  EXPECT_TRUE(database().read_now([&](db::Session& s) { return team->invitations(viewer(boss), s, now()); })->empty());
}

TEST_P(TeamTest, TheFirstAdministratorSetsUpTheClinic) {
  EXPECT_TRUE(database().read_now([](db::Session& s) { return needs_setup(s); }));
  const auto link = write([&](db::Tx& tx) { return team->create_setup_link(tx, now()); }).value();
  LinkAccept input{link.token,   "Eva",     kPassword, "eva@clinic.example",
                   Language::es, "Clínica", "Centro",  "Europe/Atlantis"};
  const auto accept = [&] {
    return write([&](db::Tx& tx) { return team->accept_link(tx, input, hash, browser(), now()); });
  };
  EXPECT_EQ(accept().error().fields[0].field, "time_zone");
  input.time_zone = "Europe/Madrid";
  const auto in = accept();
  ASSERT_TRUE(in);
  database().read_now([&](db::Session& s) {
    EXPECT_FALSE(needs_setup(s));
    EXPECT_EQ(clinic::organisation(s).name, "Clínica");
    EXPECT_EQ(clinic::find_site(s, clinic::first_site(s))->time_zone, "Europe/Madrid");
  });
  EXPECT_TRUE(may(who(in->session_token)->viewer, Permission::staff_manage));
  EXPECT_EQ(write([&](db::Tx& tx) { return team->create_setup_link(tx, now()); }).error().kind, ErrorKind::conflict);
}

TEST_P(TeamTest, ASignInLinkStillAsksForTheSecondFactor) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto use = [&] {
    const auto link =
        write([&](db::Tx& tx) { return team->create_sign_in_link(tx, "ana@clinic.example", now()); }).value();
    return write([&](db::Tx& tx) {
             return team->accept_link(tx, {link.token, {}, {}, {}, {}, {}, {}, {}}, "", browser(), now());
           })
        .value();
  };
  EXPECT_EQ(use().outcome, SignInOutcome::signed_in);
  enable_totp(id);
  EXPECT_EQ(use().outcome, SignInOutcome::second_factor_required);
}

TEST_P(TeamTest, AResetLinkEndsTheOtherSessions) {
  const auto boss = person("dir@clinic.example", Role::director), id = person("ana@clinic.example", Role::agent);
  const auto old = sign_in("ana@clinic.example", kPassword, browser());
  const auto link = write([&](db::Tx& tx) { return team->create_reset_link(viewer(boss), tx, id, now()); }).value();
  const std::string fresh = "another fine sentence";
  const auto in = write([&](db::Tx& tx) {
    return team->accept_link(tx, {link.token, {}, fresh, {}, {}, {}, {}, {}}, crypto::hash_password(fresh), browser(),
                             now());
  });
  ASSERT_TRUE(in);
  EXPECT_FALSE(who(old->session_token));
  EXPECT_FALSE(sign_in("ana@clinic.example", kPassword, browser()));
  EXPECT_TRUE(sign_in("ana@clinic.example", fresh, browser()));
}

TEST_P(TeamTest, SecretsAreNotInTheTables) {
  const auto id = person("ana@clinic.example", Role::agent);
  const auto secret = enable_totp(id);
  const auto first = sign_in("ana@clinic.example", kPassword, browser());
  const auto in = write([&](db::Tx& tx) {
    return team->finish_second_factor(tx, {first->challenge, codes[0], {}}, browser(), now());
  });
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(s.one<db::Bytes>("SELECT totp_secret FROM team_user WHERE id = $1", id)->data.find(secret),
              std::string::npos);
    EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM team_session WHERE token_hash = $1", in->session_token), 0);
    EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM team_recovery_code WHERE code_hash = $1", codes[1]), 0);
  });
}

TEST_P(TeamTest, ImportedStaffCannotSignIn) {
  const auto id = write([&](db::Tx& tx) {
    return import_agent(tx, {UserId{77}, "Old Hand", "old@clinic.example", "supervisor", {}});
  });
  EXPECT_EQ(*id, UserId{77});
  EXPECT_EQ(*write([&](db::Tx& tx) {
    return import_agent(tx, {UserId{78}, "Old Hand", "OLD@clinic.example", "agent", {}});
  }),
            UserId{77});
  EXPECT_FALSE(sign_in("old@clinic.example", "", browser()));
  database().read_now([&](db::Session& s) {
    EXPECT_FALSE(find_user(s, UserId{77})->active);
    EXPECT_EQ(find_user(s, UserId{77})->memberships[0].role, Role::supervisor);
    EXPECT_EQ(name_of(s, UserId{77}), "Old Hand");
    EXPECT_TRUE(needs_setup(s));
  });
}

TEST(TeamRules, DelaysGrowAndStop) {
  EXPECT_EQ(delay_ms(AttemptKind::account, 2), 0);
  EXPECT_EQ(delay_ms(AttemptKind::account, 3), 1000);
  EXPECT_EQ(delay_ms(AttemptKind::account, 6), 8000);
  EXPECT_EQ(delay_ms(AttemptKind::account, 1'000'000), 5 * kMinuteMs);
  EXPECT_EQ(delay_ms(AttemptKind::address, 19), 0);
}

TEST(TeamRules, Passwords) {
  const auto key = [](std::string_view password) {
    const auto checked = check_password("password", password, "nora@clinic.example", "Nora Puig");
    return checked ? std::string() : checked.error().fields[0].key;
  };
  EXPECT_EQ(key("elevenchars"), "error.team.password_short");
  EXPECT_EQ(key("àèìòùàèìòùà"), "error.team.password_short");  // eleven characters, more bytes
  EXPECT_EQ(key("aaaaaaaaaaaaaa"), "error.team.password_common");
  EXPECT_EQ(key("Password12345"), "error.team.password_common");
  EXPECT_EQ(key("ilike-nora-so-much"), "error.team.password_own_name");
  EXPECT_EQ(key(std::string(1001, 'x')), "error.team.password_long");
  EXPECT_EQ(key("tres gats al terrat"), "");
}

TEST(TeamRules, Addresses) {
  for (const auto* good : {"a@b.example", "nora.puig+desk@sub.clinic.cat"}) EXPECT_TRUE(valid_email(good)) << good;
  for (const auto* bad :
       {"", "@b.example", "a@", "a@b", "a b@c.example", "a@b@c.example", "a@.example", "a@b.example,c@d.example"})
    EXPECT_FALSE(valid_email(bad)) << bad;
}

TEST(TeamRules, DevicesHaveNames) {
  EXPECT_EQ(device_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox · Linux");
  EXPECT_EQ(device_name("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"),
            "Edge · Windows");
  EXPECT_EQ(device_name("curl/8"), "Browser");
}
}  // namespace
}  // namespace auricle::team
