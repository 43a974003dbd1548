import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { toast } from '@/ui';
import { failed } from './actions';
import { Choices, Field, FormDialog } from './form_dialog';
import styles from './form_dialog.module.css';
import { saved_views_query } from './saved_views';

/** A filter under a name, for oneself or for everybody; a new one, or one there is already. */
export default function SaveViewDialog({
  filter,
  saved,
  on_close,
  on_saved,
}: {
  filter: Schemas['SavedViewInput']['filter'];
  saved?: Schemas['SavedView'];
  on_close: () => void;
  on_saved?: (id: number) => void;
}) {
  const { t } = useText();
  const client = useQueryClient();
  const [name, set_name] = useState(saved?.name ?? '');
  const [whose, set_whose] = useState<'mine' | 'all'>(saved?.shared ? 'all' : 'mine');
  const save = async () => {
    try {
      const body = { name: name.trim(), shared: whose === 'all', site_id: saved?.site_id, filter };
      const kept = await call(
        saved
          ? api.PUT('/api/case-views/{id}', { params: { path: { id: saved.id } }, body })
          : api.POST('/api/case-views', { body }),
      );
      await client.invalidateQueries({ queryKey: saved_views_query.queryKey });
      toast(t('inbox:saved.done'));
      on_saved?.(kept.id);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };
  return (
    <FormDialog
      title={t(saved ? 'inbox:saved.change' : 'inbox:saved.save')}
      size="sm"
      verb={t('app:save')}
      ready={name.trim() !== ''}
      on_submit={save}
      on_close={on_close}
    >
      <Field label={t('inbox:saved.name')}>
        <input
          className={styles.input}
          data-autofocus
          dir="auto"
          value={name}
          maxLength={80}
          onChange={(event) => set_name(event.currentTarget.value)}
        />
      </Field>
      <Choices
        legend={t('inbox:saved.for')}
        value={whose}
        on_change={set_whose}
        options={[
          { value: 'mine', label: t('inbox:saved.mine') },
          { value: 'all', label: t('inbox:saved.all') },
        ]}
      />
    </FormDialog>
  );
}
