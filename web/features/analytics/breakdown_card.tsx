import { SegmentedControl } from '@mantine/core';
import { useText } from '@/i18n';
import { Card, Empty } from '@/ui';
import styles from './figures.module.css';
import { type Dimension, dimensions_of } from './filters';
import type { Figure } from './queries';
import { useGroupName, useWords } from './words';

interface Props {
  kpi: string;
  by: Dimension;
  figures: Figure[];
  on_by: (by: Dimension) => void;
  on_row: (figure: Figure, name: string) => void;
}

/** The chosen figure split by one dimension, largest group first; each row leads to its cases. */
export function BreakdownCard({ kpi, by, figures, on_by, on_row }: Props) {
  const { t } = useText();
  const words = useWords();
  const group_name = useGroupName();
  const kind = words.kind(kpi);
  const rows = figures.filter((one) => one.key === kpi && one.group && by in one.group).sort((a, b) => b.n - a.n);
  const title = t('figures:breakdown.title', { name: words.kpi(kpi), dimension: t(`figures:by.one.${by}`) });
  return (
    <Card title={title} hint={rows.length > 0 ? t('figures:breakdown.caption') : undefined}>
      <SegmentedControl
        className={styles.toggle}
        aria-label={t('figures:by.label')}
        value={by}
        onChange={(value) => on_by(value as Dimension)}
        data={dimensions_of(words.find(kpi)?.rows).map((one) => ({ value: one, label: t(`figures:by.${one}`) }))}
      />
      {rows.length === 0 ? (
        <Empty title={t('figures:trend.empty')} />
      ) : (
        <section className={styles.scroll} tabIndex={0} aria-label={title}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t(`figures:by.${by}`)}</th>
                <th scope="col">{t('figures:columns.n')}</th>
                {kind === 'duration' && <th scope="col">{t('figures:columns.p50')}</th>}
                {kind === 'duration' && <th scope="col">{t('figures:columns.p90')}</th>}
                {kind !== 'count' && (
                  <th scope="col">{t(kind === 'rate' ? 'figures:columns.rate' : 'figures:columns.value')}</th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => {
                const name = group_name(by, one.group);
                return (
                  <tr key={JSON.stringify(one.group)}>
                    <td>
                      <button
                        type="button"
                        className={styles.row_button}
                        title={t('figures:breakdown.choose_row', { group: name })}
                        onClick={() => on_row(one, name)}
                      >
                        {name}
                      </button>
                    </td>
                    <td>{words.count(one.n)}</td>
                    {kind === 'duration' && <td>{words.duration(one.p50)}</td>}
                    {kind === 'duration' && <td>{words.duration(one.p90)}</td>}
                    {kind !== 'count' && <td>{words.value(kpi, one.value)}</td>}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
