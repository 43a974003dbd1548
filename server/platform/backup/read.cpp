#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "platform/backup/rows.h"
#include "platform/backup/stream.h"
#include "platform/base/json_read.h"
#include "platform/blobs/blobs.h"
#include "platform/db/migrations.h"

namespace auricle::backup {
namespace {
namespace fs = std::filesystem;

struct Totals {
  std::int64_t tables = 0, rows = 0, files = 0;
  bool operator==(const Totals&) const = default;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (tables, rows, files))

// Who gets what a backup holds, in its order: files, then tables.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void blob(std::int64_t id) = 0;
  virtual void piece(std::string_view bytes) = 0;
  virtual void table(const Table& table) = 0;
  virtual void row(const Table& table, const std::vector<db::Value>& values) = 0;
};

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

template <class T>
T from_json(const std::string& text) {
  auto value = json::read<T>(std::string_view(text));
  if (!value) throw Unusable("the backup is damaged");
  return std::move(*value);
}

class Walk {
 public:
  Walk(Reader& reader, Visitor& visitor, const Progress& progress, std::string_view step)
      : reader_(reader), visitor_(visitor), progress_(progress), step_(step) {}

  Totals run() {
    while (const auto record = reader_.next()) {
      if (ended_) throw Unusable("the backup goes on behind its end");
      take(*record);
    }
    if (!ended_) throw Unusable("the backup is cut off");
    return found_;
  }

 private:
  void take(const Record& record) {
    switch (record.kind) {
      case Kind::blob:
        ++found_.files;
        return visitor_.blob(number(record.payload));
      case Kind::piece:
        return visitor_.piece(record.payload);
      case Kind::table:
        ++found_.tables;
        table_ = from_json<Table>(record.payload);
        return visitor_.table(table_);
      case Kind::rows:
        return take_rows(record.payload);
      case Kind::end:
        ended_ = true;
        if (from_json<Totals>(record.payload) != found_) throw Unusable("the backup lacks some of its rows");
        return;
    }
    throw Unusable("the backup holds what this release does not know");
  }

  void take_rows(std::string_view payload) {
    while (!payload.empty()) {
      if (!take_row(payload, table_, values_)) throw Unusable("the backup is damaged");
      visitor_.row(table_, values_);
      if (++found_.rows % 50000 == 0) progress_(step_, found_.rows);
    }
  }

