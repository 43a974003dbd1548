// The independent computation of calls, surveys, appointments and occupancy, from the rows and kpi.md alone.
import type { Hit, Oracle, Row } from './oracle';
import type { Part } from './oracle_parts';
import { business, local_day, next_day, start_of } from './oracle_time';

const hour = 3_600_000;
const day_ms = 24 * hour;
const slot_ms = 500;
const text = (row: Row | undefined, name: string) => (typeof row?.[name] === 'string' ? (row[name] as string) : null);
const time = (row: Row, name: string) => (row[name] === undefined ? undefined : Date.parse(row[name] as string));

export class Beside {
  private days?: Hit[];
  private numbers = new Map<string, string[]>();

  constructor(
    private oracle: Oracle,
    private rows: Row[],
    private as_of: number,
    private clock: string,
  ) {
    for (const row of rows)
      for (const point of (row.contact_points ?? []) as { system: string; value: string }[])
        if (point.system === 'phone') this.numbers.set(point.value, [...(this.numbers.get(point.value) ?? []), row.id]);
  }

  hits(by_person: boolean): Hit[] {
    const of = (kind: string) => this.rows.filter((row) => row.kind === kind);
    return [
      ...of('call').flatMap((row) => this.call(row)),
      ...of('survey').flatMap((row) => this.survey(row, by_person)),
      ...of('appointment').flatMap((row) => this.appointment(row)),
      ...(this.days ??= this.occupancy(of('presence'))),
    ];
  }

  private part(row: Row, at: number): Part | undefined {
    const parts = (this.oracle.parts.get(text(row, 'case') ?? '') ?? []).filter((one) => one.begun);
    return parts.findLast((one) => one.opened <= at) ?? parts[0];
  }
  private ms(site: string, queue: string | null, from: number, to: number): number | null {
    if (this.clock === 'elapsed') return Math.max(0, to - from);
    const hours = this.oracle.hours(site, queue);
    return hours && business(hours, from, to);
  }

  // --- Calls
  private outside = (row: Row) => text(row, row.direction === 'in' ? 'from' : 'to') ?? '';
  private who(row: Row): string | null {
    if (row.case) return text(this.part(row, time(row, 'offered_at') ?? 0)?.row, 'patient');
    const known = this.numbers.get(this.outside(row)) ?? [];
    return text(row, 'patient') ?? (known.length === 1 ? (known[0] ?? null) : null);
  }

  private reaches?: { who: string | null; number: string | null; at: number; began: number }[];
  private reached() {
    this.reaches ??= this.rows.flatMap((row) => {
      const at = time(row, { message: 'at', call: 'answered_at', visit: 'called_at' }[row.kind] ?? '-');
      if (at === undefined || at > this.as_of) return [];
      if (row.kind === 'message' && (row.direction === 'in' || row.author === 'bot' || row.public === false)) return [];
      const began = time(row, 'queued_at') ?? time(row, 'offered_at') ?? time(row, 'arrived_at') ?? at;
      const number = row.kind === 'call' ? this.outside(row) : null;
      const who =
        row.kind === 'call' ? this.who(row) : text(this.part(row, row.kind === 'visit' ? began : at)?.row, 'patient');
      return [{ who, number, at, began }];
    });
    return this.reaches;
  }

