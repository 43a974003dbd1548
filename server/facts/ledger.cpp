// The pure fold: facts → ledgers. Rules are those of history-format.md ("Derivation rules"), cited by number.
#include <algorithm>
#include <set>
#include <tuple>

#include "facts/facts.h"

namespace auricle::facts {
namespace {

// A call and a visit happen in steps; each step has its own time, so each is an event of its own.
enum class Step { begin, answered, ended };

struct Event {
  Instant at;
  const Fact* fact;
  Step step = Step::begin;
  bool begins_contact = true;  // false: a message of a contact that goes on
};

// Rule 1: time, kind, id. Live facts have no source id; theirs orders them.
bool before(const Event& a, const Event& b) {
  const auto key = [](const Event& e) {
    return std::tie(e.at, e.fact->kind, e.fact->source_id, e.fact->source, e.fact->id, e.step);
  };
  return key(a) < key(b);
}

void add_call(const Fact& call, std::vector<Event>& events) {
  events.push_back({call.queued_at.value_or(call.happened_at), &call, Step::begin});
  if (!call.answered_at) return;
  events.push_back({*call.answered_at, &call, Step::answered});
  if (call.ended_at) events.push_back({*call.ended_at, &call, Step::ended});
}

void add_visit(const Fact& visit, std::vector<Event>& events) {
  events.push_back({visit.happened_at, &visit, Step::begin});
  if (visit.answered_at) events.push_back({*visit.answered_at, &visit, Step::answered});
  if (visit.ended_at) events.push_back({*visit.ended_at, &visit, Step::ended});
}

std::vector<Event> events_of(const std::vector<Fact>& facts, Instant as_of) {
  std::vector<Event> events;
  events.reserve(facts.size() + 4);
  for (const auto& fact : facts) {
    if (fact.kind == Kind::call)
      add_call(fact, events);
    else if (fact.kind == Kind::visit)
      add_visit(fact, events);
    else
      events.push_back({fact.happened_at, &fact, Step::begin});
  }
  std::erase_if(events, [&](const Event& e) { return e.at > as_of; });
  std::sort(events.begin(), events.end(), before);
  return events;
}

std::set<MessageId> thanked(const std::vector<Event>& events) {
  std::set<MessageId> ids;
  for (const auto& event : events)
    if (event.fact->kind == Kind::ack && event.fact->value == kAckUndone)
      ids.erase(event.fact->message_id);
    else if (event.fact->kind == Kind::ack)
      ids.insert(event.fact->message_id);
  return ids;
}

// A contact by messages is a run of one conversation, wherever the conversation moves meanwhile.
void mark_runs(std::vector<Event>& events, const std::set<MessageId>& thanks) {
  std::map<ConversationId, Instant> last;
  for (auto& event : events) {
    const Fact& fact = *event.fact;
    if (fact.kind != Kind::message || fact.actor != Actor::patient || thanks.contains(fact.message_id)) continue;
    const auto [before, first] = last.try_emplace(fact.conversation_id, event.at);
    event.begins_contact = first || event.at - before->second > kContactGapMs;
    before->second = event.at;
  }
}

bool earlier(const Contact& a, const Contact& b) { return a.at < b.at; }

// One case while its facts pass by in order.
class CaseFold {
 public:
  explicit CaseFold(const Fact& opened) {
    ledger_.case_id = opened.case_id;
    ledger_.opened_by = opened.actor;
    ledger_.opened_at = opened.happened_at;
    ledger_.site_id = opened.site_id;
    ledger_.queue_id = opened.queue_id;
    ledger_.topic = ledger_.opening_topic = opened.topic;
    ledger_.priority = ledger_.opening_priority = opened.priority;
    ledger_.language = opened.language;
    keep_state(opened.happened_at);
  }

  void apply(const Event& event) {
    const Fact& fact = *event.fact;
    if (fact.subject_id) ledger_.subject_id = fact.subject_id;
    if (ledger_.language.empty()) ledger_.language = fact.language;
    switch (fact.kind) {
      case Kind::opened:
        return start(event.at);
      case Kind::message:
        return message(event);
      case Kind::call:
        return call(event);
      case Kind::visit:
        return visit(event);
      case Kind::wait:
        return set_owner(fact.owner.value_or(Owner::clinic), event.at);
      case Kind::assign:
        return assign(fact);
      case Kind::topic:
        return change_topic(fact);
      case Kind::priority:
        return change_priority(fact);
      case Kind::handoff:
        return handoff(fact);
      case Kind::escalate:
        ledger_.escalated = true;
        return;
      case Kind::resolve:
        return resolve(fact);
      case Kind::reopen:
        return reopen(event.at);  // rule 4: on an open case it changes nothing
      case Kind::move:            // see route(): concerns two cases
      case Kind::ack:             // known beforehand: a thank-you counts as if it had not been written
        return;
      case Kind::left:
        if (!ledger_.left_at) ledger_.left_at = event.at;
        return;
    }
  }

