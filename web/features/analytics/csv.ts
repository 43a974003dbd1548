import type { Figure } from './queries';

const columns = [
  'key',
  'version',
  'clock',
  'group',
  'n',
  'value',
  'p50',
  'p90',
  'p99',
  'numerator',
  'denominator',
  'low',
  'high',
  'provisional',
] as const;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? Object.values(value).join(' / ') : String(value);
  // A leading = + - @ would be a formula to a spreadsheet (CSV injection); numbers stay numbers.
  const safe = /^[=+\-@]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table, line by line. */
export const csv_text = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => row.map(cell).join(',')).join('\r\n');

/** Seconds, ratios and counts as the API gives them; one line per figure and group. */
export function csv_of(figures: readonly Figure[]): string {
  return csv_text([columns, ...figures.map((one) => columns.map((name) => one[name]))]);
}

export const download_csv = (name: string, text: string): void =>
  download(name, new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
