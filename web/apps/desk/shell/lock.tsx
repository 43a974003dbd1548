import { PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError, api, call } from '@/api/client';
import { type Session, session_query, useTakeSession } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { Avatar, Button } from '@/ui';
import styles from './lock.module.css';

/** A locked session: nothing of the desk stays on the screen. Continue with the password, or somebody else takes over. */
export function LockScreen({ session }: { session: Session }) {
  const { t } = useText();
  const take = useTakeSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [password, set_password] = useState('');
  const unlock = useMutation({
    mutationFn: () => call(api.POST('/api/session/unlock', { body: { password } })),
    meta: { silent: true },
    onSuccess: (answer) => {
      if (answer.session) take(answer.session);
      else void client.invalidateQueries({ queryKey: session_query.queryKey });
    },
    onSettled: () => set_password(''),
  });
  const leave = useMutation({
    mutationFn: () => call(api.DELETE('/api/session')),
    onSettled: () => client.invalidateQueries({ queryKey: session_query.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    unlock.mutate();
  };
  const error = unlock.error instanceof ApiError ? problem_text(unlock.error.problem) : undefined;
  const others = session.recent_users.filter((one) => one.id !== session.user?.id);
  const name = session.user?.name ?? '';
  return (
    <main className={styles.lock}>
      <form onSubmit={submit} className={styles.card}>
        <Avatar name={name || '?'} size={56} />
        <h1>{name}</h1>
        <p>{t('app:locked')}</p>
        <PasswordInput
          label={t('app:password')}
          value={password}
          onChange={(event) => set_password(event.currentTarget.value)}
          error={error}
          autoComplete="current-password"
          data-autofocus
          autoFocus
          w="100%"
        />
        <Button look="primary" type="submit" wide busy={unlock.isPending} disabled={password === ''}>
          {t('app:unlock')}
        </Button>
        {others.length > 0 && (
          <div className={styles.others}>
            <p>{t('app:switch_user')}</p>
            {others.map((one) => (
              <Button
                key={one.id}
                look="quiet"
                icon={<Avatar name={one.name} size={22} />}
                onClick={() => void navigate({ to: '/sign-in', search: { user: one.id } as never })}
              >
                {one.name}
              </Button>
            ))}
          </div>
        )}
        <Button look="quiet" onClick={() => leave.mutate()}>
          {t('app:someone_else')}
        </Button>
      </form>
    </main>
  );
}