  private call(row: Row): Hit[] {
    const ended = time(row, 'ended_at') ?? 0;
    const offered_at = time(row, 'offered_at') ?? 0;
    if (ended > this.as_of) return [];
    const part = this.part(row, offered_at);
    const queue = text(row, 'queue') ?? text(part?.row, 'queue');
    const own_queue = this.oracle.queues.get(text(row, 'queue') ?? '');
    const site = text(row, 'site') ?? text(part?.row, 'site') ?? text(own_queue, 'site') ?? this.oracle.first_site;
    const state = part ? this.oracle.told(part, ended) : undefined;
    const base = {
      day: local_day(this.oracle.zone(site), offered_at),
      site,
      channel: 'phone',
      agent: text(row, 'agent'),
      topic: state?.topic ?? null,
      priority: state?.priority ?? null,
      language: text(part?.row, 'language'),
    };
    const out: Hit[] = [];
    const add = (key: string, more: Partial<Hit> = {}) => out.push({ key, ...base, ...more });
    const queued = time(row, 'queued_at');
    const answered = time(row, 'answered_at');
    if (row.direction !== 'in') return [];
    const missed = () => {
      add('calls_missed');
      const mine = this.who(row);
      const back = this.reached()
        .filter((one) => (mine ? one.who === mine : one.number && one.number === this.outside(row)))
        .filter((one) => one.at >= ended && one.at <= ended + day_ms)
        .sort((a, b) => a.at - b.at || a.began - b.began)[0];
      add('missed_recovered', { counted: back !== undefined });
      if (back) add('callback_time', { ms: this.ms(site, queue, ended, Math.max(ended, back.began)) });
    };
    if (row.exit === 'closed' && !answered) missed();
    if (queued === undefined) {
      if (row.exit === 'ivr_exit') add('ivr_exits');
      return out;
    }
    add('calls_offered');
    const waited = ((answered ?? ended) - queued) / 1000;
    const gave_up = !answered && row.exit === 'abandoned';
    const short = gave_up && waited < 5;
    const good = answered !== undefined && waited <= 20;
    if (short) add('calls_short_abandoned');
    if (gave_up && !short) add('calls_abandoned');
    if (!short) {
      add('abandonment_rate', { counted: gave_up });
      add('service_level', { counted: good });
      if (!answered && row.exit !== 'closed' && row.exit !== 'ivr_exit') missed();
    }
    add('service_level_all_abandons', { counted: good });
    add('service_level_abandons_met', { counted: good || (gave_up && waited <= 20) });
    if (answered === undefined) return out;
    add('service_level_answered_only', { counted: good });
    add('average_speed_of_answer', { ms: this.ms(site, queue, queued, answered) });
    const wrapped = ended + 1000 * Number(row.wrap_up_seconds ?? 0);
    add('average_handle_time', { ms: this.ms(site, queue, answered, wrapped) });
    return out;
  }

  // --- Surveys
  private survey(row: Row, by_person: boolean): Hit[] {
    const sent = time(row, 'sent_at') ?? 0;
    const given = time(row, 'answered_at');
    const part = this.part(row, sent);
    const asked = this.rows.find((one) => one.kind === 'appointment' && one.id === row.appointment);
    const site = part
      ? (part.first?.site ?? this.oracle.site_of(part))
      : (text(asked, 'site') ?? this.oracle.first_site);
    const on = (key: string, at: number, more: Partial<Hit>): Hit => {
      const state = part && this.oracle.told(part, at);
      return {
        key,
        day: local_day(this.oracle.zone(site), at),
        site,
        channel: text(row, 'channel') ?? (part ? part.first?.channel || null : text(asked, 'channel')),
        agent: asked && this.oracle.agents.has(text(asked, 'practitioner') ?? '') ? text(asked, 'practitioner') : null,
        topic: state?.topic ?? null,
        priority: state?.priority ?? null,
        language: text(part?.row, 'language'),
        ...more,
      };
    };
    const score = row.score as number | undefined;
    const answered = score !== undefined && given !== undefined && given <= this.as_of;
    const hits: Hit[] = [];
    if (sent <= this.as_of)
      hits.push(on('survey_response_rate', sent, { counted: answered && (given ?? 0) <= sent + 14 * day_ms }));
    if (answered) hits.push(on(text(row, 'instrument') ?? '', given, { counted: score >= 4, score }));
    if (!by_person || !part) return hits;
    const shares = this.shares(part, sent);
    if (shares.size === 0) return hits;
    const sum = [...shares.values()].reduce((a, b) => a + b, 0);
    return hits.flatMap((hit) => [...shares].map(([agent, share]) => ({ ...hit, agent, weight: share / sum })));
  }

  private shares(part: Part, sent: number): Map<string | null, number> {
    const shares = new Map<string | null, number>();
    const add = (who: string | null, share: number) => {
      if (share > 0) shares.set(who, (shares.get(who) ?? 0) + share);
    };
    const first = part.answers.findIndex((one) => one.bot);
    const bot = part.answers[first];
    const person = first < 0 ? undefined : part.answers.slice(first).find((one) => !one.bot);
    const handed = bot && part.handoffs.filter((one) => one.at >= bot.at).map((one) => one.at);
    const bot_until = Math.min(person?.at ?? Number.POSITIVE_INFINITY, ...(handed ?? []));
    part.turns.forEach((turn, i) => {
      if (!turn.owner) return;
      const to = Math.min(part.turns[i + 1]?.at ?? Number.POSITIVE_INFINITY, sent);
      if (turn.agent) add(turn.agent, to - turn.at);
      else if (bot) add('bot', Math.min(to, bot_until) - Math.max(turn.at, bot.at));
    });
    if (shares.size) return shares;
    for (const one of part.replies) if (one.agent && one.end <= sent) add(one.agent, 1);
    for (const one of part.answers) if (one.bot && one.at <= sent) add('bot', 1);
    const resolve = part.resolves.findLast((one) => one.at <= sent);
    if (!shares.size && resolve) add(resolve.bot ? 'bot' : resolve.agent, 1);
    return shares;
  }

