// Invented histories in which everything of the format happens, often at the same instant: the same for the same seed.
import type { Row } from './oracle';

const minute = 60_000;
const hours = [
  ['09:00', '14:00'],
  ['16:00', '20:00'],
];

export function random_history(seed: number, cases: number): Row[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const chance = (p: number) => random() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const iso = (at: number) => {
    const offset = pick([0, 60, 120, -300]);
    const sign = offset < 0 ? '-' : '+';
    const two = (n: number) => String(Math.abs(n)).padStart(2, '0');
    const local = new Date(at + offset * minute).toISOString().slice(0, -1);
    return offset === 0 && chance(0.5) ? `${local}Z` : `${local}${sign}${two(Math.trunc(offset / 60))}:00`;
  };
  let next = 0;
  const id = (letter: string) => `${letter}${++next}`;
  const rows: Row[] = [];
  const add = (row: Row) => rows.push(row);

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
  add({ kind: 'site', id: 's2', name: 'New York', time_zone: 'America/New_York' });
  add({
    kind: 'site',
    id: 's3',
    name: 'Tenerife',
    time_zone: 'Atlantic/Canary',
    calendar: { mon: [['00:00', '24:00']], tue: [['10:00', '12:00']] },
  });
  add({
    kind: 'queue',
    id: 'q1',
    name: 'Own hours',
    site: 's2',
    calendar: { tue: [['09:00', '17:00']], sun: [['00:30', '05:00']] },
  });
  add({ kind: 'queue', id: 'q2', name: "The site's", site: 's1' });
  for (const name of ['ana', 'ben', 'cleo']) add({ kind: 'agent', id: name, name, email: `${name}@clinic.example` });
  const patients = Math.ceil(cases / 3);
  for (let i = 0; i < patients; ++i)
    add({ kind: 'patient', id: `p${i}`, given_name: `G${i}`, family_name: 'F', contact_points: [] });

  const message = (of: string, at: number, fields: Record<string, unknown>) =>
    add({
      kind: 'message',
      id: id('m'),
      case: of,
      conversation: `${of}-${fields.channel}`,
      at: iso(at),
      text: 'x',
      ...fields,
    });
  const call = (of: string | null, at: number) => {
    const direction = pick(['in', 'in', 'out']);
    const answered = chance(0.6);
    add({
      kind: 'call',
      id: id('l'),
      ...(of ? { case: of } : {}),
      from: '+34600000000',
      direction,
      offered_at: iso(at),
      ...(direction === 'in' && chance(0.8) ? { queued_at: iso(at + 2000) } : {}),
      ...(answered ? { answered_at: iso(at + 15_000), agent: pick(['ana', 'ben']) } : {}),
      ...(chance(0.3) ? { site: pick(['s1', 's3']) } : {}),
      ended_at: iso(at + 90_000),
      exit: answered ? 'answered' : 'abandoned',
    });
  };
  const steps: Record<string, (of: string, at: number) => unknown> = {
    writes: (of, at) => message(of, at, { channel: pick(['email', 'whatsapp', 'webchat']), direction: 'in' }),
    thanks: (of, at) => {
      message(of, at, { channel: 'email', direction: 'in' });
      add({ kind: 'ack', id: id('k'), message: `m${next}`, at: iso(at + pick([0, 5000, 3 * 86_400_000])) });
    },
    answers: (of, at) =>
      message(of, at, {
        channel: pick(['email', 'whatsapp']),
        direction: 'out',
        author: pick(['ana', 'ben', 'cleo']),
        ...(chance(0.2) ? { public: false } : {}),
      }),
    bot: (of, at) => message(of, at, { channel: 'webchat', direction: 'out', author: 'bot' }),
    calls: (of, at) => call(of, at),
    visits: (of, at) => {
      const called = chance(0.7) ? { called_at: iso(at + 5 * minute), agent: pick(['ana', 'ben']) } : {};
      add({
        kind: 'visit',
        id: id('v'),
        case: of,
        site: pick(['s1', 's3']),
        arrived_at: iso(at),
        ...called,
        ...(chance(0.8) ? { ended_at: iso(at + 15 * minute) } : {}),
      });
    },
    waits: (of, at) =>
      add({ kind: 'wait', id: id('w'), case: of, on: pick(['clinic', 'patient', 'third_party']), at: iso(at) }),
    assigned: (of, at) =>
      add({
        kind: 'assign',
        id: id('a'),
        case: of,
        at: iso(at),
        ...(chance(0.8) ? { agent: pick(['ana', 'ben', 'cleo']) } : {}),
      }),
    topic: (of, at) => add({ kind: 'topic', id: id('t'), case: of, value: pick(['billing', 'other']), at: iso(at) }),
    priority: (of, at) => add({ kind: 'priority', id: id('y'), case: of, value: pick(['low', 'urgent']), at: iso(at) }),
    handoff: (of, at) => add({ kind: 'handoff', id: id('h'), case: of, at: iso(at) }),
    escalate: (of, at) => add({ kind: 'escalate', id: id('e'), case: of, at: iso(at) }),
    left: (of, at) => add({ kind: 'left', id: id('x'), case: of, at: iso(at) }),
    reopen: (of, at) => add({ kind: 'reopen', id: id('o'), case: of, at: iso(at) }),
    resolve: (of, at) =>
      add({
        kind: 'resolve',
        id: id('r'),
        case: of,
        at: iso(at),
        ...(chance(0.8) ? { agent: pick(['ana', 'ben', 'bot']) } : {}),
      }),
    moves: (of, at) => {
      const channel = pick(['email', 'whatsapp']);
      if (rows.some((row) => row.conversation === `${of}-${channel}`))
        add({
          kind: 'move',
          id: id('z'),
          conversation: `${of}-${channel}`,
          case: `c${Math.floor(random() * cases)}`,
          at: iso(at),
        });
    },
  };
  const often = [
    'writes',
    'writes',
    'writes',
    'answers',
    'answers',
    'answers',
    'bot',
    'resolve',
    'resolve',
    'assigned',
  ];
  const names = [...often, ...often, ...Object.keys(steps)];
  const start = Date.UTC(2026, 2, 10);
  for (let i = 0; i < cases; ++i) {
    let at = start + Math.floor(random() * 30 * 86_400) * 1000;
    const of = `c${i}`;
    const site = pick(['s1', 's2', 's3', null]);
    const queue = site === 's2' && chance(0.5) ? 'q1' : site === 's1' && chance(0.5) ? 'q2' : null;
    const opened_by = chance(0.8) ? 'patient' : 'staff';
    add({
      kind: 'case',
      id: of,
      opened_at: iso(at),
      opened_by,
      patient: `p${Math.floor(random() * patients)}`,
      ...(site ? { site } : {}),
      ...(queue ? { queue } : {}),
      ...(chance(0.7) ? { topic: pick(['billing', 'results']) } : {}),
      ...(chance(0.5) ? { language: pick(['es', 'ca']) } : {}),
    });
    if (opened_by === 'patient' && chance(0.9)) steps.writes?.(of, at);
    for (let n = Math.floor(random() * 14); n > 0; --n) {
      at += pick([0, 1, 10, 60, 120, 333, 480, 1440, 3300, 10_080]) * minute + pick([0, 0, 500]);
      steps[pick(names)]?.(of, at);
    }
  }
  for (let i = 0; i < cases / 6; ++i) call(null, start + Math.floor(random() * 30 * 86_400) * 1000);
  for (let i = rows.length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1));
    [rows[i], rows[j]] = [rows[j] as Row, rows[i] as Row];
  }
  return [head, ...rows]; // the first site stands first: it is the site of cases without one
}
