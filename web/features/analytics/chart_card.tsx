import { IconDots, IconDownload, IconListSearch, IconPhoto, IconVectorBezier2 } from '@tabler/icons-react';
import { type ReactNode, Suspense, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Empty, Failure, IconButton, Menu, MenuItem, Skeleton } from '@/ui';
import styles from './chart_card.module.css';
import { csv_text, download_csv } from './csv';
import { Definition } from './kpi_parts';
import { download_png, download_svg } from './picture';

interface Props {
  title: string;
  /** Of how many, and what else one must know to read it. */
  hint?: ReactNode;
  /** What is counted stands behind the title. */
  kpi?: string;
  state: 'waiting' | 'failed' | 'empty' | 'shown';
  on_retry?: () => void;
  /** What would fill it. */
  empty?: string;
  height: number;
  chart: ReactNode;
  /** Every value of the chart; absent where what is shown is a table already. */
  table?: ReactNode;
  csv: () => (readonly unknown[])[];
  /** Of the files, without ending. */
  file: string;
  on_cases?: () => void;
  wide?: boolean;
}

/** A chart with all that belongs to it: definition, n, table, cases, files. Takes its room before its figures have come. */
export function ChartCard(props: Props) {
  const { title, hint, kpi, state, on_retry, empty, height, chart, table, wide } = props;
  const { t } = useText();
  const card = useRef<HTMLElement>(null);
  const [as_table, show_table] = useState(false);
  return (
    <section ref={card} className={styles.card} aria-label={title} data-wide={wide || undefined} data-state={state}>
      <header className={styles.head}>
        <div>
          <h2>
            {title}
            {kpi && (
              <span className={styles.info} data-no-picture>
                <Definition kpi={kpi} />
              </span>
            )}
          </h2>
          <p className={styles.hint}>{state === 'waiting' ? <Skeleton width={160} height={12} /> : hint}</p>
        </div>
        {state === 'shown' && (
          <div className={styles.actions} data-no-picture>
            {table && (
              <Button small look="quiet" onClick={() => show_table(!as_table)}>
                {t(as_table ? 'figures:trend.chart' : 'figures:trend.table')}
              </Button>
            )}
            <Files {...props} card={() => card.current} />
          </div>
        )}
      </header>
      <div className={styles.body} style={{ minHeight: height }}>
        {state === 'failed' ? (
          <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={on_retry} />
        ) : state === 'waiting' ? (
          <Skeleton height={height} />
        ) : state === 'empty' ? (
          <Empty title={t('figures:trend.empty')} hint={empty} />
        ) : table && as_table ? (
          table
        ) : (
          <Suspense fallback={<Skeleton height={height} />}>{chart}</Suspense>
        )}
      </div>
    </section>
  );
}

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** What one may do with a chart. */
function Files({ title, on_cases, csv, file, card }: Props & { card: () => HTMLElement | null }) {
  const { t } = useText();
  const with_card = (work: (card: HTMLElement) => void) => () => {
    const element = card();
    if (element) work(element);
  };
  return (
    <Menu
      target={
        <IconButton small label={t('boards:more', { title })}>
          <IconDots size={16} stroke={1.5} aria-hidden />
        </IconButton>
      }
    >
      {on_cases && (
        <MenuItem icon={<IconListSearch {...icon} />} onClick={on_cases}>
          {t('figures:cases.open')}
        </MenuItem>
      )}
      <MenuItem icon={<IconDownload {...icon} />} onClick={() => download_csv(`${file}.csv`, csv_text(csv()))}>
        CSV
      </MenuItem>
      <MenuItem icon={<IconPhoto {...icon} />} onClick={with_card((element) => void download_png(element, file))}>
        PNG
      </MenuItem>
      <MenuItem icon={<IconVectorBezier2 {...icon} />} onClick={with_card((element) => download_svg(element, file))}>
        SVG
      </MenuItem>
    </Menu>
  );
}
