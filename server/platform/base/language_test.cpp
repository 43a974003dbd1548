#include "platform/base/language.h"

#include <gtest/gtest.h>

namespace auricle {
namespace {

TEST(Language, TellsTheFourOfTheClinic) {
  EXPECT_EQ(detect_language("Buenos días, quisiera cambiar la hora de mi cita con la doctora Soler, por favor."), "es");
  EXPECT_EQ(detect_language("Bon dia, voldria canviar l'hora de la meva visita amb la doctora Soler, si us plau."),
            "ca");
  EXPECT_EQ(detect_language("Bonjour, je voudrais déplacer mon rendez-vous avec le docteur, merci beaucoup."), "fr");
  EXPECT_EQ(detect_language("Good morning, I would like to move my appointment with the doctor to next week."), "en");
}

TEST(Language, DoesNotGuess) {
  EXPECT_EQ(detect_language(""), std::nullopt);
  EXPECT_EQ(detect_language("OK"), std::nullopt);
  EXPECT_EQ(detect_language("1234 5678"), std::nullopt);
}

}  // namespace
}  // namespace auricle
