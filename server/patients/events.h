#pragma once
// Facts about people that modules above follow, in the transaction of the change.
#include "platform/base/id.h"

namespace auricle::patients {

struct PatientsMerged {  // what belonged to `gone` belongs to `kept`
  std::int64_t merge_id = 0;
  PersonId kept, gone;
};
struct MergeUndone {  // and back
  std::int64_t merge_id = 0;
  PersonId kept, gone;
};

}  // namespace auricle::patients
