// What `auricle check` looks at beyond the platform: each module's invariants over its own tables.
#include "app/checks.h"

#include <fmt/format.h>

#include "analytics/analytics.h"
#include "conversations/history.h"
#include "facts/facts.h"
#include "platform/events/sequencer.h"
#include "platform/search/index.h"

namespace auricle::app {
namespace {

using Problems = std::vector<std::string>;

struct Rule {
  const char* name;
  const char* sql;  // finds ids of rows that must not be
};

constexpr Rule kRules[] = {
    {"staff",
     "SELECT 'role of nobody ' || CAST(m.user_id AS TEXT) FROM team_membership m LEFT JOIN team_user u ON u.id = "
     "m.user_id WHERE u.id IS NULL UNION SELECT 'session of nobody ' || CAST(s.id AS TEXT) FROM team_session s LEFT "
     "JOIN team_user u ON u.id = s.user_id WHERE u.id IS NULL UNION SELECT 'role at no site ' || CAST(m.user_id AS "
     "TEXT) FROM team_membership m LEFT JOIN clinic_site c ON c.id = m.site_id WHERE m.site_id IS NOT NULL AND c.id IS "
     "NULL"},
    {"people",
     "SELECT 'reach ' || CAST(r.person_id AS TEXT) FROM patients_reach r LEFT JOIN patients_person p ON p.id = "
     "r.person_id LEFT JOIN patients_contact_point c ON c.id = r.contact_point_id WHERE p.id IS NULL OR c.id IS NULL "
     "UNION SELECT 'relationship ' || CAST(r.id AS TEXT) FROM patients_relationship r LEFT JOIN patients_person p ON "
     "p.id = r.person_id LEFT JOIN patients_person q ON q.id = r.patient_id WHERE p.id IS NULL OR q.id IS NULL UNION "
     "SELECT 'timeline ' || CAST(t.id AS TEXT) FROM patients_timeline t LEFT JOIN patients_person p ON p.id = "
     "t.person_id WHERE p.id IS NULL"},
    {"cases",
     "SELECT 'message ' || CAST(m.id AS TEXT) FROM conversations_message m LEFT JOIN conversations_case c ON c.id = "
     "m.case_id WHERE c.id IS NULL UNION SELECT 'conversation ' || CAST(v.id AS TEXT) FROM conversations_conversation "
     "v "
     "LEFT JOIN conversations_case c ON c.id = v.case_id WHERE c.id IS NULL UNION SELECT 'message of another case ' || "
     "CAST(m.id AS TEXT) FROM conversations_message m JOIN conversations_conversation v ON v.id = m.conversation_id "
     "WHERE v.case_id <> m.case_id UNION SELECT 'link ' || CAST(l.case_id AS TEXT) FROM conversations_link l LEFT JOIN "
     "conversations_case c ON c.id = l.case_id LEFT JOIN conversations_case o ON o.id = l.other_case_id WHERE c.id IS "
     "NULL OR o.id IS NULL UNION SELECT 'case without a fact ' || CAST(c.id AS TEXT) FROM conversations_case c WHERE "
     "NOT EXISTS (SELECT 1 FROM facts_fact f WHERE f.case_id = c.id AND f.kind = 'opened')"},
    {"attachments",
     "SELECT 'no file ' || CAST(a.id AS TEXT) FROM conversations_attachment a LEFT JOIN platform_blob b ON CAST(b.id "
     "AS "
     "TEXT) = a.blob WHERE b.id IS NULL UNION SELECT 'no message ' || CAST(a.id AS TEXT) FROM conversations_attachment "
     "a LEFT JOIN conversations_message m ON m.id = a.message_id WHERE a.message_id IS NOT NULL AND m.id IS NULL"},
    {"outbox",
     "SELECT 'to be sent, not in the outbox ' || CAST(m.id AS TEXT) FROM conversations_message m LEFT JOIN "
     "conversations_outbox o ON o.message_id = m.id WHERE m.direction = 'out' AND m.delivery IN ('queued', 'sending') "
     "AND o.message_id IS NULL UNION SELECT 'in the outbox, not to be sent ' || CAST(o.message_id AS TEXT) FROM "
     "conversations_outbox o LEFT JOIN conversations_message m ON m.id = o.message_id AND m.delivery IN ('queued', "
     "'sending') WHERE m.id IS NULL"},
    {"mail",
     "SELECT 'mail ' || CAST(e.id AS TEXT) FROM email_message e LEFT JOIN conversations_message m ON m.id = "
     "e.record_id WHERE m.id IS NULL UNION SELECT 'mail of another conversation ' || CAST(e.id AS TEXT) FROM "
     "email_message e JOIN conversations_message m ON m.id = e.record_id WHERE m.conversation_id <> "
     "e.conversation_id"}};

// The columns a case is listed by are what its facts yield.
Problems refolded(db::Database& database) {
  constexpr int kAtOnce = 500;
  Problems problems;
  for (CaseId after;;) {
    const auto states =
        database.read_now([&](db::Session& session) { return conversations::listed_states(session, after, kAtOnce); });
    if (states.empty()) return problems;
    database.read_now([&](db::Session& session) {
      for (const auto& listed : states) {
        const auto ledgers = facts::ledgers_of(session, listed.id);
        if (ledgers.empty() || listed.resolving) continue;
        const auto state = facts::state_of(ledgers.back());
        const bool open = state.status == facts::CaseStatus::open;
        const bool same = open != listed.resolved && state.agent_id == listed.assignee_id &&
                          state.topic == listed.topic.value_or("") && (!open || state.waiting_on == listed.waiting_on);
        if (!same) problems.push_back(fmt::format("case {} is not listed as its facts say", listed.id.value));
      }
    });
    after = states.back().id;
  }
}

// Ahead of the changes: it belongs to another database. Far behind: nobody feeds it.
Problems index_state(Installation& installation) {
  constexpr std::int64_t kHour = 3'600'000;
  auto& database = installation.database();
  const auto index = search::open_index(database, installation.data_directory());
  const auto built = index->high_water();
  if (!built) return {};  // the next start builds it
  const auto high = *built;
  const auto before = installation.clock().now() - kHour;
  return database.read_now([&](db::Session& session) -> Problems {
    const auto newest = events::newest_sequence(session);
    if (high > newest) return {"the index is of another database: auricle rebuild search"};
    const auto late = session.one<std::int64_t>("SELECT COUNT(*) FROM platform_change WHERE seq > $1 AND occurred < $2",
                                                high, before);
    if (late.value_or(0) == 0) return {};
    return {fmt::format("{} changes of more than an hour ago are not in the index", *late)};
  });
}

}  // namespace

void add_module_checks(check::Checks& checks, Installation& installation) {
  auto& database = installation.database();
  for (const auto& rule : kRules) checks.add_none(rule.name, database, rule.sql);
  checks.add("ledger", [&database] { return refolded(database); });
  checks.add("rollups", [&installation] {
    constexpr int kDays = 12;  // the latest, and others spread over the years
    return installation.database().read_now(
        [&](db::Session& session) { return analytics::check_rollups(session, installation.clock().now(), kDays); });
  });
  checks.add("search", [&installation] { return index_state(installation); });
}

}  // namespace auricle::app
