#pragma once
// Comparing names and short texts as people hear, shorten and mistype them. Pure; texts are given folded
// (search::fold).
#include <string>
#include <string_view>
#include <vector>

namespace auricle::patients {

// 0…1 (Jaro 1989, with Winkler's bonus for a common beginning, 1990: p = 0.1, at most four letters).
double jaro_winkler(std::string_view a, std::string_view b);
// Insertions, deletions, changes and swaps of neighbours between them (optimal string alignment), at most `most` + 1.
int edits(std::string_view a, std::string_view b, int most = 2);
// 0…1: how many pairs of letters they share (Dice); the order of words and lost spaces hardly matter.
double shared_pairs(std::string_view a, std::string_view b);
// How a name sounds in Spanish, Catalan, French or English, roughly: v as b, soft c, z and x as s, k, qu and hard c
// alike, silent h, doubled letters once, no vowels but a first one. "garcia" → "grs", "jimenez" and "gimenez" → "jmns".
std::string sound_of(std::string_view word);
// The name a pet form or a form in another language stands for ("paco", "cisco", "francesc", "frank" → "francisco");
// the word itself when it is none.
std::string_view formal_name(std::string_view word);

enum class NameLikeness { missing, same, variant, part, typo, alike, different };
// Words of two given names, or of two family names. `part`: one has a word the other leaves out (second given or family
// name) or an initial.
NameLikeness compare_names(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace auricle::patients
