#include "conversations/rules.h"

#include <array>
#include <charconv>

#include "platform/search/fold.h"

namespace auricle::conversations {
namespace {

// Open cases that do not wait for the clinic stand below all that do (store.cpp compares with the same number).
constexpr std::int64_t kBelow = 100'000'000'000'000;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = -1;
  const auto part = text.substr(from, count);
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  return error == std::errc() && end == part.data() + part.size() ? value : -1;
}

}  // namespace

std::string first_words(std::string_view text) {
  constexpr std::size_t kLength = 160;
  std::string out;
  for (const char c : text) {
    if (is_space(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
    if (out.size() > kLength + 40) break;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= kLength) return out;
  const auto space = out.rfind(' ', kLength);
  std::size_t end = space == out.npos || space < kLength / 2 ? kLength : space;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;  // not within a letter
  return out.substr(0, end) + "…";
}

std::string plain_subject(std::string_view subject) {
  static constexpr std::array kPrefixes{"re", "fw", "fwd", "rv", "rif", "ref", "res", "tr",
                                        "aw", "wg", "sv",  "vs", "enc", "rép", "re:"};
  std::string text;
  for (const char c : subject) {
    if (!is_space(c))
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  for (bool again = true; again;) {
    again = false;
    const auto colon = text.find(':');
    if (colon == text.npos || colon > 12) break;
    std::string head = search::fold(std::string_view(text).substr(0, colon));
    if (const auto bracket = head.find('['); bracket != head.npos) head.resize(bracket);
    while (!head.empty() && head.back() == ' ') head.pop_back();
    for (const auto* prefix : kPrefixes) again |= head == search::fold(prefix);
    if (again) {
      text.erase(0, colon + 1);
      while (!text.empty() && text.front() == ' ') text.erase(0, 1);
    }
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::int64_t list_key_of(const store::CaseRecord& row) {
  if (row.state == CaseStateName::resolved) return -row.resolved_at.value_or(row.opened_at).ms;
  if (row.state == CaseStateName::snoozed) return row.snoozed_until.value_or(Instant{}).ms;
  const auto since = row.waiting_since.value_or(row.opened_at).ms;
  return row.waiting_on == Owner::clinic ? since : kBelow + since;
}

CaseStateName state_name(facts::CaseStatus status, bool resolving, bool snoozed) {
  if (resolving || status == facts::CaseStatus::resolved) return CaseStateName::resolved;
  return snoozed ? CaseStateName::snoozed : CaseStateName::open;
}

void apply_state(store::CaseRecord& row, const facts::CaseState& state, bool resolving) {
  const auto text = [](const std::string& value) { return value.empty() ? std::nullopt : std::optional(value); };
  const bool resolved = resolving || state.status == facts::CaseStatus::resolved;
  row.state = state_name(state.status, resolving, row.snoozed_until.has_value());
  row.waiting_on = resolved ? std::nullopt : std::optional(state.waiting_on);
  row.waiting_since = resolved ? std::nullopt : state.waiting_since;
  row.unanswered_since = resolved ? std::nullopt : state.unanswered_since;
  if (!resolving) row.resolved_at = resolved ? state.last_resolved_at : std::nullopt;
  row.topic = text(state.topic);
  row.priority = enum_parse<Priority>(state.priority).value_or(Priority::normal);
  row.assignee_id = state.agent_id;
  row.list_key = list_key_of(row);
}

JoinDecision decide_join(const std::vector<JoinCandidate>& candidates, bool authenticated, bool auto_reply,
                         Instant now) {
  if (!authenticated) return {};
  const JoinCandidate* resolved = nullptr;
  for (const auto& candidate : candidates) {
    if (!candidate.same_sender) continue;
    if (!candidate.resolved || auto_reply) return {JoinDecision::Kind::join, candidate};
    if (!resolved) resolved = &candidate;
  }
  if (!resolved) return {};
  if (resolved->resolved_at && !facts::reopens(*resolved->resolved_at, now))
    return {JoinDecision::Kind::linked, *resolved};
  return {JoinDecision::Kind::reopen, *resolved};
}

std::optional<Instant> open_until(const Capabilities& capabilities, std::optional<Instant> last_inbound_at) {
  if (!capabilities.reply_window_s || !last_inbound_at) return std::nullopt;
  return *last_inbound_at + *capabilities.reply_window_s * 1000;
}

std::optional<std::string> blocked(const Capabilities* capabilities, bool has_contact_point,
                                   std::optional<Instant> last_inbound_at, Instant now) {
  if (!capabilities) return "error.conversations.no_channel";
  if (!capabilities->can_send) return "error.conversations.channel_cannot_send";
  if (!has_contact_point) return "error.conversations.no_contact_point";
  const auto until = open_until(*capabilities, last_inbound_at);
  if (until && *until < now) return "error.conversations.window_closed";
  return std::nullopt;
}

std::optional<LocalTime> parse_local_time(std::string_view text) {
  if (text.size() != 16 && text.size() != 19) return std::nullopt;
  if (text[10] != 'T' || text[13] != ':') return std::nullopt;
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return LocalTime{std::string(text.substr(0, 10)), hour * 60 + minute};
}

std::optional<std::int64_t> retry_after_ms(std::int64_t attempts) {
  static constexpr std::array<std::int64_t, 9> kMinutes{1, 2, 5, 10, 30, 60, 120, 240, 480};
  if (attempts < 1 || attempts > static_cast<std::int64_t>(kMinutes.size())) return std::nullopt;
  return kMinutes[static_cast<std::size_t>(attempts - 1)] * 60'000;
}

std::string cursor_of(std::int64_t key, std::int64_t id) { return std::to_string(key) + "." + std::to_string(id); }

std::optional<std::pair<std::int64_t, std::int64_t>> parse_cursor(std::string_view cursor) {
  const auto dot = cursor.find('.');
  if (dot == cursor.npos) return std::nullopt;
  std::pair<std::int64_t, std::int64_t> out;
  const auto read = [](std::string_view text, std::int64_t& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
  };
  if (!read(cursor.substr(0, dot), out.first) || !read(cursor.substr(dot + 1), out.second)) return std::nullopt;
  return out;
}

std::string undo_path(CaseId id, std::string_view action) {
  return "/api/cases/" + std::to_string(id.value) + (action.empty() ? "" : "/") + std::string(action);
}

}  // namespace auricle::conversations
