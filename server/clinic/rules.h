#pragma once
// Pure decisions of the clinic: checks of what people enter, and the text form of a week.
#include <string>
#include <string_view>

#include "clinic/clinic.h"

namespace auricle::clinic {

// "540-840,960-1200;;…": seven days, Monday first. What the table holds.
std::string encode_week(const std::array<std::vector<Span>, 7>& week);
std::array<std::vector<Span>, 7> decode_week(std::string_view text);

std::optional<int> parse_clock(std::string_view text);  // "09:00" → 540, "24:00" → 1440
std::string format_clock(int minute);

// Sorts the spans of each day. Errors by field: "week.mon.0.end" error.clinic.span_end_before_start (also a span across
// midnight: it has to be entered as two), "week.mon.1.start" error.clinic.span_overlaps.
Result<std::array<std::vector<Span>, 7>> checked_week(std::array<std::vector<Span>, 7> week);

std::string trimmed(std::string_view text);
TopicNames trimmed(const TopicNames& names);
bool valid_name(std::string_view text);           // 1…200 bytes besides spaces
std::string first_name(const TopicNames& names);  // the first language that has one
std::string topic_key(std::string_view text);     // "Cita médica" → "cita_medica"; "" if nothing remains
CalendarInput with_plain_holidays(const CalendarVersion& version, const std::array<std::vector<Span>, 7>& week);

inline constexpr std::array<const char*, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

}  // namespace auricle::clinic
