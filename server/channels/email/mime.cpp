#include "channels/email/mime.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "channels/email/cms.h"
#include "channels/email/tnef.h"
#include "channels/email/words.h"

namespace auricle::email {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

std::string_view view(const char* s) { return s ? std::string_view(s) : std::string_view(); }

GMimeParserOptions* parser_options() {
  static std::once_flag once;
  static GMimeParserOptions* options = nullptr;
  std::call_once(once, [] {
    g_mime_init();
    options = g_mime_parser_options_new();
    g_mime_parser_options_set_address_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_allow_addresses_without_domain(options, TRUE);
    const char* charsets[] = {"utf-8", "windows-1252", nullptr};
    g_mime_parser_options_set_fallback_charsets(options, charsets);
  });
  return options;
}

std::string take(char* owned) {
  std::string out = clean_utf8(view(owned));
  g_free(owned);
  return out;
}

std::string trimmed(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return std::string(s);
}

bool blank(std::string_view s) { return trimmed(s).empty(); }

// A subject or name on one line (RFC 5322 §2.2.3: unfolding takes the line end away and leaves the space).
std::string one_line(std::string text) {
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    const bool folded = at + 1 < text.size() && (text[at + 1] == ' ' || text[at + 1] == '\t');
    folded ? text.erase(at, 1) : text.replace(at, 1, " ");
  }
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return trimmed(text);
}

std::string bytes_of(GMimeStream* memory) {
  const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string address_of(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) return "";
  const auto part = [](char c) {
    return static_cast<signed char>(c) < 0 || std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  };
  auto from = at, to = at + 1;
  while (from > 0 && part(text[from - 1])) --from;
  while (to < text.size() && part(text[to])) ++to;
  return from == at || to == at + 1 ? "" : lower_ascii(clean_utf8(text.substr(from, to - from)));
}

void collect(InternetAddressList* list, std::vector<Address>& out, int depth = 0) {
  const int n = list ? internet_address_list_length(list) : 0;
  for (int i = 0; i < n && out.size() < 1000; ++i) {
    auto* entry = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(entry)) {
      if (depth < 5) collect(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(entry)), out, depth + 1);
      continue;
    }
    const auto raw = view(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(entry)));
    auto address = address_of(raw);
    auto name = one_line(clean_utf8(view(internet_address_get_name(entry))));
    if (!address.empty() || !name.empty()) out.push_back({std::move(name), std::move(address)});
  }
}

std::vector<Address> addresses(InternetAddressList* list, std::string_view raw_header) {
  std::vector<Address> out;
  collect(list, out);
  const bool none = std::all_of(out.begin(), out.end(), [](const Address& a) { return a.address.empty(); });
  if (none)
    if (auto found = address_of(raw_header); !found.empty()) out.insert(out.begin(), Address{"", std::move(found)});
  return out;
}

std::vector<std::string> references(std::string_view header) {
  std::vector<std::string> out;
  const std::string text(header);
  auto* parsed = g_mime_references_parse(parser_options(), text.c_str());
  for (int i = 0; i < g_mime_references_length(parsed) && out.size() < 500; ++i) {
    auto id = clean_utf8(view(g_mime_references_get_message_id(parsed, i)));
    if (!id.empty() && id.size() < 1000) out.push_back(std::move(id));
  }
  g_mime_references_free(parsed);
  return out;
}

// RFC 3676 §4: lines that end in a space flow into the next one of the same quote depth.
std::string unflow(const std::string& text, bool delete_space) {
  std::string out;
  std::size_t depth_before = 0;
  bool flowing = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find('\n', i), text.size());
    std::string_view line(text.data() + i, end - i);
    i = end + 1;
    const auto depth = std::min(line.find_first_not_of('>'), line.size());
    auto content = line.substr(depth);
    if (content.starts_with(' ')) content.remove_prefix(1);
    const bool signature = content == "-- ";
    if (flowing && depth == depth_before && !signature) {
      if (delete_space) out.pop_back();
      out += content;
    } else {
      if (!out.empty()) out += '\n';
      out += std::string(depth, '>');
      if (depth > 0) out += ' ';
      out += content;
    }
    flowing = content.ends_with(' ') && !signature;
    depth_before = depth;
    if (end == text.size()) break;
  }
  if (text.ends_with('\n')) out += '\n';
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

