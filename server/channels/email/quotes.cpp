#include "channels/email/quotes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

using Lines = std::vector<std::string_view>;

std::string_view trim(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

Lines split(std::string_view text) {
  Lines lines;
  for (std::size_t i = 0; i <= text.size();) {
    const auto end = std::min(text.find('\n', i), text.size());
    lines.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return lines;
}

std::string join(const Lines& lines, std::size_t from, std::size_t to) {
  std::string out;
  for (auto i = from; i < to; ++i) {
    if (i > from) out += '\n';
    auto line = lines[i];
    while (line.ends_with('\r') || (line.ends_with(' ') && line != "-- ")) line.remove_suffix(1);
    out += line;
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  const auto start = out.find_first_not_of('\n');
  return start == std::string::npos ? "" : out.substr(start);
}

// Small letters of ASCII, Latin-1 and Cyrillic: all the marks below need.
std::string lower(std::string_view text) {
  std::string out = lower_ascii(text);
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    const auto a = static_cast<unsigned char>(out[i]), b = static_cast<unsigned char>(out[i + 1]);
    if (a == 0xC3 && b >= 0x80 && b <= 0x9E)
      out[i + 1] = static_cast<char>(b + 0x20);
    else if (a == 0xD0 && b >= 0x90 && b <= 0x9F)
      out[i + 1] = static_cast<char>(b + 0x20);
    else if (a == 0xD0 && b >= 0xA0 && b <= 0xAF)
      out[i] = '\xD1', out[i + 1] = static_cast<char>(b - 0x20);
  }
  return out;
}

bool has(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }
bool quoted(std::string_view line) { return trim(line).starts_with('>'); }

std::size_t digits(std::string_view s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](unsigned char c) { return std::isdigit(c); }));
}

// "… wrote:" as mail programs put it, per language. The line (joined if broken) ends with the verb or a colon.
constexpr std::array<std::string_view, 30> kWrote = {
    " wrote",    "a écrit",  "a ecrit",  " escribió",   " escribio",   "ha escrit",    "va escriure", "ha scritto",
    " escreveu", " schrieb", " schreef", " napisał",    " napisal",    "kirjoitti",    " skrev",      " написал",
    " пишет",    " пише",    " написав", "geschrieben", " ha escrito", "het volgende", " 写道",       " yazdı",
    " írta",     " napsal",  " a scris", " έγραψε",     " от ",        "écrivait"};

// An attribution names an address or a date and ends as such lines end.
bool attribution(std::string_view joined) {
  if (joined.size() > 400 || joined.size() < 10) return false;
  const auto low = lower(joined);
  auto end = trim(low);
  while (end.ends_with('-') || end.ends_with(' ')) end.remove_suffix(1);
  const bool colon = end.ends_with(':');
  if (colon) end.remove_suffix(1);
  end = trim(end);
  const bool facts = digits(low) >= 3 || has(low, "@");
  if (!facts) return false;
  for (const auto verb : kWrote) {
    if (!has(low, verb)) continue;
    if (end.ends_with(trim(verb)) || (colon && digits(low) >= 3)) return true;
  }
  return colon && has(low, "@") && digits(low) >= 5 && (end.ends_with('>') || end.ends_with(')'));
}

// "<me@example.org" broken before its ">:".
bool closes_address(std::string_view before, std::string_view line) {
  return (line == ">:" || line == "> :" || line.starts_with(">)")) && has(before, "<") && !before.ends_with('>');
}

std::size_t attribution_from(const Lines& lines, std::size_t at) {
  const auto first = trim(lines[at]);
  if (first.empty() || quoted(first) || first.starts_with("- ")) return 0;
  std::string joined;
  for (std::size_t n = 1; n <= 5 && at + n <= lines.size(); ++n) {
    const auto line = trim(lines[at + n - 1]);
    if (line.empty() || (quoted(line) && !closes_address(joined, line)) || joined.size() + line.size() > 400) return 0;
    if (n > 1 && (line.ends_with('.') || line.ends_with('!') || line.ends_with('?'))) return 0;
    joined += (joined.empty() ? "" : " ") + std::string(line);
    if (attribution(joined)) return n;
    if (first.ends_with('.') || first.ends_with('!') || first.ends_with('?')) return 0;
  }
  return 0;
}

// One attribution may be broken over up to five lines; returns how many lines it takes from `at`, 0 if it is none (or
// if a later line alone begins it).
std::size_t attribution_lines(const Lines& lines, std::size_t at) {
  const auto n = attribution_from(lines, at);
  for (std::size_t later = at + 1; later < at + n; ++later)
    if (attribution_from(lines, later) == at + n - later && digits(lines[at]) == 0) return 0;
  return n;
}

enum class Key { from, date, to, subject, none };

