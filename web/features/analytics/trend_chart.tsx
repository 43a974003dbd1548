import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as use_parts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useText } from '@/i18n';
import styles from './figures.module.css';
import { is_duration } from './queries';
import { type Look, type Row, trend_options } from './trend_options';
import { useWords } from './words';

use_parts([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface Props {
  kpi: string;
  rows: Row[];
  summary: string;
  day_text: (day: string, long: boolean) => string;
}

/** Draws the options, again when size, theme or language change. */
export function TrendChart({ kpi, rows, summary, day_text }: Props) {
  const { t } = useText();
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: words change with the language, which t covers
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const chart = init(element, null, { renderer: 'svg' });
    const look: Look = {
      colour: (name) => getComputedStyle(element).getPropertyValue(name).trim(),
      day_text,
      value: (amount) => words.value(kpi, amount),
      main: words.main,
      duration: words.duration,
      count: words.count,
      words: {
        main: is_duration(kpi) ? t('figures:trend.median') : words.kpi(kpi),
        p90: t('figures:trend.p90'),
        summary,
      },
    };
    const draw = () => chart.setOption(trend_options(kpi, rows, look), { notMerge: true });
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
