// The outside world of discovery: the system's resolver and pages over https.
#include <arpa/nameser.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <memory>

#include "channels/email/discovery.h"

namespace auricle::email {
namespace {

constexpr std::size_t kLongestPage = 256 << 10;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* context) {
  auto& out = *static_cast<std::string*>(context);
  if (out.size() + size * count > kLongestPage) return 0;
  out.append(data, size * count);
  return size * count;
}

class World final : public Lookups {
 public:
  World() {
    res_ninit(&resolver_);
    resolver_.retrans = 2, resolver_.retry = 1;  // seconds, tries: somebody is typing
  }
  ~World() override { res_nclose(&resolver_); }
  World(const World&) = delete;

  std::vector<SrvRecord> srv(const std::string& name) override {
    std::vector<SrvRecord> out;
    each(name, ns_t_srv, [&](ns_msg& message, const ns_rr& record) {
      const auto* data = ns_rr_rdata(record);
      if (ns_rr_rdlen(record) < 7) return;
      const auto number = [&](int at) { return data[at] << 8 | data[at + 1]; };
      out.push_back({expanded(message, data + 6), number(4), number(0), number(2)});
    });
    return out;
  }
  std::vector<std::string> mx(const std::string& domain) override {
    std::vector<std::pair<int, std::string>> found;
    each(domain, ns_t_mx, [&](ns_msg& message, const ns_rr& record) {
      const auto* data = ns_rr_rdata(record);
      if (ns_rr_rdlen(record) >= 3) found.emplace_back(data[0] << 8 | data[1], expanded(message, data + 2));
    });
    std::sort(found.begin(), found.end());
    std::vector<std::string> out;
    for (auto& [preference, host] : found) out.push_back(std::move(host));
    return out;
  }
  std::optional<std::string> page(const std::string& url) override {
    std::string body;
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
    auto* h = handle.get();
    curl_easy_setopt(h, CURLOPT_URL, url.c_str());
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(h, CURLOPT_MAXREDIRS, 2L);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 3L);
    curl_easy_setopt(h, CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(h, CURLOPT_FAILONERROR, 1L);
    if (curl_easy_perform(h) != CURLE_OK) return std::nullopt;
    return body;
  }

 private:
  template <class Visit>
  void each(const std::string& name, ns_type type, const Visit& visit) {
    unsigned char answer[8192];
    const int size = res_nquery(&resolver_, name.c_str(), ns_c_in, type, answer, sizeof answer);
    ns_msg message;
    if (size <= 0 || ns_initparse(answer, std::min<int>(size, sizeof answer), &message) != 0) return;
    for (int i = 0; i < std::min<int>(ns_msg_count(message, ns_s_an), 50); ++i) {
      ns_rr record;
      if (ns_parserr(&message, ns_s_an, i, &record) == 0 && ns_rr_type(record) == type) visit(message, record);
    }
  }
  static std::string expanded(ns_msg& message, const unsigned char* name) {
    char out[NS_MAXDNAME];
    const int size = ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), name, out, sizeof out);
    return size < 0 ? "" : out;
  }

  struct __res_state resolver_ {};
};

}  // namespace

Discovery discover(const std::string& address) {
  World world;
  return discover(address, world);
}

}  // namespace auricle::email
