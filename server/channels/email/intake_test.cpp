#include "channels/email/intake.h"

#include <gtest/gtest.h>

#include <map>

#include "channels/email/worker.h"
#include "clinic/clinic.h"
#include "platform/db/test_database.h"

namespace auricle::email {
namespace {

class FakeKeyring : public crypto::Keyring {
 public:
  crypto::KeyId key_for(db::Tx&, std::string_view, std::int64_t) override { return {1}; }
  db::Bytes encrypt(db::Session&, crypto::KeyId, const crypto::Place& place, std::string_view plain) override {
    std::string out = std::string(place.column) + std::to_string(place.row) + "|";
    for (const char c : plain) out += static_cast<char>(c ^ 0x5A);
    return {out};
  }
  Result<std::string> decrypt(db::Session&, const crypto::Place& place, const db::Bytes& cipher) override {
    const auto start = std::string(place.column) + std::to_string(place.row) + "|";
    if (!cipher.data.starts_with(start)) throw std::runtime_error("wrong place");
    std::string out;
    for (const char c : cipher.data.substr(start.size())) out += static_cast<char>(c ^ 0x5A);
    return out;
  }
  void destroy(db::Tx&, std::string_view, std::int64_t, Instant) override {}
};

// Remembers by external id, so that closures may run twice.
class FakeInbound : public conversations::Inbound {
 public:
  Result<conversations::Received> receive(db::Tx&, const conversations::InboundMessage& message) override {
    if (throws) throw std::runtime_error("cannot");
    messages[message.external_id] = message;
    auto& ids = made[message.external_id];
    if (!ids.message)
      ids = {new_id<MessageId>(),
             message.candidates.empty() ? new_id<ConversationId>() : message.candidates[0],
             new_id<CaseId>(),
             {}};
    return ids;
  }
  Result<conversations::Received> record_sent(db::Tx&, const conversations::SentElsewhere& message) override {
    if (!message.conversation) return fail(ErrorKind::not_found, "error.not_found");
    elsewhere[message.external_id] = message;
    return conversations::Received{new_id<MessageId>(), message.conversation, new_id<CaseId>(), {}};
  }
  Result<Done> report_delivery(db::Tx&, MessageId message, conversations::DeliveryState state,
                               std::string_view reason) override {
    reports[message.value] = {state, std::string(reason)};
    return Done{};
  }
  void report_undeliverable(db::Tx&, const std::vector<conversations::Address>& recipients, MessageId message,
                            std::string_view reason, Instant) override {
    for (const auto& one : recipients) undeliverable[one.value] = {message.value, std::string(reason)};
  }
  const conversations::InboundMessage& only() const { return messages.begin()->second; }

