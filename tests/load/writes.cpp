// Durable writes per second, as ratios measured in one run: interleaved rounds, medians. ./dev bench writes; or
// build/release/platform_bench FOLDER [NAME…]
//   raw      SQLite alone, one row with an index, 256 rows in each durable commit: the most this disk gives
//   single   SQLite alone, the same row, one durable commit each
//   row      the same row through Database::write, 256 waiting
//   plain    an encrypted text, its fact and its announcement, without audit
//   audit    the same with its audit row
//   inbound  a patient's message: sender found or made, case opened, encrypted, facts, timeline, announced
//   same     SQLite alone, the very rows that those messages left, in the same tables with the same indexes
//   unaudited, inbox   a page of the inbox to JSON by 16 clients at once, without and with its audit row made durable
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "conversations/conversations.h"
#include "patients/patients.h"
#include "platform/audit/audit.h"
#include "platform/base/json.h"
#include "platform/crypto/keyring.h"
#include "platform/events/bus.h"

namespace auricle {
namespace {
namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr int kWaiting = 256, kRounds = 5;
constexpr auto kRound = std::chrono::milliseconds(1200);
const std::string kText(400, 'a');

// `one` is called until the time is over; completions per second.
template <class F>
double rate(F one) {
  const auto start = steady_clock::now();
  std::int64_t done = 0;
  while (steady_clock::now() - start < kRound) done += one();
  return static_cast<double>(done) / std::chrono::duration<double>(steady_clock::now() - start).count();
}

constexpr const char* kAsOurs =
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA wal_autocheckpoint=4000;"
    "PRAGMA cache_size=-32000;PRAGMA temp_store=MEMORY";

class RawSqlite {
 public:
  explicit RawSqlite(const std::string& path) {
    sqlite3_open(path.c_str(), &db_);
    run(kAsOurs);
    run("CREATE TABLE m(id INTEGER PRIMARY KEY, ticket INT, received "
        "INT, body TEXT);"
        "CREATE INDEX mi ON m(ticket, received)");
    sqlite3_prepare_v2(db_, "INSERT INTO m(ticket, received, body) VALUES(?, 1790000000000, ?)", -1, &insert_, nullptr);
  }
  ~RawSqlite() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  int batch(int rows) {
    run("BEGIN IMMEDIATE");
    for (int i = 0; i < rows; ++i) {
      sqlite3_bind_int64(insert_, 1, ++count_ % 1000);
      sqlite3_bind_text(insert_, 2, kText.data(), static_cast<int>(kText.size()), SQLITE_STATIC);
      sqlite3_step(insert_);
      sqlite3_reset(insert_);
    }
    run("COMMIT");
    return rows;
  }

 private:
  void run(const char* sql) { sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::int64_t count_ = 0;
};

// Writes the rows of another database again, as many messages in each commit.
class SameRows {
 public:
  SameRows(const std::string& from, const std::string& path) {
    fs::remove(path);
    sqlite3_open(path.c_str(), &db_);
    run(kAsOurs);
    run("ATTACH '" + from + "' AS desk");
    for (const auto& sql : texts("SELECT sql FROM desk.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' "
                                 "ORDER BY type DESC"))
      run(sql);
    messages_ = std::stoll(texts("SELECT COUNT(*) FROM desk.conversations_message").front());
    for (const auto& table : texts("SELECT name FROM desk.sqlite_master WHERE type = 'table' AND name GLOB "
                                   "'[cfp]*_*' AND name NOT IN ('platform_blob_chunk', 'platform_mark', "
                                   "'platform_audit')"))
      tables_.push_back({table, texts("SELECT rowid FROM desk." + table + " ORDER BY rowid")});
  }
  ~SameRows() { sqlite3_close(db_); }
  double rate() {
    const auto start = steady_clock::now();
    const auto batches = messages_ / kWaiting;
    for (std::int64_t batch = 0; batch < batches; ++batch) {
      run("BEGIN IMMEDIATE");
      for (const auto& [table, rows] : tables_) {
        const auto at = [&](std::int64_t n) { return static_cast<std::int64_t>(rows.size()) * n / batches; };
        if (at(batch) == at(batch + 1)) continue;
        run("INSERT INTO main." + table + " SELECT * FROM desk." + table + " WHERE rowid BETWEEN " + rows[at(batch)] +
            " AND " + rows[at(batch + 1) - 1]);
      }
      run("COMMIT");
    }
    return static_cast<double>(batches * kWaiting) / std::chrono::duration<double>(steady_clock::now() - start).count();
  }

