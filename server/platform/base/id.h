#pragma once
// Ids come from the program: time-ordered 53-bit integers (safe in JSON): 41 bits of milliseconds since 2020-01-01,
// 4 bits of node, 8 bits of sequence. When a millisecond is used up the generator borrows from the next one.
#include <compare>
#include <cstdint>
#include <functional>

namespace auricle {

template <class Tag>
struct Id {
  std::int64_t value = 0;
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

std::int64_t next_id();      // thread-safe, strictly increasing within the process
void set_id_node(int node);  // 0…15, once at start-up (several nodes on PostgreSQL)
int id_node();
template <class I>
I new_id() {
  return I{next_id()};
}

struct PersonTag;
using PersonId = Id<PersonTag>;  // a patient is a person: same id
struct UserTag;
using UserId = Id<UserTag>;  // a member of staff
struct SiteTag;
using SiteId = Id<SiteTag>;
struct CaseTag;
using CaseId = Id<CaseTag>;
struct ConversationTag;
using ConversationId = Id<ConversationTag>;
struct MessageTag;
using MessageId = Id<MessageTag>;
struct AttachmentTag;
using AttachmentId = Id<AttachmentTag>;
struct MailboxTag;
using MailboxId = Id<MailboxTag>;
struct ContactPointTag;
using ContactPointId = Id<ContactPointTag>;

}  // namespace auricle

template <class Tag>
struct std::hash<auricle::Id<Tag>> {
  std::size_t operator()(const auricle::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
