#include "clinic/clinic.h"

#include "clinic/rules.h"
#include "platform/audit/audit.h"
#include "platform/db/test_database.h"

namespace auricle::clinic {
namespace {

class ClinicTest : public db::DatabaseTest {
 protected:
  Viewer manager = viewer_of(UserId{1}, {{Role::administrator, SiteId{}}}, Assurance::password);
  template <class F>
  auto write(F f) {
    return database().write_now(f);
  }
  Site site(const std::string& name = "Centre", const std::string& zone = "Europe/Madrid") {
    return write([&](db::Tx& tx) { return create_site(manager, tx, {name, zone, {}, {}}, clock.now()); }).value();
  }
  static CalendarInput hours(int start, int end, LocalDay from = kSinceEver) {
    CalendarInput input;
    input.valid_from = from;
    for (int i = 0; i < 5; ++i) input.week[i] = {{start, end}};
    return input;
  }
};
ON_BOTH_DATABASES(ClinicTest);

TEST_P(ClinicTest, TheFirstSiteServesCasesWithoutOne) {
  const auto first = site("Centre"), second = site("Port");
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(first_site(s), first.id);
    EXPECT_EQ(sites(s).size(), 2u);
    EXPECT_EQ(find_site(s, second.id)->name, "Port");
    EXPECT_FALSE(find_site(s, SiteId{999}));
  });
  const auto off = write([&](db::Tx& tx) {
    return update_site(manager, tx, first.id, {"Centre", "Europe/Madrid", false, {}}, clock.now());
  });
  ASSERT_FALSE(off);
  EXPECT_EQ(off.error().fields[0].key, "error.clinic.first_site_stays");
}

TEST_P(ClinicTest, NamesEveryFieldThatIsWrong) {
  const auto bad = write([&](db::Tx& tx) {
    return create_site(manager, tx, {"  ", "Europe/Atlantis", {}, {}}, clock.now());
  });
  ASSERT_FALSE(bad);
  ASSERT_EQ(bad.error().fields.size(), 2u);
  EXPECT_EQ(bad.error().fields[1].key, "error.clinic.time_zone_unknown");
}

