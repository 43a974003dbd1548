// Writes an invented history of N messages in the history format, for the benchmarks: four messages a case, six years, words from a
// Zipf-like vocabulary so that rare and common search terms exist. usage: history.mjs N > FILE
const total = Number(process.argv[2]);
let seed = 42;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const pick = (list) => list[Math.floor(random() * list.length)];
const syllables = [
  'ma',
  'ter',
  'ri',
  'lo',
  'ven',
  'ca',
  'du',
  'pre',
  'sol',
  'ni',
  'tar',
  'ge',
  'bu',
  'fi',
  'ren',
  'zo',
  'lla',
  'mun',
  'ter',
  'qui',
];
const vocabulary = Array.from({ length: 20000 }, (_, i) => {
  let word = '';
  for (let n = i + 20; n > 0; n = Math.floor(n / syllables.length)) word += syllables[n % syllables.length];
  return word;
});
const word = () => vocabulary[Math.floor(vocabulary.length * random() ** 4)];
const text = () => Array.from({ length: 40 + Math.floor(random() * 40) }, word).join(' ');
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const given = ['Núria', 'Joan', 'Camille', 'Oliver', 'Fátima', 'María del Carmen', 'Jordi', 'Amélie', 'Chen', 'Pau'];
const family = [
  'Ferrer Puig',
  'Lefèvre',
  'Bennett',
  'El Amrani',
  'Casals',
  'Ortiz de Zárate',
  'Wei',
  'Soler',
  'García',
  'Dubois',
];
const out = [];
function row(value) {
  out.push(JSON.stringify(value));
  if (out.length >= 5000) flush();
}
function flush() {
  process.stdout.write(out.join('\n') + '\n');
  out.length = 0;
}

const start = Date.UTC(2020, 0, 1),
  end = Date.UTC(2026, 10, 1);
const hours = [
  ['09:00', '14:00'],
  ['16:00', '20:00'],
];
row({
  kind: 'site',
  id: 's1',
  name: 'Centre',
  time_zone: 'Europe/Madrid',
  calendar: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours },
});
for (let i = 0; i < 10; i++)
  row({ kind: 'agent', id: `a${i}`, name: `Agent ${i}`, email: `agent${i}@clinic.example`, role: 'agent' });
const cases = Math.ceil(total / 4),
  patients = Math.max(50, Math.ceil(cases / 5));
for (let i = 0; i < patients; i++)
  row({
    kind: 'patient',
    id: `p${i}`,
    given_name: pick(given),
    family_name: `${pick(family)} ${capital(vocabulary[Math.floor(random() * vocabulary.length)])}`,
    birth_date: new Date(Date.UTC(1930, 0, 1 + Math.floor(random() * 30000))).toISOString().slice(0, 10),
    language: pick(['es', 'ca', 'en', 'fr']),
    contact_points: [
      { system: 'email', value: `patient${i}@mail.example` },
      { system: 'phone', value: `+346${String(10000000 + i)}` },
    ],
  });
for (let i = 0; i < cases; i++) {
  const at = start + Math.floor(((end - start) * i) / cases);
  const time = (minutes) => new Date(at + minutes * 60000).toISOString();
  const agent = `a${i % 10}`;
  row({
    kind: 'case',
    id: `c${i}`,
    patient: `p${Math.floor(random() * patients)}`,
    site: 's1',
    topic: pick(['billing', 'appointment', 'results', 'prescription']),
    opened_at: time(0),
    opened_by: 'patient',
  });
  row({
    kind: 'message',
    id: `m${i}a`,
    case: `c${i}`,
    channel: 'email',
    direction: 'in',
    at: time(0),
    text: text(),
    subject: `${word()} ${word()}`,
  });
  row({ kind: 'assign', id: `g${i}`, case: `c${i}`, agent, at: time(20) });
  row({
    kind: 'message',
    id: `m${i}b`,
    case: `c${i}`,
    channel: 'email',
    direction: 'out',
    author: agent,
    at: time(45),
    text: text(),
  });
  row({ kind: 'message', id: `m${i}c`, case: `c${i}`, channel: 'email', direction: 'in', at: time(90), text: text() });
  if (cases - i > 300) {
    row({
      kind: 'message',
      id: `m${i}d`,
      case: `c${i}`,
      channel: 'email',
      direction: 'out',
      author: agent,
      at: time(140),
      text: text(),
    });
    row({ kind: 'resolve', id: `r${i}`, case: `c${i}`, agent, at: time(150) });
  }
}
flush();
