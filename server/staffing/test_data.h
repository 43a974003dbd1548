#pragma once
// For tests: the call-centre data of AURICLE_TEST_DATA, where it is present.
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "clinic/clinic.h"

namespace auricle::staffing {

inline std::string data_folder() {
  const char* folder = std::getenv("AURICLE_TEST_DATA");
  return folder ? std::string(folder) + "/callcenter/" : "";
}
inline bool data_present() { return !data_folder().empty() && std::ifstream(data_folder() + "README.md").good(); }

inline std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == by && !quoted)
      parts.emplace_back();
    else if (c != '\r')
      parts.back() += c;
  }
  return parts;
}

// One call of the bank's log that was not PHANTOM.
struct BankCall {
  clinic::LocalDay day;
  int second = 0;  // of the day, when it entered the queue (or was answered without one)
  std::string type;
  double wait_s = 0;  // q_time
  double service_s = 0;
  bool answered = false;
  bool offered() const { return answered || wait_s > 0; }  // left the menu for an agent
};

inline int seconds_of(const std::string& clock) {
  const auto parts = split(clock, ':');
  return std::stoi(parts.at(0)) * 3600 + std::stoi(parts.at(1)) * 60 + std::stoi(parts.at(2));
}

inline std::string unzipped(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string text, block(1 << 16, 0);
  for (int n = 0; (n = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0;)
    text.append(block, 0, static_cast<std::size_t>(n));
  gzclose(file);
  return text;
}

inline std::vector<BankCall> bank_calls(const std::string& month) {
  std::istringstream lines(unzipped(data_folder() + "anonymous_bank_1999_" + month + ".tsv.gz"));
  std::string line;
  std::getline(lines, line);
  std::vector<BankCall> calls;
  while (std::getline(lines, line)) {
    const auto f = split(line, '\t');
    if (f.size() < 16 || f[12] == "PHANTOM") continue;
    BankCall call;
    call.day =
        clinic::parse_local_day("19" + f[5].substr(0, 2) + "-" + f[5].substr(2, 2) + "-" + f[5].substr(4, 2)).value();
    call.answered = f[12] == "AGENT";
    call.wait_s = std::stod(f[11]);
    call.service_s = std::stod(f[15]);
    call.type = f[4];
    call.second = seconds_of(call.wait_s > 0 ? f[9] : f[7]) % 86400;
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace auricle::staffing
