import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as use_parts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useText } from '@/i18n';
import styles from './figures.module.css';
import { is_weekend } from './period';
import { type Figure, is_duration } from './queries';
import { useWords } from './words';

use_parts([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface Props {
  kpi: string;
  rows: { day: string; figure?: Figure }[];
  summary: string;
  day_text: (day: string, long: boolean) => string;
}

/** A step of the axis that people count in: minutes, hours, days. */
function step_of(top: number): number {
  const steps = [
    60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800,
  ];
  return steps.find((one) => top / one <= 5) ?? Math.ceil(top / 5 / 86_400) * 86_400;
}

/** Bars from zero; for durations the median as bar and the 90th percentile as a mark above it; weekends shaded. */
export function TrendChart({ kpi, rows, summary, day_text }: Props) {
  const { t } = useText();
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: words change with the language, which t covers
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const chart = init(element, null, { renderer: 'svg' });
    const draw = () => {
      const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
      const durations = is_duration(kpi);
      const label = { color: colour('--muted'), fontFamily: 'inherit', fontSize: 12 };
      const main = rows.map(({ figure }) => (figure ? words.main(figure) : null));
      const high = rows.map(({ figure }) => figure?.p90 ?? null);
      const top = Math.max(...main.map((one) => one ?? 0), ...(durations ? high.map((one) => one ?? 0) : []));
      const step = durations ? step_of(top) : undefined;
      const ceiling = step ? Math.max(step, Math.ceil(top / step) * step) : undefined;
      const best = main.indexOf(Math.max(...main.map((one) => one ?? -1)));
      const last = main.findLastIndex((one) => one !== null);
      chart.setOption(
        {
          animation: false,
          aria: { enabled: true, label: { description: summary } },
          grid: { left: 4, right: 8, top: 24, bottom: 4, containLabel: true },
          tooltip: {
            trigger: 'axis',
            axisPointer: { type: 'shadow', shadowStyle: { color: colour('--hover'), opacity: 0.6 } },
            backgroundColor: colour('--surface'),
            borderColor: colour('--line-strong'),
            textStyle: { ...label, color: colour('--text'), fontSize: 13 },
            formatter: (points: { dataIndex: number }[]) => {
              const row = rows[points[0]?.dataIndex ?? 0];
              if (!row) return '';
              const lines = [`<b>${day_text(row.day, true)}</b>`];
              if (row.figure) {
                lines.push(
                  `${durations ? t('figures:trend.median') : words.kpi(kpi)}: ${words.value(kpi, words.main(row.figure))}`,
                );
                if (durations) lines.push(`${t('figures:trend.p90')}: ${words.duration(row.figure.p90)}`);
                lines.push(`n ${words.count(row.figure.n)}`);
              } else lines.push('n 0');
              return lines.join('<br>');
            },
          },
          xAxis: [
            {
              type: 'category',
              data: rows.map(({ day }) => day),
              axisTick: { show: false },
              axisLine: { lineStyle: { color: colour('--line-strong') } },
              axisLabel: { ...label, hideOverlap: true, formatter: (day: string) => day_text(day, false) },
            },
            { type: 'category', data: rows.map(({ day }) => day), show: false },
          ],
          yAxis: [
            {
              type: 'value',
              min: 0,
              ...(ceiling ? { interval: step, max: ceiling } : {}),
              ...(kpi.endsWith('_rate')
                ? { max: (range: { max: number }) => Math.min(1, Math.max(0.05, range.max * 1.2)) }
                : {}),
              splitLine: { lineStyle: { color: colour('--line') } },
              axisLabel: { ...label, formatter: (value: number) => (value === 0 ? '0' : words.value(kpi, value)) },
            },
            { type: 'value', min: 0, max: 1, show: false },
          ],
          series: [
            {
              // Weekends: a pale full-width bar behind the others.
              type: 'bar',
              data: rows.map(({ day }) => (is_weekend(day) ? (ceiling ?? 1) : null)),
              yAxisIndex: ceiling ? 0 : 1,
              barWidth: '100%',
              xAxisIndex: 1,
              silent: true,
              z: 0,
              itemStyle: { color: colour('--sunken') },
              tooltip: { show: false },
            },
            {
              type: 'bar',
              data: main,
              barCategoryGap: '28%',
              barMaxWidth: 36,
              itemStyle: { color: colour('--accent'), borderRadius: [2, 2, 0, 0] },
              label: {
                show: true,
                position: 'top',
                ...label,
                color: colour('--text'),
                formatter: ({ dataIndex, value }: { dataIndex: number; value: number }) =>
                  rows.length <= 8 || dataIndex === best || dataIndex === last ? words.value(kpi, value) : '',
              },
              labelLayout: { hideOverlap: true },
            },
            ...(durations
              ? [
                  {
                    type: 'line',
                    data: high,
                    lineStyle: { width: 0 },
                    symbol: 'rect',
                    symbolSize: [Math.max(6, Math.min(22, 420 / rows.length)), 2.5],
                    showAllSymbol: true,
                    itemStyle: { color: colour('--soon') },
                    endLabel: {
                      show: true,
                      formatter: t('figures:trend.p90'),
                      ...label,
                      color: colour('--soon'),
                      offset: [-4, -10],
                    },
                  },
                ]
              : []),
          ],
        },
        { notMerge: true },
      );
    };
    draw();
    const size = new ResizeObserver(() => chart.resize());
    size.observe(element);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      size.disconnect();
      theme.disconnect();
      chart.dispose();
    };
  }, [kpi, rows, summary, t]);
  return <div ref={box} className={styles.chart} role="img" aria-label={summary} />;
}
