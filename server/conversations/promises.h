#pragma once
// What the standards promise an open case: until when an answer or the resolution is wanted, from when it is at risk,
// and the steps on the way. A breach itself is never written: figures take it from the timestamps of the facts.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clinic/clinic.h"
#include "conversations/store.h"

namespace auricle::conversations {

struct Running {  // a promise not yet kept
  clinic::Promise measure = clinic::Promise::first_response;
  Instant began;
  const clinic::Standard* standard = nullptr;
  std::optional<clinic::Calendar> calendar;
  Instant warn_at, due_at;
};

class Promises {
 public:
  explicit Promises(db::Session& session);
  Promises(db::Session& session, std::vector<clinic::Standard> standards);
  bool any() const { return !standards_.empty(); }
  // An answer while somebody waits for one, and the resolution until the first. Figures count the same waits.
  std::vector<Running> running(const store::CaseRecord& row, const facts::CaseState& state) const;

 private:
  struct Wait {
    clinic::Promise measure = clinic::Promise::first_response;
    Instant began;
    std::string channel;
  };
  std::optional<Running> promise(const store::CaseRecord& row, const facts::CaseState& state, const Wait& wait) const;
  const std::string& zone(SiteId site) const;
  const std::optional<clinic::Calendar>& calendar(SiteId site, QueueId queue) const;

  db::Session& session_;
  std::vector<clinic::Standard> standards_;
  mutable std::map<SiteId, std::string> zones_;
  mutable std::map<std::pair<SiteId, QueueId>, std::optional<clinic::Calendar>> calendars_;
};

// One step of one wait.
struct Step {
  Instant at;
  Instant began;
  StandardId standard_id;
  std::int64_t step = 0;  // its place in the standard
  clinic::Promise measure = clinic::Promise::first_response;
  clinic::StepAction action = clinic::StepAction::tell_assignee;
  std::optional<Priority> priority;
  bool late = false;  // the time promised is over by then
  bool done = false;  // taken, or passed by
};
// Which steps are taken now. Of several that are due (the program was down, the clock jumped) only the newest tells
// somebody; what changes the case happens nevertheless, each in its newest form. The others pass by.
struct Plan {
  std::vector<Step> take, pass;
  std::optional<Instant> next;
};
Plan plan_of(std::vector<Step> steps, Instant now);

std::vector<Step> steps_of(db::Session& session, CaseId id, const std::vector<Running>& running);
void mark_step(db::Tx& tx, CaseId id, const Step& step, std::optional<Instant> taken_at);

// The columns of the row that follow from it; silently: steps that are due already pass by (histories).
void keep_promises(db::Session& session, store::CaseRecord& row, const facts::CaseState& state);
void keep_promises(db::Session& session, const Promises& promises, store::CaseRecord& row,
                   const facts::CaseState& state);
void keep_promises_silently(db::Tx& tx, store::CaseRecord& row, const facts::CaseState& state, Instant now);

// For the wallboard and others that look often: ids and enumerated words, nothing of a patient.
struct CaseAtRisk {
  CaseId case_id;
  std::int64_t number = 0;
  SiteId site_id;
  std::optional<std::string> channel;
  Priority priority = Priority::normal;
  std::string promise;
  Instant warn_at, due_at;
  UserId assignee_id;
};
BOOST_DESCRIBE_STRUCT(CaseAtRisk, (),
                      (case_id, number, site_id, channel, priority, promise, warn_at, due_at, assignee_id))
struct AtRisk {
  Instant as_of;
  std::int64_t late = 0, soon = 0;
  std::vector<CaseAtRisk> items;  // due first
};
BOOST_DESCRIBE_STRUCT(AtRisk, (), (as_of, late, soon, items))
Result<AtRisk> at_risk(const Viewer& viewer, db::Session& session, SiteId site, int limit, Instant now);

// What today's open cases would be if the target had held for them.
struct StandardPreview {
  std::int64_t open = 0, covered = 0, soon = 0, late = 0;
};
BOOST_DESCRIBE_STRUCT(StandardPreview, (), (open, covered, soon, late))
Result<StandardPreview> preview_standard(const Viewer& viewer, db::Session& session, const clinic::StandardInput& input,
                                         Instant now);

}  // namespace auricle::conversations
