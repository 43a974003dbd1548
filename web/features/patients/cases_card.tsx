import { IconInbox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Card, Failure, Loading, short_time } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';

/** What is open for this person right now. */
export function CasesCard({ patient_id }: { patient_id: number }) {
  const { t, language } = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['patient', patient_id, 'cases'],
    queryFn: () =>
      call(api.GET('/api/cases', { params: { query: { view: 'all', patient_id, limit: 50 } } })).then(
        (list) => list.items,
      ),
    meta: { live: 'case' },
  });
  return (
    <Card title={t('patients:cases.title')}>
      {error && !data ? (
        <Failure title={t('patients:load_failed')} retry_label={t('patients:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('patients:cases.title')} lines={2} />
      ) : data.length === 0 ? (
        <p className={styles.hint}>{t('patients:cases.empty')}</p>
      ) : (
        <ul className={styles.rows}>
          {data.map((one) => (
            <li key={one.id} className={styles.row}>
              <IconInbox size={18} stroke={1.5} aria-hidden />
              <div>
                <To href={`/cases/${one.id}`}>
                  <b className={styles.subject} dir="auto">
                    {one.title || t('patients:cases.untitled')}
                  </b>
                </To>
                <p className="num">
                  {t('patients:cases.number', { number: one.number })}
                  {one.waiting_on &&
                    one.waiting_since &&
                    ` · ${t(`patients:cases.waiting_${one.waiting_on}`, { when: short_time(one.waiting_since, language) })}`}
                </p>
              </div>
              <time dateTime={one.opened_at}>
                {t('patients:cases.opened', { when: short_time(one.opened_at, language) })}
              </time>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
