#pragma once
// The parts of the invented clinic: names, texts, and a generator that gives the same for the same seed on every
// machine.
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/clinic.h"

namespace auricle::import::demo {

// xorshift64*; the standard distributions differ between libraries, so the few needed are written out.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL;
  }
  double unit() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }  // [0, 1)
  int below(int n) { return static_cast<int>(unit() * n); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(double p) { return unit() < p; }
  double normal() { return std::sqrt(-2 * std::log(1 - unit())) * std::cos(6.283185307179586 * unit()); }
  double lognormal(double median, double sigma) { return median * std::exp(sigma * normal()); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }
  int weighted(const std::vector<double>& weights);

 private:
  std::uint64_t state_;
};

struct Name {
  std::string given, family, language, sex;
};
Name invent_name(Dice& dice);
std::string child_given_name(Dice& dice, const std::string& language);
std::string address_of(const Name& name, int number);  // at a reserved domain
std::string ascii(std::string_view text);              // for addresses: without accents, lower case

// Texts of one topic in one language; placeholders {doctor} {date} {amount} {number} {insurer} {test} {drug}.
struct TopicTexts {
  const char* topic;
  const char* language;
  std::vector<const char*> subjects, openings, replies, follow_ups, closings;
};
struct CommonTexts {
  const char* language;
  std::vector<const char*> greetings, sign_offs, staff_greetings, staff_sign_offs, thanks, again, again_replies,
      waiting_notes, third_party_updates, reminders;
};
const TopicTexts& texts_of(std::string_view topic, std::string_view language);
const CommonTexts& common_texts(std::string_view language);
const std::vector<TopicTexts>& romance_texts();  // es, ca
const std::vector<TopicTexts>& other_texts();    // en, fr

// Calls, presence, appointments and surveys (demo_desk.cpp).
struct DeskSite {
  std::string id;
  std::array<std::vector<clinic::Span>, 7> week;
  std::vector<std::string> staff;
};
struct Resolved {
  std::string case_id;
  Instant at;
};
struct Desk {
  std::string zone;
  int days = 0;
  std::uint64_t seed = 1;
  Instant now;
  std::vector<DeskSite> sites;
  std::vector<std::string> patients;
  std::vector<Resolved> resolved;
};
void tell_desk(const Desk& desk, const std::function<void(boost::json::object)>& row);

}  // namespace auricle::import::demo
