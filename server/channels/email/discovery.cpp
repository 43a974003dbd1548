#include "channels/email/discovery.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <memory>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

struct Known {
  std::string_view domain_end, imap, smtp;
  int smtp_port;
  Security smtp_security;
  std::string_view tokens;
};
// Few, large and stable; everybody else publishes it.
constexpr std::array<Known, 14> kKnown = {{
    {"gmail.com", "imap.gmail.com", "smtp.gmail.com", 465, Security::tls, "google"},
    {"googlemail.com", "imap.gmail.com", "smtp.gmail.com", 465, Security::tls, "google"},
    {"outlook.com", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"hotmail.com", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"outlook.es", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"hotmail.es", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"hotmail.fr", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"live.com", "outlook.office365.com", "smtp.office365.com", 587, Security::starttls, "microsoft"},
    {"icloud.com", "imap.mail.me.com", "smtp.mail.me.com", 587, Security::starttls, ""},
    {"yahoo.com", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", 465, Security::tls, ""},
    {"yahoo.es", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", 465, Security::tls, ""},
    {"orange.fr", "imap.orange.fr", "smtp.orange.fr", 465, Security::tls, ""},
    {"free.fr", "imap.free.fr", "smtp.free.fr", 465, Security::tls, ""},
    {"telefonica.net", "imap.telefonica.net", "smtp.telefonica.net", 465, Security::tls, ""},
}};
// Whose mail is kept by a large provider under its own domain.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kExchangers = {{
    {".google.com", "gmail.com"},
    {".googlemail.com", "gmail.com"},
    {".mail.protection.outlook.com", "outlook.com"},
    {".mx.microsoft", "outlook.com"},
    {".mail.icloud.com", "icloud.com"},
    {".yahoodns.net", "yahoo.com"},
    {".orange.fr", "orange.fr"},
}};

std::optional<Discovery> known(std::string_view domain, const std::string& address) {
  for (const auto& one : kKnown) {
    if (domain != one.domain_end) continue;
    Discovery out;
    out.source = DiscoverySource::provider;
    out.imap = FoundServer{std::string(one.imap), 993, Security::tls, address};
    out.smtp = FoundServer{std::string(one.smtp), one.smtp_port, one.smtp_security, address};
    if (!one.tokens.empty()) out.token_provider = std::string(one.tokens);
    return out;
  }
  return std::nullopt;
}

std::optional<Discovery> by_exchanger(const std::string& domain, const std::string& address, Lookups& lookups) {
  for (const auto& host : lookups.mx(domain))
    for (const auto& [end, provider] : kExchangers)
      if (("." + lower_ascii(host)).ends_with(end)) return known(provider, address);
  return std::nullopt;
}

// RFC 2782: the lowest priority, of those the highest weight; "." says that there is no such service.
std::optional<FoundServer> by_srv(const std::string& name, Security security, const std::string& user,
                                  Lookups& lookups) {
  auto records = lookups.srv(name);
  std::sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
    return std::pair(a.priority, -a.weight) < std::pair(b.priority, -b.weight);
  });
  if (records.empty() || records[0].target.empty() || records[0].target == ".") return std::nullopt;
  auto host = lower_ascii(records[0].target);
  while (host.ends_with('.')) host.pop_back();
  return FoundServer{host, records[0].port, security, user};
}

std::optional<Discovery> by_records(const std::string& domain, const std::string& address, Lookups& lookups) {
  Discovery out;
  out.source = DiscoverySource::srv;
  out.imap = by_srv("_imaps._tcp." + domain, Security::tls, address, lookups);
  if (!out.imap) out.imap = by_srv("_imap._tcp." + domain, Security::starttls, address, lookups);
  out.smtp = by_srv("_submissions._tcp." + domain, Security::tls, address, lookups);
  if (!out.smtp) out.smtp = by_srv("_submission._tcp." + domain, Security::starttls, address, lookups);
  return out.imap || out.smtp ? std::optional(out) : std::nullopt;
}

std::string text_of(xmlNode* node) {
  const std::unique_ptr<xmlChar, decltype(xmlFree)> text(xmlNodeGetContent(node), xmlFree);
  std::string out = text ? clean_utf8(reinterpret_cast<const char*>(text.get())) : "";
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  while (!out.empty() && blank(out.back())) out.pop_back();
  while (!out.empty() && blank(out.front())) out.erase(0, 1);
  return out;
}

