import type { EChartsCoreOption } from 'echarts/core';
import { is_weekend } from './period';
import type { Figure } from './queries';
import type { Kind } from './registry';

export interface Row {
  day: string;
  figure?: Figure;
}
/** Everything the drawing says or shows, so that it needs neither language nor theme of its own. */
export interface Look {
  colour: (name: string) => string;
  day_text: (day: string, long: boolean) => string;
  value: (amount: number | null) => string;
  main: (figure: Figure) => number | null;
  duration: (seconds: number | null) => string;
  count: (n: number) => string;
  standard: number | null;
  words: { main: string; p90: string; summary: string; standard: string };
}

/** A step of the axis that people count in: minutes, hours, days. */
function step_of(top: number): number {
  const steps = [
    60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800,
  ];
  return steps.find((one) => top / one <= 5) ?? Math.ceil(top / 5 / 86_400) * 86_400;
}

interface Scale {
  durations: boolean;
  main: (number | null)[];
  high: (number | null)[];
  step: number | undefined;
  /** Top of the axis where it is ours to choose. */
  ceiling: number | undefined;
}

function scale_of(kind: Kind, rows: Row[], look: Look): Scale {
  const durations = kind === 'duration';
  const main = rows.map(({ figure }) => (figure ? look.main(figure) : null));
  const high = rows.map(({ figure }) => figure?.p90 ?? null);
  const top = Math.max(...main.map((one) => one ?? 0), ...(durations ? high.map((one) => one ?? 0) : []));
  const step = durations ? step_of(top) : undefined;
  return { durations, main, high, step, ceiling: step ? Math.max(step, Math.ceil(top / step) * step) : undefined };
}

const label_of = (look: Look) => ({ color: look.colour('--muted'), fontFamily: 'inherit', fontSize: 12 });

function tooltip(rows: Row[], scale: Scale, look: Look) {
  return {
    trigger: 'axis',
    axisPointer: { type: 'shadow', shadowStyle: { color: look.colour('--hover'), opacity: 0.6 } },
    backgroundColor: look.colour('--surface'),
    borderColor: look.colour('--line-strong'),
    textStyle: { ...label_of(look), color: look.colour('--text'), fontSize: 13 },
    formatter: (points: { dataIndex: number }[]) => {
      const row = rows[points[0]?.dataIndex ?? 0];
      if (!row) return '';
      const head = `<b>${look.day_text(row.day, true)}</b>`;
      if (!row.figure) return `${head}<br>n 0`;
      const lines = [head, `${look.words.main}: ${look.value(look.main(row.figure))}`];
      if (scale.durations) lines.push(`${look.words.p90}: ${look.duration(row.figure.p90)}`);
      return [...lines, `n ${look.count(row.figure.n)}`].join('<br>');
    },
  };
}

function axes(kind: Kind, rows: Row[], scale: Scale, look: Look) {
  const data = rows.map(({ day }) => day);
  const label = label_of(look);
  const rate = { max: (range: { max: number }) => Math.min(1, Math.max(0.05, range.max * 1.2)) };
  return {
    xAxis: [
      {
        type: 'category',
        data,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: look.colour('--line-strong') } },
        axisLabel: { ...label, hideOverlap: true, formatter: (day: string) => look.day_text(day, false) },
      },
      { type: 'category', data, show: false },
    ],
    yAxis: [
      {
        type: 'value',
        ...(kind === 'points' ? {} : { min: 0 }),
        ...(scale.ceiling ? { interval: scale.step, max: scale.ceiling } : {}),
        ...(kind === 'rate' ? rate : {}),
        splitLine: { lineStyle: { color: look.colour('--line') } },
        axisLabel: { ...label, formatter: (value: number) => (value === 0 ? '0' : look.value(value)) },
      },
      { type: 'value', min: 0, max: 1, show: false },
    ],
  };
}

/** A pale full-width bar behind each weekend day. */
const weekends = (rows: Row[], scale: Scale, look: Look) => ({
  type: 'bar',
  data: rows.map(({ day }) => (is_weekend(day) ? (scale.ceiling ?? 1) : null)),
  xAxisIndex: 1,
  yAxisIndex: scale.ceiling ? 0 : 1,
  barWidth: '100%',
  silent: true,
  z: 0,
  itemStyle: { color: look.colour('--sunken') },
  tooltip: { show: false },
});

const standard_line = (at: number, look: Look) => ({
  silent: true,
  symbol: 'none',
  data: [{ yAxis: at }],
  lineStyle: { color: look.colour('--text'), type: 'dashed', width: 1 },
  label: { ...label_of(look), position: 'insideEndTop', formatter: look.words.standard },
});

/** The bars; with many days only the highest and the latest are labelled. */
function bars(rows: Row[], scale: Scale, look: Look) {
  const best = scale.main.indexOf(Math.max(...scale.main.map((one) => one ?? -1)));
  const last = scale.main.findLastIndex((one) => one !== null);
  return {
    type: 'bar',
    data: scale.main,
    barCategoryGap: '28%',
    barMaxWidth: 36,
    itemStyle: { color: look.colour('--accent'), borderRadius: [2, 2, 0, 0] },
    label: {
      show: true,
      position: 'top',
      ...label_of(look),
      color: look.colour('--text'),
      formatter: ({ dataIndex, value }: { dataIndex: number; value: number }) =>
        rows.length <= 8 || dataIndex === best || dataIndex === last ? look.value(value) : '',
    },
    labelLayout: { hideOverlap: true },
    cursor: 'pointer',
    ...(scale.ceiling !== undefined && look.standard !== null && look.standard <= scale.ceiling
      ? { markLine: standard_line(look.standard, look) }
      : {}),
  };
}

const p90_marks = (rows: Row[], scale: Scale, look: Look) => ({
  type: 'line',
  data: scale.high,
  lineStyle: { width: 0 },
  symbol: 'rect',
  symbolSize: [Math.max(6, Math.min(22, 420 / rows.length)), 2.5],
  showAllSymbol: true,
  itemStyle: { color: look.colour('--soon') },
  endLabel: {
    show: true,
    formatter: look.words.p90,
    ...label_of(look),
    color: look.colour('--soon'),
    offset: [-4, -20],
  },
});

/** Bars from zero; for durations the median as bar and the 90th percentile as a mark above it; weekends shaded. */
export function trend_options(kind: Kind, rows: Row[], look: Look): EChartsCoreOption {
  const scale = scale_of(kind, rows, look);
  return {
    animation: false,
    aria: { enabled: true, label: { description: look.words.summary } },
    grid: { left: 4, right: 8, top: 24, bottom: 4, containLabel: true },
    tooltip: tooltip(rows, scale, look),
    ...axes(kind, rows, scale, look),
    series: [
      weekends(rows, scale, look),
      bars(rows, scale, look),
      ...(scale.durations ? [p90_marks(rows, scale, look)] : []),
    ],
  };
}
