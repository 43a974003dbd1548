import { IconHistory } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useText } from '@/i18n';
import { long_time, Skeleton } from '@/ui';
import { To } from '@/ui/link';
import { type Filters, search_of } from './filters';
import { Change, Definition, Spark } from './kpi_parts';
import { days_of } from './period';
import type { Figure } from './queries';
import { promise_of, useStandard } from './standard';
import styles from './tiles.module.css';
import { useWords } from './words';

interface Props {
  kpis: readonly string[];
  filters: Filters;
  /** Null until they have come. */
  figures: Figure[] | null;
  earlier: Figure[];
  by_day: Figure[];
  /** Share of each promise that was kept: attainment split by standard. */
  kept: ReadonlyMap<string, { met: number; due: number }>;
}

/** The numbers one looks at first; each leads to everything about it. */
export function Tiles({ kpis, filters, figures, earlier, by_day, kept }: Props) {
  const words = useWords();
  const days = useMemo(() => days_of(filters.period), [filters.period]);
  const of_day = useMemo(() => new Map(by_day.map((one) => [`${one.key} ${one.group?.day}`, one])), [by_day]);
  return (
    <ul className={styles.tiles} data-count={kpis.length}>
      {kpis.map((kpi) => (
        <Tile
          key={kpi}
          kpi={kpi}
          filters={filters}
          figure={figures?.find((one) => one.key === kpi)}
          waiting={figures === null}
          before={earlier.find((one) => one.key === kpi)}
          kept={kept.get(promise_of(kpi) ?? '')}
          series={days.map((day) => {
            const one = of_day.get(`${kpi} ${day}`);
            return one ? words.main(one) : null;
          })}
        />
      ))}
    </ul>
  );
}

interface TileProps {
  kpi: string;
  filters: Filters;
  figure: Figure | undefined;
  waiting: boolean;
  before: Figure | undefined;
  kept: { met: number; due: number } | undefined;
  series: (number | null)[];
}

function Tile({ kpi, filters, figure, waiting, before, kept, series }: TileProps) {
  const words = useWords();
  const main = figure ? words.main(figure) : null;
  const then = before ? words.main(before) : null;
  return (
    <li className={styles.tile} data-kpi={kpi}>
      <div className={styles.head}>
        <h2>
          <To href={`/figures/all${search_of({ ...filters, kpi })}`} className={styles.link}>
            {words.kpi(kpi)}
          </To>
        </h2>
        <span className={styles.info}>
          <Definition kpi={kpi} n={figure?.n} />
        </span>
      </div>
      <p className={styles.number}>
        {waiting ? (
          <Skeleton width={84} height={26} />
        ) : (
          <>
            <span className={main === null ? styles.none : styles.value}>{words.value(kpi, main)}</span>
            {main !== null && before && <Change kpi={kpi} now={main} then={then} />}
          </>
        )}
      </p>
      <div className={styles.spark}>
        <Spark values={series} />
      </div>
      <div className={styles.sub}>
        {waiting ? (
          <Skeleton width="70%" height={12} />
        ) : (
          <Below kpi={kpi} figure={figure} filters={filters} kept={kept} />
        )}
      </div>
    </li>
  );
}

/** Of how many, how far the tail reaches, what was promised, and whether it may still change. */
function Below({
  kpi,
  figure,
  filters,
  kept,
}: {
  kpi: string;
  figure: Figure | undefined;
  filters: Filters;
  kept: { met: number; due: number } | undefined;
}) {
  const { t, language } = useText();
  const words = useWords();
  const standard = useStandard(kpi, filters);
  const main = figure ? words.main(figure) : null;
  if (!figure || main === null)
    return <span>{t(figure?.clock === 'business' ? 'figures:no_calendar' : 'figures:no_value')}</span>;
  const kind = words.kind(kpi);
  const part = words.find(kpi)?.rows === 'person_days' ? words.duration : words.count;
  const days = days_of(filters.period).length;
  const n = t('figures:n_value', { n: words.count(figure.n) });
  return (
    <>
      <span>
        {kind === 'duration' && `${t('figures:p90_value', { value: words.duration(figure.p90) })} · ${n}`}
        {(kind === 'rate' || (kind === 'count' && figure.denominator !== null)) &&
          t('figures:of_value', { numerator: part(figure.numerator ?? 0), denominator: part(figure.denominator ?? 0) })}
        {kind === 'points' && n}
        {kind === 'count' && figure.denominator === null && t('boards:per_day', { n: words.decimal(figure.n / days) })}
      </span>
      {figure.low !== null && figure.high !== null && (
        <span>{t('figures:interval', { low: words.value(kpi, figure.low), high: words.value(kpi, figure.high) })}</span>
      )}
      {kept && kept.due > 0 && (
        <span>
          {t('boards:kept', {
            share: words.share(kept.met / kept.due),
            standard: standard === null ? '' : ` (${words.duration(standard)})`,
          })}
        </span>
      )}
      {figure.provisional ? (
        <span className={styles.soon}>{t('figures:provisional_short', { count: figure.provisional })}</span>
      ) : null}
      {figure.restated && (
        <span
          className={styles.soon}
          data-tip={t('figures:restated', {
            when: long_time(figure.restated.at, language),
            n: words.count(figure.restated.n),
            value: words.value(kpi, figure.restated.value),
          })}
        >
          <IconHistory size={12} stroke={1.5} aria-hidden /> {t('boards:restated')}
        </span>
      )}
    </>
  );
}
