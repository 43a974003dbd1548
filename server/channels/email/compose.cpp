#include "channels/email/compose.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace auricle::email {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

constexpr std::size_t kMaxReferences = 20;

std::string one_line(std::string_view text) {  // nobody writes headers through a name or a subject
  std::string out = clean_utf8(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

bool plain_ascii(std::string_view text) {
  std::size_t line = 0;
  for (const char c : text) {
    if (static_cast<signed char>(c) <= 0) return false;
    line = c == '\n' ? 0 : line + 1;
    if (line > 76) return false;
  }
  return text.find("\nFrom ") == std::string_view::npos && text.find(" \n") == std::string_view::npos;
}

GMimeDataWrapper* content_of(std::string_view bytes) {
  Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  return g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT);
}

Ref<GMimeObject> text_part(const char* subtype, const std::string& text) {
  GMimePart* part = g_mime_part_new_with_type("text", subtype);
  Ref<GMimeDataWrapper> content(content_of(text));
  g_mime_part_set_content(part, content.get());
  g_mime_part_set_content_encoding(
      part, plain_ascii(text) ? GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  return Ref<GMimeObject>(GMIME_OBJECT(part));
}

Ref<GMimeObject> file_part(const MailPart& file) {
  const auto slash = file.content_type.find('/');
  const bool typed = slash != std::string::npos && !file.content_type.starts_with("message/") &&
                     !file.content_type.starts_with("multipart/");
  GMimePart* part = g_mime_part_new_with_type(typed ? file.content_type.substr(0, slash).c_str() : "application",
                                              typed ? file.content_type.substr(slash + 1).c_str() : "octet-stream");
  Ref<GMimeDataWrapper> content(content_of(file.bytes));
  g_mime_part_set_content(part, content.get());
  g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(GMIME_OBJECT(part), file.shown_inline ? "inline" : "attachment");
  g_mime_part_set_filename(part, one_line(file.file_name.empty() ? "file" : file.file_name).c_str());
  if (!file.content_id.empty()) g_mime_object_set_content_id(GMIME_OBJECT(part), one_line(file.content_id).c_str());
  return Ref<GMimeObject>(GMIME_OBJECT(part));
}

Ref<GMimeObject> body_of(const OutgoingMail& mail) {
  auto text = text_part("plain", mail.text);
  if (!mail.html.empty()) {
    GMimeMultipart* both = g_mime_multipart_new_with_subtype("alternative");
    g_mime_multipart_add(both, text.get());
    g_mime_multipart_add(both, text_part("html", mail.html).get());
    text.reset(GMIME_OBJECT(both));
  }
  if (mail.files.empty()) return text;
  GMimeMultipart* mixed = g_mime_multipart_new_with_subtype("mixed");
  g_mime_multipart_add(mixed, text.get());
  for (const auto& file : mail.files) g_mime_multipart_add(mixed, file_part(file).get());
  return Ref<GMimeObject>(GMIME_OBJECT(mixed));
}

void add_addresses(GMimeMessage* message, const OutgoingMail& mail) {
  const auto add = [&](GMimeAddressType type, const Address& a) {
    const auto name = one_line(a.name);
    g_mime_message_add_mailbox(message, type, name.empty() ? nullptr : name.c_str(), one_line(a.address).c_str());
  };
  add(GMIME_ADDRESS_TYPE_FROM, mail.from);
  add(GMIME_ADDRESS_TYPE_TO, mail.to);
  for (const auto& a : mail.cc) add(GMIME_ADDRESS_TYPE_CC, a);
}

std::string reference_line(const OutgoingMail& mail) {
  std::vector<std::string> ids = mail.references;
  std::erase_if(ids, [](const std::string& id) { return id.find_first_of(" \r\n<>") != std::string::npos; });
  if (ids.size() > kMaxReferences)
    ids.erase(ids.begin() + 1, ids.end() - kMaxReferences + 1);  // the first and the latest
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "<" : " <") + id + ">";
  return out;
}

// Length of a reply or forward mark at the start, 0 if none.
std::size_t mark_length(std::string_view subject, bool forward_only) {
  static constexpr std::array<std::string_view, 14> kReplies = {"re",  "aw",  "sv", "antw", "vs",   "res", "rif",
                                                                "odp", "ref", "r",  "re.",  "resp", "ynt", "atb"};
  static constexpr std::array<std::string_view, 12> kForwards = {"fwd", "fw", "rv",     "tr", "wg",    "enc",
                                                                 "i",   "vb", "doorst", "pd", "reenv", "reenviat"};
  const auto colon = subject.find(':');
  if (colon == std::string_view::npos || colon > 10) return 0;
  auto word = lower_ascii(subject.substr(0, colon));
  while (!word.empty() && word.back() == ' ') word.pop_back();
  if (const auto bracket = word.find_first_of("[("); bracket != std::string::npos) word.resize(bracket);  // Re[2]:
  const auto in = [&](const auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); };
  return in(kForwards) || (!forward_only && in(kReplies)) ? colon + 1 : 0;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  return s;
}

}  // namespace

std::string compose_mail(const OutgoingMail& mail) {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
  Ref<GMimeMessage> message(g_mime_message_new(TRUE));
  GDateTime* date = g_date_time_new_from_unix_utc(mail.date.ms / 1000);
  g_mime_message_set_date(message.get(), date);
  g_date_time_unref(date);
  add_addresses(message.get(), mail);
  g_mime_message_set_subject(message.get(), one_line(mail.subject).c_str(), "utf-8");
  g_mime_message_set_message_id(message.get(), mail.message_id.c_str());
  auto* object = GMIME_OBJECT(message.get());
  if (!mail.in_reply_to.empty())
    g_mime_object_set_header(object, "In-Reply-To", ("<" + one_line(mail.in_reply_to) + ">").c_str(), nullptr);
  if (const auto line = reference_line(mail); !line.empty())
    g_mime_object_set_header(object, "References", line.c_str(), nullptr);
  if (!mail.desk.empty()) g_mime_object_set_header(object, "X-Auricle", one_line(mail.desk).c_str(), nullptr);
  if (mail.automatic) {
    g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", nullptr);
    g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", nullptr);
  }
  if (!mail.language.empty()) g_mime_object_set_header(object, "Content-Language", mail.language.c_str(), nullptr);
  g_mime_message_set_mime_part(message.get(), body_of(mail).get());
  GMimeFormatOptions* format = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
  Ref<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, format, memory.get());
  g_mime_format_options_free(format);
  const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string base_subject(std::string_view subject) {
  auto rest = trim(subject);
  for (std::size_t n; (n = mark_length(rest, false)) > 0;) rest = trim(rest.substr(n));
  std::string out;
  for (const char c : lower_ascii(rest))
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool forwarded_subject(std::string_view subject) {
  auto rest = trim(subject);
  return mark_length(rest, true) > 0;
}

}  // namespace auricle::email
