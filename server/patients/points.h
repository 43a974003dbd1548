#pragma once
// Addresses and numbers that no record has any more. One stays while a conversation refers to it, and no longer: the
// daily sweep and an erasure ask the conversations and forget it.
#include "platform/db/database.h"

namespace auricle::patients {

std::vector<ContactPointId> lonely_points(db::Session& session, ContactPointId after, int limit);  // ascending
bool forget_point(db::Tx& tx, ContactPointId point);  // false when a record has it

}  // namespace auricle::patients
