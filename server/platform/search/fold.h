#pragma once
// The one fold of the program: names and full text are compared in this form, in both databases. Lower case, without
// accents, letters with no base form written out (ß → ss, œ → oe, ø → o, ð → d, l·l → ll); scripts other than Latin
// keep their letters, in lower case.
#include <string>
#include <string_view>
#include <vector>

namespace auricle::search {

std::string fold(std::string_view text);  // UTF-8 → UTF-8; bytes that are not UTF-8 become spaces

struct Word {
  std::string folded;
  std::size_t begin = 0, end = 0;  // where it stands in the original text
};
// Words are runs of letters and digits. In scripts written without spaces (Chinese, Japanese, Thai, …) each letter is a
// word.
std::vector<Word> words(std::string_view text);
std::vector<std::string> folded_words(std::string_view text);
std::string joined_words(std::string_view text);  // folded, one space between: what an index is given

}  // namespace auricle::search
