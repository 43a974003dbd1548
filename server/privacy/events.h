#pragma once
#include <cstdint>

#include "platform/base/id.h"
#include "platform/base/time.h"

namespace auricle::privacy {

// A patient is being erased, in this transaction: whoever holds rows about them deletes these now. Facts stay, their
// subject does not lead to anybody any more. Also published when an erasure is applied again after a restore; listeners
// find nothing the second time.
struct PatientErased {
  std::int64_t patient_id = 0;
  Instant erased_at;
};

}  // namespace auricle::privacy
