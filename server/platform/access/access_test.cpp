#include "platform/access/access.h"

#include <gtest/gtest.h>

#include <set>

#include "platform/base/describe.h"

namespace auricle {
namespace {
Viewer person(Role role, std::set<SiteId> sites) {
  Viewer viewer;
  viewer.user = UserId{7};
  viewer.roles = {role};
  viewer.sites = std::move(sites);
  return viewer;
}
constexpr SiteId kHere{1}, kThere{2};

TEST(Access, NobodyMayNothing) {
  for (const auto& info : permission_registry()) EXPECT_FALSE(may(Viewer{}, info.permission)) << info.name;
}

TEST(Access, ARoleHoldsAtItsSitesOnly) {
  const auto agent = person(Role::agent, {kHere});
  EXPECT_TRUE(may(agent, Permission::cases_write, kHere));
  EXPECT_TRUE(may(agent, Permission::cases_write));
  EXPECT_FALSE(may(agent, Permission::cases_write, kThere));
  EXPECT_FALSE(may(agent, Permission::staff_manage, kHere));
}

TEST(Access, RolesDifferFromSiteToSite) {
  const auto viewer = viewer_of(UserId{7}, {{Role::director, kHere}, {Role::agent, kThere}}, Assurance::password);
  EXPECT_TRUE(may(viewer, Permission::figures_read, kHere));
  EXPECT_FALSE(may(viewer, Permission::figures_read, kThere));
  EXPECT_TRUE(may(viewer, Permission::cases_read, kThere));
  EXPECT_EQ(scope_of(viewer, Permission::cases_read).sites, (std::set<SiteId>{kHere, kThere}));
  EXPECT_EQ(scope_of(viewer, Permission::figures_read).sites, (std::set<SiteId>{kHere}));
  EXPECT_FALSE(viewer.all_sites);
  EXPECT_TRUE(viewer_of(UserId{7}, {{Role::director, SiteId{}}}, Assurance::password).all_sites);
}

TEST(Access, ItSeesNoPatient) {
  const auto it = viewer_of(UserId{7}, {{Role::administrator, SiteId{}}}, Assurance::second_factor);
  for (const auto p :
       {Permission::patients_read, Permission::cases_read, Permission::audit_read, Permission::figures_read})
    EXPECT_FALSE(may(it, p)) << to_string(p);
}

TEST(Access, OnlyTheOfficerErases) {
  for (const auto role : all_roles())
    EXPECT_EQ(role_grants(role, Permission::patients_erase), role == Role::data_protection_officer) << to_string(role);
}

TEST(Access, TheRegistryNamesEveryPermissionOnce) {
  std::set<std::string_view> names;
  for (const auto& info : permission_registry()) {
    EXPECT_EQ(info.name, to_string(info.permission));
    EXPECT_FALSE(info.description.empty());
    names.insert(info.name);
  }
  std::size_t all = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Permission>>([&](auto) { ++all; });
  EXPECT_EQ(names.size(), all);
  EXPECT_EQ(all_roles().size(), 7u);
}

TEST(Access, TheProgramItselfMay) {
  const auto job = Viewer::system_viewer("delivery");
  EXPECT_TRUE(may(job, Permission::messages_send, kThere));
  EXPECT_TRUE(scope_of(job, Permission::cases_read).all);
}
}  // namespace
}  // namespace auricle
