#include "channels/email/discovery.h"

#include <gtest/gtest.h>

#include <map>

#include "channels/email/imap.h"

namespace auricle::email {
namespace {

class FakeWorld : public Lookups {
 public:
  std::vector<SrvRecord> srv(const std::string& name) override { return records[name]; }
  std::vector<std::string> mx(const std::string& domain) override { return exchangers[domain]; }
  std::optional<std::string> page(const std::string& url) override {
    asked.push_back(url);
    const auto found = pages.find(url);
    return found == pages.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::string, std::vector<SrvRecord>> records;
  std::map<std::string, std::vector<std::string>> exchangers;
  std::map<std::string, std::string> pages;
  std::vector<std::string> asked;
};

constexpr const char* kPage = R"(<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="clinic.example">
  <incomingServer type="pop3"><hostname>pop.clinic.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.clinic.example</hostname><port>587</port><socketType>STARTTLS</socketType>
    <username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>)";

TEST(Discovery, a_known_provider_needs_no_question) {
  FakeWorld world;
  const auto found = discover("Desk@Gmail.com", world);
  EXPECT_EQ(found.source, DiscoverySource::provider);
  EXPECT_EQ(found.imap->host, "imap.gmail.com");
  EXPECT_EQ(found.imap->user, "desk@gmail.com");
  EXPECT_EQ(found.token_provider, "google");
  EXPECT_TRUE(world.asked.empty());
}

TEST(Discovery, an_own_domain_kept_by_a_large_provider_is_known_by_its_exchanger) {
  FakeWorld world;
  world.exchangers["clinic.example"] = {"clinic-example.mail.protection.outlook.com"};
  const auto found = discover("desk@clinic.example", world);
  EXPECT_EQ(found.smtp->host, "smtp.office365.com");
  EXPECT_EQ(found.smtp->security, Security::starttls);
  EXPECT_EQ(found.token_provider, "microsoft");
}

TEST(Discovery, the_autoconfig_page_is_read_and_servers_without_encryption_are_left_out) {
  FakeWorld world;
  world.pages["https://clinic.example/.well-known/autoconfig/mail/config-v1.1.xml"] = kPage;
  const auto found = discover("desk@clinic.example", world);
  EXPECT_EQ(found.source, DiscoverySource::autoconfig);
  EXPECT_EQ(found.imap->host, "imap.clinic.example");
  EXPECT_EQ(found.imap->port, 993);
  EXPECT_EQ(found.imap->user, "desk");
  EXPECT_EQ(found.smtp->port, 587);
  EXPECT_EQ(found.smtp->user, "desk@clinic.example");
  for (const std::string broken : {"", "<html>", "<clientConfig/>", "<clientConfig><emailProvider>"})
    EXPECT_FALSE(parse_autoconfig(broken, "a@b.example"));
}

TEST(Discovery, records_are_taken_by_priority_and_a_dot_is_none) {
  FakeWorld world;
  world.records["_imaps._tcp.clinic.example"] = {{"b.clinic.example.", 993, 20, 0}, {"A.clinic.example.", 1993, 10, 5}};
  world.records["_submissions._tcp.clinic.example"] = {{".", 0, 0, 0}};
  world.records["_submission._tcp.clinic.example"] = {{"out.clinic.example", 587, 0, 0}};
  const auto found = discover("desk@clinic.example", world);
  EXPECT_EQ(found.source, DiscoverySource::srv);
  EXPECT_EQ(found.imap->host, "a.clinic.example");
  EXPECT_EQ(found.imap->port, 1993);
  EXPECT_EQ(found.smtp->security, Security::starttls);
}

TEST(Discovery, nothing_is_asked_about_what_is_no_address) {
  FakeWorld world;
  for (const std::string odd :
       {"", "desk", "desk@", "@clinic.example", "desk@localhost", "a b@c.example", "a@b/c.example"})
    EXPECT_EQ(discover(odd, world).source, DiscoverySource::none) << odd;
  EXPECT_TRUE(world.asked.empty());
}

TEST(Folders, names_and_purposes) {
  const auto read = [](const std::string& line) { return parse_list(line, {}); };
  EXPECT_EQ(read("* LIST (\\HasNoChildren \\Sent) \".\" \"INBOX.Verstuurd\"")->use, FolderUse::sent);
  EXPECT_EQ(read("* LIST (\\HasNoChildren) \"/\" \"[Gmail]/Enviados\"")->use, FolderUse::sent);
  EXPECT_EQ(read("* LIST () NIL INBOX")->use, FolderUse::inbox);
  EXPECT_EQ(read("* LIST () \"/\" \"&AMk-l&AOk-ments envoy&AOk-s\"")->name, "Éléments envoyés");
  EXPECT_EQ(read("* LIST () \"/\" \"&AMk-l&AOk-ments envoy&AOk-s\"")->use, FolderUse::sent);
  EXPECT_EQ(read("* LIST () \"/\" \"A \\\"b\\\" & c\"")->name, "A \"b\" & c");
  EXPECT_FALSE(read("* LIST (\\Noselect) \"/\" \"[Gmail]\""));
  EXPECT_FALSE(read("* OK done"));
  for (const std::string name : {"Enviados", "Éléments envoyés", "A & B", "日本", "🎉"})
    EXPECT_EQ(folder_from_utf7(folder_to_utf7(name)), name);
}

}  // namespace
}  // namespace auricle::email
