#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "platform/backup/rows.h"
#include "platform/backup/stream.h"
#include "platform/base/json.h"
#include "platform/blobs/blobs.h"

namespace auricle::backup {
namespace {

constexpr std::size_t kBlock = 128 * 1024;
constexpr int kRounds = 20;

struct Totals {
  std::int64_t tables = 0, rows = 0, files = 0;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (tables, rows, files))

class Backup {
 public:
  Backup(const Source& source, Writer& out, const Progress& progress)
      : source_(source), out_(out), progress_(progress) {}

  // Files first, while others come and go; then, in one snapshot, the last of them and every row. A file is there
  // before the row that names it, and goes after it: one that is missing belongs to a row that is gone by the next
  // look.
  Totals run() {
    if (!source_.blobs.empty()) source_.database.read_now([&](db::Session& session) { return add_files(session); });
    for (int round = 0; round < kRounds; ++round)
      if (source_.database.read_now([&](db::Session& session) { return add_instant(session); })) return totals_;
    throw Unusable("stored files are missing: auricle check names them");
  }

 private:
  static std::vector<std::int64_t> blob_ids(db::Session& session) {
    return session.all<std::int64_t>("SELECT id FROM platform_blob ORDER BY id");
  }

  bool add_instant(db::Session& session) {
    if (source_.blobs.empty())
      add_chunks(session);
    else if (!add_files(session))
      return false;
    if (std::exchange(snapshot_, true)) throw Unusable("the database went away while it was read: begin again");
    for (const auto& table : tables(session)) add_table(session, table);
    out_.add(Kind::end, json::to_json(totals_));
    return true;
  }

  // False when one was missing.
  bool add_files(db::Session& session) {
    bool whole = true;
    for (const auto id : blob_ids(session)) {
      if (done_.contains(id)) continue;
      if (add_file(id))
        done_.insert(id);
      else
        whole = false;
    }
    return whole;
  }

  bool add_file(std::int64_t id) {
    std::ifstream file(blobs::path_of(source_.blobs, id), std::ios::binary);
    if (!file) return false;
    begin_file(id);
    std::string piece(blobs::kHeader, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
      out_.add(Kind::piece, std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
      piece.resize(blobs::kSealedPiece);
    }
    return true;
  }

  void begin_file(std::int64_t id) {
    out_.add(Kind::blob, std::to_string(id));
    if (++totals_.files % 200 == 0) progress_("files", totals_.files);
  }

  void add_chunks(db::Session& session) {
    if (std::exchange(chunks_, true)) throw Unusable("the database went away while it was read: begin again");
    for (const auto id : blob_ids(session)) {
      bool any = false;
      session.run("SELECT data FROM platform_blob_chunk WHERE blob_id = $1 ORDER BY number", {id},
                  [&](const db::Row& row) {
                    if (!std::exchange(any, true)) begin_file(id);
                    out_.add(Kind::piece, row.bytes(0));
                    return true;
                  });
    }
  }

  void add_table(db::Session& session, const Table& table) {
    ++totals_.tables;
    out_.add(Kind::table, json::to_json(table));
    std::string block;
    const auto hand_over = [&] {
      if (!block.empty()) out_.add(Kind::rows, block);
      block.clear();
    };
    each_row(session, table, [&](const db::Row& row) {
      append_row(block, table, row);
      if (block.size() >= kBlock) hand_over();
      if (++totals_.rows % 50000 == 0) progress_("rows", totals_.rows);
    });
    hand_over();
  }

  const Source& source_;
  Writer& out_;
  const Progress& progress_;
  Totals totals_;
  std::set<std::int64_t> done_;
  bool snapshot_ = false, chunks_ = false;
};

}  // namespace

Summary write(const Source& source, const std::string& file, const Clock& clock, const Progress& progress) {
  const std::string key = blobs::new_key();
  const auto wrapped = source.keys.wrap(kKeyBound, key);
  Header header{source.version, source.keys.installation(), clock.now(), "", {},
                wrapped.master, to_hex(wrapped.wrapped)};
  source.database.read_now([&](db::Session& session) {
    header.dialect = session.dialect() == db::Dialect::sqlite ? "sqlite" : "postgres";
    header.steps = session.all<Step>("SELECT name, checksum FROM platform_migration ORDER BY name");
  });
  Writer out(file, header, key);
  const auto totals = Backup(source, out, progress).run();
  const auto size = out.finish();
  return {file, header.version, header.installation, header.taken, totals.tables, totals.rows, totals.files, size};
}

}  // namespace auricle::backup
