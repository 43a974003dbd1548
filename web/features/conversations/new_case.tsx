import { Select, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useSites, useTopics } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import { Button, Dialog } from '@/ui';
import { failed } from './actions';
import { PersonPicker } from './person_picker';

/** Opens a case for somebody, by staff: whom, what about, a first note. */
export function NewCaseDialog({ on_close, on_created }: { on_close: () => void; on_created: (id: number) => void }) {
  const { t, language } = useText();
  const session = useSession();
  const all_sites = useSites();
  const sites = all_sites.filter((site) => site.active && (session?.all_sites || session?.site_ids.includes(site.id)));
  const topics = useTopics().filter((topic) => topic.active);
  const [person, set_person] = useState<Schemas['PatientHit'] | null>(null);
  const [title, set_title] = useState('');
  const [topic, set_topic] = useState<string | null>(null);
  const [site, set_site] = useState<string | null>(null);
  const [note, set_note] = useState('');
  const [busy, set_busy] = useState(false);
  const site_id = Number(site ?? sites[0]?.id ?? 0);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    set_busy(true);
    try {
      const made = await call(
        api.POST('/api/cases', {
          body: {
            site_id,
            patient_id: person?.id ?? null,
            title: title.trim(),
            topic,
            assignee_id: session?.user?.id ?? null,
            ...(note.trim() ? { note: note.trim() } : {}),
          },
        }),
      );
      on_created(made.id);
    } catch (error) {
      failed(error);
      set_busy(false);
    }
  };
  return (
    <Dialog title={t('inbox:new_case')} open on_close={on_close} close_label={t('app:close')}>
      <form onSubmit={(event) => void submit(event)} style={{ display: 'grid', gap: 14 }}>
        <PersonPicker label={t('inbox:whom')} chosen={person} on_choose={set_person} autofocus />
        <TextInput
          label={t('inbox:case_title')}
          value={title}
          maxLength={500}
          onChange={(event) => set_title(event.currentTarget.value)}
          placeholder={t('inbox:case_title_hint')}
        />
        <Select
          label={t('inbox:topic_label')}
          data={topics.map((one) => ({ value: one.key, label: one.names[language] || one.key }))}
          value={topic}
          onChange={set_topic}
          clearable
          searchable
        />
        {sites.length > 1 && (
          <Select
            label={t('inbox:site')}
            data={sites.map((one) => ({ value: String(one.id), label: one.name }))}
            value={String(site_id)}
            onChange={set_site}
            allowDeselect={false}
          />
        )}
        <Textarea
          label={t('inbox:first_note')}
          value={note}
          onChange={(event) => set_note(event.currentTarget.value)}
          autosize
          minRows={3}
          maxRows={10}
          maxLength={100000}
        />
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            busy={busy}
            disabled={site_id === 0 || (person === null && title.trim() === '')}
          >
            {t('inbox:open_case')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
