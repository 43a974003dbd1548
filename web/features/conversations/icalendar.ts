/** As much of iCalendar (RFC 5545) as an invitation needs: what, when, where, who. Pure. */
export interface Invitation {
  method: 'request' | 'cancel' | 'reply' | 'publish';
  title: string;
  place: string;
  organizer: string;
  guests: string[];
  start: Date | null;
  end: Date | null;
  /** Whole days: the first and the last, local dates. */
  days: [string, string] | null;
  /** The zone it was written in, when it could not be understood: the times are shown as they stand. */
  unknown_zone: string | null;
  repeats: boolean;
}

interface Line {
  name: string;
  params: Record<string, string>;
  value: string;
}

function lines_of(text: string): Line[] {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n[ \t]/g, '');
  return unfolded.split('\n').flatMap((line) => {
    const found = /^([A-Za-z-]+)((?:;[^=;:]+=(?:"[^"]*"|[^";:]*))*):(.*)$/.exec(line);
    if (!found) return [];
    const params: Record<string, string> = {};
    for (const [, name = '', value = ''] of (found[2] ?? '').matchAll(/;([^=;:]+)=("[^"]*"|[^";:]*)/g))
      params[name.toUpperCase()] = value.replace(/^"|"$/g, '');
    return [{ name: (found[1] ?? '').toUpperCase(), params, value: found[3] ?? '' }];
  });
}

const plain = (value: string) => value.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1');

/** Names Outlook gives to zones (CLDR windowsZones), those of our readers. */
const windows_zones: Record<string, string> = {
  'Romance Standard Time': 'Europe/Madrid',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Central European Standard Time': 'Europe/Warsaw',
  'Central Europe Standard Time': 'Europe/Budapest',
  'GMT Standard Time': 'Europe/London',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'FLE Standard Time': 'Europe/Kiev',
  'GTB Standard Time': 'Europe/Bucharest',
  'Morocco Standard Time': 'Africa/Casablanca',
  'Eastern Standard Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Mountain Standard Time': 'America/Denver',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Argentina Standard Time': 'America/Buenos_Aires',
  'SA Pacific Standard Time': 'America/Bogota',
  UTC: 'UTC',
};

function zone_of(name: string): string | null {
  const clean = windows_zones[name] ?? name.replace(/^\/?(?:[^/]+\/)*?(?=[A-Z][A-Za-z]+\/[A-Z])/, '');
  try {
    new Intl.DateTimeFormat('en', { timeZone: clean });
    return clean;
  } catch {
    return null;
  }
}

/** The instant at which clocks of the zone show these numbers. */
function instant(parts: number[], zone: string): Date {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second);
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const shown = (at: number) => {
    const of = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
    return Date.UTC(of.year ?? 0, (of.month ?? 1) - 1, of.day ?? 1, of.hour ?? 0, of.minute ?? 0, of.second ?? 0);
  };
  let at = wanted - (shown(wanted) - wanted);
  at -= shown(at) - wanted;
  return new Date(at);
}

interface When {
  date: Date | null;
  day: string | null;
  unknown: string | null;
}

function when_of(line: Line | undefined): When {
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(line?.value.trim() ?? '');
  if (!line || !found) return { date: null, day: null, unknown: null };
  const parts = found.slice(1, 7).map((one) => Number(one ?? 0));
  if (found[4] === undefined) return { date: null, day: `${found[1]}-${found[2]}-${found[3]}`, unknown: null };
  if (found[7]) return { date: instant(parts, 'UTC'), day: null, unknown: null };
  const named = line.params.TZID;
  const zone = named ? zone_of(named) : null;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { date: instant(parts, zone ?? own), day: null, unknown: named && !zone ? named : null };
}

function lasting(start: Date | null, duration: string | undefined): Date | null {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration?.trim() ?? '');
  if (!start || !found) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((one) => Number(one ?? 0));
  return new Date(start.getTime() + ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

const person = (line: Line) => line.params.CN || line.value.replace(/^mailto:/i, '');

/** The last day of an all-day event: DTEND is the day after (RFC 5545 §3.6.1). */
function last_day(first: string, end: string | null): string {
  if (!end) return first;
  const before = new Date(Date.parse(`${end}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return before < first ? first : before;
}

export function read_invitation(text: string): Invitation | null {
  const all = lines_of(text.slice(0, 500_000));
  const begin = all.findIndex((line) => line.name === 'BEGIN' && line.value.trim().toUpperCase() === 'VEVENT');
  const end = all.findIndex(
    (line, at) => at > begin && line.name === 'END' && line.value.trim().toUpperCase() === 'VEVENT',
  );
  if (begin < 0) return null;
  const event = all.slice(begin + 1, end < 0 ? undefined : end);
  const first = (name: string) => event.find((line) => line.name === name);
  const start = when_of(first('DTSTART'));
  const finish = when_of(first('DTEND'));
  const method =
    all
      .find((line) => line.name === 'METHOD')
      ?.value.trim()
      .toLowerCase() ?? '';
  const cancelled = method === 'cancel' || first('STATUS')?.value.trim().toUpperCase() === 'CANCELLED';
  const organizer = first('ORGANIZER');
  return {
    method: cancelled ? 'cancel' : method === 'reply' ? 'reply' : method === 'request' ? 'request' : 'publish',
    title: plain(first('SUMMARY')?.value ?? ''),
    place: plain(first('LOCATION')?.value ?? ''),
    organizer: organizer ? person(organizer) : '',
    guests: event
      .filter((line) => line.name === 'ATTENDEE')
      .slice(0, 50)
      .map(person),
    start: start.date,
    end: finish.date ?? lasting(start.date, first('DURATION')?.value),
    days: start.day ? [start.day, last_day(start.day, finish.day)] : null,
    unknown_zone: start.unknown,
    repeats: first('RRULE') !== undefined,
  };
}
