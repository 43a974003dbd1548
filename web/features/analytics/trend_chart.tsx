import { useCallback } from 'react';
import { useText } from '@/i18n';
import { Chart, type Colour } from './chart';
import { type Row, trend_options } from './trend_options';
import { useWords } from './words';

interface Props {
  kpi: string;
  rows: Row[];
  summary: string;
  /** Seconds promised, where that is one number. */
  standard: number | null;
  on_pick: (index: number) => void;
  day_text: (day: string, long: boolean) => string;
}

export function TrendChart({ kpi, rows, summary, standard, on_pick, day_text }: Props) {
  const { t } = useText();
  const words = useWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: words and days change with the language, which t covers
  const options = useCallback(
    (colour: Colour) =>
      trend_options(words.kind(kpi), rows, {
        colour,
        day_text,
        value: (amount) => words.value(kpi, amount),
        main: words.main,
        duration: words.duration,
        count: words.count,
        standard,
        words: {
          main: words.kind(kpi) === 'duration' ? t('figures:trend.median') : words.kpi(kpi),
          p90: t('figures:trend.p90'),
          summary,
          standard: t('boards:standard'),
        },
      }),
    [kpi, rows, standard, summary, t],
  );
  return <Chart options={options} summary={summary} on_pick={on_pick} />;
}
