#include "platform/base/test_breaker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace auricle::test {

namespace fs = std::filesystem;

fs::path source_root() {
  auto at = fs::canonical("/proc/self/exe").parent_path();
  while (at.has_relative_path() && !fs::exists(at / "server" / "channels")) at = at.parent_path();
  return at;
}

std::vector<std::string> corpus(const std::vector<std::string>& folders, std::string_view extension) {
  std::vector<std::string> out;
  for (const auto& folder : folders)
    for (const auto& entry : fs::directory_iterator(source_root() / folder)) {
      if (entry.path().extension() != extension) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << file.rdbuf();
      out.push_back(bytes.str());
    }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Breaker::next() {
  std::string out = corpus_[below(corpus_.size())];
  for (auto n = 1 + below(8); n > 0; --n) change(out);
  return out;
}

void Breaker::change(std::string& text) {
  const auto at = below(text.size() + 1);
  switch (below(7)) {
    case 0:
      if (!text.empty()) text[below(text.size())] = static_cast<char>(below(256));
      break;
    case 1:
      text.erase(at, below(64));
      break;
    case 2:
      text.insert(at, text.substr(below(text.size() + 1), below(200)));
      break;
    case 3:
      text.insert(at, words_[below(words_.size())]);
      break;
    case 4: {
      const auto& other = corpus_[below(corpus_.size())];
      text = text.substr(0, at) + other.substr(below(other.size() + 1));
      break;
    }
    case 5:
      text.resize(at);
      break;
    default:
      text.insert(at, std::string(below(3000), static_cast<char>(below(256))));
  }
  if (text.size() > longest_) text.resize(longest_);
}

std::uint64_t fuzz_seed() {
  const char* given = std::getenv("AURICLE_FUZZ_SEED");
  const bool any = given && std::string_view(given) == "random";
  const std::uint64_t seed = any ? std::random_device{}() : given ? std::strtoull(given, nullptr, 10) : 1;
  std::cout << "seed " << seed << std::endl;
  return seed;
}

void fuzz(std::string_view name, const std::function<std::string()>& run) {
  const char* seconds = std::getenv("AURICLE_FUZZ_SECONDS");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds ? std::atoi(seconds) : 3);
  int runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    const auto input = run();
    if (!testing::Test::HasFailure()) continue;
    std::ofstream("fuzz-failure." + std::string(name), std::ios::binary) << input;
    break;
  }
  std::cout << runs << " runs\n";
}

}  // namespace auricle::test
