#pragma once
// One thin layer over SQLite and PostgreSQL. One SQL text for both: `$1…$n`, ON CONFLICT … DO UPDATE … RETURNING, row
// values, CTEs; 0/1 SMALLINT for booleans; time, ids and folded text come from the program. On PostgreSQL cast sums:
// CAST(SUM(x) AS BIGINT).
//
// A closure given to Database::write may run again (serialisation retry, the test build runs each twice): it returns
// its result and touches nothing outside. It shares one durable commit with others. A closure that returns a failed
// Result<T>, or throws, is rolled back to its savepoint; its neighbours commit.
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "platform/base/describe.h"
#include "platform/base/id.h"
#include "platform/base/time.h"

namespace auricle::db {

// Binary column (BYTEA / BLOB). `Bytes` members of described structs map to such columns.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

// What a statement can be given. Text and bytes are borrowed for the duration of the call.
struct BytesView {
  std::string_view data;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, BytesView>;

// The current row of a running statement; columns count from 0.
class Row {
 public:
  virtual ~Row() = default;
  virtual int columns() const = 0;
  virtual std::string_view name(int column) const = 0;
  virtual bool null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;   // valid until the next row
  virtual std::string_view bytes(int column) const = 0;  // valid until the next row
};

enum class Dialect { sqlite, postgres };

// What a driver calls for each row; returns false to stop. Services use the templates of Session instead.
class RowVisitor {
 public:
  virtual ~RowVisitor() = default;
  virtual bool operator()(const Row& row) = 0;
};

// Ids (of records) disclosed by a read; the route releases its answer only after they are in the audit
// (platform/audit).
struct Disclosed {
  std::string record;  // "patient", "case", …
  std::int64_t id = 0;
};

template <class T>
Value to_value(const T& v) {
  if constexpr (std::is_same_v<T, Bytes>)
    return BytesView{v.data};
  else if constexpr (std::is_same_v<T, Instant>)
    return v.ms;
  else if constexpr (is_id_v<T>)
    return v.value ? Value{v.value} : Value{nullptr};  // a zero id is NULL
  else if constexpr (is_optional_v<T>)
    return v ? to_value(*v) : Value{nullptr};
  else if constexpr (std::is_enum_v<T>)
    return Value{enum_name(v)};
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(v);  // bool becomes 0 or 1
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<double>(v);
  else if constexpr (std::is_same_v<T, std::nullptr_t>)
    return nullptr;
  else
    return std::string_view(v);
}

template <class T>
void from_column(const Row& row, int column, T& out) {
  if constexpr (is_optional_v<T>) {
    if (row.null(column))
      out.reset();
    else
      from_column(row, column, out.emplace());
  } else if (row.null(column))
    out = T{};
  else if constexpr (std::is_same_v<T, Bytes>)
    out.data = row.bytes(column);
  else if constexpr (std::is_same_v<T, Instant>)
    out.ms = row.integer(column);
  else if constexpr (is_id_v<T>)
    out.value = row.integer(column);
  else if constexpr (std::is_same_v<T, bool>)
    out = row.integer(column) != 0;
  else if constexpr (std::is_enum_v<T>)
    out = enum_from_name<T>(row.text(column));
  else if constexpr (std::is_integral_v<T>)
    out = static_cast<T>(row.integer(column));
  else if constexpr (std::is_floating_point_v<T>)
    out = static_cast<T>(row.real(column));
  else
    out = std::string(row.text(column));
}

// Reads for one closure: synchronous, a stable snapshot, never blocks writers.
class Session {
 public:
  virtual ~Session() = default;
  virtual Dialect dialect() const = 0;