  Reader& reader_;
  Visitor& visitor_;
  const Progress& progress_;
  std::string_view step_;
  Table table_;
  std::vector<db::Value> values_;
  Totals found_;
  bool ended_ = false;
};

std::optional<std::size_t> column_of(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

// Every file that a row names is there; more may be: they were removed while the backup was taken.
class Inspector final : public Visitor {
 public:
  void blob(std::int64_t id) override { there_.insert(id); }
  void piece(std::string_view) override {}
  void table(const Table& table) override {
    id_ = table.name == "platform_blob" ? column_of(table, "id") : std::nullopt;
  }
  void row(const Table&, const std::vector<db::Value>& values) override {
    if (!id_) return;
    const auto id = std::get<std::int64_t>(values[*id_]);
    if (!there_.contains(id)) throw Unusable(fmt::format("the backup lacks the stored file {}", id));
    named_.insert(id);
  }
  std::set<std::int64_t> take_named() { return std::move(named_); }

 private:
  std::set<std::int64_t> there_, named_;
  std::optional<std::size_t> id_;
};

std::set<std::int64_t> inspect(const std::string& file, const crypto::KeyOptions& keys, const Progress& progress,
                               Summary& summary) {
  Reader reader(file, keys);
  Inspector inspector;
  const auto totals = Walk(reader, inspector, progress, "rows verified").run();
  summary = {file,
             reader.header().version,
             reader.header().installation,
             reader.header().taken,
             totals.tables,
             totals.rows,
             totals.files,
             reader.size()};
  return inspector.take_named();
}

class Restorer final : public Visitor {
 public:
  Restorer(db::Tx& tx, const std::string& blobs, const std::set<std::int64_t>& wanted, Instant now)
      : tx_(tx), blobs_(blobs), wanted_(wanted), now_(now) {}

  void blob(std::int64_t id) override {
    close();
    id_ = wanted_.contains(id) ? id : 0;
    pieces_ = 0;
    if (!id_ || blobs_.empty()) return;
    const fs::path path = blobs::path_of(blobs_, id_);
    fs::create_directories(path.parent_path());
    out_.open(path, std::ios::binary | std::ios::trunc);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }

  void piece(std::string_view bytes) override {
    if (!id_) return;
    if (blobs_.empty())
      tx_.exec("INSERT INTO platform_blob_chunk(blob_id, number, created, data) VALUES($1, $2, $3, $4)", id_, pieces_++,
               now_, db::Bytes{std::string(bytes)});
    else if (!out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
      throw Unusable("the stored files cannot be written: the disk may be full");
  }

  void table(const Table& table) override {
    close();
    skip_ = table.name == "platform_migration";  // made by the steps themselves
    std::string columns, marks;
    for (const auto& column : table.columns) {
      columns += (columns.empty() ? "" : ", ") + column.name;
      marks += fmt::format("{}${}", marks.empty() ? "" : ", ", marks_of_++ + 1);
    }
    marks_of_ = 0;
    insert_ = fmt::format("INSERT INTO {}({}) VALUES({})", table.name, columns, marks);
  }

  void row(const Table&, const std::vector<db::Value>& values) override {
    if (!skip_) tx_.run(insert_, values, [](const db::Row&) { return true; });
  }

  void close() {
    if (!out_.is_open()) return;
    out_.close();
    if (out_.fail()) throw Unusable("the stored files cannot be written: the disk may be full");
  }

 private:
  db::Tx& tx_;
  const std::string& blobs_;
  const std::set<std::int64_t>& wanted_;
  const Instant now_;
  std::int64_t id_ = 0, pieces_ = 0;
  int marks_of_ = 0;
  std::ofstream out_;
  std::string insert_;
  bool skip_ = false;
};

// Those the backup has seen, as this program knows them.
std::vector<db::Migration> steps_of(const Header& header, db::Dialect dialect) {
  std::vector<db::Migration> steps;
  auto known = db::migrations_for(dialect);
  const bool same = header.dialect == (dialect == db::Dialect::sqlite ? "sqlite" : "postgres");
  for (const auto& step : header.steps) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.name == step.name; });
    if (found == known.end() || (same && found->checksum != step.checksum))
      throw Unusable(
          fmt::format("the backup was taken by release {}, which this one does not know (step {}): restore it "
                      "with that release or a newer one",
                      header.version, step.name));
    steps.push_back(*found);
  }
  return steps;
}

void sync_files(const std::string& folder) {
  if (folder.empty() || !fs::exists(folder)) return;
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::syncfs(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) throw Unusable("the stored files cannot be made durable");
}

}  // namespace

Summary verify(const std::string& file, const crypto::KeyOptions& keys, const Progress& progress) {
  Summary summary;
  inspect(file, keys, progress, summary);
  return summary;
}

Summary restore(const std::string& file, const crypto::KeyOptions& keys, db::Database& database,
                const std::string& blobs, const Progress& progress) {
  Summary summary;
  const auto wanted = inspect(file, keys, progress, summary);
  const auto steps = steps_of(read_header(file), database.dialect());
  db::apply_migrations(database, steps);
  const Instant now = SystemClock().now();
  database.write_now(
      [&](db::Tx& tx) {
        if (tx.one<std::string>("SELECT name FROM platform_setting LIMIT 1"))
          throw Unusable("the database to restore into is not empty");
        Reader reader(file, keys);
        Restorer restorer(tx, blobs, wanted, now);
        Walk(reader, restorer, progress, "rows restored").run();
        restorer.close();
      },
      db::Lane::bulk);
  sync_files(blobs);
  db::apply_migrations(database);
  return summary;
}

}  // namespace auricle::backup
