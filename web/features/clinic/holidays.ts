import type { Schemas } from '@/api/client';

/**
 * Public holidays by country and region, for a suggestion: a town's own days and what a year changes by decree are for
 * the clinic to add. `MM-DD` fixed, `E±n` days from Easter Sunday, `M.W.n` the nth (−1: last) weekday W (1 Monday) of a month.
 */
type Days = readonly (readonly [rule: string, name: string])[];
interface Country {
  days: Days;
  /** A day on a weekend is also kept on the next working day, or on the nearest. */
  moves?: 'next' | 'nearest';
  regions?: Readonly<Record<string, Days>>;
}

const holy_thursday = ['E-3', 'Jueves Santo'] as const;
const easter_monday_ca = ['E+1', 'Dilluns de Pasqua'] as const;
const easter_monday_es = ['E+1', 'Lunes de Pascua'] as const;
const england: Days = [
  ['01-01', "New Year's Day"],
  ['E-2', 'Good Friday'],
  ['E+1', 'Easter Monday'],
  ['5.1.1', 'Early May bank holiday'],
  ['5.1.-1', 'Spring bank holiday'],
  ['8.1.-1', 'Summer bank holiday'],
  ['12-25', 'Christmas Day'],
  ['12-26', 'Boxing Day'],
];

