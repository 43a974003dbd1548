import { Select } from '@mantine/core';
import { useState } from 'react';
import { useUsers } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import type { CaseActions } from './actions';
import { FormDialog } from './form_dialog';
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
  return (
    <FormDialog
      title={t('inbox:hand_over.title')}
      verb={t('inbox:hand_over.do')}
      ready={to !== null && note.trim() !== ''}
      on_submit={() => actions.hand_over(one.id, Number(to), note.trim(), mentioned(note, users))}
      on_close={on_close}
    >
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
    </FormDialog>
  );
}
