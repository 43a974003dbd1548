// An independent computation of the figures: written from kpi.md and history-format.md alone, over the rows of a
// history, one plain pass in time. Slow and simple on purpose; it shares nothing with the program.

import { after_business, business, type Hours, hour, local_day, minute, next_day, start_of } from './oracle_time';
import type { Contact, Event, Part, Resolve } from './oracle_parts';

export type Row = Record<string, unknown> & { kind: string; id: string };
export type Owner = 'clinic' | 'patient' | 'third_party';
const week = 7 * 24 * hour;
const order = 'message call visit wait assign topic priority move handoff escalate ack resolve reopen left'.split(' ');

export interface Hit {
  key: string;
  day: string;
  site: string;
  channel: string | null;
  agent: string | null;
  topic: string | null;
  language: string | null;
  priority: string | null;
  /** Of a duration: milliseconds; null where there is no calendar. */
  ms?: number | null;
  /** Of a rate: in the numerator; with a weight, or a part of it, where it is shared out. */
  counted?: boolean;
  weight?: number;
  part?: number;
  /** Of a survey. */
  score?: number;
}

const text = (row: Row, name: string) => (typeof row[name] === 'string' ? (row[name] as string) : null);
const time = (row: Row, name: string) => (row[name] === undefined ? undefined : Date.parse(row[name] as string));

export class Oracle {
  readonly sites = new Map<string, Row>();
  readonly agents = new Set<string>();
  readonly queues = new Map<string, Row>();
  first_site = '';
  readonly parts = new Map<string, Part[]>();
  private acked = new Map<string, number>();
  private moved = new Map<string, string>();
  private home = new Map<string, string>();
  private silent_since = new Map<string, number>();
  private loose: Hit[] = [];

  constructor(
    private rows: Row[],
    readonly as_of: number,
    /** Thank-yous marked until then are known; one marked later never made anybody wait. */
    known = as_of,
  ) {
    for (const row of rows) {
      if (row.kind === 'site') this.sites.set(row.id, row);
      if (row.kind === 'site' && !this.first_site) this.first_site = row.id;
      if (row.kind === 'queue') this.queues.set(row.id, row);
      if (row.kind === 'agent') this.agents.add(row.id);
      if (row.kind === 'ack' && (time(row, 'at') ?? 0) <= known) this.acked.set(text(row, 'message') ?? '', 1);
      if (row.kind === 'message') this.home.set(this.conversation(row), text(row, 'case') ?? '');
    }
    for (const row of rows)
      if (row.kind === 'case') this.parts.set(row.id, [this.new_part(row, time(row, 'opened_at') ?? 0)]);
    for (const event of this.events()) this.take(event);
  }

  private conversation = (row: Row) => text(row, 'conversation') ?? `${text(row, 'case')} ${text(row, 'channel')}`;
  zone = (site: string) => text(this.sites.get(site) ?? { kind: '', id: '' }, 'time_zone') ?? 'UTC';

  private new_part(row: Row, opened: number): Part {
    const topic = text(row, 'topic');
    const priority = text(row, 'priority') ?? 'normal';
    return {
      id: row.id,
      row,
      by_patient: row.opened_by === 'patient',
      opened,
      begun: false,
      topic,
      priority,
      agent: null,
      open_topic: topic,
      open_priority: priority,
      open_agent: null,
      waiting: [],
      replies: [],
      resolves: [],
      contacts: [],
      answers: [],
      person_replied: false,
      inbound: [],
      handoffs: [],
      escalated: false,
      turns: [],
      story: [{ at: opened, topic, priority, agent: null }],
    };
  }

