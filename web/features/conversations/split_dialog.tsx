import { useState } from 'react';
import { useTopics } from '@/api/lists';
import { useText } from '@/i18n';
import type { CaseActions } from './actions';
import { Choices, Field, FormDialog, TitleField } from './form_dialog';
import styles from './form_dialog.module.css';
import type { Message } from './queries';

/** Something else was asked in the same mail thread: it becomes a case of its own, with its own clock. */
export default function SplitDialog({
  message,
  later,
  actions,
  on_close,
  on_open,
}: {
  message: Message;
  /** The messages of the same conversation written after it. */
  later: readonly Message[];
  actions: CaseActions;
  on_close: () => void;
  on_open: (id: number) => void;
}) {
  const { t, language } = useText();
  const topics = useTopics().filter((topic) => topic.active);
  const [which, set_which] = useState<'this' | 'later'>('this');
  const [title, set_title] = useState(message.subject);
  const [topic, set_topic] = useState('');
  const split = async () => {
    const message_ids = [message.id, ...(which === 'later' ? later.map((one) => one.id) : [])];
    const body = { message_ids, title: title.trim(), topic: topic || null };
    const made = await actions.split(message.case_id, body, () => on_open(message.case_id));
    if (made !== null) on_open(made);
    return made !== null;
  };
  return (
    <FormDialog
      title={t('inbox:split.title')}
      hint={t('inbox:split.hint')}
      verb={t('inbox:split.do')}
      on_submit={split}
      on_close={on_close}
    >
      {later.length > 0 && (
        <Choices
          legend={t('inbox:split.which')}
          value={which}
          on_change={set_which}
          options={[
            { value: 'this', label: t('inbox:split.only_this') },
            { value: 'later', label: t('inbox:split.with_later', { count: later.length }) },
          ]}
        />
      )}
      <TitleField value={title} on_change={set_title} />
      <Field label={t('inbox:topic_label')}>
        <select className={styles.input} value={topic} onChange={(event) => set_topic(event.currentTarget.value)}>
          <option value="">{t('inbox:topic_none')}</option>
          {topics.map((one) => (
            <option key={one.key} value={one.key}>
              {one.names[language] || one.key}
            </option>
          ))}
        </select>
      </Field>
    </FormDialog>
  );
}
