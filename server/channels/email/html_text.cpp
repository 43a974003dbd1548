#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <memory>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 9> kUnseen = {"head",   "style",    "script",   "title", "noscript",
                                                     "object", "template", "noframes", "select"};
constexpr std::array<std::string_view, 24> kBlocks = {
    "div",     "tr",   "table",    "ul",     "ol",     "dl",  "dt",   "dd",    "address", "li",   "center",  "section",
    "article", "form", "fieldset", "header", "footer", "nav", "main", "aside", "tbody",   "body", "caption", "hr"};
constexpr std::array<std::string_view, 10> kParagraphs = {"p",  "h1", "h2",         "h3",  "h4",
                                                          "h5", "h6", "blockquote", "pre", "figure"};

// Hears the parser: no tree, so neither depth nor size of the document can exhaust the stack.
class TextWriter {
 public:
  void open(std::string_view name, const xmlChar** attributes) {
    Element element{.hidden = among(name, kUnseen), .quote = name == "blockquote", .pre = name == "pre"};
    for (const xmlChar** a = attributes; a && a[0]; a += 2) attribute(element, as_view(a[0]), as_view(a[1]));
    if (stack_.size() < 100000) stack_.push_back(element);
    hidden_ += element.hidden, pre_ += element.pre;
    if (hidden_) return;
    if (name == "br")
      line_break();
    else if (name == "td" || name == "th")
      cell_ = true;
    else
      break_for(name);
    quotes_ += element.quote;
    if (name == "li") write("- ");
    if (name == "hr") write("________________________________"), ask(1);
  }
  void close(std::string_view name) {
    if (stack_.empty()) return;
    const Element element = stack_.back();
    stack_.pop_back();
    const bool was_hidden = hidden_ > 0;
    if (element.quote && !was_hidden) quotes_ -= 1;
    hidden_ -= element.hidden, pre_ -= element.pre;
    if (!was_hidden) break_for(name);
  }
  void text(std::string_view s) {
    if (hidden_) return;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const auto c = static_cast<unsigned char>(s[i]);
      if (pre_ && c == '\n')
        line_break();
      else if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        space_ = true;
      else if (c == 0xC2 && i + 1 < s.size() && static_cast<unsigned char>(s[i + 1]) == 0xA0)
        space_ = true, ++i;
      else
        put(s[i]);
    }
  }
  std::string take() {
    while (!out_.empty() && (out_.back() == '\n' || out_.back() == ' ')) out_.pop_back();
    return std::move(out_);
  }

 private:
  struct Element {
    bool hidden = false, quote = false, pre = false;
  };

  static std::string_view as_view(const xmlChar* s) { return s ? reinterpret_cast<const char*>(s) : ""; }
  static void attribute(Element& element, std::string_view name, std::string_view value) {
    if (name == "hidden") element.hidden = true;
    if (name != "style") return;
    auto style = lower_ascii(value);
    std::erase(style, ' ');
    if (style.find("display:none") != std::string::npos) element.hidden = true;
  }
  void break_for(std::string_view name) {
    if (among(name, kParagraphs))
      ask(2);
    else if (among(name, kBlocks))
      ask(1);
  }
  void ask(int lines) {
    space_ = cell_ = false;
    if (!out_.empty()) wanted_ = std::max(wanted_, lines);
  }
  void line_break() {
    space_ = cell_ = false;
    if (hard_ || out_.empty() || wanted_ > 0) {  // a second <br> in a row, or after a block: an empty line
      wanted_ = std::min(wanted_ + 1, 2);
    } else {
      wanted_ = 1;
    }
    hard_ = true;
  }
  void write(std::string_view s) {
    for (const char c : s) c == ' ' ? static_cast<void>(space_ = true) : put(c);
  }
  void put(char c) {
    if (wanted_ > 0 && !out_.empty()) {
      for (int i = 0; i < wanted_; ++i) {
        if (i > 0) out_.append(prefix(std::min(quotes_, line_quotes_)));
        out_ += '\n';
      }
      line_empty_ = true;
    } else if (out_.empty()) {
      line_empty_ = true;
    }
    if (line_empty_)
      out_ += prefix(quotes_), line_quotes_ = quotes_;
    else if (space_ || cell_)
      out_ += ' ';
    out_ += c;
    wanted_ = 0, space_ = cell_ = hard_ = line_empty_ = false;
  }
  static std::string prefix(int quotes) {
    std::string out;
    for (int i = 0; i < std::min(quotes, 20); ++i) out += "> ";
    return out;
  }

  std::vector<Element> stack_;
  std::string out_;
  int hidden_ = 0, pre_ = 0, quotes_ = 0, line_quotes_ = 0, wanted_ = 0;
  bool space_ = false, cell_ = false, hard_ = false, line_empty_ = true;
};

TextWriter& writer(void* context) { return *static_cast<TextWriter*>(context); }
std::string_view view(const xmlChar* s) { return reinterpret_cast<const char*>(s); }

htmlSAXHandler handler() {
  htmlSAXHandler sax{};
  sax.startElement = [](void* c, const xmlChar* name, const xmlChar** attributes) {
    writer(c).open(view(name), attributes);
  };
  sax.endElement = [](void* c, const xmlChar* name) { writer(c).close(view(name)); };
  sax.characters = [](void* c, const xmlChar* s, int n) {
    writer(c).text({view(s).data(), static_cast<std::size_t>(n)});
  };
  sax.ignorableWhitespace = sax.characters;
  return sax;
}

}  // namespace

std::string html_to_text(std::string_view html) {
  TextWriter out;
  if (html.empty()) return "";
  htmlSAXHandler sax = handler();
  const std::unique_ptr<htmlParserCtxt, decltype(&htmlFreeParserCtxt)> parser(
      htmlCreatePushParserCtxt(&sax, &out, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8), htmlFreeParserCtxt);
  if (!parser) throw std::bad_alloc();
  htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                       HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC);
  htmlParseChunk(parser.get(), html.data(), static_cast<int>(html.size()), 1);
  return out.take();
}

}  // namespace auricle::email