  // A moved conversation takes its unanswered messages along; what was answered stays where it was answered.
  std::vector<Contact> give(ConversationId conversation) {
    std::vector<Contact> given;
    auto& mine = ledger_.unanswered;
    for (const auto& contact : mine)
      if (contact.conversation_id == conversation) given.push_back(contact);
    std::erase_if(mine, [&](const Contact& c) { return c.conversation_id == conversation; });
    // It began with a contact that was only lent to it.
    if (adopted_ && ledger_.first_contact && ledger_.first_contact->conversation_id == conversation) {
      ledger_.first_contact = mine.empty() ? std::nullopt : std::optional(mine.front());
      adopted_ = ledger_.first_contact.has_value();
    }
    return given;
  }
  void take(const std::vector<Contact>& contacts) {
    if (!open()) return;
    adopted_ |= !contacts.empty() && !ledger_.first_contact;
    for (const auto& contact : contacts) wait_for_answer(contact);
  }

  void finish(std::vector<Ledger>& out) {
    if (!started_) return;
    keep_unmet(kOpenEnd);
    close_ledger();
    for (auto& ledger : past_) out.push_back(std::move(ledger));
    out.push_back(std::move(ledger_));
  }

 private:
  bool open() const { return ledger_.open(); }

  void start(Instant at) {
    started_ = true;
    begin_interval(Owner::clinic, at);  // rule 2: a case starts with the clinic
  }

  void message(const Event& event) {
    const Fact& fact = *event.fact;
    if (fact.actor == Actor::patient) return inbound(event);
    if (!fact.is_public) return;
    if (fact.actor == Actor::bot) return bot_answer(fact);
    answer(fact, fact.happened_at);
    set_owner(Owner::patient, fact.happened_at);
  }

  void bot_answer(const Fact& fact) {
    const Instant at = fact.happened_at;
    const bool due = ledger_.opened_by == Actor::patient && ledger_.first_contact && ledger_.resolves.empty() &&
                     !answered_by(Actor::bot);
    if (due)
      ledger_.answers.push_back(
          {WaitKind::first_automated, *ledger_.first_contact, at, {}, own_site(fact), ledger_.topic, ledger_.priority});
    ledger_.public_answers.push_back({at, Actor::bot, own_site(fact)});
  }

  void handoff(const Fact& fact) {
    const Instant at = fact.happened_at;
    ledger_.handoffs.push_back(at);
    if (open() && !handed_over_)
      handed_over_ =
          Contact{Kind::handoff, at, last_contact_.channel,
                  last_contact_.site_id ? last_contact_.site_id : ledger_.site_id, last_contact_.conversation_id};
    set_owner(Owner::clinic, at);
  }

  void inbound(const Event& event) {
    const Fact& fact = *event.fact;
    const Instant at = fact.happened_at;
    if (!open()) {
      if (reopens(ledger_.resolves.back().at, at))
        reopen(at);
      else
        open_linked(at);  // rule 4
    }
    ledger_.inbound.push_back(at);
    contact({Kind::message, at, fact.channel, own_site(fact), fact.conversation_id}, event.begins_contact);
    set_owner(Owner::clinic, at);
  }

  void call(const Event& event) {
    const Fact& fact = *event.fact;
    if (event.step == Step::answered) return answer(fact, event.at);
    if (event.step == Step::ended) return set_owner(Owner::patient, event.at);
    if (fact.actor != Actor::patient) return;
    contact({Kind::call, event.at, fact.channel, own_site(fact), {}});
    if (fact.queued_at) set_owner(Owner::clinic, event.at);
  }

  void visit(const Event& event) {
    const Fact& fact = *event.fact;
    if (event.step == Step::answered) return answer(fact, event.at);
    if (event.step == Step::ended) return set_owner(Owner::patient, event.at);
    contact({Kind::visit, event.at, fact.channel, own_site(fact), {}});
    set_owner(Owner::clinic, event.at);
  }

  void contact(const Contact& contact, bool begins = true) {
    if (!ledger_.first_contact) ledger_.first_contact = contact;
    if (begins) ledger_.contacts.push_back(contact);
    last_contact_ = contact;
    if (open()) wait_for_answer(contact);
  }

