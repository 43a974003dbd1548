#include "platform/crypto/password.h"

#include <sodium.h>

#include <atomic>
#include <new>
#include <semaphore>

namespace auricle::crypto {
namespace {

struct Cost {
  std::atomic<unsigned long long> operations{3};
  std::atomic<std::size_t> memory{64U << 20};
};
Cost cost;
std::counting_semaphore<4> running{2};

class Turn {
 public:
  Turn() {
    running.acquire();
    if (sodium_init() < 0) throw std::bad_alloc();
  }
  ~Turn() { running.release(); }
};

}  // namespace

std::string hash_password(std::string_view password) {
  const Turn turn;
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), cost.operations, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
  const Turn turn;
  const std::string text(hash);
  return text.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view hash) {
  const std::string text(hash);
  return crypto_pwhash_str_needs_rehash(text.c_str(), cost.operations, cost.memory) != 0;
}

void set_password_cost_for_tests() {
  cost.operations = crypto_pwhash_OPSLIMIT_MIN;
  cost.memory = crypto_pwhash_MEMLIMIT_MIN;
}

}  // namespace auricle::crypto
