import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { Card } from '@/ui';
import type { Forecast } from './queries';
import styles from './staffing.module.css';
import { useNumbers } from './words';

/** How good such forecasts were: eight made as if it were then, the failed ones marked. */
export function AccuracyCard({ forecast }: { forecast: Forecast }) {
  const { t } = useText();
  const numbers = useNumbers();
  const { accuracy } = forecast;
  const title = t('staffing:accuracy.title');
  if (accuracy.origins.length === 0)
    return (
      <Card title={title}>
        <p className={styles.note}>{t('staffing:accuracy.none')}</p>
      </Card>
    );
  return (
    <Card
      title={title}
      hint={t('staffing:accuracy.hint', {
        n: accuracy.origins.length,
        days: accuracy.horizon_days,
        mase: numbers.ratio(accuracy.mase),
        error: numbers.share(accuracy.day_error),
        coverage: numbers.share(accuracy.coverage),
      })}
    >
      <section className={styles.scroll} tabIndex={0} aria-label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('staffing:accuracy.from')}</th>
              <th scope="col" data-tip={t('staffing:accuracy.mase_tip')}>
                MASE
              </th>
              <th scope="col" data-tip={t('staffing:accuracy.naive_tip')}>
                {t('staffing:accuracy.naive')}
              </th>
              <th scope="col">{t('staffing:accuracy.day_error')}</th>
              <th scope="col">{t('staffing:accuracy.coverage')}</th>
              <th scope="col">{t('staffing:accuracy.result')}</th>
            </tr>
          </thead>
          <tbody>
            {accuracy.origins.map((one) => (
              <tr key={one.from}>
                <th scope="row">{numbers.day_short(one.from)}</th>
                <td>{numbers.ratio(one.mase)}</td>
                <td>{numbers.ratio(one.against_naive)}</td>
                <td>{numbers.share(one.day_error)}</td>
                <td>{numbers.share(one.coverage)}</td>
                <td className={styles.level} data-short={one.failed || undefined}>
                  {one.failed ? (
                    <IconAlertTriangle size={14} stroke={1.5} aria-hidden />
                  ) : (
                    <IconCheck size={14} stroke={1.5} aria-hidden />
                  )}
                  {t(one.failed ? 'staffing:accuracy.failed' : 'staffing:accuracy.better')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

/** What the figures rest on, in sentences. */
export function BasisCard({ forecast }: { forecast: Forecast }) {
  const { t } = useText();
  const numbers = useNumbers();
  const { model, history, handling, patience } = forecast;
  if (!model) return null;
  const growth = Math.abs(model.growth_per_week) < 0.0005 ? 'steady' : model.growth_per_week > 0 ? 'up' : 'down';
  return (
    <Card title={t('staffing:basis.title')}>
      <ul className={styles.facts}>
        <li>
          {t('staffing:basis.history', {
            n: numbers.whole(history.arrivals),
            from: history.first_day ? numbers.day_short(history.first_day) : '–',
            to: history.last_day ? numbers.day_short(history.last_day) : '–',
          })}
        </li>
        <li>
          {t(`staffing:basis.${growth}`, {
            level: numbers.whole(model.level),
            growth: numbers.tenth(Math.abs(model.growth_per_week) * 100),
          })}
        </li>
        <li>{t(model.yearly ? 'staffing:basis.yearly' : 'staffing:basis.not_yearly')}</li>
        <li>{t('staffing:basis.holidays', { count: model.holidays_seen, factor: numbers.share(model.holiday) })}</li>
        {model.gaps > 0 && <li>{t('staffing:basis.gaps', { count: model.gaps })}</li>}
        {handling.mean_s !== null && (
          <li>
            {t('staffing:basis.handling', { seconds: numbers.seconds(handling.mean_s), n: numbers.whole(handling.n) })}
          </li>
        )}
        {patience.mean_s !== null && (
          <li>
            {t('staffing:basis.patience', {
              seconds: numbers.seconds(patience.mean_s),
              low: numbers.seconds(patience.low_s),
              high: numbers.seconds(patience.high_s),
              n: numbers.whole(patience.hung_up),
              waited: numbers.whole(patience.waited),
            })}
          </li>
        )}
      </ul>
      {patience.survival.length > 0 && patience.mean_s !== null && <Survival forecast={forecast} />}
    </Card>
  );
}

function Survival({ forecast }: { forecast: Forecast }) {
  const { t } = useText();
  const numbers = useNumbers();
  const title = t('staffing:basis.survival');
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('staffing:basis.after')}</th>
            <th scope="col">{title}</th>
            <th scope="col">{t('staffing:basis.exponential')}</th>
            <th scope="col">n</th>
          </tr>
        </thead>
        <tbody>
          {forecast.patience.survival.map((one) => (
            <tr key={one.after_s}>
              <th scope="row">{numbers.seconds(one.after_s)}</th>
              <td>{numbers.share(one.still_waiting)}</td>
              <td>{numbers.share(one.exponential)}</td>
              <td>{numbers.whole(one.at_risk)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
