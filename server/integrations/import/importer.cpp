#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "conversations/conversations.h"
#include "integrations/import/import.h"
#include "integrations/import/lines.h"
#include "integrations/import/rows.h"
#include "integrations/import/writer.h"
#include "platform/events/sequencer.h"
#include "platform/search/feeder.h"

namespace auricle::import {
namespace {

constexpr std::uint8_t kDone = 255;  // empty or refused: no later pass looks at the line
constexpr std::size_t kRemembered = 200'000;

// Rows per transaction follow the time the last one took: others who write wait no longer than this (data.md,
// "Writing").
constexpr std::chrono::milliseconds kChunk{15};

// Nothing of an import is announced one by one: the search index is told where it began, also by the run that completes
// one that was killed.
constexpr std::string_view kBegan = "import_began";

std::int64_t began(db::Tx& tx, std::int64_t first_id) {
  if (const auto earlier = events::mark(tx, kBegan)) return earlier;
  events::set_mark(tx, kBegan, first_id);
  return first_id;
}

void ended(db::Tx& tx, std::int64_t first_id) {
  search::written_silently(tx, first_id);
  events::set_mark(tx, kBegan, 0);
}

struct Written {
  std::chrono::steady_clock::duration took{};
  std::vector<std::pair<Outcome, std::string>> rows;
  Targets learned;
};

class Importer {
 public:
  Importer(db::Database& database, crypto::Keyring& keyring, const patients::Patients& patients, const Clock& clock,
           const Options& options)
      : database_(database), keyring_(keyring), patients_(patients), clock_(clock), options_(options) {}

  Summary run() {
    const auto next = next_id();
    const auto first_id = database_.write_now([&](db::Tx& tx) { return began(tx, next); });
    const auto counted = database_.read_now([&](db::Session& s) { return facts::counted_before(s, first_id); });
    known_until_ =
        database_.read_now([&](db::Session& s) { return facts::latest_fact(s, first_id).value_or(Instant{}); });
    sources_ = database_.read_now([](db::Session& s) { return store::sources(s); });
    read_all("reading", Pass::people);
    read_all("queues", Pass::queues);
    read_all("cases", Pass::cases);
    read_all("messages and events", Pass::events);
    read_all("marks", Pass::marks);
    fold_cases();
    const auto last_id = next_id();
    database_.write_now([&](db::Tx& tx) {
      facts::note_late(tx, counted, first_id, last_id, clock_.now());
      ended(tx, first_id);
    });
    return std::move(summary_);
  }

 private:
  bool first() const { return pass_ == Pass::people; }

  void read_all(const char* step, Pass pass) {
    if (pass != Pass::people &&
        std::find(passes_.begin(), passes_.end(), static_cast<std::uint8_t>(pass)) == passes_.end())
      return;
    step_ = step;
    pass_ = pass;
    std::size_t index = 0;
    for (const auto& file : options_.files) {
      file_ = file;
      Lines lines(file);
      std::int64_t number = 0;
      for (std::string_view line; lines.next(line); ++index) {
        ++number;
        if (first())
          classify(line, number);
        else if (index < passes_.size() && passes_[index] == static_cast<std::uint8_t>(pass))
          take(line, number);
        report(static_cast<std::int64_t>(index + 1));
      }
      flush();
    }
    summary_.lines = static_cast<std::int64_t>(passes_.size());
  }

  // The first pass looks at every line; one byte per line remembers which later pass it belongs to.
  void classify(std::string_view line, std::int64_t number) {
    if (line.find_first_not_of(" \t") == line.npos) return passes_.push_back(kDone);
    Row row;
    std::string reason;
    if (!read_row(line, row, reason)) {
      passes_.push_back(kDone);
      return refuse(row.kind ? row.kind->kind : "", number, line, reason);
    }
    passes_.push_back(static_cast<std::uint8_t>(row.kind->pass));
    if (std::find(sources_.begin(), sources_.end(), row.source) == sources_.end()) sources_.push_back(row.source);
    if (row.kind->pass == pass_) add(std::move(row), line, number);
  }
  void take(std::string_view line, std::int64_t number) {
    Row row;
    std::string reason;
    if (!read_row(line, row, reason)) throw std::runtime_error(file_ + " changed while it was read");
    add(std::move(row), line, number);
  }
  void add(Row&& row, std::string_view line, std::int64_t number) {
    row.line = number;
    row.text = line;
    batch_.push_back(std::move(row));
    if (static_cast<int>(batch_.size()) >= rows_) flush();
  }