  // Rows into T: a described struct (columns by name; every selected column needs a member) or a scalar (first column).
  template <class T, class... A>
  std::vector<T> all(std::string_view sql, const A&... args) {
    std::vector<T> rows;
    each<T>(
        sql, [&](T&& row) { rows.push_back(std::move(row)); }, args...);
    return rows;
  }
  template <class T, class... A>
  std::optional<T> one(std::string_view sql, const A&... args) {
    std::optional<T> found;
    run(sql, {to_value(args)...}, [&](const Row& row) {
      read_row(row, found.emplace());
      return false;
    });
    return found;
  }
  // Streams; `visit` takes T&&.
  template <class T, class F, class... A>
  void each(std::string_view sql, F&& visit, const A&... args) {
    std::vector<int> plan;  // member index → column, made once for the statement
    run(sql, {to_value(args)...}, [&](const Row& row) {
      T value{};
      read_row(row, value, &plan);
      visit(std::move(value));
      return true;
    });
  }
  // The plain form: `visit` returns false to stop. Returns the number of rows changed (0 for SELECT).
  template <class F>
  std::int64_t run(std::string_view sql, const std::vector<Value>& args, F&& visit) {
    Visitor<F> visitor(visit);
    return execute(sql, args, &visitor);
  }

  // Say what patient data this read hands out. Writers need not: a change is audited by itself.
  void disclose(std::string record, std::int64_t id) { disclosed_.push_back({std::move(record), id}); }
  const std::vector<Disclosed>& disclosed() const { return disclosed_; }

 protected:
  virtual std::int64_t execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) = 0;

 private:
  template <class F>
  struct Visitor final : RowVisitor {
    explicit Visitor(F& f) : call(f) {}
    bool operator()(const Row& row) override { return call(row); }
    F& call;
  };
  template <class T>
  static void read_row(const Row& row, T& out, std::vector<int>* plan = nullptr) {
    if constexpr (boost::describe::has_describe_members<T>::value && !is_id_v<T>) {
      std::vector<int> local;
      std::vector<int>& columns = plan ? *plan : local;
      if (columns.empty()) columns = match_columns<T>(row);
      std::size_t index = 0;
      boost::mp11::mp_for_each<
          boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>>(
          [&](auto member) {
            const int column = columns[index++];
            if (column >= 0) from_column(row, column, out.*member.pointer);
          });
    } else {
      from_column(row, 0, out);
    }
  }
  template <class T>
  static std::vector<int> match_columns(const Row& row) {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<
        boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>>(
        [&](auto member) { names.push_back(member.name); });
    return match_names(row, names);
  }
  static std::vector<int> match_names(const Row& row,
                                      const std::vector<std::string_view>& names);  // throws on an unknown column

  std::vector<Disclosed> disclosed_;
};

// A writing session: everything in one closure happens or nothing does. After a statement failed the closure must end
// (PostgreSQL aborts the transaction there): prevent what you can foresee with ON CONFLICT, let UniqueViolation leave
// the closure.
class Tx : public Session {
 public:
  // Ask for Database::after_commit once this closure is durable (events::announce does).
  void wake_after_commit() { wakes_ = true; }
  bool wakes() const { return wakes_; }

  // Returns the number of rows changed.
  template <class... A>
  std::int64_t exec(std::string_view sql, const A&... args) {
    return run(sql, {to_value(args)...}, [](const Row&) { return true; });
  }
  // Inserts a described struct: columns are its member names.
  template <class T>
  void insert(std::string_view table, const T& row) {
    static const std::string columns = columns_and_marks<T>();
    std::vector<Value> values;
    values.reserve(boost::mp11::mp_size<Members<T>>::value);
    boost::mp11::mp_for_each<Members<T>>([&](auto member) { values.push_back(to_value(row.*member.pointer)); });
    std::string sql = "INSERT INTO ";
    sql.append(table).append(columns);
    run(sql, values, [](const Row&) { return true; });
  }

 private:
  template <class T>
  using Members =
      boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;
  template <class T>
  static std::string columns_and_marks() {
    std::string columns, marks;
    int count = 0;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      if (count) columns += ',', marks += ',';
      columns += member.name;
      marks += '$' + std::to_string(++count);
    });
    return "(" + columns + ") VALUES(" + marks + ")";
  }

  bool wakes_ = false;
};

}  // namespace auricle::db