const countries: Readonly<Record<string, Country>> = {
  ES: {
    days: [
      ['01-01', 'Año Nuevo'],
      ['01-06', 'Reyes'],
      ['E-2', 'Viernes Santo'],
      ['05-01', 'Día del Trabajo'],
      ['08-15', 'Asunción'],
      ['10-12', 'Fiesta Nacional'],
      ['11-01', 'Todos los Santos'],
      ['12-06', 'Constitución'],
      ['12-08', 'Inmaculada'],
      ['12-25', 'Navidad'],
    ],
    regions: {
      Andalucía: [['02-28', 'Día de Andalucía'], holy_thursday],
      Aragón: [['04-23', 'San Jorge'], holy_thursday],
      Asturias: [['09-08', 'Día de Asturias'], holy_thursday],
      Canarias: [['05-30', 'Día de Canarias'], holy_thursday],
      Cantabria: [['07-28', 'Día de las Instituciones'], ['09-15', 'La Bien Aparecida'], holy_thursday],
      'Castilla y León': [['04-23', 'Día de Castilla y León'], holy_thursday],
      'Castilla-La Mancha': [['05-31', 'Día de Castilla-La Mancha'], holy_thursday],
      Catalunya: [easter_monday_ca, ['06-24', 'Sant Joan'], ['09-11', 'Diada'], ['12-26', 'Sant Esteve']],
      'Comunidad de Madrid': [['05-02', 'Dos de Mayo'], holy_thursday],
      'Comunitat Valenciana': [
        ['03-19', 'Sant Josep'],
        easter_monday_ca,
        ['06-24', 'Sant Joan'],
        ['10-09', 'Nou d’Octubre'],
      ],
      'Euskadi / País Vasco': [holy_thursday, easter_monday_es],
      Extremadura: [['09-08', 'Día de Extremadura'], holy_thursday],
      Galicia: [['07-25', 'Día de Galicia'], holy_thursday],
      'Illes Balears': [['03-01', 'Dia de les Illes Balears'], ['E-3', 'Dijous Sant'], easter_monday_ca],
      'La Rioja': [['06-09', 'Día de La Rioja'], holy_thursday],
      Murcia: [['06-09', 'Día de la Región'], holy_thursday],
      Navarra: [holy_thursday, easter_monday_es],
    },
  },
  FR: {
    days: [
      ['01-01', 'Jour de l’An'],
      ['E+1', 'Lundi de Pâques'],
      ['05-01', 'Fête du Travail'],
      ['05-08', 'Victoire 1945'],
      ['E+39', 'Ascension'],
      ['E+50', 'Lundi de Pentecôte'],
      ['07-14', 'Fête nationale'],
      ['08-15', 'Assomption'],
      ['11-01', 'Toussaint'],
      ['11-11', 'Armistice'],
      ['12-25', 'Noël'],
    ],
    regions: {
      'Alsace-Moselle': [
        ['E-2', 'Vendredi saint'],
        ['12-26', 'Saint-Étienne'],
      ],
    },
  },
  AD: {
    days: [
      ['01-01', 'Cap d’Any'],
      ['01-06', 'Reis'],
      ['E-48', 'Carnaval'],
      ['03-14', 'Dia de la Constitució'],
      ['E-2', 'Divendres Sant'],
      ['E+1', 'Dilluns de Pasqua'],
      ['05-01', 'Festa del Treball'],
      ['E+50', 'Dilluns de Pentecosta'],
      ['08-15', 'Assumpció'],
      ['09-08', 'Meritxell'],
      ['11-01', 'Tots Sants'],
      ['12-08', 'Immaculada'],
      ['12-25', 'Nadal'],
      ['12-26', 'Sant Esteve'],
    ],
  },
  GB: {
    moves: 'next',
    days: [],
    regions: {
      'England & Wales': england,
      'Northern Ireland': [...england, ['03-17', "St Patrick's Day"], ['07-12', 'Battle of the Boyne']],
      Scotland: [
        ['01-01', "New Year's Day"],
        ['01-02', '2 January'],
        ['E-2', 'Good Friday'],
        ['5.1.1', 'Early May bank holiday'],
        ['5.1.-1', 'Spring bank holiday'],
        ['8.1.1', 'Summer bank holiday'],
        ['11-30', "St Andrew's Day"],
        ['12-25', 'Christmas Day'],
        ['12-26', 'Boxing Day'],
      ],
    },
  },
  IE: {
    days: [
      ['01-01', "New Year's Day"],
      ['2.1.1', "St Brigid's Day"],
      ['03-17', "St Patrick's Day"],
      ['E+1', 'Easter Monday'],
      ['5.1.1', 'May bank holiday'],
      ['6.1.1', 'June bank holiday'],
      ['8.1.1', 'August bank holiday'],
      ['10.1.-1', 'October bank holiday'],
      ['12-25', 'Christmas Day'],
      ['12-26', "St Stephen's Day"],
    ],
  },
  BE: {
    days: [
      ['01-01', 'Nouvel An'],
      ['E+1', 'Lundi de Pâques'],
      ['05-01', 'Fête du Travail'],
      ['E+39', 'Ascension'],
      ['E+50', 'Lundi de Pentecôte'],
      ['07-21', 'Fête nationale'],
      ['08-15', 'Assomption'],
      ['11-01', 'Toussaint'],
      ['11-11', 'Armistice'],
      ['12-25', 'Noël'],
    ],
  },
  LU: {
    days: [
      ['01-01', 'Nouvel An'],
      ['E+1', 'Lundi de Pâques'],
      ['05-01', 'Fête du Travail'],
      ['05-09', 'Journée de l’Europe'],
      ['E+39', 'Ascension'],
      ['E+50', 'Lundi de Pentecôte'],
      ['06-23', 'Fête nationale'],
      ['08-15', 'Assomption'],
      ['11-01', 'Toussaint'],
      ['12-25', 'Noël'],
      ['12-26', 'Saint-Étienne'],
    ],
  },
  PT: {
    days: [
      ['01-01', 'Ano Novo'],
      ['E-2', 'Sexta-feira Santa'],
      ['04-25', 'Dia da Liberdade'],
      ['05-01', 'Dia do Trabalhador'],
      ['E+60', 'Corpo de Deus'],
      ['06-10', 'Dia de Portugal'],
      ['08-15', 'Assunção'],
      ['10-05', 'Implantação da República'],
      ['11-01', 'Todos os Santos'],
      ['12-01', 'Restauração da Independência'],
      ['12-08', 'Imaculada Conceição'],
      ['12-25', 'Natal'],
    ],
  },
  US: {
    moves: 'nearest',
    days: [
      ['01-01', "New Year's Day"],
      ['1.1.3', 'Martin Luther King Jr. Day'],
      ['2.1.3', "Presidents' Day"],
      ['5.1.-1', 'Memorial Day'],
      ['06-19', 'Juneteenth'],
      ['07-04', 'Independence Day'],
      ['9.1.1', 'Labor Day'],
      ['11-11', 'Veterans Day'],
      ['11.4.4', 'Thanksgiving'],
      ['12-25', 'Christmas Day'],
    ],
  },
};