// The header block Outlook and others put above the quoted mail.
Key header_key(std::string_view line) {
  static constexpr std::array<std::pair<std::string_view, Key>, 48> kKeys = {
      {{"from", Key::from},       {"de", Key::from},         {"von", Key::from},
       {"da", Key::from},         {"van", Key::from},        {"od", Key::from},
       {"fra", Key::from},        {"från", Key::from},       {"lähettäjä", Key::from},
       {"от", Key::from},         {"expéditeur", Key::from}, {"remitente", Key::from},
       {"sent", Key::date},       {"date", Key::date},       {"fecha", Key::date},
       {"enviado", Key::date},    {"enviado el", Key::date}, {"data", Key::date},
       {"enviat", Key::date},     {"enviat el", Key::date},  {"envoyé", Key::date},
       {"envoyé le", Key::date},  {"gesendet", Key::date},   {"datum", Key::date},
       {"inviato", Key::date},    {"enviada em", Key::date}, {"verzonden", Key::date},
       {"wysłano", Key::date},    {"sendt", Key::date},      {"skickat", Key::date},
       {"отправлено", Key::date}, {"дата", Key::date},       {"to", Key::to},
       {"para", Key::to},         {"per a", Key::to},        {"à", Key::to},
       {"vers", Key::to},         {"an", Key::to},           {"a", Key::to},
       {"aan", Key::to},          {"do", Key::to},           {"til", Key::to},
       {"till", Key::to},         {"кому", Key::to},         {"subject", Key::subject},
       {"asunto", Key::subject},  {"objet", Key::subject},   {"betreff", Key::subject}}};
  static constexpr std::array<std::string_view, 8> kSubjects = {"assumpte", "oggetto", "assunto", "onderwerp",
                                                                "temat",    "emne",    "ämne",    "тема"};
  std::string bare(trim(line.substr(0, 60)));
  std::erase(bare, '*');
  const auto colon = bare.find(':');
  if (colon == std::string::npos || colon > 24) return Key::none;
  auto key = lower(trim(std::string_view(bare).substr(0, colon)));
  while (key.ends_with("\xC2\xA0")) key.resize(key.size() - 2);
  for (const auto& [word, kind] : kKeys)
    if (key == word) return kind;
  return std::find(kSubjects.begin(), kSubjects.end(), key) != kSubjects.end() ? Key::subject : Key::none;
}

bool header_block(const Lines& lines, std::size_t at) {
  if (quoted(lines[at]) || header_key(lines[at]) == Key::none) return false;
  std::set<Key> keys;
  for (std::size_t i = at; i < std::min(at + 9, lines.size()); ++i) {
    if (trim(lines[i]).empty() && i > at + 1) break;
    keys.insert(header_key(lines[i]));
  }
  keys.erase(Key::none);
  return keys.size() >= 3;
}

// "-----Original Message-----" and its sisters.
bool separator(std::string_view line) {
  static constexpr std::array<std::string_view, 21> kWords = {
      "original message",       "forwarded message",       "mensaje original",          "mensaje reenviado",
      "missatge original",      "missatge reenviat",       "message d'origine",         "message original",
      "message transféré",      "ursprüngliche nachricht", "weitergeleitete nachricht", "messaggio originale",
      "messaggio inoltrato",    "mensagem original",       "oorspronkelijk bericht",    "wiadomość oryginalna",
      "alkuperäinen viesti",    "opprinnelig melding",     "ursprungligt meddelande",   "исходное сообщение",
      "begin forwarded message"};
  const auto bare = trim(line);
  if (bare.size() > 90) return false;
  const auto low = lower(bare);
  const bool dashed = low.starts_with("--") || low.starts_with("__") || low.starts_with("==");
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](auto word) { return has(low, word) && (dashed || low == std::string(word) + ":"); });
}

bool rule(std::string_view line) {  // a line drawn with - or _
  const auto bare = trim(line);
  return bare.size() >= 2 &&
         (bare.find_first_not_of('_') == bare.npos || (bare.size() > 5 && bare.find_first_not_of("-_ ") == bare.npos));
}

// RFC 3676 §4.3 wants "-- "; many programs lose the space.
bool signature_mark(std::string_view line) {
  const auto bare = trim(line);
  return bare == "--" || bare == "—" || bare == "__";
}

bool sent_from(const Lines& lines, std::size_t at) {
  static constexpr std::array<std::string_view, 29> kWords = {
      "sent from ",          "sent with ",       "sent via ",       "get outlook for", "sent using ",
      "enviado desde ",      "enviado con ",     "obtener outlook", "enviat des de ",  "enviat des del ",
      "enviat amb ",         "obteniu outlook",  "envoyé depuis ",  "envoyé de ",      "envoyé à partir ",
      "télécharger outlook", "gesendet von ",    "von meinem ",     "inviato da ",     "enviado do ",
      "enviado a partir ",   "verzonden vanaf ", "wysłane z ",      "lähetetty ",      "skickat från ",
      "sendt fra ",          "отправлено с ",    "outlook para ",   "enviado por mi "};
  const auto bare = trim(lines[at]);
  if (bare.size() > 120 || bare.ends_with('.') ||
      (at > 0 && !trim(lines[at - 1]).empty() && !signature_mark(lines[at - 1])))
    return false;
  const auto low = lower(bare);
  return std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return low.starts_with(word); });
}

