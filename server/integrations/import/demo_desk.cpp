// The telephone, the appointments, who was at the desk, and what patients said of it, in the invented clinic. It has
// dice of its own: the cases stay as they were.
#include <algorithm>
#include <boost/json.hpp>

#include "integrations/import/demo.h"

namespace auricle::import::demo {
namespace json = boost::json;
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60'000, kHour = 60 * kMinute;

class DeskTeller {
 public:
  DeskTeller(const Desk& desk, const std::function<void(json::object)>& row)
      : desk_(desk), row_(row), dice_(desk.seed * 31 + 7) {}

  void tell() {
    if (desk_.patients.empty()) return;
    const auto today = clinic::local_day(desk_.zone, desk_.now);
    for (int day = -desk_.days; day <= kAhead; ++day)
      for (const auto& site : desk_.sites)
        for (const auto& span : site.week[static_cast<std::size_t>(iso_weekday(today + day))]) {
          const Instant opens = clinic::at_local(desk_.zone, today + day, span.start);
          const Instant closes = clinic::at_local(desk_.zone, today + day, span.end);
          if (day <= 0) at_work(site, opens, closes);
          if (day <= 0) telephone(site, opens, closes);
          visits(site, opens, closes);
        }
    for (const auto& one : desk_.resolved)
      if (dice_.chance(0.25)) asks(one.at + dice_.between(10, 120) * kMinute, {{"case", one.case_id}});
  }

 private:
  static constexpr int kAhead = 21;  // days of which appointments are known

  std::string numbered(const char* word, int& n) { return std::string(word) + "-" + std::to_string(++n); }
  bool tell_if_past(const char* kind, int& n, Instant at, json::object fields) {
    if (at > desk_.now) return false;
    fields["kind"] = kind;
    fields["id"] = numbered(kind, n);
    row_(std::move(fields));
    return true;
  }
  const std::string& somebody(const DeskSite& site) { return dice_.pick(site.staff); }
  // About so many in these hours, by the size of the clinic.
  int how_many(Instant opens, Instant closes, double per_patient_and_day) {
    const double mean = static_cast<double>(desk_.patients.size()) * per_patient_and_day *
                        static_cast<double>(closes - opens) / (9.0 * kHour);
    return static_cast<int>(mean + 0.5 * std::sqrt(mean) * dice_.normal() + dice_.unit());
  }
  Instant within(Instant opens, Instant closes) {
    return opens + static_cast<std::int64_t>(dice_.unit() * static_cast<double>((closes - opens) / kSecond)) * kSecond;
  }
  std::int64_t seconds(double median, double sigma) {
    return static_cast<std::int64_t>(dice_.lognormal(median, sigma)) * kSecond;
  }

  void at_work(const DeskSite& site, Instant opens, Instant closes) {
    for (const auto& person : site.staff) {
      const auto says = [&](const char* state, Instant at) {
        tell_if_past("presence", presences_, at, {{"agent", person}, {"state", state}, {"at", to_rfc3339(at)}});
      };
      const Instant pause = opens + (closes - opens) / 2 + dice_.between(-20, 20) * kMinute;
      says("available", opens + dice_.between(0, 4) * kMinute);
      says("break", pause);
      says("available", pause + dice_.between(12, 20) * kMinute);
      if (dice_.chance(0.3)) {
        const Instant busy = pause + dice_.between(25, 50) * kMinute;
        says("busy", busy);
        says("available", busy + dice_.between(5, 25) * kMinute);
      }
      says("offline", closes);
    }
  }

  void telephone(const DeskSite& site, Instant opens, Instant closes) {
    for (int n = how_many(opens, closes, 0.02); n > 0; --n) one_call(site, within(opens, closes), closes);
    if (dice_.chance(0.25)) {  // somebody tries after hours
      const Instant at = closes + dice_.between(3, 90) * kMinute;
      call(at, at + 25 * kSecond, {{"site", site.id}, {"direction", "in"}, {"from", number()}, {"exit", "closed"}});
    }
  }
  std::string number() { return "+346005" + std::to_string(60'000 + dice_.below(9'999)); }
  bool call(Instant offered, Instant ended, json::object fields) {
    fields["offered_at"] = to_rfc3339(offered);
    fields["ended_at"] = to_rfc3339(ended);
    return tell_if_past("call", calls_, ended, std::move(fields));
  }
  // On Mondays too few are at the telephones of the first site: another bottleneck to be found.
  bool slow(const DeskSite& site, Instant at) const {
    return &site == &desk_.sites.front() && iso_weekday(clinic::local_day(desk_.zone, at)) == 0;
  }
  void one_call(const DeskSite& site, Instant at, Instant closes) {
    json::object fields{{"site", site.id}, {"direction", "in"}, {"from", number()}};
    const std::string caller = dice_.chance(0.7) ? dice_.pick(desk_.patients) : "";
    if (!caller.empty()) fields["patient"] = caller;
    if (dice_.chance(0.04)) {
      fields["exit"] = "ivr_exit";
      return (void)call(at, at + dice_.between(4, 25) * kSecond, std::move(fields));
    }
    const Instant queued = at + dice_.between(6, 18) * kSecond;
    fields["queued_at"] = to_rfc3339(queued);
    const auto wait = seconds(slow(site, at) ? 60 : 11, 1.2), patience = seconds(100, 0.9);
    if (wait < patience) return answered(site, std::move(fields), at, queued + wait);
    fields["exit"] = "abandoned";
    fields["ended_by"] = "caller";
    const Instant ended = queued + patience;
    if (!call(at, ended, std::move(fields)) || caller.empty() || !dice_.chance(0.7)) return;
    const Instant back = ended + seconds(1500, 0.8);
    if (back > closes) return;
    answered(site, {{"site", site.id}, {"direction", "out"}, {"from", "+34931000000"}, {"patient", caller}}, back,
             back + 9 * kSecond);
  }
  void answered(const DeskSite& site, json::object fields, Instant offered, Instant at) {
    fields["answered_at"] = to_rfc3339(at);
    fields["agent"] = somebody(site);
    fields["wrap_up_seconds"] = dice_.between(5, 70);
    fields["exit"] = "answered";
    fields["ended_by"] = dice_.chance(0.7) ? "caller" : "agent";
    call(offered, at + seconds(165, 0.7), std::move(fields));
  }