  void wait_for_answer(const Contact& contact) {
    if (!ledger_.first_contact) ledger_.first_contact = contact;
    auto& waiting = ledger_.unanswered;
    waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), contact, earlier), contact);
  }

  // A person's public answer on any channel ends every open wait of the case with one value: the first response while
  // it is due, else the reply to the earliest unanswered message.
  void answer(const Fact& fact, Instant at) {
    ledger_.public_answers.push_back({at, Actor::staff, own_site(fact)});
    if (handed_over_) {
      push_answer(WaitKind::handoff, *handed_over_, fact, at);
      handed_over_.reset();
    }
    auto& waiting = ledger_.unanswered;
    if (!open() || waiting.empty()) return;
    if (const Contact* began = wait_began()) push_answer(wait_kind(), *began, fact, at);
    waiting.clear();
    if (!ledger_.first_answer_at) ledger_.first_answer_at = at;
  }

  WaitKind wait_kind() const { return first_response_due() ? WaitKind::first_response : WaitKind::next_reply; }
  // What the open wait for a person runs from; a later wait from the earliest message.
  const Contact* wait_began() const {
    const auto& waiting = ledger_.unanswered;
    const auto found = first_response_due() ? waiting.begin()
                                            : std::find_if(waiting.begin(), waiting.end(),
                                                           [](const Contact& c) { return c.kind == Kind::message; });
    return found == waiting.end() ? nullptr : &*found;
  }
  void keep_unmet(Instant until) {
    if (const Contact* began = open() ? wait_began() : nullptr) ledger_.unmet.push_back({wait_kind(), *began, until});
  }

  void push_answer(WaitKind kind, const Contact& began, const Fact& fact, Instant at) {
    ledger_.answers.push_back({kind, began, at, fact.agent_id, own_site(fact), ledger_.topic, ledger_.priority});
  }
  bool answered_by(Actor actor) const {
    const auto& all = ledger_.public_answers;
    return std::any_of(all.begin(), all.end(), [&](const PublicAnswer& a) { return a.by == actor; });
  }
  bool first_response_due() const {
    return ledger_.opened_by == Actor::patient && !ledger_.first_answer_at && ledger_.resolves.empty();
  }

  void resolve(const Fact& fact) {
    if (!open()) return;
    const Instant at = fact.happened_at;
    keep_unmet(at);
    end_interval(at);
    ledger_.resolves.push_back({at,
                                fact.actor == Actor::bot ? UserId{}
                                : fact.agent_id          ? fact.agent_id
                                                         : ledger_.agent_id,
                                own_site(fact), ledger_.topic, ledger_.priority, std::nullopt, fact.actor == Actor::bot,
                                ledger_.public_answers.empty()});
    ledger_.unanswered.clear();  // rule 3: ends an open wait without a value
    handed_over_.reset();
  }

  void reopen(Instant at) {
    if (open()) return;
    ledger_.resolves.back().reopened_at = at;
    begin_interval(Owner::clinic, at);  // rule 3
  }

  void open_linked(Instant at) {
    Ledger next;
    next.case_id = ledger_.case_id;
    next.subject_id = ledger_.subject_id;
    next.linked = true;
    next.opened_at = at;
    next.site_id = ledger_.site_id;
    next.queue_id = ledger_.queue_id;
    next.topic = next.opening_topic = ledger_.topic;
    next.priority = next.opening_priority = ledger_.priority;
    next.language = ledger_.language;
    past_.push_back(std::exchange(ledger_, std::move(next)));
    keep_state(at);
    begin_interval(Owner::clinic, at);
  }

  void assign(const Fact& fact) {
    ledger_.agent_id = fact.agent_id;
    if (fact.happened_at == ledger_.opened_at) ledger_.opening_agent_id = fact.agent_id;
    if (holding_) begin_interval(holding_->owner, fact.happened_at);
    keep_state(fact.happened_at);
  }
  void change_topic(const Fact& fact) {
    ledger_.topic = fact.topic;
    if (fact.happened_at == ledger_.opened_at) ledger_.opening_topic = fact.topic;
    keep_state(fact.happened_at);
  }
  void change_priority(const Fact& fact) {
    ledger_.priority = fact.priority;
    if (fact.happened_at == ledger_.opened_at) ledger_.opening_priority = fact.priority;
    keep_state(fact.happened_at);
  }
  void keep_state(Instant at) { ledger_.states.push_back({at, ledger_.topic, ledger_.priority, ledger_.agent_id}); }

  void set_owner(Owner owner, Instant at) {
    if (holding_) begin_interval(owner, at);  // nobody holds a resolved case
  }

  void begin_interval(Owner owner, Instant at) {
    if (holding_ && holding_->owner == owner && holding_->agent_id == ledger_.agent_id) return;
    end_interval(at);
    holding_ = Interval{owner, ledger_.agent_id, at, kOpenEnd};
  }
  void end_interval(Instant at) {
    if (holding_ && at > holding_->from) {
      holding_->to = at;
      ledger_.intervals.push_back(*holding_);
    }
    holding_.reset();
  }
  void close_ledger() {
    if (holding_) ledger_.intervals.push_back(*holding_);
    holding_.reset();
  }

  SiteId own_site(const Fact& fact) const { return fact.site_id ? fact.site_id : ledger_.site_id; }

  Ledger ledger_;
  std::vector<Ledger> past_;
  std::optional<Interval> holding_;
  std::optional<Contact> handed_over_;  // by the bot, and no person has answered since
  Contact last_contact_;
  bool started_ = false, adopted_ = false;
};

