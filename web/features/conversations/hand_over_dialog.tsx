import { Select } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useUsers } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import { Button, Dialog } from '@/ui';
import type { CaseActions } from './actions';
import styles from './join_dialog.module.css';
import { mentioned, MentionField } from './mentions';
import type { Case } from './queries';

/** Gives the case to a colleague with words of one's own, so that nobody has to ask again. */
export default function HandOverDialog({
  one,
  actions,
  on_close,
}: {
  one: Case;
  actions: CaseActions;
  on_close: () => void;
}) {
  const { t } = useText();
  const me = useSession()?.user?.id;
  const users = useUsers();
  const others = users.filter((user) => user.active && user.id !== me);
  const [to, set_to] = useState<string | null>(null);
  const [note, set_note] = useState('');
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!to) return;
    set_busy(true);
    const done = await actions.hand_over(one.id, Number(to), note.trim(), mentioned(note, users));
    set_busy(false);
    if (done) on_close();
  };
  return (
    <Dialog title={t('inbox:hand_over.title')} open on_close={on_close} close_label={t('app:close')}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <Select
          label={t('inbox:hand_over.to')}
          placeholder={t('inbox:hand_over.choose')}
          data={others.map((user) => ({
            value: String(user.id),
            label: `${user.name} · ${t(`app:presence_${user.presence}`)}`,
          }))}
          value={to}
          onChange={set_to}
          searchable
          data-autofocus
        />
        <MentionField label={t('inbox:hand_over.note')} value={note} on_change={set_note} />
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" disabled={!to || note.trim() === ''} busy={busy}>
            {t('inbox:hand_over.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
