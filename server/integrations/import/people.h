#pragma once
// Sites, staff and people as fields of the history format.
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "patients/patients.h"
#include "platform/db/session.h"

namespace auricle::import {

std::string padded(std::int64_t id);  // an id of ours as text that sorts like the number
using LiveRows = std::vector<std::pair<std::int64_t, boost::json::object>>;  // by id
LiveRows live_sites(db::Session& session);
LiveRows live_queues(db::Session& session);
LiveRows live_standards(db::Session& session);
LiveRows live_agents(db::Session& session);
boost::json::object person_fields(const patients::ImportedPerson& person);
// Tells whether a person was changed since the import.
std::string fingerprint(const patients::ImportedPerson& person);

}  // namespace auricle::import
