#include "patients/csv.h"

#include <algorithm>
#include <array>
#include <map>

#include "platform/base/utf8.h"
#include "platform/search/fold.h"

namespace auricle::patients::csv {
namespace {

void put(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

std::string from_utf16(std::string_view bytes, bool little) {
  std::string out;
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return little ? a | b << 8 : b | a << 8;
  };
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto code = unit(i);
    const auto low = code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      put(out, 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF));
      i += 2;
    } else {
      put(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    }
  }
  return out;
}

std::string from_windows(std::string_view bytes) {
  static constexpr std::array<std::uint16_t, 32> kUpper = {
      0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    put(out, byte >= 0x80 && byte < 0xA0 ? kUpper[byte - 0x80] : byte);
  }
  return out;
}

struct Meaning {
  const char* field;
  const char* headings;  // folded, without spaces
};
constexpr Meaning kMeanings[] = {
    {"full_name",
     "name fullname patient patientname nombrecompleto nombreyapellidos apellidosynombre apellidosnombre paciente "
     "nomcomplet nomicognoms cognomsinom pacient nometprenom nomprenom nomcomplete"},
    {"given_name", "givenname firstname forename given first nombre nombres nombredepila nom prenom prenoms"},
    {"family_name",
     "familyname lastname surname family last apellido apellidos primerapellido apellido1 cognom cognoms primercognom "
     "cognom1 nomdefamille nomfamille"},
    {"second_family_name", "secondsurname secondfamilyname segundoapellido apellido2 segoncognom cognom2 deuxiemenom"},
    {"birth_date",
     "birthdate dateofbirth dob born birthday fechadenacimiento fechanacimiento fnacimiento nacimiento datadenaixement "
     "datanaixement naixement datedenaissance datenaissance naissance neele"},
    {"sex", "sex gender sexo genero sexe genere genre"},
    {"phone",
     "phone telephone tel phonenumber telefono telefono1 telefon telefon1 telefonfix telefonofijo fijo landline "
     "homephone numerodetelefono telephonefixe"},
    {"mobile",
     "mobile mobilephone cell cellphone movil telefonomovil telefono2 celular mobil telefonmobil telefon2 portable "
     "telephoneportable gsm"},
    {"email",
     "email mail emailaddress correo correoelectronico correu correuelectronic courriel adresseemail adressemail "
     "adresseelectronique"},
    {"language", "language lang preferredlanguage idioma lengua llengua langue"},
    {"record",
     "record recordnumber patientid patientnumber id mrn chart nhc historia historiaclinica numerodehistoria nhistoria "
     "numhistoria numerodhistoria historiaclinic dossier numerodedossier ndossier numeropaciente"},
    {"national_id",
     "nationalid dni nie nif dninie documento passport pasaporte ssn socialsecurity nir numerosecuritesociale "
     "securitesociale nhsnumber"},
    {"insurance",
     "insurance insurancenumber policy poliza mutua seguro numerodepoliza polissa asseguranca assurance mutuelle "
     "tarjetasanitaria cip targetasanitaria cartevitale"},
    {"address",
     "address street streetaddress addressline address1 direccion domicilio calle adreca domicili carrer adresse rue "
     "adressepostale"},
    {"postal_code", "postalcode postcode zip zipcode cp codigopostal codipostal codepostal"},
    {"city",
     "city town suburb poblacion ciudad localidad municipio poblacio ciutat localitat municipi ville commune localite"},
};

}  // namespace

Text decode(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return {from_utf16(bytes, true), "utf-16"};
  if (bytes.starts_with("\xFE\xFF")) return {from_utf16(bytes, false), "utf-16"};
  if (is_utf8(bytes)) return {std::string(bytes), "utf-8"};
  return {from_windows(bytes), "windows-1252"};
}

char find_delimiter(std::string_view text) {
  char best = ',';
  std::size_t most = 1;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::size_t columns = 0, rows = 0;
    each_row(text, delimiter, [&](int, const Row& row) {
      columns = rows == 0 ? row.size() : std::min(columns, row.size());
      return ++rows < 10;
    });
    if (columns > most) most = columns, best = delimiter;
  }
  return best;
}

void each_row(std::string_view text, char delimiter, const std::function<bool(int, const Row&)>& visit) {
  int line = 1, begun = 1;
  Row row(1);
  bool quoted = false;
  const auto end_row = [&] {
    const bool empty = std::all_of(
        row.begin(), row.end(), [](const auto& cell) { return cell.find_first_not_of(" \t\r") == std::string::npos; });
    const bool go_on = empty || visit(begun, row);
    row.assign(1, "");
    begun = line;
    return go_on;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool newline = c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    if (newline) ++line;
    if (quoted) {
      if (c == '\0')
        continue;
      else if (c != '"')
        row.back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        row.back() += text[++i];
      else
        quoted = false;
    } else if (c == '"' && row.back().find_first_not_of(' ') == std::string::npos) {
      row.back().clear();
      quoted = true;
    } else if (c == delimiter) {
      row.emplace_back();
    } else if (newline) {
      if (!end_row()) return;
    } else if (c != '\r' && c != '\0') {
      row.back() += c;
    }
  }
  end_row();
}

std::string written(const Row& row, char delimiter) {
  std::string out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i) out += delimiter;
    std::string cell = row[i];
    if (!cell.empty() && std::string_view("=+-@").find(cell[0]) != std::string_view::npos &&
        cell.find_first_not_of("+-0123456789 .()") != std::string::npos)
      cell.insert(0, "'");
    const bool plain = cell.find_first_of("\"\r\n") == cell.npos && cell.find(delimiter) == cell.npos;
    if (plain) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
    out += '"';
  }
  return out + "\r\n";
}

std::string meaning_of(std::string_view heading) {
  std::string asked;
  for (const auto& word : search::folded_words(heading)) asked += word;
  if (asked.empty()) return "";
  for (const auto& [field, headings] : kMeanings)
    if ((" " + std::string(headings) + " ").find(" " + asked + " ") != std::string::npos) return field;
  return "";
}

}  // namespace auricle::patients::csv
