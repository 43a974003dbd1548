import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '@/i18n';
import { Banner, Button, Dialog } from '@/ui';
import type { CaseActions } from './actions';
import styles from './join_dialog.module.css';
import type { Case } from './queries';

/** Another title; where somebody else gave one meanwhile, it is shown beside what one typed. */
export function RenameDialog({ one, actions, on_close }: { one: Case; actions: CaseActions; on_close: () => void }) {
  const { t } = useText();
  const [before] = useState(one.title);
  const [title, set_title] = useState(one.title);
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    set_busy(true);
    if (await actions.title(one.id, title.trim())) on_close();
    else set_busy(false);
  };
  return (
    <Dialog title={t('inbox:rename')} open on_close={on_close} size="md" close_label={t('app:close')}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <TextInput
          label={t('inbox:case_title')}
          value={title}
          maxLength={500}
          dir="auto"
          onChange={(event) => set_title(event.currentTarget.value)}
          data-autofocus
        />
        {one.title !== before && !busy && (
          <div role="alert">
            <Banner tone="soon">{t('inbox:meanwhile.title', { title: one.title })}</Banner>
          </div>
        )}
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t('app:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
