#include "patients/names.h"

#include <algorithm>
#include <array>
#include <map>

namespace auricle::patients {
namespace {

// Each line: the name, then what people also call or write it. Only forms in use for the same given name.
constexpr std::string_view kForms[] = {
    "francisco paco pancho curro kiko quico cisco xisco francesc francois frank francis frankie",
    "jose pepe josep pep joseph joe joey chema",
    "juan joan jean john johnny jack",
    "jaime jaume jacques james jim jimmy jamie",
    "jorge jordi georges george",
    "guillermo guillem guillaume william guille will bill billy liam",
    "ignacio ignasi nacho ignace",
    "antonio antoni toni tono antoine anthony tony",
    "manuel manel manolo manu lolo",
    "miguel miquel michel michael mike mick",
    "pedro pere pierre peter pete perico",
    "pablo pau paul",
    "luis lluis louis lewis",
    "carlos carles charles charlie chuck",
    "enrique enric henri henry quique harry",
    "eduardo eduard edouard edward eddie ed ted",
    "felipe felip philippe philip phil",
    "andres andreu andre andrew andy drew",
    "alejandro alejo alexandre alexander alex alec sandro",
    "javier xavier xavi javi",
    "joaquin joaquim quim ximo chimo",
    "jesus chus",
    "rafael rafel raphael rafa",
    "ramon raimon raymond ray",
    "roberto robert rob bob bobby",
    "ricardo ricard richard rick dick",
    "santiago santi",
    "sebastian sebastia sebastien seb",
    "vicente vicent vincent vince",
    "tomas thomas tom tommy",
    "esteban esteve etienne stephen steven steve",
    "mateo mateu mathieu matthew matt",
    "marcos marc mark",
    "lucas lluc luc luke",
    "daniel dani dan danny",
    "david davi dave",
    "bernardo bernat bernard",
    "nicolas nicolau nicholas nick nico",
    "salvador salva",
    "gregorio gregori gregoire gregory greg",
    "lorenzo llorenc laurent lawrence larry",
    "alberto albert berto al",
    "benjamin ben",
    "samuel sam",
    "maria mary marie",
    "mercedes merce merche",
    "concepcion concha conchita concepcio inma inmaculada immaculada",
    "dolores lola dolors loli",
    "francisca paca paquita francesca francoise frances",
    "josefa pepa josepa pepita josephine josefina fina",
    "isabel isabelle elisabet elisabeth elizabeth isa bel liz beth betty lizzie",
    "rosario charo",
    "teresa tere teresita therese theresa",
    "montserrat montse",
    "pilar pili",
    "carmen carme carmela mamen carmina",
    "margarita margarida marguerite margaret maggie peggy marga",
    "catalina caterina catherine katherine kate kathy katie cathy",
    "ana anna anne ann annie",
    "elena helena helene helen elna",
    "juana joana jeanne jane joan",
    "luisa lluisa louise",
    "marta martha marthe",
    "victoria vicky victoire",
    "beatriz beatriu beatrice bea",
    "cristina christine christina cris chris tina",
    "alejandra alexandra sandra alexia",
    "susana susanna suzanne susan sue",
    "silvia sylvia sylvie",
    "julia julie",
    "lucia llucia lucie lucy",
    "monica monique",
    "veronica veronique vero",
    "patricia patty pat patrizia",
    "gabriela gabriella gabrielle gabi",
    "enriqueta henriette harriet queta",
    "manuela manoli manela",
    "antonia antonieta toni tonia antoinette",
    "eulalia laia lali eulalie",
    "encarnacion encarna",
    "consuelo consol chelo",
    "milagros mila",
    "asuncion assumpcio asun",
    "rebecca becky",
    "jennifer jenny jen",
    "deborah debbie deb",
    "barbara babs",
    "nuria nuri",
};

const std::map<std::string_view, std::string_view>& forms() {
  static const auto all = [] {
    std::map<std::string_view, std::string_view> map;
    for (const auto line : kForms) {
      const auto name = line.substr(0, line.find(' '));
      for (std::size_t from = 0; from < line.size();) {
        const auto end = std::min(line.find(' ', from), line.size());
        map.emplace(line.substr(from, end - from), name);
        from = end + 1;
      }
    }
    return map;
  }();
  return all;
}

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }
bool is_soft(char c) { return c == 'e' || c == 'i' || c == 'y'; }

struct Sound {
  char code;
  std::size_t letters;
};

// The sound that begins at `i`; vowels are 'a', silence is ' '.
Sound sound_at(std::string_view w, std::size_t i) {
  const auto next = [&](std::size_t k) { return i + k < w.size() ? w[i + k] : ' '; };
  const auto pair = w.substr(i, 2);
  if (pair == "ph") return {'f', 2};
  if (pair == "ch" || pair == "sh" || pair == "tx") return {'x', 2};
  if (pair == "th" || pair == "dh") return {w[i], 2};
  if (pair == "tz" || pair == "ts") return {'s', 2};
  if (pair == "qu") return {'k', 2};
  if (pair == "gn" || pair == "ny") return {'n', 2};
  if (pair == "gu" && is_soft(next(2))) return {'g', 2};
  if (pair == "sc" && is_soft(next(2))) return {'s', 2};
  switch (w[i]) {
    case 'h':
      return {' ', 1};
    case 'c':
      return {is_soft(next(1)) ? 's' : 'k', 1};
    case 'q':
      return {'k', 1};
    case 'z':
      return {'s', 1};
    case 'x':
      return {i == 0 ? 'j' : 's', 1};
    case 'g':
      return {is_soft(next(1)) ? 'j' : 'g', 1};
    case 'v':
    case 'w':
      return {'b', 1};
    case 'n':
      return {next(1) == 'p' || next(1) == 'b' ? 'm' : 'n', 1};
    case 'y':
      return {i == 0 && is_vowel(next(1)) ? 'j' : 'a', 1};
    default:
      return {is_vowel(w[i]) ? 'a' : w[i], 1};
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += word;
  return out;
}

// How one word stands for another; `different` when it does not.
NameLikeness compare_words(const std::string& a, const std::string& b) {
  if (a == b) return NameLikeness::same;
  if (formal_name(a) == formal_name(b)) return NameLikeness::variant;
  if ((a.size() == 1 || b.size() == 1) && a[0] == b[0]) return NameLikeness::part;
  const auto shorter = std::min(a.size(), b.size());
  if (shorter >= 4 && edits(a, b, 1) <= 1) return NameLikeness::typo;
  if (const auto sound = sound_of(a); shorter >= 3 && sound == sound_of(b) && (a[0] == b[0] || sound.size() >= 3))
    return NameLikeness::typo;
  const double likeness = jaro_winkler(a, b);
  if (shorter >= 3 && likeness >= 0.9) return NameLikeness::typo;
  return likeness >= 0.8 || (shorter >= 6 && edits(a, b, 2) <= 2) ? NameLikeness::alike : NameLikeness::different;
}

// The words of the shorter name, each with its best partner in the longer: the worst of them.
NameLikeness compare_word_by_word(const std::vector<std::string>& few, const std::vector<std::string>& many) {
  NameLikeness worst = NameLikeness::same;
  std::vector<bool> used(many.size());
  for (const auto& word : few) {
    NameLikeness best = NameLikeness::different;
    std::size_t partner = 0;
    for (std::size_t i = 0; i < many.size(); ++i) {
      if (used[i]) continue;
      const auto likeness = compare_words(word, many[i]);
      if (likeness < best) best = likeness, partner = i;
    }
    if (best != NameLikeness::different) used[partner] = true;
    worst = std::max(worst, best);
  }
  return worst;
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a == b ? 1 : 0;
  const std::size_t reach = std::max<std::size_t>(std::max(a.size(), b.size()) / 2, 1) - 1;
  std::vector<bool> in_a(a.size()), in_b(b.size());
  double common = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto end = std::min(b.size(), i + reach + 1);
    for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (in_b[j] || a[i] != b[j]) continue;
      in_a[i] = in_b[j] = true;
      ++common;
      break;
    }
  }
  if (common == 0) return 0;
  double swapped = 0;
  for (std::size_t i = 0, j = 0; i < a.size(); ++i) {
    if (!in_a[i]) continue;
    while (!in_b[j]) ++j;
    swapped += a[i] != b[j++];
  }
  const double jaro = (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
                       (common - swapped / 2) / common) /
                      3;
  double begin = 0;
  while (begin < 4 && begin < static_cast<double>(std::min(a.size(), b.size())) &&
         a[static_cast<std::size_t>(begin)] == b[static_cast<std::size_t>(begin)])
    ++begin;
  return jaro + begin * 0.1 * (1 - jaro);
}

