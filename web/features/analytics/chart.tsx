import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as use_parts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import styles from './figures.module.css';

use_parts([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** A colour of the theme by the name of its variable. */
export type Colour = (name: string) => string;

/** Draws what `options` gives; again when they, the size or the theme change. */
export function Chart({
  options,
  summary,
  on_pick,
}: {
  options: (colour: Colour) => EChartsCoreOption;
  summary: string;
  /** A bar was pressed: which one. The table beside does the same by key. */
  on_pick?: (index: number) => void;
}) {
  const pick = useRef(on_pick);
  pick.current = on_pick;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const chart = init(element, null, { renderer: 'svg' });
    const colour: Colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
    const draw = () => chart.setOption(options(colour), { notMerge: true });
    draw();
    chart.on('click', ({ dataIndex }) => pick.current?.(dataIndex));
    const size = new ResizeObserver(() => chart.resize());
    size.observe(element);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      size.disconnect();
      theme.disconnect();
      chart.dispose();
    };
  }, [options]);
  return <div ref={box} className={styles.chart} role="img" aria-label={summary} />;
}
