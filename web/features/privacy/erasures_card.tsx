import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Card, Failure, Loading, short_time } from '@/ui';
import styles from './audit.module.css';

/** Erasures carried out, with the reason given and whether the last trace is gone. */
export function ErasuresCard() {
  const { t, language } = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['erasures'],
    queryFn: () => call(api.GET('/api/erasures', { params: { query: {} } })).then((list) => list.items),
  });
  return (
    <Card title={t('audit:erasures.title')}>
      {error && !data ? (
        <Failure title={t('audit:load_failed')} retry_label={t('audit:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('audit:erasures.title')} lines={2} />
      ) : data.length === 0 ? (
        <p className={styles.faint}>{t('audit:erasures.empty')}</p>
      ) : (
        <ul className={styles.rows}>
          {data.map((one) => (
            <li key={one.id} className={styles.row}>
              <span>{one.reason}</span>
              <p>
                {t('audit:patient_link', { id: one.patient_id })} ·{' '}
                {t('audit:erasures.by', { name: one.user_name, when: short_time(one.erased_at, language) })} ·{' '}
                {one.purged_at
                  ? t('audit:erasures.purged', { when: short_time(one.purged_at, language) })
                  : t('audit:erasures.purging')}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
