// What invented patients write and what the desk answers, in Spanish and Catalan; see demo_texts_more.cpp for English
// and French.
#include "integrations/import/demo.h"

namespace auricle::import::demo {

const std::vector<TopicTexts>& romance_texts() {
  static const std::vector<TopicTexts> all{
      {"appointment",
       "es",
       {"Cambio de cita", "Necesito mover la visita del {date}", "Pedir hora con {doctor}"},
       {"Tengo visita con {doctor} el {date} y me ha salido un viaje de trabajo. ¿Podrían dármela la semana siguiente? "
        "Por las tardes, a partir de las cinco, me va bien cualquier día.",
        "Quisiera pedir hora con {doctor} para una revisión. No es urgente, pero preferiría que fuera antes de final "
        "de mes si es posible.",
        "Me han avisado de que mi cita del {date} se ha anulado y no he podido coger otra por teléfono. ¿Qué huecos "
        "tienen?"},
       {"Le hemos reservado el {date} a las 17:20 con {doctor}. Si no le va bien, responda a este mensaje y buscamos "
        "otra hora.",
        "Con {doctor} podemos ofrecerle el {date} a las 10:40 o a las 18:10. Díganos cuál prefiere y se la confirmamos "
        "enseguida."},
       {"La de las 18:10 me va perfecta.", "¿No habría nada un poco antes? Salgo del trabajo a las seis.",
        "De acuerdo. ¿Tengo que llevar algo?"},
       {"Queda confirmada. Traiga, por favor, su tarjeta sanitaria y los informes que tenga. Le esperamos.",
        "Cita cambiada. Recibirá un recordatorio el día antes."}},
      {"results",
       "es",
       {"Resultados de la analítica", "¿Ya están mis resultados?", "{test} del {date}"},
       {"El {date} me hicieron la {test} y me dijeron que en una semana estaría. ¿Me pueden decir si ya ha llegado el "
        "informe?",
        "Intento ver los resultados de mi {test} y no me aparece nada. Estoy algo preocupada, agradecería que me "
        "dijeran algo.",
        "Mi doctora es {doctor}. ¿Puede comentarme los resultados por teléfono o tengo que pedir hora?"},
       {"Lo hemos consultado con el laboratorio: el informe está en validación y lo esperamos en uno o dos días. En "
        "cuanto llegue le avisamos por aquí.",
        "Su informe ya está disponible. {doctor} lo ha revisado y quiere comentarlo con usted; le llamará mañana entre "
        "las 9 y las 11."},
       {"Gracias. ¿Me avisan ustedes o escribo yo?", "Perfecto, estaré pendiente del teléfono."},
       {"Le confirmamos que {doctor} ya ha hablado con usted y que el informe está en su ficha. Para cualquier duda, "
        "aquí estamos."}},
      {"prescription",
       "es",
       {"Renovar receta", "Receta de {drug}", "Se me acaba la medicación"},
       {"Se me termina el {drug} esta semana y en la farmacia dicen que la receta ha caducado. ¿Me la pueden renovar?",
        "Necesito la receta de {drug} de siempre. La recojo yo o, si puede ser, electrónica."},
       {"Hemos pasado su petición a {doctor}. En cuanto la firme podrá retirarla en cualquier farmacia con su tarjeta "
        "sanitaria.",
        "{doctor} ha renovado la receta por tres meses. Ya puede pasar por la farmacia."},
       {"En la farmacia todavía no les sale.", "¿Sirve para tres cajas?"},
       {"Ya está activa; acabamos de comprobarlo. Si hubiera cualquier problema, llámenos y lo resolvemos mientras "
        "está en la farmacia."}},
      {"billing",
       "es",
       {"Factura {number}", "Un cargo que no entiendo", "Necesito factura de la visita"},
       {"He recibido la factura {number} por {amount} € y creo que la visita la cubría mi seguro. ¿Lo pueden mirar?",
        "Necesitaría la factura de la visita del {date} a nombre de mi empresa. Les paso los datos cuando me digan.",
        "Me han cobrado dos veces {amount} € en la tarjeta, el mismo día. En el extracto salen los dos cargos."},
       {"Lo estamos revisando con administración. Le contestamos antes de mañana al mediodía con el detalle.",
        "Tiene razón: la factura {number} se emitió antes de recibir la autorización de {insurer}. La hemos anulado y "
        "no tiene que pagar nada."},
       {"Muchas gracias. ¿Me llegará algún justificante?",
        "Ya la había pagado con tarjeta. ¿Cómo me devuelven el dinero?"},
       {"Hemos ordenado la devolución de {amount} € a la misma tarjeta; la verá en tres a cinco días. Disculpe las "
        "molestias."}},
      {"insurance",
       "es",
       {"Autorización de {insurer}", "¿Hay que pedir autorización?", "Volante para la {test}"},
       {"{doctor} me ha pedido una {test} y en {insurer} me dicen que falta que ustedes envíen el volante. ¿Lo han "
        "mandado ya?",
        "¿La {test} necesita autorización de {insurer}? La tengo el {date} y no quisiera llegar y que no me la hagan."},
       {"Hoy mismo hemos enviado la solicitud a {insurer}. Suelen responder en dos o tres días laborables; nosotros "
        "hacemos el seguimiento y le avisamos."},
       {"¿Se sabe algo? La prueba es el {date}.", "Gracias, quedo a la espera."},
       {"{insurer} ya ha autorizado la {test}, con el número {number}. Puede venir tranquilo el día de su cita."}},
      {"documents",
       "es",
       {"Justificante de visita", "Copia de mi informe", "Certificado para el trabajo"},
       {"Necesito un justificante de que estuve en la clínica el {date} por la mañana, para el trabajo.",
        "¿Me podrían enviar copia del informe de {doctor}? Me lo piden en el hospital."},
       {"Se lo adjuntaremos en cuanto confirmemos su identidad: por favor, díganos su fecha de nacimiento o pase por "
        "recepción.",
        "Ya lo tiene preparado. Puede recogerlo en recepción o se lo enviamos por correo postal, como prefiera."},
       {"Prefiero pasar a recogerlo. ¿Hasta qué hora abren?", "Por correo, por favor."},
       {"Perfecto. Abrimos de 9 a 14 y de 16 a 20. Estará a su nombre en recepción."}},
      {"complaint",
       "es",
       {"Queja por la espera", "No estoy contento con el trato"},
       {"Ayer esperé una hora y diez minutos en la sala y nadie me dijo nada. Entiendo que haya retrasos, pero un "
        "aviso se agradece.",
        "Quiero dejar constancia de que en recepción me hablaron de malas maneras delante de todo el mundo. No es la "
        "primera vez."},
       {"Sentimos mucho lo ocurrido y le agradecemos que nos lo cuente. Lo hemos trasladado a la responsable de "
        "atención al paciente, que le contestará personalmente.",
        "Tiene usted razón y le pedimos disculpas. Hemos hablado con el equipo para que se avise de los retrasos de "
        "más de quince minutos."},
       {"Gracias por contestar. Espero que se note la próxima vez."},
       {"Nos gustaría compensarle con prioridad en su próxima visita. Gracias de nuevo por ayudarnos a mejorar."}},
      {"other",
       "es",
       {"Una pregunta", "Horario de agosto", "Aparcamiento"},
       {"¿Abren ustedes los sábados? Trabajo entre semana y me cuesta mucho venir.",
        "¿Hay aparcamiento cerca de la clínica de Gràcia? Vengo con mi madre, que camina con dificultad."},
       {"Los sábados abrimos de 9:30 a 13:30 en el Eixample. En Gràcia hay un aparcamiento a cincuenta metros y "
        "podemos validarle una hora."},
       {"¡Qué bien! ¿Y se puede pedir hora para el sábado?"},
       {"Sí, díganos con quién y le buscamos un hueco."}},

      {"appointment",
       "ca",
       {"Canvi d’hora", "Visita del {date}", "Demanar hora amb {doctor}"},
       {"Tinc visita amb {doctor} el {date} i no hi podré anar perquè tinc reunió a l’escola. Me la podríeu passar a "
        "la setmana següent?",
        "Voldria hora amb {doctor} per a una revisió. No corre pressa, però millor a la tarda.",
        "M’heu anul·lat l’hora del {date} i per telèfon no he pogut agafar-ne cap altra. Què teniu lliure?"},
       {"Us hem reservat el {date} a les 17.20 amb {doctor}. Si no us va bé, responeu aquest missatge i en busquem una "
        "altra.",
        "Amb {doctor} us podem oferir el {date} a les 10.40 o a les 18.10. Digueu-nos quina preferiu i us la confirmem "
        "de seguida."},
       {"La de les 18.10 em va perfecta.", "No hi hauria res una mica abans?", "D’acord. He de portar res?"},
       {"Queda confirmada. Porteu, si us plau, la targeta sanitària i els informes que tingueu. Us esperem.",
        "Hora canviada. Rebreu un recordatori el dia abans."}},
      {"results",
       "ca",
       {"Resultats de l’anàlisi", "Ja hi són els resultats?", "{test} del {date}"},
       {"El {date} em van fer la {test} i em van dir que en una setmana hi seria. Em podeu dir si ja ha arribat "
        "l’informe?",
        "Provo de veure els resultats de la {test} i no m’apareix res. Estic una mica amoïnada.",
        "La meva doctora és {doctor}. Em pot comentar els resultats per telèfon o he de demanar hora?"},
       {"Ho hem consultat amb el laboratori: l’informe s’està validant i l’esperem en un o dos dies. Quan arribi us "
        "avisem per aquí.",
        "El vostre informe ja està disponible. {doctor} l’ha revisat i us trucarà demà entre les 9 i les 11."},
       {"Gràcies. M’aviseu vosaltres o escric jo?", "Perfecte, estaré pendent del telèfon."},
       {"Us confirmem que {doctor} ja ha parlat amb vós i que l’informe és a la vostra fitxa. Per a qualsevol dubte, "
        "som aquí."}},
      {"prescription",
       "ca",
       {"Renovar la recepta", "Recepta de {drug}"},
       {"Se m’acaba el {drug} aquesta setmana i a la farmàcia diuen que la recepta ha caducat. Me la podeu renovar?",
        "Necessito la recepta de {drug} de sempre, electrònica si pot ser."},
       {"Hem passat la petició a {doctor}. Quan la signi la podreu retirar a qualsevol farmàcia amb la targeta "
        "sanitària.",
        "{doctor} ha renovat la recepta per tres mesos. Ja podeu passar per la farmàcia."},
       {"A la farmàcia encara no els surt.", "Serveix per a tres caixes?"},
       {"Ja està activa; ho acabem de comprovar. Si hi hagués cap problema, truqueu-nos."}},
      {"billing",
       "ca",
       {"Factura {number}", "Un càrrec que no entenc", "Necessito factura"},
       {"He rebut la factura {number} de {amount} € i diria que la visita la cobria l’assegurança. Ho podeu mirar?",
        "M’heu cobrat dues vegades {amount} € el mateix dia. A l’extracte hi surten els dos càrrecs."},
       {"Ho estem revisant amb administració. Us contestem abans de demà al migdia amb el detall.",
        "Teniu raó: la factura {number} es va emetre abans de rebre l’autorització de {insurer}. L’hem anul·lada i no "
        "heu de pagar res."},
       {"Moltes gràcies. M’arribarà algun justificant?", "Ja l’havia pagada amb targeta. Com em torneu els diners?"},
       {"Hem ordenat la devolució de {amount} € a la mateixa targeta; la veureu en tres a cinc dies. Disculpeu les "
        "molèsties."}},
      {"insurance",
       "ca",
       {"Autorització de {insurer}", "Volant per a la {test}"},
       {"{doctor} m’ha demanat una {test} i a {insurer} em diuen que falta que envieu el volant. Ja l’heu enviat?",
        "La {test} necessita autorització de {insurer}? La tinc el {date}."},
       {"Avui mateix hem enviat la sol·licitud a {insurer}. Solen respondre en dos o tres dies laborables; en fem el "
        "seguiment i us avisem."},
       {"Se’n sap res? La prova és el {date}.", "Gràcies, quedo a l’espera."},
       {"{insurer} ja ha autoritzat la {test}, amb el número {number}. Podeu venir tranquil·lament el dia de la "
        "visita."}},
      {"documents",
       "ca",
       {"Justificant de visita", "Còpia de l’informe"},
       {"Necessito un justificant que vaig ser a la clínica el {date} al matí, per a la feina.",
        "Em podríeu enviar còpia de l’informe de {doctor}? Me’l demanen a l’hospital."},
       {"Us l’enviarem quan confirmem la vostra identitat: digueu-nos, si us plau, la data de naixement o passeu per "
        "recepció.",
        "Ja el teniu preparat. El podeu recollir a recepció o us l’enviem per correu postal, com preferiu."},
       {"Prefereixo passar a recollir-lo. Fins a quina hora obriu?"},
       {"Perfecte. Obrim de 9 a 14 i de 16 a 20. Serà a nom vostre a recepció."}},
      {"complaint",
       "ca",
       {"Queixa per l’espera", "El tracte d’ahir"},
       {"Ahir vaig esperar una hora i deu minuts i ningú no em va dir res. Entenc que hi hagi retards, però un avís "
        "s’agraeix.",
        "Vull deixar constància que a recepció em van parlar de mala manera. No és el primer cop."},
       {"Ens sap molt greu i us agraïm que ens ho expliqueu. Ho hem traslladat a la responsable d’atenció al pacient, "
        "que us contestarà personalment."},
       {"Gràcies per contestar. Espero que es noti la pròxima vegada."},
       {"Hem parlat amb l’equip perquè s’avisi dels retards de més de quinze minuts. Gràcies per ajudar-nos a "
        "millorar."}},
      {"other",
       "ca",
       {"Una pregunta", "Horari d’agost"},
       {"Obriu els dissabtes? Entre setmana em costa molt venir.",
        "Hi ha aparcament a prop de la clínica de Gràcia? Vinc amb la mare, que camina amb dificultat."},
       {"Els dissabtes obrim de 9.30 a 13.30 a l’Eixample. A Gràcia hi ha un aparcament a cinquanta metres i us podem "
        "validar una hora."},
       {"Que bé! I es pot demanar hora per dissabte?"},
       {"Sí, digueu-nos amb qui i us busquem un forat."}},
  };
  return all;
}

}  // namespace auricle::import::demo
