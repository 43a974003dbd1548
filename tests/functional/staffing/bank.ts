// The bank's call logs (test data, not of the project) as rows of history.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export function bank_history(folder: string): { rows: string; offered: number; hung_up: number; waited: number } {
  const rows = ['{"kind":"site","id":"bank","name":"Bank","time_zone":"Asia/Jerusalem"}'];
  let offered = 0;
  let hung_up = 0;
  let waited = 0;
  for (const month of ['01', '02']) {
    const log = gunzipSync(readFileSync(`${folder}/anonymous_bank_1999_${month}.tsv.gz`)).toString('latin1');
    for (const line of log.split('\n').slice(1)) {
      const cell = line.split('\t').map((one) => one.trim());
      const [wait, outcome, talk] = [Number(cell[11]), cell[12], Number(cell[15])];
      if (cell.length < 16 || outcome === 'PHANTOM' || (outcome === 'HANG' && wait === 0)) continue;
      const date = `19${cell[5]?.slice(0, 2)}-${cell[5]?.slice(2, 4)}-${cell[5]?.slice(4)}`;
      const clock = (wait > 0 ? cell[9] : cell[13]) ?? '';
      const queued = Date.parse(`${date}T${clock.padStart(8, '0')}+02:00`); // no summer time in these months
      const left = queued + wait * 1000;
      const time = (ms: number) => new Date(ms).toISOString();
      offered++;
      hung_up += Number(outcome === 'HANG');
      waited += wait;
      rows.push(
        JSON.stringify({
          kind: 'call',
          id: `${month}-${rows.length}`,
          site: 'bank',
          from: '+97200000000',
          direction: 'in',
          offered_at: time(queued),
          queued_at: time(queued),
          ...(outcome === 'AGENT' ? { answered_at: time(left) } : {}),
          ended_at: time(outcome === 'AGENT' ? left + talk * 1000 : left),
          exit: outcome === 'AGENT' ? 'answered' : 'abandoned',
        }),
      );
    }
  }
  return { rows: `${rows.join('\n')}\n`, offered, hung_up, waited };
}