  bool throws = false;
  std::map<std::string, conversations::InboundMessage> messages;
  std::map<std::string, conversations::Received> made;
  std::map<std::string, conversations::SentElsewhere> elsewhere;
  std::map<std::int64_t, std::pair<conversations::DeliveryState, std::string>> reports;
  std::map<std::string, std::pair<std::int64_t, std::string>> undeliverable;
};

class IntakeTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    files.keep = [this](std::string_view bytes) {
      kept[std::to_string(kept.size())] = std::string(bytes);
      return std::to_string(kept.size() - 1);
    };
    intake = std::make_unique<Intake>(database(), keys, files, inbound, clock, counters);
    box = make_box("citas@clinic.example");
  }
  store::MailboxRow make_box(const std::string& address) {
    store::MailboxRow row;
    row.id = new_id<MailboxId>(), row.version = 1, row.address = address, row.name = address, row.site_id = {7},
    row.language = "es";
    row.active = true, row.imap_host = row.smtp_host = "localhost", row.imap_port = row.smtp_port = 1,
    row.auth_host = "mail.clinic.example";
    row.created = clock.now(), row.folder = "INBOX";
    fences[row.id.value] = database().write_now([&](db::Tx& tx) {
      store::insert_mailbox(tx, row);
      return store::take_lease(tx, row.id, "me", clock.now(), 60'000, store::Takeover::when_expired);
    });
    return row;
  }
  void bring(const std::string& raw, std::int64_t uid, const char* folder = kInbox,
             const store::MailboxRow* to = nullptr, std::int64_t validity = 1) {
    const auto& mailbox = to ? *to : box;
    FetchedMail mail{uid, static_cast<std::int64_t>(raw.size()), clock.now(), raw};
    intake->store_raw(mailbox, fences[mailbox.id.value], folder, {validity, uid}, {mail});
  }
  void work(const store::MailboxRow* mailbox = nullptr) {
    for (int i = 0; i < 50 && intake->work(mailbox ? *mailbox : box); ++i) {
    }
  }
  std::vector<QuarantinedMail> quarantined() {
    return database().read_now(
        [](db::Session& s) { return store::quarantined(s, std::numeric_limits<std::int64_t>::max(), 100); });
  }
  static std::string mail(const std::string& id, const std::string& more = "", const std::string& subject = "Cita",
                          const std::string& text = "Hola") {
    return "From: Ana <ana@example.com>\r\nTo: citas@clinic.example\r\nSubject: " + subject + "\r\nMessage-ID: <" + id +
           ">\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n" + more + "\r\n" + text + "\r\n";
  }

  FakeKeyring keys;
  FakeInbound inbound;
  Files files;
  Counters counters;
  std::map<std::string, std::string> kept;
  std::map<std::int64_t, std::int64_t> fences;
  std::unique_ptr<Intake> intake;
  store::MailboxRow box;
};
ON_BOTH_DATABASES(IntakeTest);

TEST_P(IntakeTest, a_mail_becomes_a_message) {
  bring(mail("a@example.com", "", "Cita", "Hola\n\n-- \nAna"), 5);
  work();
  ASSERT_EQ(inbound.messages.size(), 1u);
  const auto& in = inbound.only();
  EXPECT_EQ(in.from.value, "ana@example.com");
  EXPECT_EQ(in.from.name, "Ana");
  EXPECT_EQ(in.subject, "Cita");
  EXPECT_EQ(in.text, "Hola");
  EXPECT_EQ(in.quoted, "-- \nAna");
  EXPECT_EQ(in.site.value, 7);
  EXPECT_FALSE(in.auto_reply);
  EXPECT_TRUE(in.authenticated);
  EXPECT_EQ(kept[in.original_blob], mail("a@example.com", "", "Cita", "Hola\n\n-- \nAna"));
  EXPECT_TRUE(quarantined().empty());
  const auto at = database().read_now([&](db::Session& s) { return store::folder(s, box.id, kInbox); });
  EXPECT_EQ(at->last_uid, 5);
  EXPECT_FALSE(intake->work(box));
}

TEST_P(IntakeTest, delivered_again_or_to_two_mailboxes_is_one_message) {
  const auto other = make_box("info@clinic.example");
  bring("Received: from a by b\r\n" + mail("a@example.com"), 1);
  bring("Received: from a by b\r\n" + mail("a@example.com"), 2);
  bring("Received: from a by c\r\nDelivered-To: info@clinic.example\r\n" + mail("a@example.com"), 1, kInbox, &other);
  work();
  work(&other);
  EXPECT_EQ(inbound.messages.size(), 1u);
  bring("Received: from a by b\r\n" + mail("a@example.com"), 1, kInbox, nullptr, 2);  // UIDVALIDITY changed
  work();
  EXPECT_EQ(inbound.messages.size(), 1u);
}

TEST_P(IntakeTest, the_same_message_id_with_other_content_is_another_message) {
  bring(mail("device@example.com", "", "Alarm", "one"), 1);
  bring(mail("device@example.com", "", "Alarm", "two"), 2);
  work();
  EXPECT_EQ(inbound.messages.size(), 2u);
}

TEST_P(IntakeTest, an_answer_names_its_conversation_a_forward_or_new_subject_does_not) {
  bring(mail("q@example.com"), 1);
  work();
  const auto conversation = inbound.made.begin()->second.conversation;
  const auto candidates_of = [&](const std::string& raw) {
    return database().read_now([&](db::Session& s) { return candidates(s, read_mail(raw)); });
  };
  const std::vector wanted{conversation};
  EXPECT_EQ(candidates_of(mail("r@x", "In-Reply-To: <q@example.com>\r\n", "Re: Cita")), wanted);
  EXPECT_EQ(candidates_of(mail("r@x", "References: <q@example.com> <unknown@x>\r\n", "RE: CITA")), wanted);
  EXPECT_EQ(candidates_of(mail("r@x", "References: <q@example.com>\r\n", "")), wanted);
  EXPECT_TRUE(candidates_of(mail("r@x", "References: <q@example.com>\r\n", "Otra cosa")).empty());
  EXPECT_TRUE(candidates_of(mail("r@x", "References: <q@example.com>\r\n", "RV: Cita")).empty());
  EXPECT_TRUE(candidates_of(mail("r@x", "References: <else@example.com>\r\n", "Re: Cita")).empty());
}

TEST_P(IntakeTest, a_sender_that_fails_has_a_banner_and_no_candidates) {
  bring(mail("q@example.com"), 1);
  work();
  inbound.messages.clear();
  bring("Authentication-Results: mail.clinic.example; dmarc=fail header.from=example.com\r\n" +
            mail("r@x", "References: <q@example.com>\r\n", "Re: Cita"),
        2);
  work();
  ASSERT_EQ(inbound.messages.size(), 1u);
  EXPECT_FALSE(inbound.only().authenticated);
  EXPECT_EQ(inbound.only().warning, "error.mail_sender_not_proven");
  EXPECT_TRUE(inbound.only().candidates.empty());
}

TEST_P(IntakeTest, what_cannot_be_read_is_quarantined_and_the_rest_flows) {
  std::string many = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
  for (int i = 0; i < 1500; ++i) many += "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
  bring(mail("a@example.com"), 1);
  bring(many, 2);
  bring(mail("b@example.com", "", "Otra"), 3);
  work();
  EXPECT_EQ(inbound.messages.size(), 2u);
  ASSERT_EQ(quarantined().size(), 1u);
  EXPECT_EQ(quarantined()[0].reason_key, "error.mail_too_many_parts");
  const Viewer viewer = [] {
    Viewer v;
    v.roles = {Role::administrator}, v.all_sites = true;
    return v;
  }();
  Mailboxes mailboxes(keys, clock);
  const auto raw =
      database().write_now([&](db::Tx& tx) { return mailboxes.quarantined_raw(viewer, tx, quarantined()[0].id); });
  ASSERT_TRUE(raw.has_value());
  EXPECT_EQ(*raw, many);
}

TEST_P(IntakeTest, a_mail_that_killed_the_program_twice_is_put_aside_unparsed) {
  bring(mail("a@example.com"), 1);
  bring(mail("b@example.com", "", "Otra"), 2);
  const auto rows = database().read_now([&](db::Session& s) { return store::open_raws(s, box.id, 10); });
  ASSERT_EQ(rows.size(), 2u);
  database().write_now([&](db::Tx& tx) {  // as two deaths while reading it leave it
    tx.exec("UPDATE email_raw SET state = 'parsing', attempts = 2 WHERE id = $1", rows[0].id);
    tx.exec("UPDATE email_raw SET state = 'parsing', attempts = 1 WHERE id = $1", rows[1].id);
  });
  work();
  ASSERT_EQ(quarantined().size(), 1u);
  EXPECT_EQ(quarantined()[0].id, rows[0].id);
  EXPECT_EQ(quarantined()[0].reason_key, "error.mail_ends_program");
  EXPECT_EQ(inbound.messages.size(), 1u);
}

TEST_P(IntakeTest, what_cannot_be_filed_is_tried_thrice_then_put_aside) {
  inbound.throws = true;
  bring(mail("a@example.com"), 1);
  work();
  ASSERT_EQ(quarantined().size(), 1u);
  EXPECT_EQ(quarantined()[0].reason_key, "error.mail_not_filed");
  inbound.throws = false;
  database().write_now([&](db::Tx& tx) { store::reset_raw(tx, quarantined()[0].id); });
  work();
  EXPECT_TRUE(quarantined().empty());
  EXPECT_EQ(inbound.messages.size(), 1u);
}

TEST_P(IntakeTest, a_full_disk_holds_mail_up_but_puts_none_aside) {
  bring(mail("a@example.com"), 1);
  const auto keep = files.keep;
  files.keep = [](std::string_view) -> std::string { throw db::Unavailable("full"); };
  for (int i = 0; i < 10; ++i) EXPECT_THROW(intake->work(box), db::Unavailable);
  files.keep = keep;
  work();
  EXPECT_TRUE(quarantined().empty());
  EXPECT_EQ(inbound.messages.size(), 1u);
}

TEST_P(IntakeTest, automatic_answers_are_flagged) {
  bring(mail("a@example.com", "Auto-Submitted: auto-replied\r\n"), 1);
  work();
  EXPECT_TRUE(inbound.only().auto_reply);
}

std::string report(const std::string& id, const std::string& action, const std::string& status,
                   const std::string& about) {
  return "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <" +
         id +
         "@mx>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\nContent-Type: "
         "message/delivery-status\r\n\r\n"
         "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; " +
         id + "@example.com\r\nAction: " + action + "\r\nStatus: " + status +
         "\r\n"
         "--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" +
         about + ">\r\n--r--\r\n";
}

TEST_P(IntakeTest, a_bounce_marks_the_address_unless_it_is_about_that_mail_only) {
  bring(report("gone", "failed", "5.1.1", "nobody@knows.example"), 1);
  bring(report("full", "failed", "5.2.2", "nobody@knows.example"), 2);
  bring(report("large", "failed", "5.3.4", "nobody@knows.example"), 3);
  bring(report("late", "delayed", "4.4.7", "nobody@knows.example"), 4);
  bring(report("tried", "failed", "4.4.7", "nobody@knows.example"), 5);
  bring(report("policy", "failed", "5.7.1", "nobody@knows.example"), 6);
  bring(report("sender", "failed", "5.1.8", "nobody@knows.example"), 7);
  work();
  using Marks = std::map<std::string, std::pair<std::int64_t, std::string>>;
  EXPECT_EQ(inbound.undeliverable, (Marks{{"full@example.com", {0, "error.mail_address_full"}},
                                          {"gone@example.com", {0, "error.mail_address_unknown"}},
                                          {"tried@example.com", {0, "error.mail_bounced"}}}));
}

TEST_P(IntakeTest, a_bounce_marks_the_message_it_is_about) {
  database().write_now([&](db::Tx& tx) {
    store::insert_message(
        tx, {1, box.id, "q7@clinic.example", "out:70", {70}, {71}, "out", subject_hash("Su cita"), clock.now()});
  });
  bring(report("gone", "failed", "5.1.1", "q7@clinic.example"), 1);
  work();
  EXPECT_EQ(inbound.undeliverable["gone@example.com"],
            std::pair(std::int64_t{70}, std::string("error.mail_address_unknown")));
  EXPECT_TRUE(inbound.messages.empty());
  EXPECT_EQ(inbound.reports[70],
            std::pair(conversations::DeliveryState::bounced, std::string("error.mail_address_unknown")));
}

TEST_P(IntakeTest, our_own_mail_coming_back_is_no_message_and_sent_elsewhere_is_recorded) {
  database().write_now([&](db::Tx& tx) {
    store::insert_message(
        tx, {1, box.id, "out@clinic.example", "out:70", {70}, {71}, "out", subject_hash("Cita"), clock.now()});
  });
  const std::string ours =
      "From: citas@clinic.example\r\nTo: ana@example.com\r\nSubject: Re: Cita\r\nDate: Mon, 16 Nov 2026 09:00:00 "
      "+0100\r\n";
  bring(ours + "Message-ID: <out@clinic.example>\r\n\r\nx", 1);
  bring(ours + "Message-ID: <out@clinic.example>\r\n\r\nx", 1, kSent);
  bring(ours + "Message-ID: <phone@clinic.example>\r\nIn-Reply-To: <out@clinic.example>\r\n\r\nWritten on the phone", 2,
        kSent);
  bring(ours + "Message-ID: <private@clinic.example>\r\n\r\nTo somebody else", 3, kSent);
  work();
  EXPECT_TRUE(inbound.messages.empty());
  ASSERT_EQ(inbound.elsewhere.size(), 1u);
  EXPECT_EQ(inbound.elsewhere.begin()->second.conversation.value, 71);
  EXPECT_TRUE(quarantined().empty());
}

TEST_P(IntakeTest, only_the_holder_of_the_lease_stores) {
  const auto fence = database().write_now([&](db::Tx& tx) {
    EXPECT_EQ(store::take_lease(tx, box.id, "other", clock.now(), 60'000, store::Takeover::when_expired), 0);
    return store::take_lease(tx, box.id, "other", clock.now() + 61'000, 60'000, store::Takeover::when_expired);
  });
  EXPECT_GT(fence, fences[box.id.value]);
  database().write_now([&](db::Tx& tx) {
    const auto take = [&](const char* owner, store::Takeover takeover) {
      return store::take_lease(tx, box.id, owner, clock.now() + 122'000, 60'000, takeover);
    };
    EXPECT_GT(take("1:killed", store::Takeover::when_expired), fence);
    EXPECT_EQ(take("2:other", store::Takeover::of_this_node), 0);
    EXPECT_GT(take("1:again", store::Takeover::of_this_node), fence + 1);
  });
  EXPECT_THROW(bring(mail("a@example.com"), 1), LostLease);
  EXPECT_TRUE(database().read_now([&](db::Session& s) { return store::open_raws(s, box.id, 10); }).empty());
}

TEST_P(IntakeTest, secrets_are_encrypted_kept_and_never_shown) {
  Viewer viewer;
  viewer.roles = {Role::administrator}, viewer.all_sites = true;
  database().write_now([](db::Tx& tx) { return clinic::import_site(tx, {{7}, "Centre", "Europe/Madrid", {}}); });
  Mailboxes mailboxes(keys, clock);
  MailboxInput input;
  input.address = " Info@Clinic.example ", input.name = "Info", input.site_id = {7}, input.language = "es";
  input.imap = {"imap.example.org", 993, Security::tls, "info", "top-secret", {}};
  input.smtp = {"smtp.example.org", 465, Security::tls, "info", "top-secret", {}};
  const auto made = database().write_now([&](db::Tx& tx) { return mailboxes.create(viewer, tx, input); });
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->address, "info@clinic.example");
  EXPECT_TRUE(made->imap.has_secret);
  input.imap.secret.reset(), input.smtp.secret.reset();
  input.name = "Information";
  ASSERT_TRUE(
      database().write_now([&](db::Tx& tx) { return mailboxes.update(viewer, tx, made->id, input); }).has_value());
  const auto row = database().read_now([&](db::Session& s) { return *store::mailbox(s, made->id); });
  EXPECT_EQ(row.imap_secret.data.find("top-secret"), std::string::npos);
  EXPECT_EQ(database().read_now([&](db::Session& s) { return imap_of(s, keys, row).secret; }), "top-secret");
  input.imap.host = "evil.example";
  const auto moved = database().write_now([&](db::Tx& tx) { return mailboxes.update(viewer, tx, made->id, input); });
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().fields.at(0).key, "error.mail_secret_again");
  input.imap.host = "imap.example.org", input.imap.security = Security::none;
  EXPECT_EQ(database()
                .write_now([&](db::Tx& tx) { return mailboxes.update(viewer, tx, made->id, input); })
                .error()
                .fields.at(0)
                .key,
            "error.mail_needs_tls");
  EXPECT_EQ(database().write_now([&](db::Tx& tx) { return mailboxes.create(Viewer{}, tx, input); }).error().kind,
            ErrorKind::forbidden);
}

TEST_P(IntakeTest, what_must_be_said_beside_a_mail_is_said) {
  bring(mail("1@x", "Reply-To: other@elsewhere.example\r\n"), 1);
  work();
  EXPECT_EQ(inbound.only().warning, "error.mail_reply_elsewhere");
  EXPECT_EQ(inbound.only().from.value, "ana@example.com");
  inbound.messages.clear();
  bring(mail("2@x", "Reply-To: ANA@example.com\r\n"), 2);
  work();
  EXPECT_EQ(inbound.only().warning, "");
  inbound.messages.clear();
  bring("From: ana@example.com\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nxx\r\n", 3);
  work();
  EXPECT_EQ(inbound.only().warning, "error.mail_encrypted_smime");
  EXPECT_EQ(inbound.only().files.size(), 1u);
}

TEST_P(IntakeTest, a_mail_of_ours_that_comes_back_starts_nothing) {
  bring(mail("1@x", "X-Auricle: clinic.example\r\n"), 1);
  work();
  EXPECT_TRUE(inbound.only().auto_reply);
  inbound.messages.clear();
  bring(mail("2@x", "X-Auricle: another-clinic.example\r\n"), 2);
  work();
  EXPECT_FALSE(inbound.only().auto_reply);
}

TEST_P(IntakeTest, a_sender_faster_than_anybody_writes_is_a_machine) {
  for (int i = 1; i <= 100; ++i) bring(mail(std::to_string(i) + "@x"), i);
  work();
  int automatic = 0;
  for (const auto& [id, message] : inbound.messages) automatic += message.auto_reply;
  EXPECT_EQ(inbound.messages.size(), 100u);
  EXPECT_EQ(automatic, 1);
}

}  // namespace
}  // namespace auricle::email