 private:
  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }
  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> out;
    const auto keep = [](void* all, int, char** columns, char**) {
      static_cast<std::vector<std::string>*>(all)->emplace_back(columns[0]);
      return 0;
    };
    if (sqlite3_exec(db_, sql.c_str(), keep, &out, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
    return out;
  }
  sqlite3* db_ = nullptr;
  std::int64_t messages_ = 0;
  std::vector<std::pair<std::string, std::vector<std::string>>> tables_;
};

// Keeps kWaiting closures in the queue of the database until the time is over.
class Crowd {
 public:
  explicit Crowd(db::Database& database) : database_(database) {}
  template <class F>
  double rate(F closure) {
    const auto start = steady_clock::now();
    std::unique_lock lock(mutex_);
    done_ = 0;
    while (steady_clock::now() - start < kRound) {
      while (waiting_ < kWaiting) {
        ++waiting_;
        lock.unlock();
        submit(closure);
        lock.lock();
      }
      room_.wait(lock, [this] { return waiting_ < kWaiting / 2; });
    }
    room_.wait(lock, [this] { return waiting_ == 0; });
    return static_cast<double>(done_) / std::chrono::duration<double>(steady_clock::now() - start).count();
  }

 private:
  template <class F>
  void submit(const F& closure) {
    database_.submit_write(
        db::Lane::interactive,
        [closure](db::Tx& tx) {
          closure(tx);
          return true;
        },
        [this](std::exception_ptr error) {
          const std::lock_guard lock(mutex_);
          --waiting_;
          done_ += error ? 0 : 1;
          room_.notify_one();
        });
  }
  db::Database& database_;
  std::mutex mutex_;
  std::condition_variable room_;
  int waiting_ = 0;
  std::int64_t done_ = 0;
};

struct Desk {
  explicit Desk(const fs::path& folder) {
    db::Options options;
    options.sqlite_directory = folder / "desk";
    database = db::open_database(options);
    database->migrate();
    keys = std::make_unique<crypto::MasterKeyring>(*database, crypto::KeyOptions{"", folder / "keys"}, clock);
    patients = std::make_unique<patients::Patients>(*keys, clock, "ES");
    cases = std::make_unique<conversations::Conversations>(*keys, *patients, channels, clock);
  }
  void row(db::Tx& tx) {
    const auto id = next_id();
    tx.exec("INSERT INTO platform_mark(name, value) VALUES($1, $2)", kText.substr(0, 380) + std::to_string(id), id);
  }
  void change(db::Tx& tx, bool audited) {
    const auto id = next_id();
    const auto key = keys->key_for(tx, "case", id % 1000 + 1);
    const auto body = keys->encrypt(tx, key, {"platform_blob_chunk", "data", id}, kText);
    tx.exec("INSERT INTO platform_blob_chunk(blob_id, number, created, data) VALUES($1, 0, $2, $3)", id, clock.now(),
            body);
    events::announce(tx, {"case", id % 1000, id, {}});
    if (!audited) return;
    Viewer viewer;
    viewer.user = UserId{7};
    audit::append(tx, viewer, {.action = audit::Action::change, .record = "case", .ids = {id % 1000}, .patient_id = 5},
                  clock.now());
  }
  void inbound(db::Tx& tx) {
    const auto id = next_id();
    conversations::InboundMessage message;
    message.channel = "email";
    message.external_id = std::to_string(id);
    message.from = {"email", fmt::format("patient{}@example.org", id % 2000), "Joan Ferrer"};
    message.to = {{"email", "hola@clinica.example", ""}};
    message.subject = "A question";
    message.text = kText;
    message.sent_at = message.received_at = clock.now();
    if (!cases->receive(tx, message)) throw std::runtime_error("a message was refused");
  }