bool named(xmlNode* node, const char* name) {
  return node->type == XML_ELEMENT_NODE && std::string_view(reinterpret_cast<const char*>(node->name)) == name;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string filled(std::string text, const std::string& address) {
  const auto at = address.find('@');
  replace(text, "%EMAILADDRESS%", address);
  replace(text, "%EMAILLOCALPART%", address.substr(0, at));
  replace(text, "%EMAILDOMAIN%", address.substr(at + 1));
  return text;
}

std::optional<FoundServer> server_of(xmlNode* node, const std::string& address) {
  FoundServer out;
  bool encrypted = false;
  for (auto* child = node->children; child; child = child->next) {
    if (named(child, "hostname")) out.host = lower_ascii(filled(text_of(child), address));
    if (named(child, "port")) out.port = std::atoi(text_of(child).c_str());
    if (named(child, "username")) out.user = filled(text_of(child), address);
    if (named(child, "socketType")) {
      const auto type = text_of(child);
      encrypted = type == "SSL" || type == "STARTTLS";
      out.security = type == "STARTTLS" ? Security::starttls : Security::tls;
    }
  }
  const bool sane = out.host.find_first_of(" /@\"<>%") == std::string::npos && out.host.size() < 256;
  if (!encrypted || out.host.empty() || !sane || out.port < 1 || out.port > 65535) return std::nullopt;
  if (out.user.empty()) out.user = address;
  return out;
}

std::optional<Discovery> by_page(const std::string& domain, const std::string& address, Lookups& lookups) {
  for (const auto& url : {"https://autoconfig." + domain + "/mail/config-v1.1.xml?emailaddress=" + address,
                          "https://" + domain + "/.well-known/autoconfig/mail/config-v1.1.xml"})
    if (const auto page = lookups.page(url))
      if (auto found = parse_autoconfig(*page, address)) return found;
  return std::nullopt;
}

}  // namespace

std::optional<Discovery> parse_autoconfig(const std::string& xml, const std::string& address) {
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> doc(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "", nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS),
      xmlFreeDoc);
  auto* root = doc ? xmlDocGetRootElement(doc.get()) : nullptr;
  if (!root || !named(root, "clientConfig")) return std::nullopt;
  Discovery out;
  out.source = DiscoverySource::autoconfig;
  for (auto* provider = root->children; provider; provider = provider->next) {
    if (!named(provider, "emailProvider")) continue;
    for (auto* node = provider->children; node; node = node->next) {
      const std::unique_ptr<xmlChar, decltype(xmlFree)> type(
          node->type == XML_ELEMENT_NODE ? xmlGetProp(node, reinterpret_cast<const xmlChar*>("type")) : nullptr,
          xmlFree);
      const std::string_view kind = type ? reinterpret_cast<const char*>(type.get()) : "";
      if (named(node, "incomingServer") && kind == "imap" && !out.imap) out.imap = server_of(node, address);
      if (named(node, "outgoingServer") && kind == "smtp" && !out.smtp) out.smtp = server_of(node, address);
    }
  }
  return out.imap || out.smtp ? std::optional(out) : std::nullopt;
}

Discovery discover(const std::string& given, Lookups& lookups) {
  const auto address = lower_ascii(clean_utf8(given));
  const auto at = address.rfind('@');
  const auto domain = at == std::string::npos ? "" : address.substr(at + 1);
  const bool sane = domain.find('.') != std::string::npos && domain.size() < 254 && at > 0 &&
                    std::all_of(address.begin(), address.end(), [](char c) {
                      return std::isalnum(static_cast<unsigned char>(c)) ||
                             std::string_view("@.-_+").find(c) != std::string_view::npos;
                    });
  if (!sane) return {};
  if (const auto found = known(domain, address)) return *found;
  if (const auto found = by_exchanger(domain, address, lookups)) return *found;
  if (const auto found = by_page(domain, address, lookups)) return *found;
  return by_records(domain, address, lookups).value_or(Discovery{});
}

}  // namespace auricle::email
