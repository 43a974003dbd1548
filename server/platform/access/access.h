#pragma once
// Who may do what. One registry of permissions and roles feeds the engine, the docs and the screens.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "platform/base/id.h"

namespace auricle {

enum class Role { director, supervisor, agent, receptionist, clinician, data_protection_officer, administrator };
BOOST_DESCRIBE_ENUM(Role, director, supervisor, agent, receptionist, clinician, data_protection_officer, administrator)

enum class Permission {
  patients_read,     // find and open a patient
  patients_write,    // create and change a patient
  patients_erase,    // carry out an erasure
  cases_read,        // inbox, case, messages, search
  cases_write,       // assign, note, snooze, resolve, …
  messages_send,     // answer a patient
  figures_read,      // KPIs and their drill-down
  audit_read,        // who saw what
  staff_read,        // names of colleagues (to assign)
  staff_manage,      // invite, roles, deactivate
  sites_manage,      // sites, calendars, topics
  mailboxes_manage,  // mailboxes, quarantine
  operations_read,   // jobs, outbox, quarantine, system state
  history_import,    // import and export
  api_keys_manage    // keys for other programs
};

BOOST_DESCRIBE_ENUM(Permission, patients_read, patients_write, patients_erase, cases_read, cases_write, messages_send,
                    figures_read, audit_read, staff_read, staff_manage, sites_manage, mailboxes_manage, operations_read,
                    history_import, api_keys_manage)

// Clinical content a viewer may not see without a need: reserved for later; `normal` now.
enum class Sensitivity { normal, restricted };

// How the session was established.
enum class Assurance { none, password, second_factor };
BOOST_DESCRIBE_ENUM(Assurance, none, password, second_factor)

// A role at one site; a zero site: at every site.
struct Membership {
  Role role = Role::agent;
  SiteId site_id;
  auto operator<=>(const Membership&) const = default;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (role, site_id))

// The signed-in person on whose behalf something is read or changed. Built by team (sessions), by jobs (system()) and
// tests.
struct Viewer {
  UserId user;
  std::vector<Role> roles;
  std::set<SiteId> sites;  // empty + all_sites: every site
  bool all_sites = false;
  std::string purpose = "treatment_service";  // why data is read; shown in the audit
  Assurance assurance = Assurance::none;
  std::string break_glass_reason;  // not empty: emergency access, audited apart
  bool system = false;             // a job or the command line, not a person
  // Which role holds at which site. When given, `roles`, `sites` and `all_sites` are its unions and checks follow this.
  std::vector<Membership> memberships;
  // When given (an API key): exactly these, at `sites` or all of them; roles say nothing.
  std::optional<std::set<Permission>> granted;

  static Viewer system_viewer(std::string purpose);
};

bool role_grants(Role role, Permission permission);
bool has_permission(const Viewer& viewer, Permission permission);
// Every check of the product is this one. A zero site means "not tied to a site".
bool may(const Viewer& viewer, Permission permission, SiteId site = {}, Sensitivity sensitivity = Sensitivity::normal);

// Where a viewer has a permission: for queries, so that rights are filtered before a limit is applied.
struct SiteScope {
  bool all = false;
  std::set<SiteId> sites;
};
SiteScope scope_of(const Viewer& viewer, Permission permission);
// A person's viewer from their memberships; the unions are filled in.
Viewer viewer_of(UserId user, std::vector<Membership> memberships, Assurance assurance);

struct PermissionInfo {
  Permission permission;
  std::string_view name;  // "patients_read"
  std::string_view description;
};
const std::vector<PermissionInfo>& permission_registry();
std::string_view to_string(Role role);
std::string_view to_string(Permission permission);
std::vector<Role> all_roles();

}  // namespace auricle