  // One client's look at the inbox; the answer is released when the audit row is durable.
  void inbox(bool audited) {
    Viewer viewer;
    viewer.user = UserId{7};
    viewer.system = viewer.all_sites = true;
    conversations::CaseQuery query;
    std::vector<std::int64_t> ids;
    const auto json = database->read_now([&](db::Session& session) {
      auto rows = cases->list(viewer, session, query);
      ids.clear();
      for (const auto& one : session.disclosed()) ids.push_back(one.id);
      return json::to_json(rows.value());
    });
    if (json.size() < 1000) throw std::runtime_error("the inbox is empty");
    if (!audited) return;
    database->write_now(
        [&](db::Tx& tx) {
          audit::append(tx, viewer, {.action = audit::Action::list, .record = "case", .ids = ids}, clock.now());
        },
        db::Lane::audit);
  }
  double inbox_rate(bool audited) {
    std::atomic<std::int64_t> done = 0;
    const auto start = steady_clock::now();
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i)
      clients.emplace_back([&] {
        for (; steady_clock::now() - start < kRound; ++done) inbox(audited);
      });
    for (auto& client : clients) client.join();
    return static_cast<double>(done) / std::chrono::duration<double>(steady_clock::now() - start).count();
  }

  SystemClock clock;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<crypto::MasterKeyring> keys;
  std::unique_ptr<patients::Patients> patients;
  conversations::Channels channels;
  std::unique_ptr<conversations::Conversations> cases;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

using Rates = std::map<std::string, std::vector<double>>;

Rates measure(const fs::path& folder, const std::vector<std::string>& only) {
  Desk desk(folder);
  Crowd crowd(*desk.database);
  RawSqlite raw((folder / "raw.db").string());
  Rates rates;
  const auto take = [&](const std::string& name, const std::function<double()>& rate) {
    if (only.empty() || std::find(only.begin(), only.end(), name) != only.end()) rates[name].push_back(rate());
  };
  for (int round = 0; round < kRounds; ++round) {
    take("raw", [&] { return rate([&] { return raw.batch(kWaiting); }); });
    take("single", [&] { return rate([&] { return raw.batch(1); }); });
    take("row", [&] { return crowd.rate([&](db::Tx& tx) { desk.row(tx); }); });
    take("plain", [&] { return crowd.rate([&](db::Tx& tx) { desk.change(tx, false); }); });
    take("audit", [&] { return crowd.rate([&](db::Tx& tx) { desk.change(tx, true); }); });
    take("inbound", [&] { return crowd.rate([&](db::Tx& tx) { desk.inbound(tx); }); });
    take("unaudited", [&] { return desk.inbox_rate(false); });
    take("inbox", [&] { return desk.inbox_rate(true); });
    if (round < 2) take("same", [&] { return SameRows(folder / "desk/auricle.db", folder / "same.db").rate(); });
  }
  return rates;
}

void print(Rates rates) {
  for (const char* name : {"raw", "single", "row", "plain", "audit", "inbound", "same", "unaudited", "inbox"})
    if (rates.contains(name)) fmt::print("{:<9} {:>9.0f} /s\n", name, median(rates[name]));
  const auto ratio = [&](const char* a, const char* b) { return median(rates[a]) / median(rates[b]); };
  fmt::print("\n");
  const std::pair<const char*, const char*> compared[] = {{"row", "raw"},     {"row", "single"},
                                                          {"inbound", "raw"}, {"inbound", "same"},
                                                          {"audit", "plain"}, {"inbox", "unaudited"}};
  for (const auto& [a, b] : compared)
    if (rates.contains(a) && rates.contains(b))
      fmt::print("{:<20} {:>6.3f}\n", fmt::format("{} / {}", a, b), ratio(a, b));
}

}  // namespace
}  // namespace auricle

int main(int argc, char** argv) {
  const auto folder = std::filesystem::path(argc > 1 ? argv[1] : "build") / "bench-writes";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  auricle::print(auricle::measure(folder, std::vector<std::string>(argv + std::min(argc, 2), argv + argc)));
  std::filesystem::remove_all(folder);
}