// What the page itself says, where the mail says nothing.
std::string html_charset(std::string_view html) {
  const auto head = lower_ascii(html.substr(0, 2048));
  const auto at = head.find("charset=");
  if (at == std::string::npos) return "";
  const auto from = head.find_first_not_of("\"' ", at + 8);
  if (from == std::string::npos) return "";
  return head.substr(from, head.find_first_of("\"' ;/>", from) - from);
}

struct Segment {  // one stretch of what the reader sees
  std::string text, html;
};

class Reader {
 public:
  Reader(Mail& mail, const MimeLimits& limits) : mail_(mail), limits_(limits) {}

  std::vector<Segment> walk(GMimeObject* object, int depth) {
    if (depth > limits_.depth) throw Unreadable("error.mail_too_deep");
    if (++parts_ > limits_.parts) throw Unreadable("error.mail_too_many_parts");
    if (GMIME_IS_MULTIPART(object)) return multipart(GMIME_MULTIPART(object), depth);
    if (GMIME_IS_MESSAGE_PART(object)) return attached_message(GMIME_MESSAGE_PART(object));
    if (GMIME_IS_PART(object)) return leaf(GMIME_PART(object), depth);
    return {};
  }
  // What winmail.dat said, for a mail that says nothing else.
  Segment wrapped_words() { return std::move(wrapped_words_); }

 private:
  std::vector<Segment> multipart(GMimeMultipart* multipart, int depth) {
    std::vector<Segment> segments;
    if (type_name(g_mime_object_get_content_type(GMIME_OBJECT(multipart))) == "multipart/encrypted")
      mail_.notice = "error.mail_encrypted_pgp";
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
      for (auto& segment : walk(g_mime_multipart_get_part(multipart, i), depth + 1))
        segments.push_back(std::move(segment));
    auto* type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
    if (!g_mime_content_type_is_type(type, "multipart", "alternative")) return segments;
    Segment best;  // RFC 2046 §5.1.4: the same content in several forms
    for (auto& segment : segments) {
      if (!segment.text.empty()) best.text += (best.text.empty() ? "" : "\n") + segment.text;
      best.html += segment.html;
    }
    return {std::move(best)};
  }

