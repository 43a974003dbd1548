// What `auricle check` looks at beyond the platform: each module's invariants over its own tables.
#include "app/checks.h"

namespace auricle::app {

void add_module_checks(check::Checks& checks, Installation& installation) {
  auto& database = installation.database();
  checks.add_none("cases", database,
                  "SELECT CAST(m.id AS TEXT) FROM conversations_message m LEFT JOIN conversations_case c ON c.id = "
                  "m.case_id WHERE c.id "
                  "IS NULL ORDER BY m.id");
  checks.add_none("attachments", database,
                  "SELECT CAST(a.id AS TEXT) FROM conversations_attachment a LEFT JOIN platform_blob b ON CAST(b.id AS "
                  "TEXT) = a.blob "
                  "WHERE b.id IS NULL ORDER BY a.id");
}

}  // namespace auricle::app
