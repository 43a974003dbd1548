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

/** Seconds, ratios and counts as the API gives them; one line per figure and group. */
export function csv_of(figures: readonly Figure[]): string {
  return [columns.join(','), ...figures.map((one) => columns.map((name) => cell(one[name])).join(','))].join('\r\n');
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
