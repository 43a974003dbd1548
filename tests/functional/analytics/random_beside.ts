// Invented calls, surveys, appointments and states of people beside a random history: the same for the same seed.
import type { Row } from './oracle';

const minute = 60_000;
const start = Date.UTC(2026, 2, 12);
const month_s = 28 * 86_400;

const iso = (at: number) => new Date(at).toISOString().replace('.000', '');
const some = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function dice(seed: number) {
  let state = seed * 7919;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const chance = (p: number) => random() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const sometime = () => start + Math.floor(random() * month_s) * 1000;
  return { random, chance, pick, between, sometime };
}
type Dice = ReturnType<typeof dice>;

// One number of one person, one that two share, one nobody has.
const numbers = ['+34600111001', '+34600111002', '+34600111003', '+34600111004'];
const person = (id: string, value: string): Row => ({
  kind: 'patient',
  id,
  given_name: id,
  family_name: 'F',
  contact_points: [{ system: 'phone', value }],
});
const persons = [person('n1', '+34600111001'), person('n2', '+34600111002'), person('n3', '+34600111002')];

function call({ chance, pick, between, sometime }: Dice, id: string, cases: number): Row {
  const offered = sometime();
  const inbound = chance(0.75);
  const queued = inbound && chance(0.85) ? offered + between(0, 20) * 1000 : undefined;
  const began = queued ?? offered;
  const answered = chance(0.45) ? began + pick([0, 5, 19, 20, 21, 60, 200]) * 1000 : undefined;
  const ended = (answered ?? began) + pick([0, 2, 4, 5, 6, 20, 21, 300, 4000]) * 1000;
  const number = pick(numbers);
  const exits = queued
    ? ['abandoned', 'abandoned', 'abandoned', 'overflow', 'voicemail', 'callback_requested', 'no_answer', 'closed']
    : ['ivr_exit', 'closed', 'abandoned', 'no_answer'];
  const of_case = chance(0.3);
  return some({
    kind: 'call',
    id,
    direction: inbound ? 'in' : 'out',
    from: inbound ? number : '+34910000000',
    to: inbound ? '+34910000000' : number,
    case: of_case ? `c${between(0, cases - 1)}` : undefined,
    patient: !of_case && chance(0.3) ? `p${between(0, 5)}` : undefined,
    queue: chance(0.5) ? pick(['q1', 'q2']) : undefined,
    site: chance(0.3) ? pick(['s1', 's2', 's3']) : undefined,
    offered_at: iso(offered),
    queued_at: queued === undefined ? undefined : iso(queued),
    answered_at: answered === undefined ? undefined : iso(answered),
    ended_at: iso(ended),
    agent: answered !== undefined && chance(0.9) ? pick(['ana', 'ben', 'cleo']) : undefined,
    wrap_up_seconds: answered !== undefined && chance(0.5) ? between(0, 400) : undefined,
    exit: answered === undefined ? pick(exits) : 'answered',
  }) as Row;
}

function appointment({ chance, pick, between, sometime }: Dice, id: string): Row {
  const starts = sometime();
  const status = pick(['booked', 'arrived', 'fulfilled', 'fulfilled', 'cancelled', 'noshow']);
  const came = status === 'arrived' || status === 'fulfilled';
  const booked = starts - pick([-10, 0, 60, 1440, 30_000]) * minute;
  const arrived = came && chance(0.8) ? starts + between(-30, 20) * minute : undefined;
  const called = arrived !== undefined && chance(0.8) ? arrived + between(0, 40) * minute : undefined;
  return some({
    kind: 'appointment',
    id,
    patient: `p${between(0, 5)}`,
    service: pick(['cardiology', 'dermatology']),
    practitioner: pick([undefined, 'ana', 'Dr Who']),
    site: pick([undefined, 's1', 's2', 's3']),
    booked_at: iso(booked),
    start: iso(starts),
    end: iso(starts + 30 * minute),
    status,
    cancelled_at:
      status === 'cancelled' && chance(0.8)
        ? iso(Math.max(booked, starts - pick([10, 1439, 1440, 1441, 5000]) * minute))
        : undefined,
    arrived_at: arrived === undefined ? undefined : iso(arrived),
    called_at: called === undefined ? undefined : iso(called),
    started_at: came && chance(0.8) ? iso(starts + between(-10, 30) * minute) : undefined,
    channel: pick([undefined, 'phone', 'portal']),
  }) as Row;
}

function survey({ random, chance, pick, between, sometime }: Dice, id: string, cases: number): Row {
  const instrument = pick(['csat', 'nps']);
  const sent = sometime();
  const answered = chance(0.7) ? sent + pick([1, 60, 5000, 14 * 1440, 14 * 1440 + 1]) * minute : undefined;
  const score = instrument === 'csat' ? between(1, 5) : between(0, 10);
  const about = random();
  return some({
    kind: 'survey',
    id,
    instrument,
    case: about < 0.6 ? `c${between(0, cases - 1)}` : undefined,
    appointment: about > 0.7 ? `a${between(0, 59)}` : undefined,
    sent_at: iso(sent),
    answered_at: answered === undefined ? undefined : iso(answered),
    score: answered !== undefined && chance(0.9) ? score : undefined,
    channel: chance(0.2) ? 'sms' : undefined,
  }) as Row;
}

const presence = ({ pick, sometime }: Dice, id: string): Row => ({
  kind: 'presence',
  id,
  agent: pick(['ana', 'ben', 'cleo']),
  state: pick(['available', 'available', 'busy', 'wrap_up', 'break', 'training', 'offline']),
  at: iso(sometime()),
});

const times = (count: number, make: (n: number) => Row) => Array.from({ length: count }, (_, n) => make(n));

export function random_beside(seed: number, cases: number): Row[] {
  const d = dice(seed);
  const rows = [
    ...persons,
    ...times(150, (n) => call(d, `L${n}`, cases)),
    ...times(60, (n) => appointment(d, `a${n}`)),
    ...times(90, (n) => survey(d, `v${n}`, cases)),
    ...times(80, (n) => presence(d, `P${n}`)),
  ];
  return rows
    .map((row) => ({ row, at: d.random() }))
    .sort((a, b) => a.at - b.at)
    .map((one) => one.row);
}