// Where own text could end: a mark below which all is signature or quote.
bool starts_quote(const Lines& lines, std::size_t at) {
  return attribution_lines(lines, at) > 0 || header_block(lines, at) || separator(lines[at]);
}
// "Kind regards," and below it a card of two short lines or more, without a number anybody may need.
bool closing(const Lines& lines, std::size_t at) {
  static constexpr std::array<std::string_view, 30> kWords = {"regards",
                                                              "kind regards",
                                                              "best regards",
                                                              "best wishes",
                                                              "yours sincerely",
                                                              "yours faithfully",
                                                              "sincerely",
                                                              "with kind regards",
                                                              "warm regards",
                                                              "saludos",
                                                              "un saludo",
                                                              "saludos cordiales",
                                                              "un cordial saludo",
                                                              "atentamente",
                                                              "reciba un cordial saludo",
                                                              "cordialmente",
                                                              "cordialement",
                                                              "bien cordialement",
                                                              "bien à vous",
                                                              "sincères salutations",
                                                              "salutations distinguées",
                                                              "cordiales salutations",
                                                              "salutacions",
                                                              "salutacions cordials",
                                                              "atentament",
                                                              "una salutació",
                                                              "cordialment",
                                                              "mit freundlichen grüßen",
                                                              "viele grüße",
                                                              "cordiali saluti"};
  auto bare = lower(trim(lines[at]));
  while (bare.ends_with(',') || bare.ends_with('.') || bare.ends_with('!')) bare.pop_back();
  if (at == 0 || std::find(kWords.begin(), kWords.end(), bare) == kWords.end()) return false;
  std::size_t words = 0;
  for (auto i = at + 1; i < lines.size(); ++i) {
    const auto line = trim(lines[i]);
    if (line.empty()) continue;
    if (quoted(line) || starts_quote(lines, i)) break;
    if (line.size() > 60 || line.ends_with('?') || line.ends_with('.') || digits(line) > 0 || ++words > 6) return false;
  }
  return words >= 2;
}

// The sender's full name on a line of its own, and below it a short card to the end.
std::size_t card_of(const Lines& lines, std::size_t end, std::string_view sender) {
  const auto name = lower(trim(sender));
  if (name.find(' ') == std::string::npos) return end;
  for (std::size_t at = 1, below = 0; at < end; ++at) {
    if (lower(trim(lines[at])) != name) continue;
    bool short_ones = true;
    for (auto i = at + 1; i < end; ++i) {
      const auto line = trim(lines[i]);
      if (line.empty()) continue;
      ++below;
      short_ones &= line.size() <= 60 && !line.ends_with('?') && digits(line) == 0;
    }
    return below > 0 && below <= 6 && short_ones ? at : end;
  }
  return end;
}

bool starts_signature(const Lines& lines, std::size_t at) {
  return signature_mark(lines[at]) || sent_from(lines, at) || closing(lines, at);
}

// With "> " lines below an attribution the writer may have answered in between: then own text goes on after them.
bool answered_between(const Lines& lines, std::size_t at) {
  auto i = at + attribution_lines(lines, at);
  while (i < lines.size() && trim(lines[i]).empty()) ++i;
  if (i >= lines.size() || !quoted(lines[i])) return false;
  for (; i < lines.size(); ++i) {
    if (quoted(lines[i]) || trim(lines[i]).empty()) continue;
    if (starts_signature(lines, i)) return false;
    if (const auto n = attribution_lines(lines, i); n > 0) {
      i += n - 1;
      continue;
    }
    const bool wrapped = quoted(lines[i - 1]) && lines[i - 1].size() > 60;  // a quoted line broken by a relay
    if (!wrapped) return true;
  }
  return false;
}

std::size_t own_end(const Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (quoted(lines[i])) continue;
    if (starts_quote(lines, i)) {
      if (!answered_between(lines, i)) return i;
      i += std::max<std::size_t>(attribution_lines(lines, i), 1) - 1;
    } else if (starts_signature(lines, i)) {
      return i;
    }
  }
  return lines.size();
}

bool nothing_in(const Lines& lines, std::size_t from, std::size_t to) {
  for (auto i = from; i < to; ++i)
    if (!trim(lines[i]).empty() && !rule(lines[i])) return false;
  return true;
}

}  // namespace

Folded fold_quotes(std::string_view text, std::string_view sender) {
  const Lines lines = split(text);
  auto end = card_of(lines, own_end(lines), sender);
  const auto droppable = [&](std::string_view line) { return trim(line).empty() || quoted(line) || rule(line); };
  while (end > 0 && droppable(lines[end - 1])) --end;
  if (nothing_in(lines, 0, end)) end = lines.size();  // a bare forward: all of it is what was sent
  return {join(lines, 0, end), join(lines, end, lines.size())};
}

}  // namespace auricle::email