  std::vector<Segment> attached_message(GMimeMessagePart* part) {
    auto* message = g_mime_message_part_get_message(part);
    ++mail_.leaves;
    if (!message) return {};
    Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(message), nullptr, memory.get());
    MailPart out{.file_name = "",
                 .content_type = "message/rfc822",
                 .content_id = "",
                 .shown_inline = false,
                 .bytes = bytes_of(memory.get())};
    count(out.bytes.size());
    char* headers = g_mime_object_get_headers(GMIME_OBJECT(message), nullptr);
    if (mail_.original_headers.empty()) mail_.original_headers = clean_utf8(view(headers));
    g_free(headers);
    auto subject = one_line(clean_utf8(view(g_mime_message_get_subject(message))));
    std::replace_if(
        subject.begin(), subject.end(), [](char c) { return c == '/' || c == '\\'; }, '-');
    out.file_name = (subject.empty() ? "message" : subject.substr(0, 100)) + ".eml";
    out.file_name = file_name(clean_utf8(out.file_name));
    mail_.attachments.push_back(std::move(out));
    return {};
  }

  std::vector<Segment> leaf(GMimePart* part, int depth) {
    ++mail_.leaves;
    auto* object = GMIME_OBJECT(part);
    auto* type = g_mime_object_get_content_type(object);
    const auto media = type_name(type);
    std::string bytes = decoded(part);
    std::string name = file_name(clean_utf8(view(g_mime_part_get_filename(part))));
    const bool named = !name.empty();
    if (const auto place = view(g_mime_part_get_content_location(part)); !named && !place.empty())
      name = file_name(clean_utf8(place.substr(0, place.find('?'))));
    const auto disposition = lower_ascii(view(g_mime_object_get_disposition(object)));
    if (media == "message/delivery-status" || media == "message/global-delivery-status")
      mail_.delivery_status += clean_utf8(bytes);
    if (media == "message/feedback-report") mail_.feedback_report += clean_utf8(bytes);
    if (media == "text/rfc822-headers" || media == "message/global-headers") mail_.original_headers = clean_utf8(bytes);
    if (unwrap_tnef(media, name, bytes)) return {};
    if (media == "application/pkcs7-mime" || media == "application/x-pkcs7-mime")
      if (const auto inside = signed_content(bytes)) return unwrapped(*inside, depth);
    if (media == "application/pkcs7-mime" || media == "application/x-pkcs7-mime")
      mail_.notice = "error.mail_encrypted_smime";
    const bool body = (media == "text/plain" || media == "text/html") && disposition != "attachment" && !named;
    if (body) return {body_segment(type, media, bytes)};
    const auto id = g_mime_object_get_content_id(object);
    const bool shown = disposition == "inline" || (id && disposition != "attachment");
    if (bytes.empty() && name.empty()) return {};
    mail_.attachments.push_back({name, media, clean_utf8(view(id)), shown, std::move(bytes)});
    return {};
  }

  bool unwrap_tnef(const std::string& media, const std::string& name, const std::string& bytes) {
    const bool declared = media == "application/ms-tnef" || media == "application/vnd.ms-tnef";
    if ((!declared && lower_ascii(name) != "winmail.dat") || !looks_like_tnef(bytes)) return false;
    auto tnef = read_tnef(bytes, limits_.expanded_bytes - std::min(expanded_, limits_.expanded_bytes));
    if (!tnef) return false;
    for (auto& file : tnef->files) {
      count(file.bytes.size());
      mail_.attachments.push_back(
          {file_name(file.name), file.content_type, file.content_id, false, std::move(file.bytes)});
    }
    if (blank(wrapped_words_.text) && wrapped_words_.html.empty())
      wrapped_words_ = {std::move(tnef->text), std::move(tnef->html)};
    return !tnef->broken;
  }

  // A part that stands inside another encoding, read in its turn.
  std::vector<Segment> unwrapped(const std::string& bytes, int depth) {
    count(bytes.size());
    Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    Ref<GMimeObject> object(g_mime_parser_construct_part(parser.get(), parser_options()));
    return object ? walk(object.get(), depth + 1) : std::vector<Segment>{};
  }

  Segment body_segment(GMimeContentType* type, const std::string& media, const std::string& bytes) {
    std::string charset(view(g_mime_content_type_get_parameter(type, "charset")));
    if (charset.empty() && media == "text/html") charset = html_charset(bytes);
    auto text = to_utf8(bytes, charset);
    if (media == "text/html") {
      if (text.size() > limits_.html_bytes) throw Unreadable("error.mail_too_large");
      return {"", std::move(text)};
    }
    if (lower_ascii(view(g_mime_content_type_get_parameter(type, "format"))) == "flowed")
      text = unflow(text, lower_ascii(view(g_mime_content_type_get_parameter(type, "delsp"))) == "yes");
    return {std::move(text), ""};
  }

  std::string decoded(GMimePart* part) {
    auto* content = g_mime_part_get_content(part);
    if (!content) return "";
    Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, memory.get());
    auto bytes = bytes_of(memory.get());
    count(bytes.size());
    return bytes;
  }

  void count(std::size_t bytes) {
    expanded_ += bytes;
    if (expanded_ > limits_.expanded_bytes) throw Unreadable("error.mail_too_large");
  }

  static std::string type_name(GMimeContentType* type) {
    char* name = g_mime_content_type_get_mime_type(type);
    auto out = lower_ascii(clean_utf8(view(name)));
    g_free(name);
    return out;
  }

  static std::string file_name(std::string name) {  // the last step of a path, nothing that a file system would mind
    name = one_line(std::move(name));
    if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos) name.erase(0, slash + 1);
    std::erase_if(name, [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || std::string_view("<>:\"|?*").find(c) != std::string_view::npos;
    });
    while (name.starts_with('.')) name.erase(0, 1);
    return trimmed(name.size() > 200 ? clean_utf8(name.substr(name.size() - 200)) : name);
  }

  Mail& mail_;
  const MimeLimits& limits_;
  std::size_t expanded_ = 0;
  int parts_ = 0;
  Segment wrapped_words_;
};

