#include "channels/email/topics.h"

#include <algorithm>
#include <array>
#include <vector>

#include "platform/search/fold.h"

namespace auricle::email {
namespace {

struct Topic {
  std::string_view key;
  std::vector<std::string_view> starts;  // beginnings of folded words in es, en, fr, ca
};

// In order of weight: where two are equal the earlier wins.
const std::array<Topic, 7>& topics() {
  static const std::array<Topic, 7> all{{
      {"complaint",
       {"queja", "reclamac", "reclamo", "inaceptab", "indignad", "complain", "unacceptab", "disappoint", "plainte",
        "reclamation", "inadmissib", "queixa", "denuncia", "verguenza", "vergonya", "decu", "deçu"}},
      {"results", {"resultad", "analitic", "analisis", "radiograf", "biopsia",   "ecograf", "resonanc",
                   "result",   "blood",    "scan",     "xray",      "biops",     "mri",     "resultat",
                   "analyse",  "bilan",    "irm",      "echograph", "analitiqu", "proves"}},
      {"prescription",
       {"receta", "medicac", "medicament", "pastill", "farmaci", "prescri", "medicat", "pill", "pharmac", "refill",
        "ordonnance", "recepta", "pharmaci", "dosis", "dose"}},
      {"insurance",
       {"segur", "aseguradora", "mutua", "autorizac", "poliza", "insur", "authoriz", "authoris", "coverage", "policy",
        "assuranc", "mutuelle", "prise en charge", "asseguranc", "asseguradora", "autoritzac", "cobertura"}},
      {"billing", {"factura",  "pago",    "cobro",    "recibo", "importe",       "reembols", "invoice",
                   "bill",     "payment", "charge",   "refund", "receipt",       "facture",  "paiement",
                   "rembours", "regl",    "pagament", "rebut",  "reemborsament", "euros"}},
      {"documents",
       {"informe", "certificad", "justificant", "historia", "documento", "report", "certificate", "record", "document",
        "letter", "compte rendu", "certificat", "attestation", "dossier", "volant", "baja"}},
      {"appointment", {"cita",   "hora",        "visita",       "consulta", "cambiar",   "anular",  "cancel", "reserv",
                       "agenda", "appointment", "reschedul",    "book",     "visit",     "slot",    "rendez", "rdv",
                       "annul",  "report",      "consultation", "deplac",   "programar", "canviar", "anul"}},
  }};
  return all;
}

int count(const std::vector<std::string>& words, const Topic& topic) {
  return static_cast<int>(std::count_if(words.begin(), words.end(), [&](const std::string& word) {
    return std::any_of(topic.starts.begin(), topic.starts.end(), [&](auto start) { return word.starts_with(start); });
  }));
}

}  // namespace

std::string topic_of(std::string_view subject, std::string_view text) {
  const auto title = search::folded_words(subject), words = search::folded_words(text.substr(0, 2000));
  std::string_view best = "other";
  int most = 0;
  for (const auto& topic : topics()) {
    const int score = 3 * count(title, topic) + count(words, topic);
    if (score > most) most = score, best = topic.key;
  }
  return std::string(best);
}

bool only_thanks(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kThanks = {"gracias", "thanks",   "thank", "merci",
                                                               "gracies", "moltes",   "ok",    "perfecto",
                                                               "perfect", "perfecte", "vale",  "parfait"};
  if (text.find('?') != std::string_view::npos || text.find_first_of("0123456789") != std::string_view::npos)
    return false;
  const auto words = search::folded_words(text);
  if (words.empty() || words.size() > 12) return false;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(kThanks.begin(), kThanks.end(), word) != kThanks.end();
  });
}

}  // namespace auricle::email
