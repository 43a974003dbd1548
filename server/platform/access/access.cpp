#include "platform/access/access.h"

#include <algorithm>

#include "platform/base/describe.h"

namespace auricle {
namespace {
using P = Permission;

// What each role may do. IT (administrator) sees no patient; erasing is the data protection officer's alone.
const std::vector<Permission>& permissions_of(Role role) {
  static const std::vector<Permission> director{
      P::patients_read,    P::patients_write,  P::cases_read,     P::cases_write,    P::messages_send,
      P::figures_read,     P::audit_read,      P::staff_read,     P::staff_manage,   P::sites_manage,
      P::mailboxes_manage, P::operations_read, P::history_import, P::api_keys_manage};
  static const std::vector<Permission> supervisor{P::patients_read, P::patients_write, P::cases_read,
                                                  P::cases_write,   P::messages_send,  P::figures_read,
                                                  P::staff_read,    P::operations_read};
  static const std::vector<Permission> desk{P::patients_read, P::patients_write, P::cases_read,
                                            P::cases_write,   P::messages_send,  P::staff_read};
  static const std::vector<Permission> clinician{P::patients_read, P::cases_read, P::cases_write, P::staff_read};
  static const std::vector<Permission> officer{P::patients_read, P::patients_erase, P::audit_read, P::staff_read};
  static const std::vector<Permission> administrator{P::staff_read,       P::staff_manage,    P::sites_manage,
                                                     P::mailboxes_manage, P::operations_read, P::history_import,
                                                     P::api_keys_manage};
  switch (role) {
    case Role::director:
      return director;
    case Role::supervisor:
      return supervisor;
    case Role::agent:
    case Role::receptionist:
      return desk;
    case Role::clinician:
      return clinician;
    case Role::data_protection_officer:
      return officer;
    case Role::administrator:
      return administrator;
  }
  return administrator;
}
}  // namespace

Viewer Viewer::system_viewer(std::string purpose) {
  Viewer viewer;
  viewer.system = true;
  viewer.all_sites = true;
  viewer.purpose = std::move(purpose);
  return viewer;
}

Viewer viewer_of(UserId user, std::vector<Membership> memberships, Assurance assurance) {
  Viewer viewer;
  viewer.user = user;
  viewer.assurance = assurance;
  for (const auto& membership : memberships) {
    if (std::find(viewer.roles.begin(), viewer.roles.end(), membership.role) == viewer.roles.end())
      viewer.roles.push_back(membership.role);
    if (membership.site_id)
      viewer.sites.insert(membership.site_id);
    else
      viewer.all_sites = true;
  }
  viewer.memberships = std::move(memberships);
  return viewer;
}

bool role_grants(Role role, Permission permission) {
  const auto& granted = permissions_of(role);
  return std::find(granted.begin(), granted.end(), permission) != granted.end();
}

bool has_permission(const Viewer& viewer, Permission permission) {
  if (viewer.system) return true;
  if (viewer.granted) return viewer.granted->contains(permission);
  return std::any_of(viewer.roles.begin(), viewer.roles.end(), [&](Role r) { return role_grants(r, permission); });
}

SiteScope scope_of(const Viewer& viewer, Permission permission) {
  if (viewer.system) return {true, {}};
  if (!has_permission(viewer, permission)) return {};
  if (viewer.memberships.empty()) return {viewer.all_sites, viewer.sites};
  SiteScope scope;
  for (const auto& membership : viewer.memberships) {
    if (!role_grants(membership.role, permission)) continue;
    if (membership.site_id)
      scope.sites.insert(membership.site_id);
    else
      scope.all = true;
  }
  return scope;
}

bool may(const Viewer& viewer, Permission permission, SiteId site, Sensitivity) {
  if (!has_permission(viewer, permission)) return false;
  if (viewer.system || !site) return true;
  const auto scope = scope_of(viewer, permission);
  return scope.all || scope.sites.contains(site);
}

const std::vector<PermissionInfo>& permission_registry() {
  static const std::vector<PermissionInfo> registry{
      {P::patients_read, "patients_read", "Find and open a patient"},
      {P::patients_write, "patients_write", "Create and change a patient"},
      {P::patients_erase, "patients_erase", "Carry out an erasure"},
      {P::cases_read, "cases_read", "Inbox, cases, messages and search"},
      {P::cases_write, "cases_write", "Assign, note, snooze, resolve"},
      {P::messages_send, "messages_send", "Answer a patient"},
      {P::figures_read, "figures_read", "Figures and the cases behind them"},
      {P::audit_read, "audit_read", "Who saw and changed what"},
      {P::staff_read, "staff_read", "Names of colleagues"},
      {P::staff_manage, "staff_manage", "Invite, give roles, deactivate"},
      {P::sites_manage, "sites_manage", "Sites, calendars, topics"},
      {P::mailboxes_manage, "mailboxes_manage", "Mailboxes and quarantine"},
      {P::operations_read, "operations_read", "Jobs, outbox and state of the system"},
      {P::history_import, "history_import", "Import and export of history"},
      {P::api_keys_manage, "api_keys_manage", "Keys for other programs"}};
  return registry;
}

std::string_view to_string(Role role) { return enum_name(role); }
std::string_view to_string(Permission permission) { return enum_name(permission); }

std::vector<Role> all_roles() {
  std::vector<Role> roles;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Role>>([&](auto e) { roles.push_back(e.value); });
  return roles;
}

}  // namespace auricle