void join(std::vector<Segment> segments, Mail& mail) {
  const bool html = std::any_of(segments.begin(), segments.end(), [](const Segment& s) { return !s.html.empty(); });
  for (auto& segment : segments) {
    if (blank(segment.text) && !segment.html.empty()) segment.text = html_to_text(segment.html);
    while (segment.text.ends_with('\n')) segment.text.pop_back();
    if (!blank(segment.text)) mail.text += (mail.text.empty() ? "" : "\n\n") + segment.text;
    if (!html) continue;
    if (!segment.html.empty())
      mail.html += segment.html;
    else if (!blank(segment.text))
      mail.html += "<div style=\"white-space:pre-wrap\">" + escape_html(segment.text) + "</div>";
  }
}

// RFC 4880 §7: what is signed in clear is shown without its armour; what is encrypted is said to be.
void unwrap_pgp(Mail& mail) {
  constexpr std::string_view kSigned = "-----BEGIN PGP SIGNED MESSAGE-----", kSignature = "-----BEGIN PGP SIGNATURE";
  if (trimmed(mail.text).starts_with("-----BEGIN PGP MESSAGE-----")) mail.notice = "error.mail_encrypted_pgp";
  const auto begin = mail.text.find(kSigned);
  const auto end = mail.text.find(kSignature, begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return;
  auto words = mail.text.find("\n\n", begin);
  words = words == std::string::npos || words > end ? begin + kSigned.size() : words + 2;
  auto inside = mail.text.substr(words, end - words);
  for (auto at = inside.find("\n- "); at != std::string::npos; at = inside.find("\n- ", at + 1))
    inside.erase(at + 1, 2);
  mail.text = mail.text.substr(0, begin) + inside;
}

// Raw 8-bit headers are usually in the charset of the body.
std::string body_charset(GMimeMessage* message) {
  auto* body = g_mime_message_get_mime_part(message);
  auto* type = body ? g_mime_object_get_content_type(body) : nullptr;
  return type ? std::string(view(g_mime_content_type_get_parameter(type, "charset"))) : "";
}

void read_headers(GMimeMessage* message, Mail& mail, const MimeLimits& limits) {
  const auto charset = body_charset(message);
  auto* list = g_mime_object_get_header_list(GMIME_OBJECT(message));
  std::size_t total = 0;
  const auto add = [&](GMimeHeaderList* from) {
    for (int i = 0; i < g_mime_header_list_get_count(from); ++i) {
      auto* header = g_mime_header_list_get_header_at(from, i);
      auto value = one_line(to_utf8(view(g_mime_header_get_raw_value(header)), charset));
      total += value.size();
      if (total > limits.header_bytes) throw Unreadable("error.mail_headers_too_large");
      mail.headers.push_back({clean_utf8(view(g_mime_header_get_name(header))), std::move(value)});
    }
  };
  add(list);
  if (auto* body = g_mime_message_get_mime_part(message)) add(g_mime_object_get_header_list(body));
}

void read_envelope(GMimeMessage* message, Mail& mail) {
  mail.message_id = clean_utf8(view(g_mime_message_get_message_id(message)));
  if (mail.message_id.size() > 1000) mail.message_id.clear();
  mail.in_reply_to = references(mail.header("In-Reply-To"));
  mail.references = references(mail.header("References"));
  mail.from = addresses(g_mime_message_get_from(message), mail.header("From"));
  mail.reply_to = addresses(g_mime_message_get_reply_to(message), mail.header("Reply-To"));
  mail.to = addresses(g_mime_message_get_to(message), mail.header("To"));
  mail.cc = addresses(g_mime_message_get_cc(message), mail.header("Cc"));
  if (auto sender = addresses(g_mime_message_get_sender(message), mail.header("Sender")); !sender.empty())
    mail.sender = sender.front();
  if (const auto subject = std::string(mail.header("Subject")); !subject.empty())
    mail.subject = one_line(take(g_mime_utils_header_decode_text(parser_options(), subject.c_str())));
  if (mail.subject.size() > 998) mail.subject = clean_utf8(mail.subject.substr(0, 990)) + "…";
  if (auto* date = g_mime_message_get_date(message)) {
    const Instant sent{g_date_time_to_unix(date) * 1000};
    if (sent.ms > 631152000000 && sent.ms < 4102444800000) mail.date = sent;  // 1990 … 2100: else a broken clock
  }
}

// What was not taken for a part of the mail (a boundary that never comes, say) is shown as it stands.
void keep_leftovers(std::string_view raw, Mail& mail) {
  if (!blank(mail.text) || !mail.html.empty() || !mail.attachments.empty()) return;
  auto end = raw.find("\n\n"), crlf = raw.find("\r\n\r\n");
  end = std::min(end == raw.npos ? raw.size() : end, crlf == raw.npos ? raw.size() : crlf);
  mail.text = trimmed(to_utf8(raw.substr(end), ""));
}

// Before the parser recurses: refuse what is built to exhaust it.
void refuse_bombs(std::string_view raw, const MimeLimits& limits) {
  if (raw.size() > limits.raw_bytes) throw Unreadable("error.mail_too_large");
  if (blank(raw)) throw Unreadable("error.mail_empty");
  int containers = 0;
  for (std::size_t i = raw.find('\n'); i != std::string_view::npos; i = raw.find('\n', i + 1)) {
    const auto line = raw.substr(i + 1, 31);
    if (line.size() < 31 || (line[0] != 'C' && line[0] != 'c')) continue;
    const auto low = lower_ascii(line);
    if (low.find("content-type:") == 0 &&
        (low.find("multipart/") != std::string::npos || low.find("message/rfc822") != std::string::npos) &&
        ++containers > limits.parts)
      throw Unreadable("error.mail_too_many_parts");
  }
}

void read_content_type(GMimeMessage* message, Mail& mail) {
  auto* body = g_mime_message_get_mime_part(message);
  auto* type = body ? g_mime_object_get_content_type(body) : nullptr;
  if (!type) return;
  char* name = g_mime_content_type_get_mime_type(type);
  mail.content_type = lower_ascii(clean_utf8(view(name)));
  g_free(name);
  if (const auto report = view(g_mime_content_type_get_parameter(type, "report-type")); !report.empty())
    mail.content_type += ";" + lower_ascii(clean_utf8(report));
}

}  // namespace

