#include <stdexcept>

#include "platform/http/dispatch.h"

namespace auricle::http {
namespace {
constexpr std::array<std::string_view, 5> kNames = {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::size_t kNone = 0;  // the root is nobody's child

// Takes the next segment off `rest` ("/a/b" → "a", rest "/b").
std::string_view next_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const auto segment = rest.substr(0, std::min(rest.find('/'), rest.size()));
  rest.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{'; }
}  // namespace

std::string_view method_name(Method method) { return kNames[static_cast<std::size_t>(method)]; }

std::optional<Method> method_of(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Method>(i);
  return std::nullopt;
}

RouteTree::RouteTree(const std::vector<Route>& routes) {
  nodes_.emplace_back();
  for (const auto& route : routes) {
    if (route.path.empty() || route.path[0] != '/')
      throw std::logic_error("route path must start with /: " + route.path);
    std::size_t node = 0;
    for (std::string_view rest = route.path; !rest.empty();) node = child(node, next_segment(rest));
    auto& slot = nodes_[node].routes[static_cast<std::size_t>(route.method)];
    if (slot) throw std::logic_error("two routes for " + std::string(method_name(route.method)) + " " + route.path);
    slot = &route;
  }
}

std::size_t RouteTree::child(std::size_t node, std::string_view segment) {
  auto& slot = is_parameter(segment) ? nodes_[node].parameter : nodes_[node].literal[std::string(segment)];
  if (slot != kNone) return slot;
  const auto made = nodes_.size();
  slot = made;  // before growing: a deque keeps references, but be plain about it
  nodes_.emplace_back();
  return made;
}

std::size_t RouteTree::find(std::size_t node, std::string_view rest, std::vector<std::string_view>& values) const {
  if (rest.empty()) return node;
  const auto segment = next_segment(rest);
  if (const auto found = nodes_[node].literal.find(segment); found != nodes_[node].literal.end())
    if (const auto end = find(found->second, rest, values); end != kNone) return end;
  if (nodes_[node].parameter == kNone || segment.empty()) return kNone;
  values.push_back(segment);
  if (const auto end = find(nodes_[node].parameter, rest, values); end != kNone) return end;
  values.pop_back();
  return kNone;
}

RouteTree::Match RouteTree::match(Method method, std::string_view path) const {
  Match match;
  std::vector<std::string_view> values;
  if (path.empty() || path[0] != '/') return match;
  const auto node = find(0, path, values);
  if (node == kNone) return match;
  match.route = nodes_[node].routes[static_cast<std::size_t>(method)];
  if (!match.route) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
      if (nodes_[node].routes[i]) match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(kNames[i]);
    return match;
  }
  auto value = values.begin();
  for (std::string_view rest = match.route->path; !rest.empty();) {
    const auto segment = next_segment(rest);
    if (is_parameter(segment)) match.params.emplace(segment.substr(1, segment.size() - 2), *value++);
  }
  return match;
}

}  // namespace auricle::http
