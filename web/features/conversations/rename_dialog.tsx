import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Dialog } from '@/ui';
import type { CaseActions } from './actions';
import styles from './case_header.module.css';
import type { Case } from './queries';

export function RenameDialog({ one, actions, on_close }: { one: Case; actions: CaseActions; on_close: () => void }) {
  const { t } = useText();
  const [title, set_title] = useState(one.title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    on_close();
    void actions.title(one.id, title.trim());
  };
  return (
    <Dialog title={t('inbox:rename')} open on_close={on_close} size="sm" close_label={t('app:close')}>
      <form onSubmit={submit}>
        <TextInput
          label={t('inbox:case_title')}
          value={title}
          maxLength={500}
          onChange={(event) => set_title(event.currentTarget.value)}
          data-autofocus
        />
        <div className={styles.dialog_actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit">
            {t('app:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