TEST_P(ClinicTest, RefusesWithoutPermissionAndAtAnotherSite) {
  const auto here = site("Centre"), there = site("Port");
  const auto agent = viewer_of(UserId{2}, {{Role::agent, SiteId{}}}, Assurance::password);
  const auto local = viewer_of(UserId{3}, {{Role::director, here.id}}, Assurance::password);
  const auto rename = [&](const Viewer& viewer, SiteId id) {
    return write([&](db::Tx& tx) {
      return update_site(viewer, tx, id, {"New", "Europe/Madrid", {}, {}}, clock.now());
    });
  };
  EXPECT_EQ(rename(agent, here.id).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(rename(local, there.id).error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(rename(local, here.id));
  EXPECT_EQ(rename(manager, SiteId{999}).error().kind, ErrorKind::not_found);
}

TEST_P(ClinicTest, AColleaguesChangeIsNotOverwritten) {
  const auto made = site();
  const auto edit = [&](std::string name, std::int64_t version) {
    return write([&](db::Tx& tx) {
      return update_site(manager, tx, made.id, {name, "Europe/Madrid", {}, version}, clock.now());
    });
  };
  EXPECT_EQ(edit("First", 1)->version, 2);
  EXPECT_EQ(edit("Second", 1).error().key, "error.edited_meanwhile");
}

TEST_P(ClinicTest, CalendarsHaveAHistory) {
  const auto made = site();
  const auto summer = parse_local_day("2026-07-01").value();
  const auto put = [&](CalendarInput input) {
    return write([&](db::Tx& tx) { return put_calendar(manager, tx, made.id, input, clock.now()); });
  };
  EXPECT_FALSE(database().read_now([&](db::Session& s) { return calendar_of(s, made.id); }));
  auto winter = hours(540, 1080);
  winter.holidays = {{parse_local_day("2026-12-25").value(), "Nadal"}};
  ASSERT_TRUE(put(winter));
  ASSERT_TRUE(put(hours(480, 900, summer)));
  ASSERT_TRUE(put(hours(480, 840, summer)));  // replaces the one before
  const auto stored = database().read_now([&](db::Session& s) { return calendars(s, made.id); });
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[0].holidays[0].name, "Nadal");
  EXPECT_EQ(stored[1].version.valid_from, summer);
  EXPECT_EQ(stored[1].version.week[0], (std::vector<Span>{{480, 840}}));
  ASSERT_TRUE(write([&](db::Tx& tx) { return delete_calendar(manager, tx, stored[1].id, clock.now()); }));
  const auto calendar = database().read_now([&](db::Session& s) { return calendar_of(s, made.id); });
  ASSERT_TRUE(calendar);
  EXPECT_EQ(calendar->versions.size(), 1u);
  EXPECT_EQ(calendar->versions[0].holidays.size(), 1u);
}

TEST_P(ClinicTest, AQueueHasItsOwnCalendarOrTheSites) {
  const auto made = site();
  const auto queue = write([&](db::Tx& tx) {
                       return create_queue(manager, tx, {"Phone", made.id, {}, {}}, clock.now());
                     }).value();
  ASSERT_TRUE(write([&](db::Tx& tx) { return put_calendar(manager, tx, made.id, hours(540, 1080), clock.now()); }));
  const auto start = [&] {
    return database().read_now(
        [&](db::Session& s) { return calendar_of(s, made.id, queue.id)->versions[0].week[0][0].start; });
  };
  EXPECT_EQ(start(), 540);
  ASSERT_TRUE(write([&](db::Tx& tx) { return put_calendar(manager, tx, queue.id, hours(600, 700), clock.now()); }));
  EXPECT_EQ(start(), 600);
}

TEST_P(ClinicTest, TopicsKeepTheirKey) {
  const auto topic = write([&](db::Tx& tx) {
                       return create_topic(manager, tx, {{}, {"", "Cita médica", "", ""}, {}, {}, {}}, clock.now());
                     }).value();
  EXPECT_EQ(topic.key, "cita_medica");
  const auto same = write([&](db::Tx& tx) {
    return create_topic(manager, tx, {"Cita  Medica!", {"x", "", "", ""}, {}, {}, {}}, clock.now());
  });
  EXPECT_EQ(same.error().fields[0].key, "error.clinic.key_taken");
  const auto renamed = write([&](db::Tx& tx) {
    return update_topic(manager, tx, topic.id, {{}, {"Appointment", "Cita", "", ""}, {}, false, 1}, clock.now());
  });
  EXPECT_EQ(renamed->key, "cita_medica");
  EXPECT_FALSE(renamed->active);
  EXPECT_TRUE(database().read_now([](db::Session& s) { return topic_exists(s, "cita_medica"); }));
}

TEST_P(ClinicTest, EachChangeIsAuditedAndAnnounced) {
  const auto made = site();
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit WHERE record = 'site' AND action = 'create'"),
              1);
    EXPECT_EQ(
        s.one<std::int64_t>("SELECT COUNT(*) FROM platform_change WHERE kind = 'site' AND record_id = $1", made.id), 1);
  });
}

TEST_P(ClinicTest, AnImportIsSilentAndKeepsItsIds) {
  CalendarVersion week;
  week.week[0] = {{540, 840}};
  week.holidays = {parse_local_day("2026-01-06").value()};
  ASSERT_TRUE(write([&](db::Tx& tx) { return import_site(tx, {SiteId{42}, "Old", "Europe/Paris", week}); }));
  EXPECT_FALSE(write([&](db::Tx& tx) { return import_site(tx, {SiteId{43}, "Old", "Nowhere", {}}); }));
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(calendar_of(s, SiteId{42})->versions, std::vector<CalendarVersion>{week});
    EXPECT_EQ(first_site(s), SiteId{42});
    EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit"), 0);
  });
}
}  // namespace
}  // namespace auricle::clinic
