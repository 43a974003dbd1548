#pragma once
// The escalation path by time: what a standard says is done as the time promised runs out. One row of the job list does
// it on one node; a step and its mark are one transaction, so a crash repeats nothing.
#include "conversations/conversations.h"
#include "platform/db/database.h"

namespace auricle::conversations {

// Takes the steps that are due; returns how many cases it looked at.
int escalate_due(db::Database& database, crypto::Keyring& keyring, const patients::Patients& patients,
                 const Clock& clock);

// Opening hours or a site changed: what is due by them moves along. Also what an earlier version of the program left
// without. Returns how many cases moved.
int move_promises(db::Database& database);

}  // namespace auricle::conversations
