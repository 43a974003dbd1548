#include "platform/base/loop.h"

namespace auricle {
namespace {
thread_local Loop* this_loop = nullptr;
}
Loop* current_loop() { return this_loop; }
void set_current_loop(Loop* loop) { this_loop = loop; }
}  // namespace auricle
