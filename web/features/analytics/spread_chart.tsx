import { useCallback } from 'react';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Chart, type Colour } from './chart';
import type { Figure } from './queries';
import { useWords } from './words';

type Bin = Schemas['DistributionBin'];
interface Props {
  bins: Bin[];
  figure: Figure;
  /** Seconds promised, where that is one number. */
  standard: number | null;
  on_pick: (index: number) => void;
  range: (bin: Bin) => string;
  share: (n: number) => string;
  summary: string;
}

/** Where a value stands between the bars: whole steps are the edges of bins. */
function place(bins: Bin[], value: number): number {
  const i = bins.findIndex((one) => one.to === null || value < one.to);
  const bin = bins[i];
  if (!bin) return bins.length - 0.5;
  return bin.to === null ? i : i - 0.5 + (value - bin.from) / (bin.to - bin.from);
}

const label_of = (colour: Colour) => ({ color: colour('--muted'), fontFamily: 'inherit', fontSize: 12 });

/** What pointing at a bar says. */
const tooltip = (colour: Colour, say: (bin: number) => string) => ({
  trigger: 'axis',
  backgroundColor: colour('--surface'),
  borderColor: colour('--line-strong'),
  textStyle: { ...label_of(colour), color: colour('--text'), fontSize: 13 },
  axisPointer: { type: 'shadow', shadowStyle: { color: colour('--hover'), opacity: 0.6 } },
  formatter: (points: { dataIndex: number }[]) => say(points[0]?.dataIndex ?? 0),
});

/** Whole numbers upwards; below, bins by name and, unseen, the same line as numbers for the marks. */
const axes = (colour: Colour, names: string[]) => ({
  xAxis: [
    {
      type: 'category',
      data: names,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour('--line-strong') } },
      axisLabel: { ...label_of(colour), hideOverlap: true },
    },
    { type: 'value', min: -0.5, max: names.length - 0.5, show: false },
  ],
  yAxis: {
    type: 'value',
    min: 0,
    minInterval: 1,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('--line') } },
    axisLabel: label_of(colour),
  },
});

export function SpreadChart({ bins, figure, standard, range, share, on_pick, summary }: Props) {
  const { t } = useText();
  const words = useWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: words, range and share change with the language, which t covers
  const options = useCallback(
    (colour: Colour) => {
      const label = label_of(colour);
      const end = bins.at(-1);
      const mark = (value: number | null, name: string, tone: string, high: boolean, type = 'solid') =>
        value === null || value < (bins[0]?.from ?? 0) || (end?.to != null && value > end.to)
          ? []
          : [
              {
                xAxis: place(bins, value),
                lineStyle: { color: colour(tone), type, width: 1.5 },
                label: { ...label, color: colour(tone), formatter: name, position: 'end', offset: [0, high ? -14 : 0] },
              },
            ];
      return {
        animation: false,
        aria: { enabled: true, label: { description: summary } },
        grid: { left: 4, right: 12, top: 40, bottom: 4, containLabel: true },
        tooltip: tooltip(colour, (i) => {
          const bin = bins[i];
          return bin ? `<b>${range(bin)}</b><br>n ${words.count(bin.n)} · ${share(bin.n)}` : '';
        }),
        ...axes(
          colour,
          bins.map((one) => (one.to === null ? `> ${words.duration(one.from)}` : `< ${words.duration(one.to)}`)),
        ),
        series: [
          {
            type: 'bar',
            data: bins.map((one) => one.n),
            barCategoryGap: '12%',
            itemStyle: { color: colour('--accent'), borderRadius: [2, 2, 0, 0] },
            cursor: 'pointer',
          },
          {
            type: 'line',
            xAxisIndex: 1,
            data: [],
            markLine: {
              silent: true,
              symbol: 'none',
              data: [
                ...mark(figure.p50, t('figures:trend.median'), '--text', false),
                ...mark(figure.value, t('figures:columns.value'), '--muted', true),
                ...mark(figure.p90, t('figures:trend.p90'), '--soon', false),
                ...mark(standard, t('boards:standard'), '--text', true, 'dashed'),
              ],
            },
          },
        ],
      };
    },
    [bins, figure, standard, summary, t],
  );
  return <Chart options={options} summary={summary} on_pick={on_pick} />;
}