  private events(): Event[] {
    const all: Event[] = [];
    const add = (row: Row, at: number | undefined, step = 0) => {
      if (at !== undefined && at <= this.as_of) all.push({ at, kind: row.kind, id: row.id, step, row });
    };
    for (const row of this.rows) {
      if (row.kind === 'case') add(row, time(row, 'opened_at'));
      else if (row.kind === 'call') {
        add(row, time(row, 'queued_at') ?? time(row, 'offered_at'));
        add(row, time(row, 'answered_at'), 1);
        if (row.answered_at) add(row, time(row, 'ended_at'), 2);
      } else if (row.kind === 'visit') {
        add(row, time(row, 'arrived_at'));
        add(row, time(row, 'called_at'), 1);
        add(row, time(row, 'ended_at'), 2);
      } else if (order.includes(row.kind)) add(row, time(row, 'at'));
    }
    const rank = (event: Event) => order.indexOf(event.kind);
    return all.sort(
      (a, b) => a.at - b.at || rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.step - b.step),
    );
  }

  private part_of(event: Event): Part | undefined {
    const { row } = event;
    const name =
      row.kind === 'case'
        ? row.id
        : row.kind === 'message'
          ? (this.moved.get(this.conversation(row)) ?? text(row, 'case'))
          : text(row, 'case');
    return name === null ? undefined : this.parts.get(name)?.at(-1);
  }

  private take(event: Event) {
    const { row, at } = event;
    if (row.kind === 'move') return this.move(row, at);
    if (row.kind === 'ack' || (row.kind === 'message' && this.acked.has(row.id))) return;
    const part = this.part_of(event);
    if (!part) {
      if (row.kind === 'call' && row.direction === 'in' && event.step === 0) this.loose_call(row, at);
      return;
    }
    switch (row.kind) {
      case 'case':
        part.begun = true;
        return this.turn(part, at, 'clinic');
      case 'message':
        return this.message(part, row, at);
      case 'call':
        return this.call(part, row, at, event.step);
      case 'visit':
        return this.visit(part, row, at, event.step);
      case 'wait':
        return this.turn(part, at, row.on as Owner);
      case 'escalate':
        part.escalated = true;
        return;
      case 'left':
        part.left ??= at;
        return;
      case 'resolve':
        return this.resolve(part, row, at);
      case 'reopen':
        return this.reopen(part, at);
      case 'handoff':
        return this.hand_over(part, at);
      default:
        return this.change(part, row, at);
    }
  }

  private is_open = (part: Part) => part.resolves.length === 0 || part.resolves.at(-1)?.again !== undefined;
  site_of = (part: Part, row?: Row) => (row && text(row, 'site')) ?? text(part.row, 'site') ?? this.first_site;

  private turn(part: Part, at: number, owner: Owner | null) {
    if (!part.begun || (owner && !this.is_open(part))) return;
    part.turns.push({ at, owner, agent: part.agent });
  }
  private change(part: Part, row: Row, at: number) {
    if (row.kind === 'assign') part.agent = text(row, 'agent');
    if (row.kind === 'topic') part.topic = text(row, 'value');
    if (row.kind === 'priority') part.priority = text(row, 'value');
    if (at === part.opened) {
      if (row.kind === 'assign') part.open_agent = part.agent;
      if (row.kind === 'topic') part.open_topic = part.topic;
      if (row.kind === 'priority') part.open_priority = part.priority;
    }
    part.story.push({ at, topic: part.topic, priority: part.priority, agent: part.agent });
    const now = part.turns.at(-1)?.owner;
    if (row.kind === 'assign' && now) this.turn(part, at, now);
  }

  private message(part: Part, row: Row, at: number) {
    if (row.direction === 'in') return this.inbound(part, row, at);
    if (row.public === false) return;
    if (row.author !== 'bot') {
      this.answer(part, row, at, text(row, 'author'));
      return this.turn(part, at, 'patient');
    }
    const asked = part.first && part.by_patient && part.resolves.length === 0 && !part.answers.some((one) => one.bot);
    if (asked && part.first)
      this.reply(part, 'first_automated_response_time', part.first, at, this.site_of(part), null);
    part.answers.push({ at, bot: true, topic: part.topic, priority: part.priority });
  }

  private inbound(named: Part, row: Row, at: number) {
    let part = named;
    const resolved = part.resolves.at(-1);
    if (resolved && !this.is_open(part)) {
      if (at - resolved.at <= week) this.reopen(part, at);
      else part = this.linked(part, at);
    }
    part.inbound.push(at);
    const conversation = this.conversation(row);
    const silent = this.silent_since.get(conversation);
    this.silent_since.set(conversation, at);
    const contact = { at, channel: text(row, 'channel') ?? '', site: this.site_of(part), conversation, written: true };
    this.contact(part, contact, silent === undefined || at - silent > 8 * hour);
    this.turn(part, at, 'clinic');
  }

  private linked(old: Part, at: number): Part {
    const part = this.new_part(old.row, at);
    Object.assign(part, {
      by_patient: true,
      begun: true,
      topic: old.topic,
      priority: old.priority,
      open_topic: old.topic,
      open_priority: old.priority,
      story: [{ at, topic: old.topic, priority: old.priority, agent: null }],
    });
    this.parts.get(old.id)?.push(part);
    this.turn(part, at, 'clinic');
    return part;
  }

  private contact(part: Part, contact: Contact, counts: boolean) {
    part.first ??= contact;
    part.last = contact;
    if (counts) part.contacts.push(contact);
    if (this.is_open(part)) part.waiting.push(contact);
  }

  private call(part: Part, row: Row, at: number, step: number) {
    if (step === 1) return this.answer(part, row, at, text(row, 'agent'));
    if (step === 2) return this.turn(part, at, 'patient');
    if (row.direction !== 'in') return;
    this.contact(
      part,
      { at, channel: 'phone', site: this.site_of(part, row), conversation: null, written: false },
      true,
    );
    if (row.queued_at) this.turn(part, at, 'clinic');
  }
  private visit(part: Part, row: Row, at: number, step: number) {
    if (step === 1) return this.answer(part, row, at, text(row, 'agent'));
    if (step === 2) return this.turn(part, at, 'patient');
    this.contact(
      part,
      { at, channel: 'frontdesk', site: this.site_of(part, row), conversation: null, written: false },
      true,
    );
    this.turn(part, at, 'clinic');
  }
  private loose_call(row: Row, at: number) {
    const queue = this.queues.get(text(row, 'queue') ?? '');
    const site = text(row, 'site') ?? (queue && text(queue, 'site')) ?? this.first_site;
    this.loose.push({
      key: 'contacts',
      day: local_day(this.zone(site), at),
      site,
      channel: 'phone',
      agent: null,
      topic: null,
      language: null,
      priority: null,
    });
  }

  private reply(part: Part, key: string, from: Contact, end: number, ended_at_site: string, agent: string | null) {
    part.replies.push({ ...from, key, end, ended_at_site, agent, topic: part.topic, priority: part.priority });
  }
  private answer(part: Part, row: Row, at: number, agent: string | null) {
    part.answers.push({ at, bot: false, topic: part.topic, priority: part.priority });
    const site = this.site_of(part, row.kind === 'message' ? undefined : row);
    if (part.handed) this.reply(part, 'handoff_response_time', part.handed, at, site, agent);
    delete part.handed;
    if (!this.is_open(part) || part.waiting.length === 0) return;
    const sorted = part.waiting.toSorted((a, b) => a.at - b.at);
    const first = part.by_patient && !part.person_replied && part.resolves.length === 0;
    const since = first ? sorted[0] : sorted.find((one) => one.written);
    if (since) this.reply(part, first ? 'first_response_time' : 'next_reply_time', since, at, site, agent);
    part.person_replied = true;
    part.waiting = [];
  }
  private hand_over(part: Part, at: number) {
    part.handoffs.push({ at, topic: part.topic, priority: part.priority });
    if (this.is_open(part) && !part.handed)
      part.handed = {
        at,
        channel: part.last?.channel ?? '',
        site: part.last?.site ?? this.site_of(part),
        conversation: null,
        written: false,
      };
    this.turn(part, at, 'clinic');
  }
  private resolve(part: Part, row: Row, at: number) {
    if (!this.is_open(part)) return;
    const bot = row.agent === 'bot';
    const agent = bot ? null : (text(row, 'agent') ?? part.agent);
    part.resolves.push({
      at,
      agent,
      bot,
      topic: part.topic,
      priority: part.priority,
      nobody: part.answers.length === 0,
    });
    part.waiting = [];
    delete part.handed;
    this.turn(part, at, null);
  }
  private reopen(part: Part, at: number) {
    const last = part.resolves.at(-1);
    if (!last || this.is_open(part)) return;
    last.again = at;
    this.turn(part, at, 'clinic');
  }
  private move(row: Row, _at: number) {
    const conversation = text(row, 'conversation') ?? '';
    const from = this.moved.get(conversation) ?? this.home.get(conversation) ?? '';
    const to = text(row, 'case') ?? '';
    this.moved.set(conversation, to);
    const giver = this.parts.get(from)?.at(-1);
    const taker = this.parts.get(to)?.at(-1);
    if (!giver || !taker || giver === taker) return;
    const goes = giver.waiting.filter((one) => one.conversation === conversation);
    giver.waiting = giver.waiting.filter((one) => one.conversation !== conversation);
    if (!this.is_open(taker)) return;
    for (const one of goes) taker.first ??= one;
    taker.waiting.push(...goes);
  }

  // --- What it adds up to ---------------------------------------------------------------------------------------------

  private hours_of = (part: Part) => this.hours(this.site_of(part), text(part.row, 'queue'));
  hours(at_site: string, of_queue: string | null): Hours | null {
    const site = this.sites.get(at_site);
    const queue = this.queues.get(of_queue ?? '');
    const home = queue ? this.sites.get(text(queue, 'site') ?? '') : site;
    const calendar = queue?.calendar ?? (queue ? home?.calendar : site?.calendar);
    if (!calendar) return null;
    const holidays = (queue?.holidays ?? home?.holidays ?? []) as string[];
    return {
      zone: text(home ?? { kind: '', id: '' }, 'time_zone') ?? 'UTC',
      week: calendar as Hours['week'],
      holidays,
    };
  }
  private ms(part: Part, clock: string, from: number, to: number): number | null {
    if (clock === 'elapsed') return to - from;
    const hours = this.hours_of(part);
    return hours && business(hours, from, to);
  }

  private at_part(key: string, part: Part, at: number, own_site?: string): Hit {
    return {
      key,
      day: local_day(this.zone(own_site ?? this.site_of(part)), at),
      site: part.first?.site ?? this.site_of(part),
      channel: part.first?.channel || null,
      agent: null,
      topic: null,
      language: text(part.row, 'language'),
      priority: null,
    };
  }
  /** Topic, priority and holder at an instant, changes of the same instant included. */
  told(part: Part, at: number) {
    return part.story.findLast((one) => one.at <= at) ?? part.story[0];
  }

  /** Everything each figure counts, of the whole history; by_person splits what a case took by who held it. */
  hits(clock: string, by_person: boolean): Hit[] {
    const all = [...this.loose];
    for (const parts of this.parts.values())
      for (const part of parts) {
        if (!part.begun) continue;
        const opened = { topic: part.open_topic, priority: part.open_priority, agent: part.open_agent };
        all.push({ ...this.at_part('cases_opened', part, part.opened), ...opened });
        all.push({ ...this.at_part('escalation_rate', part, part.opened), ...opened, counted: part.escalated });
        for (const one of part.contacts)
          all.push({
            ...this.at_part('contacts', part, one.at, one.site),
            ...this.told(part, one.at),
            site: one.site,
            channel: one.channel,
          });
        for (const one of part.replies)
          all.push({
            ...this.at_part(one.key, part, one.end, one.ended_at_site),
            site: one.site,
            channel: one.channel || null,
            agent: one.agent,
            topic: one.topic,
            priority: one.priority,
            ms: this.ms(part, clock, one.at, one.end),
          });
        all.push(...this.resolved(part, clock, by_person), ...this.of_bot(part), ...this.abandoned(part));
      }
    return all;
  }

  private resolved(part: Part, clock: string, by_person: boolean): Hit[] {
    const out: Hit[] = [];
    const hit = (key: string, one: Resolve): Hit => ({
      ...this.at_part(key, part, one.at),
      topic: one.topic,
      priority: one.priority,
      agent: one.agent,
    });
    for (const one of part.resolves)
      out.push({ ...hit('reopen_rate', one), counted: one.again !== undefined && one.again - one.at <= week });
    const first = part.resolves[0];
    const last = part.resolves.at(-1);
    if (!first || !last) return out;
    if (first.nobody) out.push(hit('resolved_unanswered', first));
    if (part.by_patient) {
      const contacts = part.contacts.filter((one) => one.at <= first.at).length;
      const back = first.again !== undefined && first.again - first.at <= week;
      out.push({
        ...hit('first_contact_resolution', first),
        counted: contacts === 1 && !back && !this.came_again(part, first),
      });
    }
    const spread = (key: string, until: Resolve, owner?: Owner) => {
      for (const [agent, ms] of this.held(part, clock, until.at, by_person, owner))
        out.push({ ...hit(key, until), agent: by_person ? agent : until.agent, ms });
    };
    spread('first_resolution_time', first);
    spread('full_resolution_time', last);
    for (const owner of ['clinic', 'patient', 'third_party'] as const) spread(`${owner}_time`, last, owner);
    return out;
  }

  /** Milliseconds up to an instant, by who held the case (one entry unless by person). */
  private held(
    part: Part,
    clock: string,
    until: number,
    by_person: boolean,
    owner?: Owner,
  ): Map<string | null, number | null> {
    const sums = new Map<string | null, number | null>();
    if (!by_person) sums.set(null, 0);
    part.turns.forEach((turn, i) => {
      const end = Math.min(part.turns[i + 1]?.at ?? Number.POSITIVE_INFINITY, until);
      if (!turn.owner || end <= turn.at) return;
      const who = by_person ? turn.agent : null;
      const ms = this.ms(part, clock, turn.at, end);
      const before = sums.get(who) ?? 0;
      sums.set(who, ms === null ? null : before + (!owner || owner === turn.owner ? ms : 0));
    });
    if (sums.size === 0) sums.set(part.open_agent, 0);
    return sums;
  }

  private came_again(part: Part, resolve: Resolve): boolean {
    const patient = text(part.row, 'patient');
    if (!patient) return false;
    for (const others of this.parts.values())
      for (const other of others)
        if (
          other.id !== part.id &&
          other.begun &&
          text(other.row, 'patient') === patient &&
          other.open_topic === resolve.topic &&
          other.opened > resolve.at &&
          other.opened - resolve.at <= week
        )
          return true;
    return false;
  }

  private of_bot(part: Part): Hit[] {
    const out: Hit[] = [];
    const first = part.answers.find((one) => one.bot);
    const handed = part.handoffs[0];
    if (first) {
      const last = part.resolves.at(-1);
      const alone =
        last?.bot === true &&
        part.answers.every((one) => one.bot) &&
        part.resolves.every((one) => one.again === undefined) &&
        !part.inbound.some((at) => at > last.at && at - last.at <= week) &&
        !this.came_again(part, last);
      out.push({
        ...this.at_part('bot_containment', part, first.at),
        ...this.told(part, first.at),
        agent: null,
        counted: alone,
      });
    }
    const met = first && handed ? (handed.at < first.at ? handed : first) : (first ?? handed);
    if (met)
      out.push({
        ...this.at_part('handoff_rate', part, met.at),
        ...this.told(part, met.at),
        agent: null,
        counted: handed !== undefined,
      });
    return out;
  }

  private abandoned(part: Part): Hit[] {
    const { first } = part;
    if (!part.by_patient || !first?.written) return [];
    const hours = this.hours_of(part);
    let limit = hours ? after_business(hours, first.at, 16 * hour) : first.at + 16 * hour;
    if (first.channel === 'webchat') {
      let last = first.at;
      for (const at of part.inbound) {
        if (at - last > 30 * minute) break;
        last = Math.max(last, at);
      }
      limit = part.left ?? last + 30 * minute;
    }
    if (
      limit > this.as_of ||
      part.answers.some((one) => one.at <= limit) ||
      part.resolves.some((one) => one.at <= limit)
    )
      return [];
    return [{ ...this.at_part('abandoned_inquiries', part, limit), ...this.told(part, limit) }];
  }

  /** Cases unresolved at the end of a local day of their site, or at as_of if that is earlier. */
  static backlog(rows: Row[], as_of: number, day: string): Hit[] {
    const plain = new Oracle(rows, as_of);
    const out: Hit[] = [];
    const ends = new Set(
      [...plain.sites.keys()].map((site) => Math.min(start_of(plain.zone(site), next_day(day)) - 1, as_of)),
    );
    for (const end of ends) {
      const then = new Oracle(rows, end, as_of);
      for (const parts of then.parts.values()) {
        const part = parts.at(-1);
        if (!part?.begun || !then.is_open(part)) continue;
        if (Math.min(start_of(then.zone(then.site_of(part)), next_day(day)) - 1, as_of) !== end) continue;
        out.push({
          ...then.at_part('backlog', part, end),
          day,
          topic: part.topic,
          priority: part.priority,
          agent: part.agent,
        });
      }
    }
    return out;
  }
}
