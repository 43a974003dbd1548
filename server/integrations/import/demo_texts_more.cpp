// What invented patients write and what the desk answers: English, French, and the phrases of all four languages.
#include <stdexcept>

#include "integrations/import/demo.h"

namespace auricle::import::demo {

const std::vector<TopicTexts>& other_texts() {
  static const std::vector<TopicTexts> all{
      {"appointment",
       "en",
       {"Moving my appointment", "Appointment on {date}", "Appointment with {doctor}"},
       {"I am booked in with {doctor} on {date}, but I have to be in London that week. Could we move it to the week "
        "after? Any afternoon works.",
        "I’d like to make an appointment with {doctor} for a check-up. It isn’t urgent, but before the end of the "
        "month would be great."},
       {"We have reserved {date} at 17:20 with {doctor} for you. If that does not suit you, just answer this message "
        "and we will look for another time.",
        "{doctor} could see you on {date} at 10:40 or 18:10. Tell us which you prefer and we will confirm it at once."},
       {"18:10 would be perfect, thank you.", "Is there anything a little earlier?",
        "Great. Do I need to bring anything?"},
       {"That is confirmed. Please bring your health card and any reports you have. We look forward to seeing you."}},
      {"results",
       "en",
       {"My {test} results", "Are my results ready?"},
       {"I had a {test} on {date} and was told it would take a week. Has the report arrived?",
        "I can’t see the results of my {test} anywhere and I’m a little worried. Could someone let me know?"},
       {"We have asked the laboratory: the report is being validated and should be here within two days. We will write "
        "to you as soon as it is.",
        "Your report is ready. {doctor} has looked at it and will ring you tomorrow between 9 and 11."},
       {"Thanks. Will you write to me or should I ask again?"},
       {"{doctor} has spoken with you and the report is in your record. If anything is unclear, we are here."}},
      {"prescription",
       "en",
       {"Repeat prescription", "{drug} prescription"},
       {"I’m about to run out of {drug} and the pharmacy says the prescription has expired. Could you renew it, "
        "please?"},
       {"We have passed your request to {doctor}. Once it is signed you can collect it at any pharmacy with your "
        "health card.",
        "{doctor} has renewed it for three months. You can go to the pharmacy now."},
       {"The pharmacy still can’t see it, I’m afraid."},
       {"It is active now; we have just checked. If there is any trouble, ring us and we will sort it out while you "
        "are there."}},
      {"billing",
       "en",
       {"Invoice {number}", "A charge I don’t understand"},
       {"I’ve received invoice {number} for {amount} € but I believe my insurance covers this visit. Could you check?",
        "My card was charged {amount} € twice on the same day. Could you look into it?"},
       {"We are checking this with our accounts team and will come back to you with the details before noon tomorrow.",
        "You are right: invoice {number} went out before {insurer} had approved the visit. We have cancelled it, and "
        "there is nothing to pay."},
       {"Thank you. I had already paid it by card, how do I get it back?"},
       {"We have refunded {amount} € to the same card; you will see it in three to five days. We are sorry for the "
        "trouble."}},
      {"insurance",
       "en",
       {"{insurer} approval", "Referral for the {test}"},
       {"{doctor} asked for a {test}, and {insurer} tell me they are waiting for your referral. Has it been sent?"},
       {"We sent the request to {insurer} today. They usually answer within two or three working days; we follow it up "
        "and will write to you."},
       {"Any news? The appointment is on {date}."},
       {"{insurer} have approved the {test} under number {number}. You can come as planned."}},
      {"documents",
       "en",
       {"Proof of attendance", "Copy of my report"},
       {"I need a note that I was at the clinic on the morning of {date}, for my employer.",
        "Could you send me a copy of {doctor}’s report? The hospital asks for it."},
       {"We will send it once we have confirmed who you are: please tell us your date of birth, or drop by at "
        "reception.",
        "It is ready. You can collect it at reception, or we can post it, as you prefer."},
       {"I’ll come by. Until what time are you open?"},
       {"We are open from 9 to 14 and from 16 to 20. It will be at reception under your name."}},
      {"complaint",
       "en",
       {"Waiting time yesterday", "Disappointed"},
       {"I waited for over an hour yesterday and nobody told me anything. I understand delays happen, but a word would "
        "have helped."},
       {"We are very sorry, and grateful that you told us. Your message is with our patient service director, who will "
        "answer you in person."},
       {"Thank you for answering. I hope it will be different next time."},
       {"We have agreed with the team that any delay over fifteen minutes is announced. Thank you for helping us do "
        "better."}},
      {"other",
       "en",
       {"A question", "Parking"},
       {"Are you open on Saturdays? It is hard for me to come during the week.",
        "Is there parking near the Gràcia clinic? I am coming with my mother, who finds walking difficult."},
       {"We open on Saturdays from 9:30 to 13:30 in Eixample. In Gràcia there is a car park fifty metres away and we "
        "can validate an hour for you."},
       {"Lovely! Can I book for a Saturday?"},
       {"Yes, tell us with whom and we will find you a time."}},

      {"appointment",
       "fr",
       {"Déplacer mon rendez-vous", "Rendez-vous du {date}"},
       {"J’ai rendez-vous avec {doctor} le {date}, mais je serai en déplacement. Serait-il possible de le repousser "
        "d’une semaine ? L’après-midi de préférence.",
        "Je souhaiterais un rendez-vous avec {doctor} pour un contrôle. Ce n’est pas urgent."},
       {"Nous vous avons réservé le {date} à 17 h 20 avec {doctor}. Si cela ne vous convient pas, répondez à ce "
        "message et nous chercherons une autre heure.",
        "{doctor} peut vous recevoir le {date} à 10 h 40 ou à 18 h 10. Dites-nous ce que vous préférez."},
       {"18 h 10 me convient très bien.", "Y aurait-il quelque chose un peu plus tôt ?"},
       {"C’est confirmé. Apportez votre carte de santé et les comptes rendus dont vous disposez. À bientôt."}},
      {"results",
       "fr",
       {"Résultats de ma {test}", "Mes résultats sont-ils arrivés ?"},
       {"J’ai passé une {test} le {date} et l’on m’a parlé d’une semaine. Le compte rendu est-il arrivé ?"},
       {"Nous avons interrogé le laboratoire : le compte rendu est en cours de validation et devrait arriver sous deux "
        "jours. Nous vous écrirons aussitôt.",
        "Votre compte rendu est arrivé. {doctor} l’a lu et vous appellera demain entre 9 h et 11 h."},
       {"Merci. M’écrirez-vous ou dois-je vous relancer ?"},
       {"{doctor} s’est entretenu avec vous et le compte rendu figure dans votre dossier. Nous restons à votre "
        "disposition."}},
      {"prescription",
       "fr",
       {"Renouvellement d’ordonnance", "Ordonnance de {drug}"},
       {"Je n’ai presque plus de {drug} et la pharmacie me dit que l’ordonnance a expiré. Pourriez-vous la renouveler "
        "?"},
       {"Nous avons transmis votre demande à {doctor}. Dès sa signature, vous pourrez retirer le médicament en "
        "pharmacie."},
       {"La pharmacie ne la voit toujours pas."},
       {"Elle est active, nous venons de le vérifier. En cas de difficulté, appelez-nous depuis la pharmacie."}},
      {"billing",
       "fr",
       {"Facture {number}", "Un débit que je ne comprends pas"},
       {"J’ai reçu la facture {number} de {amount} €, or mon assurance couvre cette consultation. Pourriez-vous "
        "vérifier ?"},
       {"Nous vérifions avec la comptabilité et vous répondrons en détail avant demain midi.",
        "Vous avez raison : la facture {number} est partie avant l’accord de {insurer}. Nous l’avons annulée, vous "
        "n’avez rien à payer."},
       {"Merci. Je l’avais déjà réglée par carte, comment serai-je remboursé ?"},
       {"Nous avons remboursé {amount} € sur la même carte ; comptez trois à cinq jours. Veuillez nous excuser."}},
      {"insurance",
       "fr",
       {"Accord de {insurer}"},
       {"{doctor} m’a prescrit une {test} et {insurer} attend votre demande. A-t-elle été envoyée ?"},
       {"La demande est partie aujourd’hui chez {insurer}. La réponse prend deux ou trois jours ouvrables ; nous "
        "suivons le dossier et vous écrirons."},
       {"Avez-vous des nouvelles ? L’examen est prévu le {date}."},
       {"{insurer} a donné son accord pour la {test}, sous le numéro {number}. Vous pouvez venir comme prévu."}},
      {"documents",
       "fr",
       {"Attestation de présence"},
       {"Il me faudrait une attestation de présence pour le {date} au matin, pour mon employeur."},
       {"Elle est prête. Vous pouvez la retirer à l’accueil, ou nous vous l’envoyons par courrier, comme vous "
        "préférez."},
       {"Je passerai. Jusqu’à quelle heure êtes-vous ouverts ?"},
       {"De 9 h à 14 h et de 16 h à 20 h. Elle sera à votre nom à l’accueil."}},
      {"complaint",
       "fr",
       {"Temps d’attente"},
       {"Hier, j’ai attendu plus d’une heure sans aucune information. Je comprends les retards, mais un mot aurait "
        "suffi."},
       {"Nous sommes sincèrement désolés et vous remercions de nous l’avoir dit. La directrice du service aux patients "
        "vous répondra personnellement."},
       {"Merci de votre réponse."},
       {"Tout retard de plus de quinze minutes sera désormais annoncé. Merci de nous aider à progresser."}},
      {"other",
       "fr",
       {"Une question"},
       {"Êtes-vous ouverts le samedi ? En semaine, il m’est difficile de venir."},
       {"Le samedi, nous ouvrons de 9 h 30 à 13 h 30 à l’Eixample. Souhaitez-vous un rendez-vous ?"},
       {"Oui, volontiers."},
       {"Dites-nous avec qui, et nous vous trouverons une heure."}},
  };
  return all;
}

const CommonTexts& common_texts(std::string_view language) {
  static const std::vector<CommonTexts> all{
      {"es",
       {"Buenos días:", "Hola, buenas tardes.", "Hola:"},
       {"Gracias y un saludo,", "Muchas gracias.", "Un saludo cordial,"},
       {"Buenos días, {name}:", "Estimado/a {name}:"},
       {"Quedamos a su disposición.\nAtención al paciente, Clínica del Mar",
        "Un saludo cordial,\n{agent}\nClínica del Mar"},
       {"¡Muchas gracias por la rapidez!", "Perfecto, gracias.", "Mil gracias, todo aclarado."},
       {"Perdonen que insista, pero ha surgido otra duda sobre lo mismo. ¿Me pueden contestar?",
        "Al final no se ha solucionado: sigue igual que antes."},
       {"Gracias por avisarnos. Lo hemos revisado otra vez y ya está resuelto. Disculpe las molestias."},
       {"Pendiente de administración, llamo yo mañana.",
        "Ha llamado también por teléfono; le he dicho que contestamos por aquí."},
       {"Todavía no tenemos respuesta, pero seguimos encima. En cuanto la haya, le escribimos."},
       {"¿Pudo ver nuestro mensaje? Si ya no lo necesita, no hace falta que conteste."}},
      {"ca",
       {"Bon dia,", "Hola, bona tarda.", "Hola,"},
       {"Gràcies i salutacions,", "Moltes gràcies.", "Salutacions cordials,"},
       {"Bon dia, {name},", "Benvolgut/da {name},"},
       {"Quedem a la vostra disposició.\nAtenció al pacient, Clínica del Mar",
        "Salutacions cordials,\n{agent}\nClínica del Mar"},
       {"Moltes gràcies per la rapidesa!", "Perfecte, gràcies.", "Tot clar, moltes gràcies."},
       {"Perdoneu que hi torni, però m’ha sorgit un altre dubte sobre el mateix.",
        "Al final no s’ha arreglat: continua igual que abans."},
       {"Gràcies per avisar-nos. Ho hem tornat a revisar i ja està resolt. Disculpeu les molèsties."},
       {"Pendent d’administració, truco jo demà.", "També ha trucat per telèfon; li he dit que contestem per aquí."},
       {"Encara no tenim resposta, però hi som a sobre. Així que n’hi hagi, us escrivim."},
       {"Heu pogut veure el nostre missatge? Si ja no ho necessiteu, no cal que contesteu."}},
      {"en",
       {"Good morning,", "Hello,", "Dear all,"},
       {"Many thanks,", "Thank you and kind regards,", "Best wishes,"},
       {"Dear {name},", "Good morning {name},"},
       {"We are here if you need anything else.\nPatient service, Clínica del Mar",
        "Kind regards,\n{agent}\nClínica del Mar"},
       {"Thank you so much, that was quick!", "Perfect, thanks.", "All clear now, many thanks."},
       {"Sorry to come back to this, but another question has come up.",
        "I’m afraid it isn’t solved: nothing has changed."},
       {"Thank you for telling us. We have checked again and it is solved now. We are sorry for the trouble."},
       {"Waiting for accounts, I will ring them tomorrow.", "Also rang us; I said we would answer here."},
       {"We have no answer yet, but we keep asking. We will write to you as soon as there is one."},
       {"Did you see our message? If you no longer need this, there is no need to answer."}},
      {"fr",
       {"Bonjour,", "Madame, Monsieur,"},
       {"Merci d’avance et bonne journée,", "Bien cordialement,"},
       {"Bonjour {name},"},
       {"Nous restons à votre disposition.\nService aux patients, Clínica del Mar",
        "Bien cordialement,\n{agent}\nClínica del Mar"},
       {"Merci beaucoup pour votre rapidité !", "Parfait, merci."},
       {"Pardon d’insister, mais une autre question se pose.", "Malheureusement, rien n’a changé."},
       {"Merci de nous avoir prévenus. Nous avons tout revérifié et c’est réglé. Veuillez nous excuser."},
       {"En attente de la comptabilité, je les appelle demain."},
       {"Nous n’avons pas encore de réponse, mais nous suivons le dossier de près et vous écrirons aussitôt."},
       {"Avez-vous pu voir notre message ? Si ce n’est plus nécessaire, inutile de répondre."}},
  };
  for (const auto& texts : all)
    if (texts.language == language) return texts;
  return all.front();
}

const TopicTexts& texts_of(std::string_view topic, std::string_view language) {
  for (const auto* list : {&romance_texts(), &other_texts()})
    for (const auto& texts : *list)
      if (texts.topic == topic && texts.language == language) return texts;
  throw std::logic_error("no text for this topic");
}

}  // namespace auricle::import::demo