/** `ES`, `ES/Catalunya`: every place there are days for. */
export const holiday_places: readonly string[] = Object.entries(countries).flatMap(([code, one]) => [
  ...(one.days.length ? [code] : []),
  ...Object.keys(one.regions ?? {}).map((region) => `${code}/${region}`),
]);

const zones: Readonly<Record<string, string>> = {
  'Europe/Madrid': 'ES',
  'Africa/Ceuta': 'ES',
  'Atlantic/Canary': 'ES/Canarias',
  'Europe/Paris': 'FR',
  'Europe/Andorra': 'AD',
  'Europe/London': 'GB/England & Wales',
  'Europe/Belfast': 'GB/Northern Ireland',
  'Europe/Dublin': 'IE',
  'Europe/Brussels': 'BE',
  'Europe/Luxembourg': 'LU',
  'Europe/Lisbon': 'PT',
  'Atlantic/Madeira': 'PT',
  'Atlantic/Azores': 'PT',
  'America/New_York': 'US',
  'America/Chicago': 'US',
  'America/Denver': 'US',
  'America/Phoenix': 'US',
  'America/Los_Angeles': 'US',
};
export const holiday_place_of_zone = (zone: string): string | null => zones[zone] ?? null;

const day_ms = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const weekday = (ms: number) => new Date(ms).getUTCDay();

/** Easter Sunday (Gregorian; the anonymous algorithm of 1876). */
export function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1);
}

function nth_weekday(year: number, month: number, wanted: number, nth: number): number {
  if (nth < 0) {
    const last = Date.UTC(year, month, 0);
    return last - ((weekday(last) - wanted + 7) % 7) * day_ms;
  }
  const first = Date.UTC(year, month - 1, 1);
  return first + (((wanted - weekday(first) + 7) % 7) + 7 * (nth - 1)) * day_ms;
}

function day_of(rule: string, year: number): number {
  if (rule.startsWith('E')) return easter(year) + Number(rule.slice(1)) * day_ms;
  if (rule.includes('.')) {
    const [month = 1, wanted = 1, nth = 1] = rule.split('.').map(Number);
    return nth_weekday(year, month, wanted, nth);
  }
  return Date.parse(`${year}-${rule}`);
}

/** Days of a place in one year, in order. */
export function public_holidays(place: string, year: number): Schemas['Holiday'][] {
  const [code = '', region] = place.split('/');
  const country = countries[code];
  if (!country) return [];
  const found = [...country.days, ...((region && country.regions?.[region]) || [])]
    .map(([rule, name]) => ({ at: day_of(rule, year), name, fixed: /^\d\d-/.test(rule) }))
    .sort((a, b) => a.at - b.at);
  const taken = new Set(found.filter((one) => !one.fixed || !is_weekend(one.at)).map((one) => one.at));
  for (const one of found) {
    if (!one.fixed || !country.moves || !is_weekend(one.at)) continue;
    if (country.moves === 'nearest') one.at += weekday(one.at) === 6 ? -day_ms : day_ms;
    else while (is_weekend(one.at) || taken.has(one.at)) one.at += day_ms;
    taken.add(one.at);
  }
  return found.map(({ at, name }) => ({ date: iso(at), name })).sort((a, b) => a.date.localeCompare(b.date));
}
const is_weekend = (ms: number) => weekday(ms) === 0 || weekday(ms) === 6;

/** What comes from `today` to the end of next year, without days that are there already. */
export function coming_holidays(
  place: string,
  today: string,
  known: readonly Schemas['Holiday'][],
): Schemas['Holiday'][] {
  const year = Number(today.slice(0, 4));
  const have = new Set(known.map((one) => one.date));
  return [...public_holidays(place, year), ...public_holidays(place, year + 1)].filter(
    (one) => one.date >= today && !have.has(one.date),
  );
}
