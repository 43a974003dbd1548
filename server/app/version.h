#pragma once

namespace auricle::app {
inline constexpr const char* kVersion = "0.1.0";
}
