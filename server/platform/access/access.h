#pragma once
// Who may do what. One registry of permissions and roles feeds the engine, the docs and the screens.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/id.h"

namespace auricle {

enum class Role { director, supervisor, agent, receptionist, clinician, data_protection_officer, administrator };

enum class Permission {
  patients_read,       // find and open a patient
  patients_write,      // create and change a patient
  patients_erase,      // carry out an erasure
  cases_read,          // inbox, case, messages, search
  cases_write,         // assign, note, snooze, resolve, …
  messages_send,       // answer a patient
  figures_read,        // KPIs and their drill-down
  audit_read,          // who saw what
  staff_read,          // names of colleagues (to assign)
  staff_manage,        // invite, roles, deactivate
  sites_manage,        // sites, calendars, topics
  mailboxes_manage,    // mailboxes, quarantine
  operations_read,     // jobs, outbox, quarantine, system state
  history_import       // import and export
};

// Clinical content a viewer may not see without a need: reserved for later; `normal` now.
enum class Sensitivity { normal, restricted };

// How the session was established.
enum class Assurance { none, password, second_factor };

// The signed-in person on whose behalf something is read or changed. Built by team (sessions), by jobs (system()) and tests.
struct Viewer {
  UserId user;
  std::vector<Role> roles;
  std::set<SiteId> sites;   // empty + all_sites: every site
  bool all_sites = false;
  std::string purpose = "treatment_service";  // why data is read; shown in the audit
  Assurance assurance = Assurance::none;
  std::string break_glass_reason;  // not empty: emergency access, audited apart
  bool system = false;             // a job or the command line, not a person

  static Viewer system_viewer(std::string purpose);
};

bool role_grants(Role role, Permission permission);
bool has_permission(const Viewer& viewer, Permission permission);
// Every check of the product is this one. A zero site means "not tied to a site".
bool may(const Viewer& viewer, Permission permission, SiteId site = {}, Sensitivity sensitivity = Sensitivity::normal);

struct PermissionInfo {
  Permission permission;
  std::string_view name;  // "patients_read"
  std::string_view description;
};
const std::vector<PermissionInfo>& permission_registry();
std::string_view to_string(Role role);
std::vector<Role> all_roles();

}  // namespace auricle
