#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kWindow = 7 * 24 * 3600;
const std::vector<Parameter> kSevenDays{{"window", "seconds", kWindow}};

std::vector<Definition> counting() {
  return {
      {"cases_opened", 1, Unit::count, "Cases whose opening lies in the period.", "", {}},
      {"contacts",
       1,
       Unit::count,
       "Contacts of patients: a call, a desk visit, or a run of messages of one conversation in which the patient was "
       "never silent longer than the gap. Our answers do not end a run.",
       "Thank-you messages; messages and calls of staff.",
       {{"gap", "seconds", 8 * 3600}}},
      {"backlog",
       1,
       Unit::count,
       "Unresolved cases at the end of the period, or at the instant given if that is earlier.",
       "",
       {}},
      {"abandoned_inquiries",
       1,
       Unit::count,
       "Cases opened by patients in writing that got no public answer, by a person or a bot, and no resolve within the "
       "limit of business time (elapsed where there is no calendar); a web chat: none before the visitor left or was "
       "silent for half an hour. Counted on the day the limit passed; a later answer does not undo it.",
       "Cases opened by staff, by phone or at the desk.",
       {{"limit", "business_seconds", 16 * 3600}, {"silence", "seconds", 30 * 60}}},
      {"escalation_rate",
       1,
       Unit::ratio,
       "Cases opened in the period that were escalated at least once / cases opened in the period.",
       "",
       {}},
  };
}

std::vector<Definition> answering() {
  return {
      {"first_response_time",
       1,
       Unit::seconds,
       "From the patient's first contact of the case to the first human, public answer on any channel (message sent by "
       "a person, call "
       "answered in either direction, called to the desk), if it comes before the first resolve.",
       "Cases opened by staff; answers by a bot, internal notes and thank-you messages.",
       {}},
      {"first_automated_response_time",
       1,
       Unit::seconds,
       "From the patient's first contact of the case to the first answer by a bot, if it comes before the first "
       "resolve.",
       "Cases opened by staff.",
       {}},
      {"handoff_response_time",
       1,
       Unit::seconds,
       "From the bot's hand-off to the first human, public answer after it, on any channel.",
       "Hand-offs that a resolve ended; a second hand-off of the same wait.",
       {}},
      {"next_reply_time",
       1,
       Unit::seconds,
       "Every other wait: from the earliest unanswered inbound message to the next human answer on any channel.",
       "The first response of a case the patient opened; waits that a resolve ended; answers by a bot, internal notes "
       "and thank-you "
       "messages.",
       {}},
  };
}

std::vector<Definition> resolving() {
  const char* const unresolved = "Cases that were never resolved.";
  return {
      {"first_resolution_time", 1, Unit::seconds, "From the opening of the case to its first resolve.", unresolved, {}},
      {"full_resolution_time", 1, Unit::seconds,
       "From the opening of the case to its last resolve, less the time it spent resolved in between; provisional "
       "until the window has "
       "passed without a reopen.",
       unresolved, kSevenDays},
      {"clinic_time", 1, Unit::seconds, "The part of the full resolution time in which the clinic was to act.",
       unresolved, kSevenDays},
      {"patient_time", 1, Unit::seconds, "The part of the full resolution time in which the patient was to act.",
       unresolved, kSevenDays},
      {"third_party_time", 1, Unit::seconds,
       "The part of the full resolution time in which a third party (insurer, laboratory) was to act.", unresolved,
       kSevenDays},
      {"first_contact_resolution", 1, Unit::ratio,
       "First resolves before which the patient was in touch exactly once, that no reopen followed within the window, "
       "nor another case of the same patient and topic / cases opened by patients, on the day of their first resolve; "
       "provisional until the window has passed.",
       "Cases opened by staff; cases never resolved.", kSevenDays},
      {"resolved_unanswered",
       1,
       Unit::count,
       "Cases resolved although neither a person nor a bot had ever answered, on the day of their first resolve.",
       "",
       {}},
      {"reopen_rate", 1, Unit::ratio,
       "Resolves of the period that were followed by a reopen within the window / resolves of the period; provisional "
       "until the window "
       "has passed.",
       "Thank-you messages reopen nothing.", kSevenDays},
  };
}

std::vector<Definition> automation() {
  return {
      {"bot_containment", 1, Unit::ratio,
       "Cases last resolved by the bot without any public answer by a person, not reopened, without a message of the "
       "patient and another case of the same patient and topic within the window after / cases with a public message "
       "of the bot, on the day of the first; provisional until the window has passed.",
       "Cases without a bot.", kSevenDays},
      {"handoff_rate",
       1,
       Unit::ratio,
       "Cases the bot handed to a person / cases the bot took part in, on the day of its first message.",
       "Cases without a bot.",
       {}},
  };
}

}  // namespace

const std::vector<Definition>& registry() {
  static const std::vector<Definition> all = [] {
    std::vector<Definition> list;
    for (auto part : {counting(), answering(), resolving(), automation()})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return all;
}

const Definition* find_definition(std::string_view key) {
  for (const auto& definition : registry())
    if (definition.key == key) return &definition;
  return nullptr;
}

}  // namespace auricle::analytics
