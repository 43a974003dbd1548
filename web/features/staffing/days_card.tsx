import { useText } from '@/i18n';
import { Card } from '@/ui';
import { type Forecast, weekday_of } from './queries';
import styles from './staffing.module.css';
import { useNumbers } from './words';

/** Four weeks as a calendar; the day chosen is the one shown below. */
export function DaysCard({
  forecast,
  day,
  on_day,
}: {
  forecast: Forecast;
  day: string;
  on_day: (day: string) => void;
}) {
  const { t } = useText();
  const numbers = useNumbers();
  const top = Math.max(1, ...forecast.days.map((one) => one.expected));
  const first = weekday_of(forecast.days[0]?.date ?? '2024-01-01');
  return (
    <Card title={t('staffing:days.title')} hint={t('staffing:days.hint')}>
      <div className={styles.calendar}>
        {numbers.weekdays.map((name) => (
          <span key={name} className={styles.weekday} aria-hidden="true">
            {name}
          </span>
        ))}
        {forecast.days.map((one, i) => (
          <button
            key={one.date}
            type="button"
            className={styles.day}
            style={i === 0 ? { gridColumnStart: first + 1 } : undefined}
            aria-pressed={one.date === day}
            data-tip={
              one.holiday === null
                ? t('staffing:days.tip', { low: numbers.whole(one.low), high: numbers.whole(one.high) })
                : one.holiday || t('staffing:days.holiday')
            }
            onClick={() => on_day(one.date)}
          >
            <span className="visually-hidden">
              {t('staffing:days.label', {
                day: numbers.day_long(one.date),
                n: numbers.whole(one.expected),
                low: numbers.whole(one.low),
                high: numbers.whole(one.high),
              })}
            </span>
            <span className={styles.date} aria-hidden="true">
              {numbers.day_number(one.date)}
              {one.holiday !== null && <i className={styles.holiday} />}
            </span>
            <b aria-hidden="true">{numbers.whole(one.expected)}</b>
            <i className={styles.amount} style={{ width: `${(one.expected / top) * 100}%` }} />
          </button>
        ))}
      </div>
    </Card>
  );
}
