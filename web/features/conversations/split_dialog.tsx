import { type FormEvent, useState } from 'react';
import { useTopics } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, Dialog } from '@/ui';
import type { CaseActions } from './actions';
import styles from './join_dialog.module.css';
import picker from './case_picker.module.css';
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
  const [with_later, set_with_later] = useState(false);
  const [title, set_title] = useState(message.subject);
  const [topic, set_topic] = useState('');
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    set_busy(true);
    const message_ids = [message.id, ...(with_later ? later.map((one) => one.id) : [])];
    const made = await actions.split(message.case_id, { message_ids, title: title.trim(), topic: topic || null }, () =>
      on_open(message.case_id),
    );
    set_busy(false);
    if (made === null) return;
    on_close();
    on_open(made);
  };
  return (
    <Dialog title={t('inbox:split.title')} open on_close={on_close} close_label={t('app:close')}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <p className={styles.hint}>{t('inbox:split.hint')}</p>
        {later.length > 0 && (
          <fieldset className={styles.choices}>
            <legend>{t('inbox:split.which')}</legend>
            <label>
              <input type="radio" name="later" checked={!with_later} onChange={() => set_with_later(false)} />
              {t('inbox:split.only_this')}
            </label>
            <label>
              <input type="radio" name="later" checked={with_later} onChange={() => set_with_later(true)} />
              {t('inbox:split.with_later', { count: later.length })}
            </label>
          </fieldset>
        )}
        <label className={styles.field}>
          {t('inbox:case_title')}
          <input
            className={picker.input}
            data-autofocus
            value={title}
            maxLength={300}
            onChange={(event) => set_title(event.currentTarget.value)}
          />
        </label>
        <label className={styles.field}>
          {t('inbox:topic_label')}
          <select className={picker.input} value={topic} onChange={(event) => set_topic(event.currentTarget.value)}>
            <option value="">{t('inbox:topic_none')}</option>
            {topics.map((one) => (
              <option key={one.key} value={one.key}>
                {one.names[language] || one.key}
              </option>
            ))}
          </select>
        </label>
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t('inbox:split.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
