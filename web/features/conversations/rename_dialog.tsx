import { useState } from 'react';
import { useText } from '@/i18n';
import { Banner } from '@/ui';
import type { CaseActions } from './actions';
import { FormDialog, TitleField } from './form_dialog';
import type { Case } from './queries';

/** Another title; where somebody else gave one meanwhile, it is shown beside what one typed. */
export function RenameDialog({ one, actions, on_close }: { one: Case; actions: CaseActions; on_close: () => void }) {
  const { t } = useText();
  const [before] = useState(one.title);
  const [title, set_title] = useState(one.title);
  return (
    <FormDialog
      title={t('inbox:rename')}
      verb={t('app:save')}
      on_submit={() => actions.title(one.id, title.trim())}
      on_close={on_close}
    >
      <TitleField value={title} on_change={set_title} />
      {one.title !== before && one.title !== title.trim() && (
        <div role="alert">
          <Banner tone="soon">{t('inbox:meanwhile.title', { title: one.title })}</Banner>
        </div>
      )}
    </FormDialog>
  );
}
