import { useState } from 'react';
import { channel_look } from '@/channels/channels';
import { useText } from '@/i18n';
import { Banner } from '@/ui';
import type { CaseActions } from './actions';
import { type CaseChoice, CasePicker } from './case_picker';
import { Choices, FormDialog } from './form_dialog';
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
  const join = async () => {
    if (!chosen) return false;
    const done =
      how === 'merge'
        ? await actions.merge(one.id, chosen.id, () => on_open(one.id))
        : how === 'link'
          ? await actions.link(one.id, chosen.id)
          : conversation !== null && (await actions.move(one.id, conversation, chosen.id, other_patient));
    if (done === 'other_patient') ask(true);
    if (done !== true) return false;
    if (how !== 'link') on_open(chosen.id);
    return true;
  };
  return (
    <FormDialog
      title={t(`inbox:join.${how}`)}
      size="lg"
      hint={t(`inbox:join.${how}_hint`)}
      verb={t(other_patient ? 'inbox:join.move_anyway' : `inbox:join.${how}_do`)}
      ready={chosen !== null}
      on_submit={join}
      on_close={on_close}
    >
      {how === 'move' && one.conversations.length > 1 && (
        <Choices
          legend={t('inbox:join.conversation')}
          value={conversation}
          on_change={set_conversation}
          options={one.conversations.map((each) => ({
            value: each.id,
            label: [t(channel_look(each.channel).name), each.contact_point?.value, each.subject]
              .filter(Boolean)
              .join(' · '),
          }))}
        />
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
    </FormDialog>
  );
}
