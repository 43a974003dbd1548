import { useQuery } from '@tanstack/react-query';
import { useText } from '@/i18n';
import { Card, Empty, Failure, Skeleton } from '@/ui';
import styles from './figures.module.css';
import type { Filters } from './filters';
import own from './hours.module.css';
import { figures_query } from './queries';
import { useWords } from './words';

const all_hours = Array.from({ length: 24 }, (_, hour) => hour);
// 1 January 2024 was a Monday.
const weekday = (day: number, language: string, width: 'short' | 'long') =>
  new Intl.DateTimeFormat(language, { weekday: width, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day));

/** When patients get in touch: a table whose cells are shaded, so that it is read as well as seen. */
export function HoursCard({ filters }: { filters: Filters }) {
  const { t, language } = useText();
  const words = useWords();
  const { data, error, refetch } = useQuery(figures_query(filters, { by: 'weekday,hour', keys: ['contacts'] }));
  const counts = new Map((data?.items ?? []).map((one) => [`${one.group?.weekday}-${one.group?.hour}`, one.n]));
  const count = (day: number, hour: number) => counts.get(`${day}-${hour}`) ?? 0;
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const top = Math.max(1, ...counts.values());
  const used = all_hours.filter((hour) => [0, 1, 2, 3, 4, 5, 6].some((day) => count(day, hour) > 0));
  const hours = all_hours.filter(
    (hour) => hour >= Math.min(8, used[0] ?? 8) && hour <= Math.max(19, used.at(-1) ?? 19),
  );
  const busiest =
    [...counts.entries()]
      .sort((a, b) => b[1] - a[1])[0]?.[0]
      .split('-')
      .map(Number) ?? [];
  const title = t('figures:hours.title');
  return (
    <Card
      title={title}
      hint={
        total > 0
          ? t('figures:hours.caption', {
              n: words.count(total),
              day: weekday(busiest[0] ?? 0, language, 'long'),
              hour: `${busiest[1] ?? 0}:00`,
            })
          : undefined
      }
    >
      {error && !data ? (
        <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={220} />
      ) : total === 0 ? (
        <Empty title={t('figures:trend.empty')} />
      ) : (
        <section className={styles.scroll} tabIndex={0} aria-label={title}>
          <table className={own.hours}>
            <thead>
              <tr>
                <td />
                {hours.map((hour) => (
                  <th key={hour} scope="col">
                    {hour}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[0, 1, 2, 3, 4, 5, 6].map((day) => (
                <tr key={day}>
                  <th scope="row">{weekday(day, language, 'short')}</th>
                  {hours.map((hour) => {
                    const n = count(day, hour);
                    const share = n / top;
                    return (
                      <td
                        key={hour}
                        data-strong={share > 0.55 || undefined}
                        data-tip={t('figures:hours.cell', {
                          day: weekday(day, language, 'long'),
                          hour: `${hour}:00`,
                          n: words.count(n),
                        })}
                        style={
                          n
                            ? {
                                background: `color-mix(in srgb, var(--accent) ${Math.round(10 + share * 90)}%, var(--surface))`,
                              }
                            : undefined
                        }
                      >
                        {n ? words.count(n) : ''}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
