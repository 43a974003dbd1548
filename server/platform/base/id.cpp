#include "platform/base/id.h"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace auricle {
namespace {
constexpr std::int64_t kEpochMs = 1577836800000;  // 2020-01-01T00:00:00Z
std::atomic<std::int64_t> last_tick{0};           // milliseconds << 8 | sequence
std::atomic<std::int64_t> node_bits{0};
}  // namespace

void set_id_node(int node) { node_bits = node & 15; }
int id_node() { return static_cast<int>(node_bits.load()); }

std::int64_t next_id() {
  using namespace std::chrono;
  const std::int64_t now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() - kEpochMs;
  std::int64_t seen = last_tick.load();
  std::int64_t tick;
  do tick = std::max(seen + 1, now << 8);
  while (!last_tick.compare_exchange_weak(seen, tick));
  return ((tick >> 8) << 12) | (node_bits.load() << 8) | (tick & 255);
}
}  // namespace auricle
