import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Card, Failure, Loading, short_time } from '@/ui';
import styles from './patients.module.css';

const actions = [
  'read',
  'list',
  'search',
  'create',
  'change',
  'send',
  'export',
  'erase',
  'sign_in',
  'sign_out',
  'refuse',
] as const;

/** Who looked at this record: known to everybody who works with it. */
export function AccessesCard({ patient_id }: { patient_id: number }) {
  const { t, language } = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['patient', patient_id, 'accesses'],
    queryFn: () =>
      call(api.GET('/api/patients/{id}/accesses', { params: { path: { id: patient_id } } })).then((list) => list.items),
  });
  return (
    <Card title={t('patients:accesses.title')}>
      {error && !data ? (
        <Failure title={t('patients:load_failed')} retry_label={t('patients:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('patients:accesses.title')} lines={3} />
      ) : data.length === 0 ? (
        <p className={styles.hint}>{t('patients:accesses.empty')}</p>
      ) : (
        <ul className={styles.rows}>
          {data.slice(0, 12).map((one) => {
            const action = actions.find((known) => known === one.action);
            return (
              <li key={`${one.user_id}-${one.action}-${one.last_at}`} className={styles.row}>
                <IconEye size={18} stroke={1.5} aria-hidden />
                <div>
                  <b>{one.user_id === null ? t('patients:accesses.program') : one.user_name}</b>{' '}
                  <span className={styles.hint}>
                    {action ? t(`patients:access.${action}`) : one.action}
                    {one.count > 1 && `, ${t('patients:accesses.times', { count: one.count })}`}
                  </span>
                </div>
                <time dateTime={one.last_at}>{short_time(one.last_at, language)}</time>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
