// The call logs of a bank (AURICLE_TEST_DATA/callcenter, see its README) in the history format. Row by row, from the
// durations of the log; what the log marks as to be ignored is left out.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Row = Record<string, unknown>;

const offset = 2 * 3_600_000; // Israel in winter
const iso = (at: number) => `${new Date(at + offset).toISOString().slice(0, 19)}+02:00`;

function began(date: string, time: string): number {
  const day = `19${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4, 6)}`;
  return Date.parse(`${day}T${time.padStart(8, '0')}+02:00`);
}

function call(cells: Map<string, string>, id: string): Row {
  const seconds = (name: string) => 1000 * Math.max(0, Number(cells.get(name)));
  const offered = began(cells.get('date') ?? '', cells.get('vru_entry') ?? '');
  const queued = offered + seconds('vru_time');
  const answered = queued + seconds('q_time');
  const common = { kind: 'call', id, source: 'bank', from: '', direction: 'in', offered_at: iso(offered) };
  const queue = { queue: cells.get('type'), queued_at: iso(queued) };
  if (cells.get('outcome') === 'AGENT')
    return {
      ...common,
      ...queue,
      answered_at: iso(answered),
      ended_at: iso(answered + seconds('ser_time')),
      exit: 'answered',
    };
  if (seconds('q_time') > 0) return { ...common, ...queue, ended_at: iso(answered), exit: 'abandoned' };
  return { ...common, queue: cells.get('type'), ended_at: iso(queued), exit: 'ivr_exit' };
}

export function bank_history(path: string): Row[] {
  const lines = gunzipSync(readFileSync(path)).toString('latin1').trim().split('\n');
  const names = (lines[0] ?? '').split('\t');
  const rows: Row[] = [{ kind: 'site', id: 'bank', source: 'bank', name: 'Bank', time_zone: 'Asia/Jerusalem' }];
  const queues = new Set<string>();
  for (const [number, line] of lines.slice(1).entries()) {
    const cells = new Map(line.split('\t').map((cell, i) => [names[i] ?? '', cell]));
    if (cells.get('outcome') === 'PHANTOM') continue;
    queues.add(cells.get('type') ?? '');
    rows.push(call(cells, `${path.slice(-9, -7)}-${number}`));
  }
  for (const id of queues) rows.push({ kind: 'queue', id, source: 'bank', name: id, site: 'bank' });
  return rows;
}
