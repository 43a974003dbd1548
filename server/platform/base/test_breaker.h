#pragma once
// For fuzzers that run with the tests: inputs kept under tests/fuzz (and elsewhere) broken at random, for a bounded
// time.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::test {

std::filesystem::path source_root();  // of the tree this program was built in
// Files of a folder under it with that extension, by content: the same order everywhere, so that a seed means the same
// run.
std::vector<std::string> corpus(const std::vector<std::string>& folders, std::string_view extension);

class Breaker {
 public:
  // `words`: pieces that mean something to the reader of these inputs.
  Breaker(std::vector<std::string> corpus, std::vector<std::string_view> words, std::uint64_t seed,
          std::size_t longest = 200'000)
      : corpus_(std::move(corpus)), words_(std::move(words)), random_(seed), longest_(longest) {}
  std::string next();
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }

 private:
  void change(std::string& text);

  std::vector<std::string> corpus_;
  std::vector<std::string_view> words_;
  std::mt19937_64 random_;
  std::size_t longest_;
};

// AURICLE_FUZZ_SEED=NUMBER|random, usually 1: the tests are the same each time; it is printed.
std::uint64_t fuzz_seed();
// `run` returns what it ran with. Again and again until AURICLE_FUZZ_SECONDS (default 3) are over or a test failed:
// then the last input is kept as fuzz-failure.NAME.
void fuzz(std::string_view name, const std::function<std::string()>& run);

}  // namespace auricle::test
