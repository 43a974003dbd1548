#include "platform/check/check.h"

#include <fmt/format.h>

#include <chrono>

#include "platform/audit/seal.h"
#include "platform/registry/registry.h"

namespace auricle::check {
namespace {

constexpr std::int64_t kDay = 24 * 3600 * 1000;
constexpr std::size_t kMost = 20;  // of one kind; the rest is counted

using Problems = std::vector<std::string>;

void shorten(Problems& problems) {
  if (problems.size() <= kMost) return;
  const auto more = problems.size() - kMost;
  problems.resize(kMost);
  problems.push_back(fmt::format("and {} more", more));
}

Problems file_integrity(db::Database& database) {
  return database.read_now([](db::Session& session) {
    Problems problems;
    if (session.dialect() == db::Dialect::postgres) return problems;  // PostgreSQL verifies its own pages
    session.run("PRAGMA integrity_check", {}, [&](const db::Row& row) {
      if (row.text(0) != "ok") problems.emplace_back(row.text(0));
      return true;
    });
    session.run("PRAGMA foreign_key_check", {}, [&](const db::Row& row) {
      problems.push_back(
          fmt::format("row {} of {} refers to a missing row of {}", row.integer(1), row.text(0), row.text(2)));
      return true;
    });
    return problems;
  });
}

Problems schema(db::Database& database) {
  return database.read_now([](db::Session& session) {
    Problems problems;
    const auto found = registry::compare(session, registry::declared());
    for (const auto& name : found.missing) problems.push_back(name + " is missing");
    for (const auto& name : found.undeclared) problems.push_back(name + " is not of this program");
    return problems;
  });
}

Problems audit_chain(db::Database& database, crypto::MasterKeyring& keys) {
  Problems problems;
  for (const auto& finding : audit::check_chain(database, keys, audit::head_file_of(keys)))
    problems.push_back(fmt::format("{} at {}", enum_name(finding.kind), finding.id));
  return problems;
}

Problems key_rows(db::Database& database, const crypto::MasterKeyring& keys) {
  Problems problems;
  for (const auto id : database.read_now([&](db::Session& session) { return keys.unreadable(session); }))
    problems.push_back(fmt::format("data key {} does not unwrap", id));
  return problems;
}

Problems stored_files(blobs::Blobs& blobs) {
  Problems problems;
  for (const auto& id : blobs.damaged()) problems.push_back(fmt::format("file {} is missing or altered", id));
  return problems;
}

}  // namespace

void Checks::add(std::string name, Look look) { checks_.push_back({std::move(name), std::move(look)}); }

void Checks::add_none(std::string name, db::Database& database, std::string sql) {
  add(std::move(name), [&database, sql = std::move(sql)] {
    return database.read_now([&](db::Session& session) {
      Problems problems;
      session.run(sql, {}, [&](const db::Row& row) {
        problems.emplace_back(row.text(0));
        return true;
      });
      return problems;
    });
  });
}

std::vector<Outcome> Checks::run(const std::function<void(const Outcome&)>& report) const {
  std::vector<Outcome> outcomes;
  for (const auto& check : checks_) {
    const auto start = std::chrono::steady_clock::now();
    Outcome outcome{check.name, {}, 0};
    try {
      outcome.problems = check.look();
    } catch (const std::exception& error) {
      outcome.problems.emplace_back(error.what());
    }
    shorten(outcome.problems);
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report(outcome);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

void add_platform_checks(Checks& checks, db::Database& database, crypto::MasterKeyring& keys, blobs::Blobs& blobs,
                         const Clock& clock) {
  checks.add("database file", [&] { return file_integrity(database); });
  checks.add("schema", [&] { return schema(database); });
  checks.add("keys", [&] { return key_rows(database, keys); });
  checks.add("audit chain", [&] { return audit_chain(database, keys); });
  checks.add("stored files", [&] { return stored_files(blobs); });
  checks.add_none("jobs", database,
                  "SELECT CAST(id AS TEXT) || ' ' || kind || ': ' || state FROM platform_job WHERE state NOT IN "
                  "('ready', 'running', "
                  "'parked', 'done') OR (state = 'parked' AND error_key = '') OR (state IN ('parked', 'done') AND "
                  "finished IS NULL) OR "
                  "(state = 'running' AND owner = '') ORDER BY id");
  const auto yesterday = std::to_string((clock.now() - kDay).ms);
  checks.add_none("changes", database,
                  "SELECT CAST(id AS TEXT) FROM platform_change WHERE seq IS NULL AND occurred < " + yesterday);
  checks.add_none(
      "marks", database,
      "SELECT name FROM platform_mark WHERE name LIKE 'changes:%' AND value > (SELECT COALESCE(MAX(seq), 0) FROM "
      "platform_change)");
}

}  // namespace auricle::check
