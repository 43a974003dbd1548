// Invented calls, surveys, appointments and states of people beside a random history: the same for the same seed.
import type { Row } from './oracle';

const minute = 60_000;
const start = Date.UTC(2026, 2, 12);
const month_s = 28 * 86_400;

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000', '');
}
function some(fields: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Row;
}
const numbers = ['+34600111001', '+34600111002', '+34600111003', '+34600111004'];

class Invented {
  readonly rows: Row[] = [];
  constructor(
    private state: number,
    private readonly cases: number,
  ) {}

  random() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  private chance = (p: number) => this.random() < p;
  private pick = <T>(list: readonly T[]): T => list[Math.floor(this.random() * list.length)] as T;
  private between = (low: number, high: number) => low + Math.floor(this.random() * (high - low + 1));
  private sometime = () => start + Math.floor(this.random() * month_s) * 1000;

  person(id: string, of: string) {
    const contact_points = [{ system: 'phone', value: of }];
    this.rows.push({ kind: 'patient', id, given_name: id, family_name: 'F', contact_points });
  }
  call(id: string) {
    const offered = this.sometime();
    const inbound = this.chance(0.75);
    const queued = inbound && this.chance(0.85) ? offered + this.between(0, 20) * 1000 : undefined;
    const began = queued ?? offered;
    const answered = this.chance(0.45) ? began + this.pick([0, 5, 19, 20, 21, 60, 200]) * 1000 : undefined;
    const ended = (answered ?? began) + this.pick([0, 2, 4, 5, 6, 20, 21, 300, 4000]) * 1000;
    const number = this.pick(numbers);
    const exits = queued
      ? ['abandoned', 'abandoned', 'abandoned', 'overflow', 'voicemail', 'callback_requested', 'no_answer', 'closed']
      : ['ivr_exit', 'closed', 'abandoned', 'no_answer'];
    const of_case = this.chance(0.3);
    this.rows.push(
      some({
        kind: 'call',
        id,
        direction: inbound ? 'in' : 'out',
        from: inbound ? number : '+34910000000',
        to: inbound ? '+34910000000' : number,
        case: of_case ? `c${this.between(0, this.cases - 1)}` : undefined,
        patient: !of_case && this.chance(0.3) ? `p${this.between(0, 5)}` : undefined,
        queue: this.chance(0.5) ? this.pick(['q1', 'q2']) : undefined,
        site: this.chance(0.3) ? this.pick(['s1', 's2', 's3']) : undefined,
        offered_at: iso(offered),
        queued_at: queued === undefined ? undefined : iso(queued),
        answered_at: answered === undefined ? undefined : iso(answered),
        ended_at: iso(ended),
        agent: answered !== undefined && this.chance(0.9) ? this.pick(['ana', 'ben', 'cleo']) : undefined,
        wrap_up_seconds: answered !== undefined && this.chance(0.5) ? this.between(0, 400) : undefined,
        exit: answered === undefined ? this.pick(exits) : 'answered',
      }),
    );
  }

  appointment(id: string) {
    const starts = this.sometime();
    const status = this.pick(['booked', 'arrived', 'fulfilled', 'fulfilled', 'cancelled', 'noshow']);
    const came = status === 'arrived' || status === 'fulfilled';
    const booked = starts - this.pick([-10, 0, 60, 1440, 30_000]) * minute;
    const arrived = came && this.chance(0.8) ? starts + this.between(-30, 20) * minute : undefined;
    const called = arrived !== undefined && this.chance(0.8) ? arrived + this.between(0, 40) * minute : undefined;
    this.rows.push(
      some({
        kind: 'appointment',
        id,
        patient: `p${this.between(0, 5)}`,
        service: this.pick(['cardiology', 'dermatology']),
        practitioner: this.pick([undefined, 'ana', 'Dr Who']),
        site: this.pick([undefined, 's1', 's2', 's3']),
        booked_at: iso(booked),
        start: iso(starts),
        end: iso(starts + 30 * minute),
        status,
        cancelled_at:
          status === 'cancelled' && this.chance(0.8)
            ? iso(Math.max(booked, starts - this.pick([10, 1439, 1440, 1441, 5000]) * minute))
            : undefined,
        arrived_at: arrived === undefined ? undefined : iso(arrived),
        called_at: called === undefined ? undefined : iso(called),
        started_at: came && this.chance(0.8) ? iso(starts + this.between(-10, 30) * minute) : undefined,
        channel: this.pick([undefined, 'phone', 'portal']),
      }),
    );
  }

  survey(id: string) {
    const instrument = this.pick(['csat', 'nps']);
    const sent = this.sometime();
    const answered = this.chance(0.7) ? sent + this.pick([1, 60, 5000, 14 * 1440, 14 * 1440 + 1]) * minute : undefined;
    const score = instrument === 'csat' ? this.between(1, 5) : this.between(0, 10);
    const about = this.random();
    this.rows.push(
      some({
        kind: 'survey',
        id,
        instrument,
        case: about < 0.6 ? `c${this.between(0, this.cases - 1)}` : undefined,
        appointment: about > 0.7 ? `a${this.between(0, 59)}` : undefined,
        sent_at: iso(sent),
        answered_at: answered === undefined ? undefined : iso(answered),
        score: answered !== undefined && this.chance(0.9) ? score : undefined,
        channel: this.chance(0.2) ? 'sms' : undefined,
      }),
    );
  }

  presence(id: string) {
    const states = ['available', 'available', 'busy', 'wrap_up', 'break', 'training', 'offline'];
    const agent = this.pick(['ana', 'ben', 'cleo']);
    this.rows.push({ kind: 'presence', id, agent, state: this.pick(states), at: iso(this.sometime()) });
  }
}

export function random_beside(seed: number, cases: number): Row[] {
  const invented = new Invented(seed * 7919, cases);
  // One number of one person, one that two share; the others nobody has.
  invented.person('n1', '+34600111001');
  invented.person('n2', '+34600111002');
  invented.person('n3', '+34600111002');
  for (let i = 0; i < 150; ++i) invented.call(`L${i}`);
  for (let i = 0; i < 60; ++i) invented.appointment(`a${i}`);
  for (let i = 0; i < 90; ++i) invented.survey(`v${i}`);
  for (let i = 0; i < 80; ++i) invented.presence(`P${i}`);
  return invented.rows
    .map((row) => ({ row, at: invented.random() }))
    .sort((a, b) => a.at - b.at)
    .map((one) => one.row);
}
