#include "platform/http/answer.h"

#include <algorithm>

namespace auricle::http {
namespace {

audit::Entry entry_for(audit::Action action, std::string record, const std::vector<db::Disclosed>& disclosed) {
  audit::Entry entry;
  entry.action = action;
  for (const auto& one : disclosed)
    if (one.record == record) entry.ids.push_back(one.id);
  std::sort(entry.ids.begin(), entry.ids.end());
  entry.ids.erase(std::unique(entry.ids.begin(), entry.ids.end()), entry.ids.end());
  entry.record = std::move(record);
  return entry;
}

}  // namespace

std::vector<audit::Entry> disclosure_entries(audit::Action action, const std::vector<db::Disclosed>& disclosed) {
  if (disclosed.empty()) return {};
  std::vector<audit::Entry> entries{entry_for(action, disclosed.front().record, disclosed)};
  const auto patients = entry_for(action, "patient", disclosed);
  if (patients.ids.size() == 1)
    entries[0].patient_id = patients.ids[0];
  else if (patients.ids.size() > 1 && entries[0].record != "patient")
    entries.push_back(patients);
  return entries;
}

Task<Done> commit_disclosures(Context& ctx, audit::Action action, std::vector<db::Disclosed> disclosed) {
  const auto entries = disclosure_entries(action, disclosed);
  const auto now = ctx.clock.now();
  co_await ctx.database.write(
      [&](db::Tx& tx) {
        for (const auto& entry : entries) audit::append(tx, ctx.viewer, entry, now);
        return Done{};
      },
      db::Lane::audit);
  co_return Done{};
}

}  // namespace auricle::http
