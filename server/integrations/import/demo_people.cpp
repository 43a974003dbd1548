// Invented people as a practice in Barcelona meets them. None of them exists.
#include <array>
#include <map>

#include "integrations/import/demo.h"

namespace auricle::import::demo {
namespace {

using Words = std::vector<std::string>;

struct Origin {
  const char* language;
  double weight;
  Words women, men, families;
  bool two_surnames;
};

const std::vector<Origin>& origins() {
  static const std::vector<Origin> all{
      {"ca",
       30,
       {"Laia", "Núria", "Montserrat", "Mireia", "Anna", "Júlia", "Meritxell", "Mercè", "Ona", "Roser", "Aina",
        "Queralt", "Maria Àngels"},
       {"Jordi", "Marc", "Pau", "Oriol", "Arnau", "Martí", "Josep Maria", "Xavier", "Guillem", "Biel", "Ferran",
        "Lluís"},
       {"Puig", "Ferrer", "Vila",  "Serra",  "Soler", "Roca",      "Casals", "Bosch",    "Rovira",   "Camps",
        "Sala", "Pujol",  "Riera", "Esteve", "Comas", "Carbonell", "Güell",  "Domènech", "Gual·lar", "Vallès"},
       true},
      {"es",
       38,
       {"María", "Carmen", "Lucía", "Paula", "Elena", "Rocío", "Inés", "Sofía", "María del Pilar", "Ángela", "Begoña",
        "Consuelo", "Itziar"},
       {"Antonio", "José Luis", "Manuel", "Javier", "Ángel", "Sergio", "Álvaro", "Iñigo", "Raúl", "Francisco Javier",
        "Andrés", "Íñigo"},
       {"García", "Martínez", "López", "Sánchez", "Ortega", "Ruiz", "Muñoz", "Peña", "Iglesias", "Núñez", "Cabrera",
        "Ibáñez", "Zubizarreta", "de la Fuente", "Fernández de Córdoba", "Álvarez de Toledo", "Etxeberria", "Quispe",
        "Mamani"},
       true},
      {"fr",
       8,
       {"Camille", "Élodie", "Anne-Sophie", "Chloé", "Geneviève", "Aurélie"},
       {"Jean-Baptiste", "Mathieu", "Thibault", "François", "Loïc"},
       {"Dubois", "Lefèvre", "Moreau", "Gauthier", "Le Goff", "de Saint-Exupère", "Bélanger"},
       false},
      {"en",
       9,
       {"Olivia", "Siobhán", "Grace", "Harriet", "Zoë", "Nkechi"},
       {"James", "Oliver", "Dafydd", "Connor", "William", "Chidi"},
       {"Smith", "O’Connor", "Hughes", "Taylor-Green", "MacLeod", "Okonkwo", "Brown"},
       false},
      {"es",
       6,
       {"Fátima", "Khadija", "Noor", "Salma", "Aicha"},
       {"Mohammed", "Youssef", "Abd al-Rahman", "Hamza", "Bilal"},
       {"El Amrani", "Benali", "Al-Khatib", "Bouzid", "El Idrissi", "Ben Abdallah"},
       false},
      {"en",
       5,
       {"Xiaoyan", "Mei", "Ying", "Yuxuan"},
       {"Wei", "Jianhua", "Haoran", "Zhiqiang"},
       {"Zhang", "Li", "Ouyang", "Chen", "Wu"},
       false},
      {"es",
       2,
       {"Andreea", "Oksana", "Svitlana"},
       {"Gheorghe", "Volodymyr", "Ștefan"},
       {"Popescu", "Ionescu", "Kovalenko", "Shevchenko"},
       false},
      {"en", 1, {"Suharti", "Sukarti", "Wangmo"}, {"Suharto", "Mulyono", "Tenzin"}, {""}, false},  // people of one name
  };
  return all;
}

constexpr std::array<const char*, 3> kDomains{"example.com", "example.net", "example.org"};

}  // namespace

int Dice::weighted(const std::vector<double>& weights) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double at = unit() * sum;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if ((at -= weights[i]) < 0) return static_cast<int>(i);
  return static_cast<int>(weights.size()) - 1;
}

Name invent_name(Dice& dice) {
  std::vector<double> weights;
  for (const auto& origin : origins()) weights.push_back(origin.weight);
  const auto& origin = origins()[static_cast<std::size_t>(dice.weighted(weights))];
  Name name;
  name.language = origin.language;
  name.sex = dice.chance(0.56) ? "female" : "male";
  name.given = dice.pick(name.sex == "female" ? origin.women : origin.men);
  name.family = dice.pick(origin.families);
  if (!origin.two_surnames) return name;
  const auto& second = dice.pick(origin.families);
  name.family += (name.language == "ca" && dice.chance(0.25) ? " i " : " ") + second;
  return name;
}

std::string child_given_name(Dice& dice, const std::string& language) {
  static const std::map<std::string, Words> names{{"ca", {"Pol", "Martina", "Jan", "Lia", "Nil", "Bruna"}},
                                                  {"es", {"Hugo", "Valeria", "Leo", "Daniela", "Mateo", "Alma"}},
                                                  {"fr", {"Louise", "Gabriel", "Maël", "Inès"}},
                                                  {"en", {"Noah", "Ava", "Theo", "Isla"}}};
  return dice.pick(names.at(language));
}

std::string ascii(std::string_view text) {
  static const std::map<std::string_view, char> folded{
      {"à", 'a'}, {"á", 'a'}, {"â", 'a'}, {"ç", 'c'}, {"è", 'e'}, {"é", 'e'}, {"ë", 'e'},
      {"í", 'i'}, {"ï", 'i'}, {"ñ", 'n'}, {"ò", 'o'}, {"ó", 'o'}, {"ú", 'u'}, {"ü", 'u'},
      {"À", 'a'}, {"Á", 'a'}, {"É", 'e'}, {"Í", 'i'}, {"Ș", 's'}, {"ș", 's'}, {"ö", 'o'}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += c;
    else if (const auto found = folded.find(text.substr(i, 2)); found != folded.end())
      out += found->second, ++i;
  }
  return out;
}

std::string address_of(const Name& name, int number) {
  const auto family = name.family.substr(0, name.family.find(' '));
  const auto given = ascii(name.given), last = ascii(family);
  const std::string digits = std::to_string(number);
  const std::string domain = kDomains[static_cast<std::size_t>(number) % kDomains.size()];
  if (last.empty()) return given + digits + "@" + domain;
  if (number % 3 == 0) return given.substr(0, 1) + last + digits + "@" + domain;
  return given + "." + last + (number % 3 == 1 ? digits : "_" + digits) + "@" + domain;
}

}  // namespace auricle::import::demo
