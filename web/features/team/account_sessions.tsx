import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, Card, Failure, Loading, short_time, Tag, toast } from '@/ui';
import styles from './auth.module.css';

const sessions_query = { queryKey: ['own_sessions'], queryFn: () => call(api.GET('/api/account/sessions')) };

export function OwnSessions() {
  const { t, language } = useText();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessions_query);
  const fresh = () => void client.invalidateQueries({ queryKey: sessions_query.queryKey });
  const failed = () => toast(t('settings:failed'), { tone: 'failed' });
  const end = useMutation({
    mutationFn: (id: number) => call(api.DELETE('/api/account/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => toast(t('account:sessions.ended')),
    onError: failed,
    onSettled: fresh,
  });
  const end_others = useMutation({
    mutationFn: () => call(api.DELETE('/api/account/sessions')),
    onSuccess: () => toast(t('account:sessions.others_ended')),
    onError: failed,
    onSettled: fresh,
  });
  const many = (data?.items.length ?? 0) > 1;
  return (
    <Card
      title={t('account:sessions.title')}
      action={
        many && (
          <Button small busy={end_others.isPending} onClick={() => end_others.mutate()}>
            {t('account:sessions.end_others')}
          </Button>
        )
      }
    >
      {error && !data ? (
        <Failure title={t('account:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('account:sessions.title')} lines={3} />
      ) : (
        <ul className={styles.list}>
          {data.items.map((one) => {
            const device = one.device || t('account:sessions.unknown_device');
            const Icon = /android|iphone|ipad|mobile/i.test(device) ? IconDeviceMobile : IconDeviceDesktop;
            return (
              <li key={one.id} className={styles.session}>
                <Icon size={22} stroke={1.5} aria-hidden />
                <div>
                  <b>{device}</b>{' '}
                  <p className="num">
                    {one.address} · {t('account:sessions.seen', { when: short_time(one.last_seen_at, language) })} ·{' '}
                    {t('account:sessions.started', { when: short_time(one.created_at, language) })}
                  </p>
                </div>
                {one.current ? (
                  <Tag tone="good">{t('account:sessions.current')}</Tag>
                ) : (
                  <Button
                    small
                    aria-label={t('account:sessions.end_label', { device })}
                    disabled={end.isPending}
                    onClick={() => end.mutate(one.id)}
                  >
                    {t('account:sessions.end')}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
