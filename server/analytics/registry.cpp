#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kWindow = 7 * 24 * 3600;
const std::vector<Parameter> kSevenDays{{"window", "seconds", kWindow}};

std::vector<Definition> definitions() {
  const char* const unresolved = "Cases that were never resolved.";
  return {
      {"cases_opened", 1, Unit::count, "Cases whose opening lies in the period.", "", {}},
      {"first_response_time",
       1,
       Unit::seconds,
       "From the patient's first contact of the case to the first human, public answer on any channel (message sent by "
       "a person, call "
       "answered in either direction, called to the desk), if it comes before the first resolve.",
       "Cases opened by staff; answers by a bot, internal notes and thank-you messages.",
       {}},
      {"next_reply_time",
       1,
       Unit::seconds,
       "Every other wait: from the earliest unanswered inbound message to the next human answer on any channel.",
       "The first response of a case the patient opened; waits that a resolve ended; answers by a bot, internal notes "
       "and thank-you "
       "messages.",
       {}},
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
      {"reopen_rate", 1, Unit::ratio,
       "Resolves of the period that were followed by a reopen within the window / resolves of the period; provisional "
       "until the window "
       "has passed.",
       "Thank-you messages reopen nothing.", kSevenDays},
      {"backlog",
       1,
       Unit::count,
       "Unresolved cases at the end of the period, or at the instant given if that is earlier.",
       "",
       {}},
      {"resolved_unanswered",
       1,
       Unit::count,
       "Resolves of cases that neither a person nor a bot had ever answered.",
       "",
       {}},
      {"escalation_rate",
       1,
       Unit::ratio,
       "Cases opened in the period that were escalated at least once / cases opened in the period.",
       "",
       {}},
  };
}

}  // namespace

const std::vector<Definition>& registry() {
  static const std::vector<Definition> all = definitions();
  return all;
}

const Definition* find_definition(std::string_view key) {
  for (const auto& definition : registry())
    if (definition.key == key) return &definition;
  return nullptr;
}

}  // namespace auricle::analytics
