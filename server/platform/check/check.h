#pragma once
// `auricle check`: what must always be true of an installation, looked at as a whole. Modules add their own
// (app/checks.cpp).
#include <functional>
#include <string>
#include <vector>

#include "platform/blobs/blobs.h"
#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::check {

struct Outcome {
  std::string name;
  std::vector<std::string> problems;  // empty: good. Ids and counts, never personal data
  double seconds = 0;
};

class Checks {
 public:
  using Look = std::function<std::vector<std::string>()>;
  void add(std::string name, Look look);
  // A statement that must find no row; each first column (an id) is a problem.
  void add_none(std::string name, db::Database& database, std::string sql);
  // An exception is a problem too. `report` is called after each.
  std::vector<Outcome> run(const std::function<void(const Outcome&)>& report) const;

 private:
  struct Named {
    std::string name;
    Look look;
  };
  std::vector<Named> checks_;
};

void add_platform_checks(Checks& checks, db::Database& database, crypto::MasterKeyring& keys, blobs::Blobs& blobs,
                         const Clock& clock);

}  // namespace auricle::check
