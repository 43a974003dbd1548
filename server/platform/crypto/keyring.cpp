#include "platform/crypto/keyring.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "platform/crypto/key_file.h"

namespace auricle::crypto {
namespace {

constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kId = 8;
constexpr std::size_t kCacheLimit = 8192;
constexpr auto kCacheTime = std::chrono::seconds(10);  // a key destroyed by another node is forgotten here after that

struct KeyRow {
  std::int64_t id = 0;
  std::optional<db::Bytes> wrapped;
  std::string master;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (id, wrapped, master))

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// nonce · ciphertext
std::string seal(std::string_view key, std::string_view bound, std::string_view plain) {
  std::string sealed(kNonce + plain.size() + kTag, '\0');
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed) + kNonce, nullptr, in(plain), plain.size(), in(bound),
                                             bound.size(), nullptr, in(sealed), in(key));
  return sealed;
}

std::optional<std::string> unseal(std::string_view key, std::string_view bound, std::string_view sealed) {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  std::string plain(sealed.size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), nullptr, nullptr, in(sealed) + kNonce,
                                                 sealed.size() - kNonce, in(bound), bound.size(), in(sealed),
                                                 in(key)) != 0)
    return std::nullopt;
  return plain;
}

std::string bound_to(const Place& place) {
  std::string bound;
  bound.append(place.table).append(1, '\0').append(place.column).append(1, '\0').append(std::to_string(place.row));
  return bound;
}

std::string bound_to_key(KeyId id) { return bound_to({"platform_key", "wrapped", id.value}); }

std::optional<std::string> setting(db::Session& session, std::string_view name) {
  return session.one<std::string>("SELECT value FROM platform_setting WHERE name = $1", name);
}

void set(db::Tx& tx, std::string_view name, std::string_view value) {
  tx.exec("INSERT INTO platform_setting(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = $2", name,
          value);
}

}  // namespace

MasterKeyring::MasterKeyring(db::Database& database, const KeyOptions& options, const Clock& clock)
    : database_(database), clock_(clock) {
  const std::string fresh = random_token(9);
  installation_ = database_.write_now([&](db::Tx& tx) {
    if (const auto known = setting(tx, "installation")) return *known;
    set(tx, "installation", fresh);
    return fresh;
  });
  file_ = key_file_path(options, installation_);
  masters_ = read_key_file(file_);
  const auto expected = database_.read_now([](db::Session& s) { return setting(s, "master_key"); });
  if (masters_.empty() && expected)
    throw KeyUnusable(
        fmt::format("the master key of this installation is missing: {} does not exist. Put your copy back (or "
                    "give its place with --key-file); without it nothing encrypted can be read.",
                    file_));
  if (masters_.empty()) {
    masters_.push_back(new_master_key());
    write_key_file(file_, masters_);
    made_ = true;
  }
  if (!expected) {
    database_.write_now([&](db::Tx& tx) { set(tx, "master_key", masters_.front().id); });
    return;
  }
  const auto fits = [&](const MasterKey& key) { return key.id == *expected; };
  if (std::none_of(masters_.begin(), masters_.end(), fits))
    throw KeyUnusable(fmt::format("{} holds the master key of another installation (it has {}, this database needs {})",
                                  file_, masters_.front().id, *expected));
}

MasterKeyring::~MasterKeyring() {
  for (auto& [id, entry] : cache_) sodium_memzero(entry.key.data(), entry.key.size());
  for (auto& master : masters_) sodium_memzero(master.key.data(), master.key.size());
}

std::string MasterKeyring::folder() const { return std::filesystem::path(file_).parent_path(); }

std::optional<MasterKey> MasterKeyring::find_master(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto known = [&] {
    return std::find_if(masters_.begin(), masters_.end(), [&](const MasterKey& key) { return key.id == id; });
  };
  if (known() == masters_.end()) {  // another process has rotated it
    if (auto fresh = read_key_file(file_); !fresh.empty()) masters_ = std::move(fresh);
  }
  const auto found = known();
  return found == masters_.end() ? std::nullopt : std::optional<MasterKey>(*found);
}

MasterKey MasterKeyring::master(std::string_view id) const {
  if (auto key = find_master(id)) return *key;
  throw KeyUnusable(fmt::format("master key {} is needed, but not in {}", id, file_));
}

MasterKey MasterKeyring::current(db::Session& session) { return master(setting(session, "master_key").value_or("")); }

std::string MasterKeyring::unwrap(std::string_view wrapped, std::string_view master_id, KeyId id) const {
  if (auto raw = unseal(master(master_id).key, bound_to_key(id), wrapped)) return *raw;
  throw KeyUnusable(fmt::format("data key {} is damaged", id.value));
}

KeyId MasterKeyring::insert(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, std::string_view raw) {
  const auto id = new_id<KeyId>();
  const auto master = current(tx);
  tx.exec("INSERT INTO platform_key(id, owner_kind, owner_id, wrapped, master, created) VALUES($1, $2, $3, $4, $5, $6)",
          id, owner_kind, owner_id, db::Bytes{seal(master.key, bound_to_key(id), raw)}, master.id, clock_.now());
  return id;
}

KeyId MasterKeyring::adopt(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, std::string_view raw) {
  return insert(tx, owner_kind, owner_id, raw);
}

