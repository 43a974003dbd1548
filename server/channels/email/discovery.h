#pragma once
// Where the servers of an address are: known providers, the provider's autoconfig page, SRV records (RFC 6186,
// RFC 8314). What is not found is left to the person.
#include <optional>
#include <string>
#include <vector>

#include "channels/email/connection.h"

namespace auricle::email {

enum class DiscoverySource { none, provider, autoconfig, srv };
BOOST_DESCRIBE_ENUM(DiscoverySource, none, provider, autoconfig, srv)

struct FoundServer {
  std::string host;
  int port = 0;
  Security security = Security::tls;
  std::string user;
};
BOOST_DESCRIBE_STRUCT(FoundServer, (), (host, port, security, user))

struct Discovery {
  DiscoverySource source = DiscoverySource::none;
  std::optional<FoundServer> imap, smtp;
  std::optional<std::string> token_provider;  // "google", "microsoft": where passwords are not enough
};
BOOST_DESCRIBE_STRUCT(Discovery, (), (source, imap, smtp, token_provider))

struct DiscoveryInput {
  std::string address;
};
BOOST_DESCRIBE_STRUCT(DiscoveryInput, (), (address))

struct SrvRecord {
  std::string target;
  int port = 0, priority = 0, weight = 0;
};
// The outside world, so that tests have their own. Nothing throws; what fails is empty.
class Lookups {
 public:
  virtual ~Lookups() = default;
  virtual std::vector<SrvRecord> srv(const std::string& name) = 0;
  virtual std::vector<std::string> mx(const std::string& domain) = 0;   // best first
  virtual std::optional<std::string> page(const std::string& url) = 0;  // only https, bounded in size and time
};

Discovery discover(const std::string& address, Lookups& lookups);
Discovery discover(const std::string& address);  // in the real world; blocks for some seconds at most

// clientConfig 1.1, as Thunderbird's providers publish it; servers without encryption are left out.
std::optional<Discovery> parse_autoconfig(const std::string& xml, const std::string& address);

}  // namespace auricle::email
