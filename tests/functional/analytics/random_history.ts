// Invented histories in which everything of the format happens, often at the same instant: the same for the same seed.
import type { Row } from './oracle';

const minute = 60_000;
const month_s = 30 * 86_400;
const start = Date.UTC(2026, 2, 10);
const hours = [
  ['09:00', '14:00'],
  ['16:00', '20:00'],
];
const head: Row = {
  kind: 'site',
  id: 's1',
  name: 'Madrid',
  time_zone: 'Europe/Madrid',
  holidays: ['2026-03-19', '2026-03-30'],
  calendar: {
    mon: hours,
    tue: hours,
    wed: [['08:30', '19:00']],
    thu: [['09:00', '14:00']],
    fri: [['09:00', '13:00']],
    sun: [['01:00', '04:00']],
  },
};
const clinic: Row[] = [
  { kind: 'site', id: 's2', name: 'New York', time_zone: 'America/New_York' },
  {
    kind: 'site',
    id: 's3',
    name: 'Tenerife',
    time_zone: 'Atlantic/Canary',
    calendar: { mon: [['00:00', '24:00']], tue: [['10:00', '12:00']] },
  },
  {
    kind: 'queue',
    id: 'q1',
    name: 'Own hours',
    site: 's2',
    calendar: { tue: [['09:00', '17:00']], sun: [['00:30', '05:00']] },
  },
  { kind: 'queue', id: 'q2', name: "The site's", site: 's1' },
  ...['ana', 'ben', 'cleo'].map((name) => ({ kind: 'agent', id: name, name, email: `${name}@clinic.example` })),
];

type Step = (of: string, at: number) => unknown;
const often = ['writes', 'writes', 'writes', 'answers', 'answers', 'answers', 'bot', 'resolve', 'resolve', 'assigned'];

class History {
  readonly rows: Row[] = [...clinic];
  private next = 0;
  private readonly patients: number;

