import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, Dialog, toast } from '@/ui';
import { failed } from './actions';
import picker from './case_picker.module.css';
import styles from './join_dialog.module.css';
import type { Place } from './place';
import { saved_views_query } from './saved_views';

/** Keeps the conditions in force under a name, for oneself or for everybody. */
export default function SaveViewDialog({
  place,
  on_close,
  on_saved,
}: {
  place: Place;
  on_close: () => void;
  on_saved: (id: number) => void;
}) {
  const { t } = useText();
  const client = useQueryClient();
  const [name, set_name] = useState('');
  const [shared, share] = useState(false);
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    set_busy(true);
    try {
      const filter = { ...place.filter, channel: place.channel ?? null };
      const made = await call(api.POST('/api/case-views', { body: { name: name.trim(), shared, filter } }));
      await client.invalidateQueries({ queryKey: saved_views_query.queryKey });
      toast(t('inbox:saved.done'));
      on_close();
      on_saved(made.id);
    } catch (error) {
      set_busy(false);
      failed(error);
    }
  };
  return (
    <Dialog title={t('inbox:saved.save')} open on_close={on_close} close_label={t('app:close')} size="sm">
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <label className={styles.field}>
          {t('inbox:saved.name')}
          <input
            className={picker.input}
            data-autofocus
            value={name}
            maxLength={80}
            onChange={(event) => set_name(event.currentTarget.value)}
          />
        </label>
        <fieldset className={styles.choices}>
          <legend>{t('inbox:saved.for')}</legend>
          <label>
            <input type="radio" name="shared" checked={!shared} onChange={() => share(false)} /> {t('inbox:saved.mine')}
          </label>
          <label>
            <input type="radio" name="shared" checked={shared} onChange={() => share(true)} /> {t('inbox:saved.all')}
          </label>
        </fieldset>
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={name.trim() === ''}>
            {t('app:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
