#include "platform/base/language.h"

#include <cstdio>  // cld2 needs it before its own header

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

namespace auricle {

std::optional<std::string> detect_language(std::string_view text, std::string_view hint) {
  constexpr std::size_t kEnough = 4000;  // more text changes nothing and costs time
  const int length = static_cast<int>(std::min(text.size(), kEnough));
  const std::string hint_text(hint);
  const CLD2::CLDHints hints{nullptr, "", CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percents[3], text_bytes = 0;
  double scores[3];
  bool reliable = false;
  const auto found = CLD2::ExtDetectLanguageSummary(text.data(), length, true, &hints, 0, languages, percents, scores,
                                                    nullptr, &text_bytes, &reliable);
  if (!reliable || found == CLD2::UNKNOWN_LANGUAGE || text_bytes < 12) {
    // Short or mixed: the sender's own language, when the text may be it, is the better guess.
    for (int i = 0; i < 3; ++i)
      if (!hint_text.empty() && percents[i] > 20 && hint_text == CLD2::LanguageCode(languages[i])) return hint_text;
    return std::nullopt;
  }
  return CLD2::LanguageCode(found);
}

}  // namespace auricle
