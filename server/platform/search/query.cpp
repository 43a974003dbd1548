#include <algorithm>

#include "platform/search/fold.h"
#include "platform/search/index.h"

namespace auricle::search {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool matches(const Word& word, const std::vector<Group>& groups) {
  for (const auto& group : groups)
    for (std::size_t i = 0; i < group.words.size(); ++i) {
      const bool last = group.prefix && i + 1 == group.words.size();
      if (last ? word.folded.starts_with(group.words[i]) : word.folded == group.words[i]) return true;
    }
  return false;
}

// The nearest place not within a letter.
std::size_t letter_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return std::min(at, text.size());
}

void add(std::vector<SnippetPart>& parts, std::string_view text, bool hit) {
  if (text.empty()) return;
  std::string clean;
  for (const char c : text) {
    if (!is_space(c))
      clean += c;
    else if (clean.empty() || clean.back() != ' ')
      clean += ' ';
  }
  if (!parts.empty() && parts.back().hit == hit)
    parts.back().text += clean;
  else
    parts.push_back({std::move(clean), hit});
}

}  // namespace

std::vector<Group> parse_query(std::string_view text) {
  std::vector<Group> groups;
  const auto add_group = [&](std::string_view part) {
    Group group{folded_words(part), false};
    if (!group.words.empty()) groups.push_back(std::move(group));
  };
  std::size_t at = 0;
  bool open_end = false;
  while (at < text.size()) {
    open_end = false;
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '"') {
      const auto end = std::min(text.find('"', at + 1), text.size());
      add_group(text.substr(at + 1, end - at - 1));
      open_end = end == text.size();  // the phrase is still being typed
      at = end + 1;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end]) && text[end] != '"') ++end;
    add_group(text.substr(at, end - at));
    open_end = end == text.size();
    at = end;
  }
  if (!groups.empty()) groups.back().prefix = open_end;
  return groups;
}

std::vector<SnippetPart> snippet(std::string_view text, const std::vector<Group>& groups, std::size_t length) {
  const auto all = words(text);
  std::vector<const Word*> hits;
  for (const auto& word : all)
    if (matches(word, groups)) hits.push_back(&word);
  const std::size_t centre = hits.empty() ? 0 : hits.front()->begin;
  std::size_t from = centre > length / 4 ? centre - length / 4 : 0;
  if (from > 0) {  // begin at a word
    const auto next = std::find_if(all.begin(), all.end(), [&](const Word& word) { return word.begin >= from; });
    from = next == all.end() ? letter_start(text, from) : std::min(next->begin, centre);
  }
  const std::size_t to = letter_start(text, std::min(text.size(), from + length));
  std::vector<SnippetPart> parts;
  if (from > 0) add(parts, "… ", false);
  std::size_t at = from;
  for (const auto* hit : hits) {
    if (hit->begin < at || hit->end > to) continue;
    add(parts, text.substr(at, hit->begin - at), false);
    add(parts, text.substr(hit->begin, hit->end - hit->begin), true);
    at = hit->end;
  }
  add(parts, text.substr(at, to - at), false);
  if (to < text.size()) add(parts, "…", false);
  return parts;
}

}  // namespace auricle::search
