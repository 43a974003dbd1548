#pragma once
// The erasures in a file beside the data: `<patient id> <RFC 3339>` a line, never in a backup's past.
#include <string>
#include <vector>

#include "platform/base/id.h"
#include "platform/base/time.h"

namespace auricle::privacy {

struct ListedErasure {
  PersonId patient_id;
  Instant erased_at;
};
void append_to_list(const std::string& file,
                    const ListedErasure& erasure);              // durable when it returns; throws std::runtime_error
std::vector<ListedErasure> read_list(const std::string& file);  // a half-written last line is left out
bool contains(const std::vector<ListedErasure>& list, PersonId patient);

}  // namespace auricle::privacy
