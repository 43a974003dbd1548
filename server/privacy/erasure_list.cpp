#include "privacy/erasure_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace auricle::privacy {

void append_to_list(const std::string& file, const ListedErasure& erasure) {
  const auto line = std::to_string(erasure.patient_id.value) + " " + to_rfc3339(erasure.erased_at) + "\n";
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("the list of erasures cannot be written: " + file);
  const bool written = write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  close(fd);
  if (!written) throw std::runtime_error("the list of erasures cannot be written: " + file);
}

std::vector<ListedErasure> read_list(const std::string& file) {
  std::vector<ListedErasure> list;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::int64_t id = 0;
    std::string time;
    if (!(words >> id >> time) || id <= 0) continue;
    if (const auto when = parse_rfc3339(time)) list.push_back({PersonId{id}, *when});
  }
  return list;
}

bool contains(const std::vector<ListedErasure>& list, PersonId patient) {
  return std::any_of(list.begin(), list.end(), [&](const auto& item) { return item.patient_id == patient; });
}

}  // namespace auricle::privacy