using Folds = std::map<CaseId, CaseFold>;

Folds cases_of(const std::vector<Fact>& facts) {
  Folds folds;
  for (const auto& fact : facts)
    if (fact.kind == Kind::opened) folds.emplace(fact.case_id, CaseFold(fact));
  return folds;
}

using Moved = std::map<ConversationId, CaseId>;

// `move`: from its instant on the conversation, with its unanswered messages, belongs to the other case. It sets no
// owner (rule 2).
void move(const Fact& fact, Moved& moved, Folds& folds) {
  const auto current = moved.find(fact.conversation_id);
  const CaseId from = current == moved.end() ? fact.case_id : current->second;
  moved[fact.conversation_id] = fact.other_case_id;
  const auto giver = folds.find(from), taker = folds.find(fact.other_case_id);
  if (giver == folds.end() || taker == folds.end() || giver == taker) return;
  taker->second.take(giver->second.give(fact.conversation_id));
}

CaseId case_of(const Fact& fact, const Moved& moved) {
  if (fact.kind != Kind::message) return fact.case_id;
  const auto found = moved.find(fact.conversation_id);
  return found == moved.end() ? fact.case_id : found->second;
}

// A `move` with a message splits it off: it belongs to that conversation from the beginning, and the conversation
// moves.
void apply_splits(std::vector<Fact>& facts) {
  std::map<MessageId, ConversationId> split;
  for (const auto& fact : facts)
    if (fact.kind == Kind::move && fact.message_id) split[fact.message_id] = fact.conversation_id;
  if (split.empty()) return;
  for (auto& fact : facts)
    if (const auto found = split.find(fact.message_id); fact.kind == Kind::message && found != split.end())
      fact.conversation_id = found->second;
}

}  // namespace

std::vector<Ledger> fold(std::vector<Fact> facts, Instant as_of) {
  apply_splits(facts);
  auto events = events_of(facts, as_of);
  const auto thanks = thanked(events);
  mark_runs(events, thanks);
  Folds folds = cases_of(facts);
  Moved moved;
  for (const auto& event : events) {
    const Fact& fact = *event.fact;
    if (fact.kind == Kind::message && thanks.contains(fact.message_id)) continue;
    if (fact.kind == Kind::move)
      move(fact, moved, folds);
    else if (const auto found = folds.find(case_of(fact, moved)); found != folds.end())
      found->second.apply(event);
  }
  std::vector<Ledger> ledgers;
  for (auto& [id, fold] : folds) fold.finish(ledgers);
  return ledgers;
}

const State& Ledger::state_at(Instant when) const {
  const auto after = std::upper_bound(states.begin(), states.end(), when,
                                      [](Instant at, const State& state) { return at < state.since; });
  return after == states.begin() ? states.front() : *std::prev(after);
}

CaseState state_of(const Ledger& ledger) {
  CaseState state;
  state.opened_at = ledger.opened_at;
  state.first_answer_at = ledger.first_answer_at;
  state.agent_id = ledger.agent_id;
  state.topic = ledger.topic;
  state.priority = ledger.priority;
  state.queue_id = ledger.queue_id;
  if (ledger.first_contact) state.first_channel = ledger.first_contact->channel;
  if (!ledger.resolves.empty()) state.last_resolved_at = ledger.resolves.back().at;
  state.status = ledger.open() ? CaseStatus::open : CaseStatus::resolved;
  if (!ledger.open() || ledger.intervals.empty()) return state;
  state.waiting_on = ledger.intervals.back().owner;
  // An assignment starts a new interval but not a new wait.
  for (auto it = ledger.intervals.rbegin(); it != ledger.intervals.rend() && it->owner == state.waiting_on; ++it) {
    if (state.waiting_since && it->to != *state.waiting_since) break;
    state.waiting_since = it->from;
  }
  for (const auto& contact : ledger.unanswered)
    if (contact.kind == Kind::message) {
      state.unanswered_since = contact.at;
      state.waiting_channel = contact.channel;
      break;
    }
  return state;
}

}  // namespace auricle::facts
