#pragma once
// The only code that touches this module's tables.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/describe.h"
#include "platform/db/session.h"

namespace auricle::import::store {

struct Target {  // what an outside id stands for here
  std::int64_t target_id = 0;
  std::int64_t case_id = 0;
  std::int64_t patient_id = 0;
};
BOOST_DESCRIBE_STRUCT(Target, (), (target_id, case_id, patient_id))

struct Kept {
  std::string kind, source, outside_id;
  std::int64_t target_id = 0;
  std::int64_t case_id = 0, patient_id = 0;  // zero: none
  std::string state;  // fingerprint of the record as imported; tells whether it was changed since
  db::Bytes payload;  // encrypted JSON of the row's fields
};
BOOST_DESCRIBE_STRUCT(Kept, (), (kind, source, outside_id, target_id, case_id, patient_id, state, payload))

std::optional<Target> find(db::Session& session, std::string_view kind, std::string_view source,
                           std::string_view outside_id);
std::vector<std::string> sources(db::Session& session);
bool keep(db::Tx& tx, const Kept& row);  // false: it was there already
std::optional<Kept> kept(db::Session& session, std::string_view kind, std::string_view source,
                         std::string_view outside_id);
std::optional<Kept> of_target(db::Session& session, std::string_view kind, std::int64_t target);
// In order of (source, outside id), after the one given; without those of a case if `loose`.
std::vector<Kept> page(db::Session& session, std::string_view kind, const Kept& after, bool loose, int limit);

void mark_unfolded(db::Tx& tx, std::int64_t case_id);
std::vector<std::int64_t> unfolded(db::Session& session, int limit);
void folded(db::Tx& tx, std::int64_t case_id);

void forget_patient(db::Tx& tx, std::int64_t patient);

}  // namespace auricle::import::store
