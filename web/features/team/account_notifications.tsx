import { Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Card, Failure, Loading } from '@/ui';
import styles from './auth.module.css';

type Settings = Schemas['NotificationSettings'];
const query = { queryKey: ['account', 'notifications'], queryFn: () => call(api.GET('/api/account/notifications')) };
const kinds = [
  'assigned',
  'handed_over',
  'mentioned',
  'reply',
  'follow_up_due',
  'due_soon',
  'overdue',
  'message_held',
] as const;
const digests = ['off', 'hourly', 'daily'] as const;

/** Of what one is told in the desk, and how often by mail. Each change is kept at once. */
export function NotificationsCard() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(query);
  return (
    <Card title={t('account:told.title')} hint={t('account:told.hint')}>
      {error && !data ? (
        <Failure title={t('account:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : data ? (
        <Choices settings={data} />
      ) : (
        <Loading label={t('account:told.title')} />
      )}
    </Card>
  );
}

function Choices({ settings }: { settings: Settings }) {
  const { t } = useText();
  const client = useQueryClient();
  const [chosen, choose] = useState(settings);
  // One after the other, so that the last choice is the one kept.
  const keep = useMutation({
    scope: { id: 'account_notifications' },
    mutationFn: (body: Settings) => call(api.PUT('/api/account/notifications', { body })),
    onSuccess: (_, body) => client.setQueryData<Settings>(query.queryKey, body),
    onError: () => choose(client.getQueryData<Settings>(query.queryKey) ?? settings),
  });
  const change = (part: Partial<Settings>) => {
    const next = { ...chosen, ...part };
    choose(next);
    keep.mutate(next);
  };
  const { digest, digest_time, quiet_from, quiet_to, muted } = chosen;
  const quiet = quiet_from !== null && quiet_to !== null;
  const time = (label: string, value: string, keep: (value: string) => Partial<Settings>) => (
    <TextInput
      key={value}
      type="time"
      label={label}
      defaultValue={value}
      onBlur={(event) => {
        const now = event.currentTarget.value;
        if (now && now !== value) change(keep(now));
      }}
    />
  );
  return (
    <div className={styles.fields}>
      <fieldset className={styles.fieldset}>
        <legend className={styles.legend}>{t('account:told.of')}</legend>
        <div className={styles.fields}>
          {kinds.map((kind) => (
            <Checkbox
              key={kind}
              label={t(`account:told.kind_${kind}`)}
              checked={!muted.includes(kind)}
              onChange={(event) => {
                const rest = muted.filter((one) => one !== kind);
                change({ muted: event.currentTarget.checked ? rest : [...rest, kind] });
              }}
            />
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.fieldset}>
        <legend className={styles.legend}>{t('account:told.mail')}</legend>
        <SegmentedControl
          fullWidth
          aria-label={t('account:told.mail')}
          value={digest}
          onChange={(value) => change({ digest: value as Settings['digest'] })}
          data={digests.map((value) => ({ value, label: t(`account:told.digest_${value}`) }))}
        />
        <p className={styles.hint}>{t('account:told.mail_hint')}</p>
      </fieldset>
      {digest === 'daily' && time(t('account:told.at'), digest_time, (value) => ({ digest_time: value }))}
      {digest === 'hourly' && (
        <>
          <Checkbox
            label={t('account:told.quiet')}
            checked={quiet}
            onChange={(event) =>
              change(
                event.currentTarget.checked
                  ? { quiet_from: '20:00', quiet_to: '07:00' }
                  : { quiet_from: null, quiet_to: null },
              )
            }
          />
          {quiet && (
            <div className={styles.pair}>
              {time(t('account:told.quiet_from'), quiet_from, (value) => ({ quiet_from: value }))}
              {time(t('account:told.quiet_to'), quiet_to, (value) => ({ quiet_to: value }))}
            </div>
          )}
        </>
      )}
    </div>
  );
}
