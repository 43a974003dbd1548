import { Checkbox, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { useGo } from '@/ui/link';
import styles from './patients.module.css';
import type { Patient } from './queries';

/** Erasure, in plain words. The one act here that cannot be undone, so it is confirmed with a reason. */
export function EraseCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const [open, set_open] = useState(false);
  const [done, set_done] = useState(false);
  const form = useForm({
    initial: { reason: '', sure: false },
    check: ({ reason, sure }) => ({
      ...(reason.trim() ? {} : { reason: t('patients:erase.reason_missing') }),
      ...(sure ? {} : { sure: t('patients:erase.confirm_missing') }),
    }),
    submit: async ({ reason }) => {
      try {
        await call(
          api.POST('/api/patients/{id}/erase', {
            params: { path: { id: patient.id } },
            body: { reason: reason.trim() },
          }),
        );
        set_done(true);
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  const leave = () => {
    client.removeQueries({ queryKey: ['patient', patient.id] });
    go('/patients');
  };
  if (done) {
    return (
      <Dialog
        open
        on_close={leave}
        close_label={t('patients:close')}
        title={t('patients:erase.done_title')}
        actions={<Button onClick={leave}>{t('patients:close')}</Button>}
      >
        <p role="status">{t('patients:erase.done_text')}</p>
      </Dialog>
    );
  }
  return (
    <section className={styles.danger} aria-label={t('patients:erase.title')}>
      <h2>{t('patients:erase.title')}</h2>
      <p>{t('patients:erase.text')}</p>
      <ul className={styles.points}>
        <li>{t('patients:erase.point_data')}</li>
        <li>{t('patients:erase.point_figures')}</li>
        <li>{t('patients:erase.point_restore')}</li>
        <li>{t('patients:erase.point_final')}</li>
      </ul>
      {open ? (
        <form {...form.form_props} className={styles.fields}>
          <FormError errors={form.errors} offline={t('patients:offline')} />
          <Textarea
            label={t('patients:erase.reason')}
            description={t('patients:erase.reason_hint')}
            autosize
            minRows={2}
            autoFocus
            {...form.text('reason')}
          />
          <Checkbox label={t('patients:erase.confirm')} {...form.tick('sure')} />
          <div className={styles.actions}>
            <Button type="submit" look="danger" busy={form.busy}>
              {t('patients:erase.submit')}
            </Button>
            <Button onClick={() => set_open(false)}>{t('patients:cancel')}</Button>
          </div>
        </form>
      ) : (
        <div>
          <Button look="danger" onClick={() => set_open(true)}>
            {t('patients:erase.title')}
          </Button>
        </div>
      )}
    </section>
  );
}
