#include "platform/db/postgres_connection.h"

#include <fmt/format.h>

#include <cstdlib>

namespace auricle::db {
namespace {

constexpr std::size_t kStatementLimit = 400;
constexpr Oid kInt8 = 20, kText = 25, kFloat8 = 701, kBytea = 17;

Oid type_of(const Value& value) {
  if (std::holds_alternative<std::int64_t>(value)) return kInt8;
  if (std::holds_alternative<double>(value)) return kFloat8;
  if (std::holds_alternative<std::string_view>(value)) return kText;
  if (std::holds_alternative<BytesView>(value)) return kBytea;
  return 0;  // NULL: as the place where it stands
}

char type_letter(const Value& value) { return "nifsb"[value.index() == 0 ? 0 : value.index()]; }

// The parameters of one execution as libpq wants them.
struct Parameters {
  std::vector<std::string> texts;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;

  explicit Parameters(const std::vector<Value>& args) {
    texts.reserve(args.size());
    for (const auto& value : args) add(value);
  }
  void add(const Value& value) {
    const bool null = std::holds_alternative<std::nullptr_t>(value);
    const bool binary = std::holds_alternative<BytesView>(value);
    texts.push_back(null ? std::string() : text_of(value));
    values.push_back(null ? nullptr : texts.back().c_str());
    lengths.push_back(static_cast<int>(texts.back().size()));
    formats.push_back(binary ? 1 : 0);
  }
  static std::string text_of(const Value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
    if (const auto* d = std::get_if<double>(&value)) return fmt::format("{}", *d);
    if (const auto* t = std::get_if<std::string_view>(&value)) return std::string(*t);
    if (const auto* b = std::get_if<BytesView>(&value)) return std::string(b->data);
    return {};
  }
};

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : r_(result), row_(row) {}
  int columns() const override { return PQnfields(r_); }
  std::string_view name(int c) const override { return PQfname(r_, c); }
  bool null(int c) const override { return PQgetisnull(r_, row_, c) != 0; }
  std::int64_t integer(int c) const override {
    const char* text = PQgetvalue(r_, row_, c);
    return *text == 't' ? 1 : std::strtoll(text, nullptr, 10);
  }
  double real(int c) const override { return std::strtod(PQgetvalue(r_, row_, c), nullptr); }
  std::string_view text(int c) const override {
    return {PQgetvalue(r_, row_, c), static_cast<std::size_t>(PQgetlength(r_, row_, c))};
  }
  std::string_view bytes(int c) const override {  // "\x…" in hexadecimal
    const auto hex = text(c);
    auto& raw = decoded_[c];
    raw.clear();
    for (std::size_t i = 2; i + 1 < hex.size(); i += 2)
      raw += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    return raw;
  }

 private:
  static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }
  const PGresult* r_;
  int row_;
  mutable std::unordered_map<int, std::string> decoded_;
};

std::string field(const PGresult* result, int code) {
  const char* text = result ? PQresultErrorField(result, code) : nullptr;
  return text ? text : "";
}

bool server_trouble(std::string_view state) {  // connection, resources, shutdown, disk
  return state.empty() || state.starts_with("08") || state.starts_with("53") || state.starts_with("57") ||
         state.starts_with("58") || state.starts_with("XX") || state == "25006";
}

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url) {
  const char* keys[] = {"dbname", "connect_timeout", "client_encoding", "fallback_application_name", nullptr};
  const char* values[] = {url.c_str(), "5", "UTF8", "auricle", nullptr};
  connection_.reset(PQconnectdbParams(keys, values, 1));
  if (!alive()) throw Unavailable(fmt::format("PostgreSQL does not answer: {}", PQerrorMessage(connection_.get())));
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  command("SET timezone='UTC'");
  command("SET idle_in_transaction_session_timeout='5min'");
}

void PostgresConnection::command(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) raise(result.get(), sql);
}

void PostgresConnection::roll_back() noexcept {
  if (alive() && !idle()) Result(PQexec(connection_.get(), "ROLLBACK"));
}

const std::string& PostgresConnection::prepared(std::string_view sql, const std::vector<Value>& args) {
  std::string key(sql);
  key += '\0';
  for (const auto& value : args) key += type_letter(value);
  const auto found = statements_.find(key);
  if (found != statements_.end()) return found->second;
  if (statements_.size() >= kStatementLimit) forget_statements();
  std::vector<Oid> types;
  for (const auto& value : args) types.push_back(type_of(value));
  std::string name = "s" + std::to_string(++made_);
  const Result result(PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(),
                                static_cast<int>(types.size()), types.data()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) raise(result.get(), sql);
  return statements_.emplace(std::move(key), std::move(name)).first->second;
}

void PostgresConnection::forget_statements() {
  statements_.clear();
  command("DEALLOCATE ALL");
}

std::int64_t PostgresConnection::execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) {
  const std::string& name = prepared(sql, args);
  const Parameters parameters(args);
  const Result result(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(args.size()),
                                     parameters.values.data(), parameters.lengths.data(), parameters.formats.data(),
                                     0));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) raise(result.get(), sql);
  if (visitor)
    for (int row = 0; row < PQntuples(result.get()); ++row)
      if (!(*visitor)(PostgresRow(result.get(), row))) break;
  if (std::string_view(PQcmdStatus(result.get())).starts_with("SELECT")) return 0;
  return std::strtoll(PQcmdTuples(result.get()), nullptr, 10);
}

// Messages of the server may quote values: only those about the statement itself are passed on.
void PostgresConnection::raise(const PGresult* result, std::string_view sql) {
  const std::string state = field(result, PG_DIAG_SQLSTATE), constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  if (state == "40001" || state == "40P01") throw RunAgain("the transaction lost against another");
  if (state == "0A000" && field(result, PG_DIAG_MESSAGE_PRIMARY).find("cached plan") != std::string::npos) {
    statements_.clear();  // the names stay unused on the server; new ones are made
    throw RunAgain("the schema changed");
  }
  if (state == "57014") throw Unavailable("the read took too long");
  if (state == "23505") throw UniqueViolation("unique constraint failed: " + constraint, constraint);
  if (state.starts_with("23")) throw ConstraintViolation("constraint failed: " + constraint, constraint);
  if (state == "53100") throw DiskFull("PostgreSQL has no room left");
  if (!alive() || server_trouble(state))
    throw Unavailable(fmt::format("PostgreSQL {}", state.empty() ? "is away" : state));
  const std::string detail = state.starts_with("42") ? field(result, PG_DIAG_MESSAGE_PRIMARY) : "";
  throw std::logic_error(fmt::format("postgres {} {} in: {}", state, detail, sql));
}

}  // namespace auricle::db
