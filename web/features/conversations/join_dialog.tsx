import { type FormEvent, useState } from 'react';
import { channel_look } from '@/channels/channels';
import { useText } from '@/i18n';
import { Banner, Button, Dialog } from '@/ui';
import type { CaseActions } from './actions';
import { type CaseChoice, CasePicker } from './case_picker';
import styles from './join_dialog.module.css';
import type { Case } from './queries';

export type Join = 'merge' | 'link' | 'move';

/** Another case to merge this one into, to link it with, or to move a conversation to. */
export default function JoinDialog({
  one,
  how,
  actions,
  on_close,
  on_open,
}: {
  one: Case;
  how: Join;
  actions: CaseActions;
  on_close: () => void;
  on_open: (id: number) => void;
}) {
  const { t } = useText();
  const [chosen, choose] = useState<CaseChoice | null>(null);
  const [conversation, set_conversation] = useState(one.conversations[0]?.id ?? null);
  const [other_patient, ask] = useState(false);
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return;
    set_busy(true);
    const done =
      how === 'merge'
        ? await actions.merge(one.id, chosen.id, () => on_open(one.id))
        : how === 'link'
          ? await actions.link(one.id, chosen.id)
          : conversation !== null && (await actions.move(one.id, conversation, chosen.id, other_patient));
    set_busy(false);
    if (done === 'other_patient') return ask(true);
    if (!done) return;
    on_close();
    if (how !== 'link') on_open(chosen.id);
  };
  return (
    <Dialog title={t(`inbox:join.${how}`)} open on_close={on_close} close_label={t('app:close')} size="lg">
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <p className={styles.hint}>{t(`inbox:join.${how}_hint`)}</p>
        {how === 'move' && one.conversations.length > 1 && (
          <fieldset className={styles.choices}>
            <legend>{t('inbox:join.conversation')}</legend>
            {one.conversations.map((each) => (
              <label key={each.id}>
                <input
                  type="radio"
                  name="conversation"
                  checked={each.id === conversation}
                  onChange={() => set_conversation(each.id)}
                />
                {[t(channel_look(each.channel).name), each.contact_point?.value, each.subject]
                  .filter(Boolean)
                  .join(' · ')}
              </label>
            ))}
          </fieldset>
        )}
        <CasePicker
          one={one}
          chosen={chosen}
          on_choose={(choice) => {
            choose(choice);
            ask(false);
          }}
        />
        {other_patient && (
          <div role="alert">
            <Banner tone="soon">{t('inbox:join.other_patient', { name: chosen?.name ?? '' })}</Banner>
          </div>
        )}
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" disabled={!chosen} busy={busy}>
            {t(other_patient ? 'inbox:join.move_anyway' : `inbox:join.${how}_do`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
