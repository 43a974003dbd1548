#pragma once
// One connection to PostgreSQL with its prepared statements. Used by one thread at a time.
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/db/database.h"

namespace auricle::db {

// The transaction lost against another (40001, 40P01) or a plan went stale: run the closure again.
struct RunAgain : Unavailable {
  using Unavailable::Unavailable;
};

class PostgresConnection {
 public:
  explicit PostgresConnection(const std::string& url);  // throws Unavailable

  std::int64_t execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor);
  void command(const std::string& sql);
  bool alive() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  bool idle() const { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
  bool failed() const { return PQtransactionStatus(connection_.get()) == PQTRANS_INERROR; }
  void roll_back() noexcept;

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;

  const std::string& prepared(std::string_view sql, const std::vector<Value>& args);
  void forget_statements();
  [[noreturn]] void raise(const PGresult* result, std::string_view sql);

  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_map<std::string, std::string> statements_;  // text and parameter types → name
  std::int64_t made_ = 0;
};

class PostgresSession final : public Tx {
 public:
  explicit PostgresSession(PostgresConnection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::postgres; }

 protected:
  std::int64_t execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) override {
    return connection_.execute(sql, args, visitor);
  }

 private:
  PostgresConnection& connection_;
};

}  // namespace auricle::db