KeyId MasterKeyring::key_for(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id) {
  const auto known =
      tx.one<KeyId>("SELECT id FROM platform_key WHERE owner_kind = $1 AND owner_id = $2 AND destroyed IS NULL",
                    owner_kind, owner_id);
  if (known) return *known;
  std::string raw(kKey, '\0');
  randombytes_buf(raw.data(), raw.size());
  const KeyId id = insert(tx, owner_kind, owner_id, raw);
  remember(id, raw);  // harmless if the closure is rolled back: nothing will carry this id
  return id;
}

void MasterKeyring::remember(KeyId id, const std::string& raw) {
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= kCacheLimit) cache_.clear();
  cache_[id.value] = {raw, std::chrono::steady_clock::now()};
}

std::string MasterKeyring::raw_key(db::Session& session, KeyId key) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = cache_.find(key.value);
    if (found != cache_.end() && std::chrono::steady_clock::now() - found->second.read < kCacheTime)
      return found->second.key;
  }
  const auto row = session.one<KeyRow>("SELECT id, wrapped, master FROM platform_key WHERE id = $1", key);
  if (!row || !row->wrapped) {
    const std::lock_guard lock(mutex_);
    cache_.erase(key.value);
    return {};
  }
  const std::string raw = unwrap(row->wrapped->data, row->master, key);
  remember(key, raw);
  return raw;
}

db::Bytes MasterKeyring::encrypt(db::Session& session, KeyId key, const Place& place, std::string_view plain) {
  const std::string raw = raw_key(session, key);
  if (raw.empty()) throw std::logic_error("encrypting with a destroyed key");
  std::string cipher(kId, '\0');
  for (std::size_t i = 0; i < kId; ++i) cipher[i] = static_cast<char>(key.value >> (8 * (kId - 1 - i)));
  return {cipher + seal(raw, bound_to(place), plain)};
}

Result<std::string> MasterKeyring::decrypt(db::Session& session, const Place& place, const db::Bytes& cipher) {
  if (cipher.data.size() < kId) throw KeyUnusable("a ciphertext is cut off");
  KeyId key;
  for (std::size_t i = 0; i < kId; ++i) key.value = key.value << 8 | static_cast<unsigned char>(cipher.data[i]);
  const std::string raw = raw_key(session, key);
  if (raw.empty()) return fail(ErrorKind::not_found, "error.key_destroyed");
  auto plain = unseal(raw, bound_to(place), std::string_view(cipher.data).substr(kId));
  if (!plain) throw KeyUnusable(fmt::format("{}.{} of row {} was altered", place.table, place.column, place.row));
  return std::move(*plain);
}

void MasterKeyring::destroy(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, Instant now) {
  const auto ids = tx.all<KeyId>(
      "UPDATE platform_key SET wrapped = NULL, destroyed = $3 WHERE owner_kind = $1 AND owner_id = $2 AND destroyed IS "
      "NULL "
      "RETURNING id",
      owner_kind, owner_id, now);
  const std::lock_guard lock(mutex_);
  for (const auto id : ids) cache_.erase(id.value);
}

std::int64_t MasterKeyring::rotate() {
  const auto fresh = new_master_key();
  auto all = read_key_file(file_);
  all.insert(all.begin(), fresh);
  write_key_file(file_, all);
  const auto count = database_.write_now([&](db::Tx& tx) {
    std::int64_t wrapped = 0;
    for (const auto& row : tx.all<KeyRow>("SELECT id, wrapped, master FROM platform_key WHERE wrapped IS NOT NULL")) {
      const KeyId id{row.id};
      const auto raw = unwrap(row.wrapped->data, row.master, id);
      tx.exec("UPDATE platform_key SET wrapped = $2, master = $3 WHERE id = $1", id,
              db::Bytes{seal(fresh.key, bound_to_key(id), raw)}, fresh.id);
      ++wrapped;
    }
    set(tx, "master_key", fresh.id);
    return wrapped;
  });
  write_key_file(file_, {fresh});
  const std::lock_guard lock(mutex_);
  masters_ = {fresh};
  return count;
}

MasterKeyring::Wrapped MasterKeyring::wrap(std::string_view bound, std::string_view raw) {
  const auto master = database_.read_now([&](db::Session& session) { return current(session); });
  return {master.id, seal(master.key, bound, raw)};
}

std::optional<std::string> open_wrapped(const std::vector<MasterKey>& masters, std::string_view master,
                                        std::string_view bound, std::string_view wrapped) {
  for (const auto& key : masters)
    if (key.id == master) return unseal(key.key, bound, wrapped);
  return std::nullopt;
}

std::string MasterKeyring::export_text() const {
  const std::lock_guard lock(mutex_);
  return key_file_text(masters_);
}

std::vector<std::int64_t> MasterKeyring::unreadable(db::Session& session) const {
  std::vector<std::int64_t> bad;
  session.each<KeyRow>("SELECT id, wrapped, master FROM platform_key WHERE wrapped IS NOT NULL", [&](KeyRow&& row) {
    try {
      unwrap(row.wrapped->data, row.master, KeyId{row.id});
    } catch (const KeyUnusable&) {
      bad.push_back(row.id);
    }
  });
  return bad;
}

}  // namespace auricle::crypto