int edits(std::string_view a, std::string_view b, int most) {
  const auto size = [](std::string_view text) { return static_cast<int>(text.size()); };
  if (std::abs(size(a) - size(b)) > most) return most + 1;
  std::vector<int> before, last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return std::min(last[b.size()], most + 1);
}

double shared_pairs(std::string_view a, std::string_view b) {
  if (a.size() < 2 || b.size() < 2) return a == b ? 1 : 0;
  const auto pairs = [](std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) out.push_back(text.substr(i, 2));
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto of_a = pairs(a), of_b = pairs(b);
  std::vector<std::string_view> both;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(both));
  return 2.0 * static_cast<double>(both.size()) / static_cast<double>(of_a.size() + of_b.size());
}

std::string sound_of(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size();) {
    const auto sound = sound_at(word, i);
    i += sound.letters;
    if (sound.code == ' ' || (sound.code == 'a' && !out.empty())) continue;
    if (out.empty() || out.back() != sound.code) out += sound.code;
  }
  return out;
}

std::string_view formal_name(std::string_view word) {
  const auto found = forms().find(word);
  return found == forms().end() ? word : found->second;
}

NameLikeness compare_names(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return NameLikeness::missing;
  const auto& few = a.size() <= b.size() ? a : b;
  const auto& many = a.size() <= b.size() ? b : a;
  const auto whole_a = joined(a), whole_b = joined(b);
  if (whole_a == whole_b) return NameLikeness::same;
  auto likeness = compare_word_by_word(few, many);
  if (few.size() < many.size() && likeness <= NameLikeness::part) likeness = NameLikeness::part;
  // Spaces lost or won within a name.
  if (likeness > NameLikeness::typo && a.size() != b.size())
    likeness = std::min(likeness, compare_words(whole_a, whole_b));
  return likeness;
}

}  // namespace auricle::patients