  void flush() {
    if (batch_.empty()) return;
    const Instant now = clock_.now();
    auto closure = [&](db::Tx& tx) {
      Written written;
      const auto start = std::chrono::steady_clock::now();
      Writer writer(tx, keyring_, patients_, known_, sources_, now, known_until_);
      for (const auto& row : batch_) {
        std::string reason;
        const Outcome outcome = writer.write(row, reason);
        written.rows.emplace_back(outcome, std::move(reason));
      }
      writer.finish();
      written.learned = std::move(writer.learned);
      written.took = std::chrono::steady_clock::now() - start;
      return written;
    };
    Written written = database_.write_now(closure, db::Lane::bulk);
    if (known_.size() > kRemembered) known_.clear();  // constant memory; the table knows them all
    known_.merge(written.learned);
    for (std::size_t i = 0; i < batch_.size(); ++i) count(batch_[i], written.rows[i]);
    if (written.took > kChunk)
      rows_ = std::max(rows_ / 2, 32);
    else if (written.took < kChunk / 2)
      rows_ = std::min(rows_ * 2, options_.batch);
    batch_.clear();
  }

  void count(const Row& row, const std::pair<Outcome, std::string>& result) {
    auto& count = summary_.kinds[row.kind->kind];
    if (result.first == Outcome::added)
      ++count.added;
    else if (result.first == Outcome::known)
      ++count.known;
    else
      refuse(row.kind->kind, row.line, row.text, result.second);
  }
  void refuse(const std::string& kind, std::int64_t line, std::string_view text, const std::string& reason) {
    ++summary_.kinds[kind].refused;
    if (options_.refuse) options_.refuse({file_, line, reason, std::string(text)});
  }

  void fold_cases() {
    std::int64_t done = 0;
    int cases = 16;
    step_ = "cases folded";
    for (;;) {
      const auto ids = database_.read_now([&](db::Session& s) { return store::unfolded(s, cases); });
      if (ids.empty()) return;
      auto closure = [&](db::Tx& tx) {
        const auto start = std::chrono::steady_clock::now();
        for (const auto id : ids) {
          const auto state = facts::refold(tx, CaseId{id});
          conversations::finish_case(tx, keyring_, CaseId{id}, state);
          store::folded(tx, id);
        }
        return std::chrono::steady_clock::now() - start;
      };
      const auto took = database_.write_now(closure, db::Lane::bulk);
      if (took > kChunk)
        cases = std::max(cases / 2, 4);
      else if (took < kChunk / 2)
        cases = std::min(cases * 2, 500);
      done += static_cast<std::int64_t>(ids.size());
      report(done);
    }
  }

  void report(std::int64_t lines) {
    if (!options_.progress || (lines & 1023) != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - reported_ < std::chrono::milliseconds(500)) return;
    reported_ = now;
    options_.progress({step_, lines, first() ? 0 : summary_.lines});
  }

  db::Database& database_;
  crypto::Keyring& keyring_;
  const patients::Patients& patients_;
  const Clock& clock_;
  const Options& options_;
  Summary summary_;
  Instant known_until_;
  std::vector<std::uint8_t> passes_;
  std::vector<std::string> sources_;
  std::vector<Row> batch_;
  Targets known_;
  int rows_ = std::min(256, options_.batch);
  std::string file_, step_;
  Pass pass_ = Pass::people;
  std::chrono::steady_clock::time_point reported_{};
};

}  // namespace

std::int64_t Summary::added() const {
  std::int64_t sum = 0;
  for (const auto& [kind, count] : kinds) sum += count.added;
  return sum;
}
std::int64_t Summary::refused() const {
  std::int64_t sum = 0;
  for (const auto& [kind, count] : kinds) sum += count.refused;
  return sum;
}

Summary History::import(const Options& options) const {
  return Importer(database_, keyring_, patients_, clock_, options).run();
}

}  // namespace auricle::import