  constructor(
    private state: number,
    private readonly cases: number,
  ) {
    this.patients = Math.ceil(cases / 3);
    for (let i = 0; i < this.patients; ++i)
      this.add({ kind: 'patient', id: `p${i}`, given_name: `G${i}`, family_name: 'F', contact_points: [] });
    const steps = { ...this.contacts(), ...this.changes() };
    const names = [...often, ...often, ...Object.keys(steps)];
    for (let i = 0; i < cases; ++i) this.one_case(`c${i}`, steps, names);
    for (let i = 0; i < cases / 6; ++i) this.call(null, start + Math.floor(this.random() * month_s) * 1000);
    this.shuffle();
  }

  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  private chance = (p: number) => this.random() < p;
  private pick = <T>(list: readonly T[]): T => list[Math.floor(this.random() * list.length)] as T;
  private id = (letter: string) => `${letter}${++this.next}`;
  private add = (row: Row) => this.rows.push(row);
  private iso(at: number): string {
    const offset = this.pick([0, 60, 120, -300]);
    const sign = offset < 0 ? '-' : '+';
    const two = (n: number) => String(Math.abs(n)).padStart(2, '0');
    const local = new Date(at + offset * minute).toISOString().slice(0, -1);
    return offset === 0 && this.chance(0.5) ? `${local}Z` : `${local}${sign}${two(Math.trunc(offset / 60))}:00`;
  }
  private message = (of: string, at: number, fields: Record<string, unknown>) =>
    this.add({
      kind: 'message',
      id: this.id('m'),
      case: of,
      conversation: `${of}-${fields.channel}`,
      at: this.iso(at),
      text: 'x',
      ...fields,
    });
  private call = (of: string | null, at: number) => {
    const direction = this.pick(['in', 'in', 'out']);
    const answered = this.chance(0.6);
    this.add({
      kind: 'call',
      id: this.id('l'),
      ...(of ? { case: of } : {}),
      from: '+34600000000',
      direction,
      offered_at: this.iso(at),
      ...(direction === 'in' && this.chance(0.8) ? { queued_at: this.iso(at + 2000) } : {}),
      ...(answered ? { answered_at: this.iso(at + 15_000), agent: this.pick(['ana', 'ben']) } : {}),
      ...(this.chance(0.3) ? { site: this.pick(['s1', 's3']) } : {}),
      ended_at: this.iso(at + 90_000),
      exit: answered ? 'answered' : 'abandoned',
    });
  };
  private contacts(): Record<string, Step> {
    return {
      writes: (of, at) =>
        this.message(of, at, { channel: this.pick(['email', 'whatsapp', 'webchat']), direction: 'in' }),
      thanks: (of, at) => {
        this.message(of, at, { channel: 'email', direction: 'in' });
        const message = `m${this.next}`;
        this.add({
          kind: 'ack',
          id: this.id('k'),
          message,
          at: this.iso(at + this.pick([0, 5000, 3 * 86_400_000])),
        });
      },
      answers: (of, at) =>
        this.message(of, at, {
          channel: this.pick(['email', 'whatsapp']),
          direction: 'out',
          author: this.pick(['ana', 'ben', 'cleo']),
          ...(this.chance(0.2) ? { public: false } : {}),
        }),
      bot: (of, at) => this.message(of, at, { channel: 'webchat', direction: 'out', author: 'bot' }),
      calls: (of, at) => this.call(of, at),
      visits: (of, at) => {
        const called = this.chance(0.7)
          ? { called_at: this.iso(at + 5 * minute), agent: this.pick(['ana', 'ben']) }
          : {};
        this.add({
          kind: 'visit',
          id: this.id('v'),
          case: of,
          site: this.pick(['s1', 's3']),
          arrived_at: this.iso(at),
          ...called,
          ...(this.chance(0.8) ? { ended_at: this.iso(at + 15 * minute) } : {}),
        });
      },
    };
  }
  private changes(): Record<string, Step> {
    return {
      waits: (of, at) =>
        this.add({
          kind: 'wait',
          id: this.id('w'),
          case: of,
          on: this.pick(['clinic', 'patient', 'third_party']),
          at: this.iso(at),
        }),
      assigned: (of, at) =>
        this.add({
          kind: 'assign',
          id: this.id('a'),
          case: of,
          at: this.iso(at),
          ...(this.chance(0.8) ? { agent: this.pick(['ana', 'ben', 'cleo']) } : {}),
        }),
      topic: (of, at) =>
        this.add({
          kind: 'topic',
          id: this.id('t'),
          case: of,
          value: this.pick(['billing', 'other']),
          at: this.iso(at),
        }),
      priority: (of, at) =>
        this.add({
          kind: 'priority',
          id: this.id('y'),
          case: of,
          value: this.pick(['low', 'urgent']),
          at: this.iso(at),
        }),
      handoff: (of, at) => this.add({ kind: 'handoff', id: this.id('h'), case: of, at: this.iso(at) }),
      escalate: (of, at) => this.add({ kind: 'escalate', id: this.id('e'), case: of, at: this.iso(at) }),
      left: (of, at) => this.add({ kind: 'left', id: this.id('x'), case: of, at: this.iso(at) }),
      reopen: (of, at) => this.add({ kind: 'reopen', id: this.id('o'), case: of, at: this.iso(at) }),
      resolve: (of, at) =>
        this.add({
          kind: 'resolve',
          id: this.id('r'),
          case: of,
          at: this.iso(at),
          ...(this.chance(0.8) ? { agent: this.pick(['ana', 'ben', 'bot']) } : {}),
        }),
      moves: (of, at) => {
        const channel = this.pick(['email', 'whatsapp']);
        if (this.rows.some((row) => row.conversation === `${of}-${channel}`))
          this.add({
            kind: 'move',
            id: this.id('z'),
            conversation: `${of}-${channel}`,
            case: `c${Math.floor(this.random() * this.cases)}`,
            at: this.iso(at),
          });
      },
    };
  }
  private one_case(of: string, steps: Record<string, Step>, names: string[]) {
    let at = start + Math.floor(this.random() * month_s) * 1000;
    const site = this.pick(['s1', 's2', 's3', null]);
    const queue = site === 's2' && this.chance(0.5) ? 'q1' : site === 's1' && this.chance(0.5) ? 'q2' : null;
    const opened_by = this.chance(0.8) ? 'patient' : 'staff';
    this.add({
      kind: 'case',
      id: of,
      opened_at: this.iso(at),
      opened_by,
      patient: `p${Math.floor(this.random() * this.patients)}`,
      ...(site ? { site } : {}),
      ...(queue ? { queue } : {}),
      ...(this.chance(0.7) ? { topic: this.pick(['billing', 'results']) } : {}),
      ...(this.chance(0.5) ? { language: this.pick(['es', 'ca']) } : {}),
    });
    if (opened_by === 'patient' && this.chance(0.9)) steps.writes?.(of, at);
    for (let n = Math.floor(this.random() * 14); n > 0; --n) {
      at += this.pick([0, 1, 10, 60, 120, 333, 480, 1440, 3300, 10_080]) * minute + this.pick([0, 0, 500]);
      steps[this.pick(names)]?.(of, at);
    }
  }
  private shuffle() {
    const { rows } = this;
    for (let i = rows.length - 1; i > 0; --i) {
      const j = Math.floor(this.random() * (i + 1));
      [rows[i], rows[j]] = [rows[j] as Row, rows[i] as Row];
    }
  }
}

/** The first site stands first: it is the site of cases without one. */
export function random_history(seed: number, cases: number): Row[] {
  return [head, ...new History(seed, cases).rows];
}