  // --- Appointments
  private appointment(row: Row): Hit[] {
    const [booked, starts] = [time(row, 'booked_at') ?? 0, time(row, 'start') ?? 0];
    if (booked > this.as_of && starts > this.as_of) return [];
    const site = text(row, 'site') ?? this.oracle.first_site;
    const practitioner = text(row, 'practitioner') ?? '';
    const base = {
      day: local_day(this.oracle.zone(site), starts),
      site,
      channel: text(row, 'channel'),
      agent: this.oracle.agents.has(practitioner) ? practitioner : null,
      topic: null,
      priority: null,
      language: null,
    };
    const out: Hit[] = [];
    const add = (key: string, more: Partial<Hit>) => out.push({ key, ...base, ...more });
    const lasting = (key: string, from: number, to: number | undefined) => {
      if (to !== undefined && (to <= this.as_of || to === starts)) add(key, { ms: this.ms(site, null, from, to) });
    };
    if (booked <= starts) lasting('booking_lead_time', booked, starts);
    const arrived = time(row, 'arrived_at');
    const due = starts <= this.as_of;
    const came =
      ['arrived', 'fulfilled'].includes(row.status as string) &&
      (arrived ?? time(row, 'started_at') ?? starts) <= this.as_of;
    if (came || (row.status === 'noshow' && due)) add('no_show_rate', { counted: !came });
    const cancelled = time(row, 'cancelled_at');
    if (due && (row.status !== 'cancelled' || cancelled !== undefined))
      add('late_cancellation_rate', {
        counted: row.status === 'cancelled' && starts - (cancelled ?? 0) <= day_ms,
      });
    if (arrived !== undefined) lasting('waiting_room_time', Math.max(arrived, starts), time(row, 'called_at'));
    lasting('start_delay', starts, time(row, 'started_at'));
    return out;
  }

  // --- Occupancy, half a second at a time
  private occupancy(rows: Row[]): Hit[] {
    const site = this.oracle.first_site;
    const zone = this.oracle.zone(site);
    const days = new Map<string, Row[]>();
    for (const row of rows) {
      const at = time(row, 'at') ?? 0;
      if (at > this.as_of) continue;
      const name = `${row.agent} ${local_day(zone, at)}`;
      days.set(name, [...(days.get(name) ?? []), row]);
    }
    return [...days].flatMap(([name, mine]) => {
      const [agent, day] = name.split(' ') as [string, string];
      const from = start_of(zone, day);
      const slots = Math.floor((Math.min(start_of(zone, next_day(day)), this.as_of) - from) / slot_ms);
      const states = new Array<string>(slots).fill('');
      const sorted = mine.toSorted((a, b) => (time(a, 'at') ?? 0) - (time(b, 'at') ?? 0) || (a.id < b.id ? -1 : 1));
      for (const row of sorted) states.fill(row.state as string, ((time(row, 'at') ?? 0) - from) / slot_ms);
      const busy = states.map((state) => state === 'busy' || state === 'wrap_up');
      for (const row of this.rows) {
        if ((row.kind !== 'call' && row.kind !== 'visit') || row.agent !== agent) continue;
        const begun = time(row, row.kind === 'call' ? 'answered_at' : 'called_at');
        const ended = time(row, 'ended_at');
        if (begun === undefined || ended === undefined) continue;
        const until = ended + 1000 * Number(row.wrap_up_seconds ?? 0);
        for (let at = Math.max(begun, from); at < until && at < from + slots * slot_ms; at += slot_ms)
          busy[Math.floor((at - from) / slot_ms)] = true;
      }
      const handling = busy.filter(Boolean).length;
      const free = states.filter((state, i) => state === 'available' && !busy[i]).length;
      if (handling + free === 0) return [];
      const nothing = { channel: null, topic: null, priority: null, language: null };
      return [{ key: 'occupancy', day, site, agent, ...nothing, part: handling / 2, weight: (handling + free) / 2 }];
    });
  }
}