  void visits(const DeskSite& site, Instant opens, Instant closes) {
    for (int n = how_many(opens, closes, 0.03); n > 0; --n) {
      const Instant start = opens + (within(opens, closes) - opens) / (15 * kMinute) * (15 * kMinute);
      const Instant booked = start - seconds(8 * 86'400, 0.8);
      if (booked <= desk_.now) appointment(site, booked, start);
    }
  }
  void appointment(const DeskSite& site, Instant booked, Instant start) {
    static const std::vector<std::string> services{"Cardiología", "Dermatología", "Pediatría", "Medicina general"};
    static const std::vector<std::string> channels{"phone", "phone", "portal", "email", "frontdesk"};
    json::object fields{
        {"patient", dice_.pick(desk_.patients)},  {"service", dice_.pick(services)}, {"site", site.id},
        {"channel", dice_.pick(channels)},        {"booked_at", to_rfc3339(booked)}, {"start", to_rfc3339(start)},
        {"end", to_rfc3339(start + 20 * kMinute)}};
    const double fate = dice_.unit();
    const bool over = start + kHour <= desk_.now;
    if (fate < 0.12 && cancel(fields, booked, start)) return keep(std::move(fields), "cancelled");
    if (!over) return keep(std::move(fields), "booked");
    if (fate < 0.21) return keep(std::move(fields), "noshow");
    const Instant arrived = start + dice_.between(-18, 6) * kMinute;
    const Instant called = std::max(arrived, start) + seconds(380, 0.8);
    fields["arrived_at"] = to_rfc3339(arrived);
    fields["called_at"] = to_rfc3339(called);
    fields["started_at"] = to_rfc3339(called + dice_.between(20, 120) * kSecond);
    keep(std::move(fields), "fulfilled");
    if (dice_.chance(0.2))
      asks(start + dice_.between(60, 200) * kMinute, {{"appointment", "appointment-" + std::to_string(appointments_)}});
  }
  bool cancel(json::object& fields, Instant booked, Instant start) {
    const Instant at = std::max(booked, start - seconds(40 * 3600, 1.1));
    if (at > desk_.now) return false;
    fields["cancelled_at"] = to_rfc3339(at);
    return true;
  }
  void keep(json::object fields, const char* status) {
    fields["kind"] = "appointment";
    fields["id"] = numbered("appointment", appointments_);
    fields["status"] = status;
    row_(std::move(fields));
  }

  void asks(Instant at, json::object about) {
    if (at > desk_.now) return;
    static const std::vector<double> csat{4, 5, 10, 35, 46}, nps{3, 1, 1, 2, 2, 5, 6, 12, 20, 22, 26};
    const bool recommends = dice_.chance(0.35);
    about["instrument"] = recommends ? "nps" : "csat";
    about["channel"] = "email";
    about["sent_at"] = to_rfc3339(at);
    const Instant given = at + seconds(5 * 3600, 1.2);
    if (dice_.chance(0.38) && given <= desk_.now) {
      about["answered_at"] = to_rfc3339(given);
      about["score"] = recommends ? dice_.weighted(nps) : dice_.weighted(csat) + 1;
    }
    tell_if_past("survey", surveys_, at, std::move(about));
  }

  const Desk& desk_;
  const std::function<void(json::object)>& row_;
  Dice dice_;
  int calls_ = 0, presences_ = 0, appointments_ = 0, surveys_ = 0;
};

}  // namespace

void tell_desk(const Desk& desk, const std::function<void(json::object)>& row) { DeskTeller(desk, row).tell(); }

}  // namespace auricle::import::demo
