// Rows of history with one bottleneck: mails about prescriptions at Norte wait three hours longer than all others. The last
// case is resolved on the day before `until`; the same `until` gives the same rows.
const minute = 60_000;
const day_ms = 24 * 60 * minute;

interface Kind {
  site: 'norte' | 'sur';
  topic: 'prescription' | 'billing';
  n: number;
  minutes: number;
}
const kinds: Kind[] = [
  { site: 'norte', topic: 'prescription', n: 24, minutes: 240 },
  { site: 'sur', topic: 'prescription', n: 40, minutes: 60 },
  { site: 'norte', topic: 'billing', n: 40, minutes: 60 },
  { site: 'sur', topic: 'billing', n: 40, minutes: 60 },
];

/** Between 0 and 1, evenly and without a pattern. */
const place = (i: number) => (i * 0.7548776662 + 0.1) % 1;

export function slow_prescriptions(until: Date): string {
  const end = Math.floor(until.getTime() / day_ms) * day_ms;
  const time = (ms: number) => new Date(Math.round(ms / 1000) * 1000).toISOString();
  const zone = 'Atlantic/Reykjavik';
  const rows: object[] = [
    { kind: 'site', id: 'norte', name: 'Clínica Norte', time_zone: zone },
    { kind: 'site', id: 'sur', name: 'Clínica Sur', time_zone: zone },
    { kind: 'agent', id: 'slow-ana', name: 'Ana Puig', email: 'slow-ana@clinic.example' },
  ];
  for (const { site, topic, n, minutes } of kinds)
    for (let i = 0; i < n; ++i) {
      const id = `${site}-${topic}-${i}`;
      const opened = end - (1 + (i % 27)) * day_ms + (9 * 60 + ((i * 37) % 300)) * minute;
      const answered = opened + (minutes - 30 + 60 * place(i)) * minute;
      const patient = `slow-patient-${i % 30}`;
      if (site === 'norte' && topic === 'billing' && i < 30)
        rows.push({
          kind: 'patient',
          id: patient,
          given_name: 'Rosa',
          family_name: `Camps ${i}`,
          contact_points: [{ system: 'email', value: `rosa.${i}@example.org` }],
        });
      const at = time(opened);
      rows.push({ kind: 'case', id, patient, site, topic, language: 'es', opened_at: at, opened_by: 'patient' });
      const message = { kind: 'message', case: id, channel: 'email' };
      rows.push({ ...message, id: `${id}-in`, direction: 'in', from: patient, at, text: 'Hola' });
      rows.push({
        ...message,
        id: `${id}-out`,
        direction: 'out',
        author: 'slow-ana',
        at: time(answered),
        text: 'Buenos días',
      });
      rows.push({ kind: 'resolve', id: `${id}-resolved`, case: id, agent: 'slow-ana', at: time(answered) });
    }
  return `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
}
