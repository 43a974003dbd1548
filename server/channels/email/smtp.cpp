#include "channels/email/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include "channels/email/curl_errors.h"
#include "channels/email/mime.h"

namespace auricle::email {
namespace {

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

struct Upload {
  std::string_view left;
  const std::function<void()>& before_end;
  bool ended = false;
  std::exception_ptr error;
};

std::size_t read_more(char* to, std::size_t size, std::size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  if (upload.left.empty()) {
    try {
      if (!upload.ended) upload.before_end();
    } catch (...) {
      upload.error = std::current_exception();
      return CURL_READFUNC_ABORT;
    }
    upload.ended = true;
    return 0;
  }
  const auto n = std::min(size * count, upload.left.size());
  std::memcpy(to, upload.left.data(), n);
  upload.left.remove_prefix(n);
  return n;
}

struct Trace {  // the last refusal of the server, for the person who has to fix it
  std::string last;
};

int listen(CURL*, curl_infotype type, char* data, std::size_t size, void* context) {
  if (type != CURLINFO_HEADER_IN) return 0;
  std::string line = clean_utf8(std::string_view(data, size));
  while (line.ends_with('\n')) line.pop_back();
  if (line.starts_with('4') || line.starts_with('5')) static_cast<Trace*>(context)->last = line.substr(0, 300);
  return 0;
}

// RFC 5321 §4.2.1: 4yz may be tried again, 5yz may not, unless it is about us (530, 535) and not about the mail.
HandoverResult judge(const Refused& why, CURLcode code, long response, bool ended, const std::string& said) {
  const std::string detail = response >= 400 ? said : why.detail;
  if (code == CURLE_LOGIN_DENIED || response == 530 || response == 535)
    return {Handover::not_sent, "error.mail_sign_in_refused", detail};
  if (response >= 500)
    return {Handover::refused, ended ? "error.mail_content_refused" : "error.mail_recipient_refused", detail};
  if (response >= 400) return {Handover::not_sent, "error.mail_try_later", detail};
  return {ended ? Handover::uncertain : Handover::not_sent, why.key, detail};
}

}  // namespace

HandoverResult hand_over(const Server& server, const std::string& from, const std::vector<std::string>& recipients,
                         std::string_view mail, const std::function<void()>& before_end) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  auto* h = handle.get();
  prepare(h, Protocol::smtp, server, domain_of(from));
  char error[CURL_ERROR_SIZE] = "";
  Trace trace;
  Upload upload{mail, before_end, false, nullptr};
  curl_slist* list = nullptr;
  for (const auto& recipient : recipients) list = curl_slist_append(list, ("<" + recipient + ">").c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owner(list, curl_slist_free_all);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(h, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_easy_setopt(h, CURLOPT_MAIL_RCPT, list);
  curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(h, CURLOPT_READFUNCTION, read_more);
  curl_easy_setopt(h, CURLOPT_READDATA, &upload);
  curl_easy_setopt(h, CURLOPT_TIMEOUT, 600L);
  curl_easy_setopt(h, CURLOPT_SERVER_RESPONSE_TIMEOUT, 120L);
  curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, listen);
  curl_easy_setopt(h, CURLOPT_DEBUGDATA, &trace);
  const CURLcode code = curl_easy_perform(h);
  if (upload.error) std::rethrow_exception(upload.error);
  if (code == CURLE_OK) return {};
  long response = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &response);
  return judge(refusal(Protocol::smtp, code, error, response), code, response, upload.ended, trace.last);
}

void try_sender(const Server& server, const std::string& from, Wake& wake) {
  Connection connection(Protocol::smtp, server, domain_of(from), wake);
  const auto say = [&](const std::string& line) {
    connection.send(line + "\r\n");
    std::string answer;
    while (!answer.ends_with("\r\n"))
      if (!connection.receive(answer, 20'000)) throw Refused(Step::talk, "error.mail_timeout", "");
    return answer;
  };
  const auto answer = say("MAIL FROM:<" + from + ">");
  if (answer.starts_with("530")) throw Refused(Step::sign_in, "error.mail_smtp_needs_sign_in", clean_utf8(answer));
  if (!answer.starts_with("2"))
    throw Refused(Step::talk, "error.mail_sender_refused", clean_utf8(answer.substr(0, 300)));
  // Many servers say only at the recipient that they relay for nobody who has not signed in.
  const auto relayed = say("RCPT TO:<" + from + ">");
  if (relayed.starts_with("5") && server.user.empty())
    throw Refused(Step::sign_in, "error.mail_smtp_needs_sign_in", clean_utf8(relayed.substr(0, 300)));
  if (relayed.starts_with("5"))
    throw Refused(Step::talk, "error.mail_sender_refused", clean_utf8(relayed.substr(0, 300)));
  say("RSET");
  connection.send("QUIT\r\n");
}

}  // namespace auricle::email