std::string_view Mail::header(std::string_view name) const {
  const auto wanted = lower_ascii(name);
  for (const auto& field : headers)
    if (lower_ascii(field.name) == wanted) return field.value;
  return "";
}

Mail read_mail(std::string_view raw, const MimeLimits& limits) {
  auto* options = parser_options();
  refuse_bombs(raw, limits);
  const auto joined = join_words(raw);
  if (joined) raw = *joined;
  while (raw.starts_with('\n') || raw.starts_with('\r')) raw.remove_prefix(1);
  if (raw.starts_with("From ") || raw.starts_with(">From "))
    raw.remove_prefix(std::min(raw.find('\n') + 1, raw.size()));
  Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
  Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
  Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options));
  if (!message) throw Unreadable("error.mail_malformed");
  Mail mail;
  read_headers(message.get(), mail, limits);
  read_envelope(message.get(), mail);
  read_content_type(message.get(), mail);
  Reader reader(mail, limits);
  if (auto* body = g_mime_message_get_mime_part(message.get())) join(reader.walk(body, 0), mail);
  if (blank(mail.text) && mail.html.empty()) join({reader.wrapped_words()}, mail);
  unwrap_pgp(mail);
  keep_leftovers(raw, mail);
  return mail;
}

}  // namespace auricle::email
