#pragma once
// Writes checked rows into the domains inside one transaction. Made anew for each run of the closure: what it learns is
// taken over by the importer only after the commit.
#include <set>
#include <string>
#include <unordered_map>

#include "clinic/clinic.h"
#include "facts/facts.h"
#include "integrations/import/import.h"
#include "integrations/import/rows.h"
#include "integrations/import/store.h"

namespace auricle::import {

using Targets = std::unordered_map<std::string, store::Target>;  // by kind, source and outside id

enum class Outcome { added, known, refused };

class Writer {
 public:
  Writer(db::Tx& tx, crypto::Keyring& keyring, const patients::Patients& patients, const Targets& known,
         const std::vector<std::string>& sources, Instant now, Instant known_until)
      : tx_(tx),
        keyring_(keyring),
        patients_(patients),
        known_(known),
        sources_(sources),
        now_(now),
        known_until_(known_until) {}

  Outcome write(const Row& row, std::string& reason);
  void finish();  // once after the last row: marks the touched cases

  Targets learned;

 private:
  struct Refused {
    std::string reason;
  };
  using Step = bool (Writer::*)(const Row&);
  static const std::unordered_map<std::string, Step>& steps();

  // Each returns false if the row was there already, and throws Refused before it has written anything.
  bool site(const Row& row);
  bool queue(const Row& row);
  bool agent(const Row& row);
  bool person(const Row& row);
  bool relationship(const Row& row);
  bool open_case(const Row& row);
  bool message(const Row& row);
  bool visit(const Row& row);
  bool call(const Row& row);
  bool event(const Row& row);
  bool resolve(const Row& row);
  bool ack(const Row& row);
  bool move(const Row& row);
  bool appointment(const Row& row);
  bool survey(const Row& row);
  bool presence(const Row& row);
  bool standard(const Row& row);
  void set_path(const Row& row, clinic::Standard& standard);

  std::optional<store::Target> find(std::string_view kinds, const std::string& source, const std::string& outside_id);
  std::optional<store::Target> reference(const Row& row, std::string_view field);  // Refused if it points nowhere
  store::Target needed(const Row& row, std::string_view field) { return *reference(row, field); }
  bool keep(const Row& row, const store::Target& target, std::string state = {},
            std::initializer_list<const char*> without = {});
  crypto::KeyId key_of(const store::Target& target);
  facts::Fact fact_of(const Row& row, facts::Kind kind, const store::Target& of_case, const char* time = "at");
  void append(const facts::Fact& fact);
  std::string outside_number(const Row& row) const;
  void identify(facts::Fact& call, const std::optional<store::Target>& patient, const std::string& number);
  void topic_known(const std::string& key);
  ConversationId conversation(const Row& row, const store::Target& of_case);
  template <class T>
  static void expect(const Result<T>& result, const char* what) {
    if (!result) refuse(result.error(), what);
  }
  [[noreturn]] static void refuse(const Error& error, const char* what);

  db::Tx& tx_;
  crypto::Keyring& keyring_;
  const patients::Patients& patients_;
  const Targets& known_;
  const std::vector<std::string>& sources_;
  Instant now_;
  Instant known_until_;  // what happened till then was counted before this import
  std::set<std::int64_t> touched_;
  std::optional<Instant> first_;                          // of the facts of cases
  std::unordered_map<std::int64_t, crypto::KeyId> keys_;  // by patient or case; ids are unique over both
};

std::string target_key(std::string_view kind, std::string_view source, std::string_view outside_id);

}  // namespace auricle::import
