// The connection test: step by step, so that the person sees how far it gets and what to mend.
#include "channels/email/email.h"
#include "channels/email/imap.h"
#include "channels/email/smtp.h"

namespace auricle::email {
namespace {

const char* name_of(Step step) {
  switch (step) {
    case Step::resolve:
      return "resolve";
    case Step::connect:
      return "connect";
    case Step::tls:
      return "tls";
    case Step::sign_in:
      return "sign_in";
    case Step::talk:
      break;
  }
  return "connect";
}

// The steps up to signing in, as far as `stopped_at` (nullopt: all went well).
void add_connection_steps(MailboxTest& test, const std::string& prefix, const Server& server, const Refused* refused) {
  bool failed = false;
  for (const auto step : {Step::resolve, Step::connect, Step::tls, Step::sign_in}) {
    TestStep out{prefix + name_of(step), TestState::ok, {}, {}};
    const bool here = refused && !failed && std::string(name_of(refused->step)) == name_of(step);
    if (failed || (step == Step::tls && server.security == Security::none) ||
        (step == Step::sign_in && server.user.empty() && !here)) {
      out.state = TestState::skipped;
    } else if (here) {
      failed = true;
      out.state = TestState::failed, out.error_key = refused->key;
      if (!refused->detail.empty()) out.detail = refused->detail;
    }
    test.steps.push_back(std::move(out));
  }
}

void add(MailboxTest& test, const std::string& step, const Refused* refused) {
  TestStep out{step, refused ? TestState::failed : TestState::ok, {}, {}};
  if (refused) out.error_key = refused->key, out.detail = refused->detail;
  test.steps.push_back(std::move(out));
}

void try_imap(MailboxTest& test, const MailboxInput& input, const Server& server, Wake& wake) {
  std::optional<Imap> imap;
  try {
    imap.emplace(server, wake);
    add_connection_steps(test, "imap_", server, nullptr);
  } catch (const Refused& refused) {
    add_connection_steps(test, "imap_", server, &refused);
    test.steps.push_back({"imap_folder", TestState::skipped, {}, {}});
    if (input.sent_folder && !input.sent_folder->empty())
      test.steps.push_back({"imap_sent_folder", TestState::skipped, {}, {}});
    return;
  }
  const auto look = [&](const std::string& step, const std::string& folder, const char* key) {
    try {
      imap->examine(folder);
      add(test, step, nullptr);
    } catch (const Refused& refused) {
      const Refused named(refused.step, refused.key == "error.mail_folder_missing" ? key : refused.key, refused.detail);
      add(test, step, &named);
    }
  };
  const auto folder = input.folder.value_or("");
  look("imap_folder", folder.empty() ? "INBOX" : folder, "error.mail_folder_missing");
  if (input.sent_folder && !input.sent_folder->empty())
    look("imap_sent_folder", *input.sent_folder, "error.mail_sent_folder_missing");
}

void try_smtp(MailboxTest& test, const MailboxInput& input, const Server& server, Wake& wake) {
  try {
    try_sender(server, input.address, wake);
    add_connection_steps(test, "smtp_", server, nullptr);
    add(test, "smtp_sender", nullptr);
  } catch (const Refused& refused) {
    const bool sender = refused.key == "error.mail_sender_refused";
    add_connection_steps(test, "smtp_", server, sender ? nullptr : &refused);
    if (sender)
      add(test, "smtp_sender", &refused);
    else
      test.steps.push_back({"smtp_sender", TestState::skipped, {}, {}});
  }
}

}  // namespace

FolderList list_folders(const Server& server) {
  Wake wake;
  Imap imap(server, wake);
  FolderList out{imap.folders()};
  imap.sign_off();
  return out;
}

MailboxTest try_mailbox(const MailboxInput& input, const Server& imap, const Server& smtp) {
  MailboxTest test;
  Wake wake;
  try_imap(test, input, imap, wake);
  try_smtp(test, input, smtp, wake);
  for (const auto& step : test.steps) test.ok &= step.state != TestState::failed;
  return test;
}

}  // namespace auricle::email
