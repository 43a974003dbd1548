#include "channels/email/threads.h"

#include <numeric>
#include <unordered_map>

namespace auricle::email {
namespace {

class Groups {  // union-find with path halving
 public:
  std::size_t add() {
    parents_.push_back(parents_.size());
    return parents_.size() - 1;
  }
  std::size_t root(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const auto x = root(a), y = root(b);
    parents_[x < y ? y : x] = x < y ? x : y;
  }

 private:
  std::vector<std::size_t> parents_;
};

}  // namespace

std::vector<std::size_t> threads_of(const std::vector<ThreadLinks>& mails) {
  Groups groups;
  std::unordered_map<std::string, std::size_t> of_id;
  std::vector<std::size_t> nodes;
  for (const auto& mail : mails) {
    const auto node = groups.add();
    nodes.push_back(node);
    const auto link = [&](const std::string& id) {
      if (id.empty()) return;
      const auto [found, fresh] = of_id.try_emplace(id, node);
      if (!fresh) groups.join(node, found->second);
    };
    link(mail.message_id);
    for (const auto& id : mail.references) link(id);
    for (const auto& id : mail.in_reply_to) link(id);
  }
  std::unordered_map<std::size_t, std::size_t> numbers;
  std::vector<std::size_t> out;
  for (const auto node : nodes) out.push_back(numbers.try_emplace(groups.root(node), numbers.size()).first->second);
  return out;
}

}  // namespace auricle::email
