import { Textarea } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useUserName } from '@/api/lists';
import { useMay, useSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Failure, IconButton, Loading, short_time, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './patients.module.css';
import { notes_query } from './queries';

type Note = Schemas['PatientNote'];
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** What staff should know about this person, on yellow. */
export function NotesCard({ patient_id }: { patient_id: number }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const { data, error, refetch } = useQuery(notes_query(patient_id));
  const [writing, write] = useState<Note | 'new' | null>(null);
  return (
    <Card
      title={t('patients:notes.title')}
      hint={t('patients:notes.hint')}
      action={
        may_write &&
        writing !== 'new' && (
          <Button small onClick={() => write('new')}>
            {t('patients:notes.add')}
          </Button>
        )
      }
    >
      {writing === 'new' && <NoteForm patient_id={patient_id} on_close={() => write(null)} />}
      {error && !data ? (
        <Failure title={t('patients:load_failed')} retry_label={t('patients:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('patients:notes.title')} lines={2} />
      ) : data.length === 0 && writing !== 'new' ? (
        <p className={styles.hint}>{t('patients:notes.empty')}</p>
      ) : (
        <ul className={styles.stack}>
          {data.map((note) =>
            writing !== 'new' && writing?.id === note.id ? (
              <li key={note.id}>
                <NoteForm patient_id={patient_id} note={note} on_close={() => write(null)} />
              </li>
            ) : (
              <OneNote key={note.id} patient_id={patient_id} note={note} on_edit={() => write(note)} />
            ),
          )}
        </ul>
      )}
    </Card>
  );
}

function OneNote({ patient_id, note, on_edit }: { patient_id: number; note: Note; on_edit: () => void }) {
  const { t, language } = useText();
  const client = useQueryClient();
  const name_of = useUserName();
  const own = useSession()?.user?.id === note.author_id;
  const when = short_time(note.created_at, language);
  const name = note.author_id === null ? t('patients:notes.program') : (name_of(note.author_id) ?? '');
  const refresh = () => void client.invalidateQueries({ queryKey: notes_query(patient_id).queryKey });
  const remove = async () => {
    try {
      await call(
        api.DELETE('/api/patients/{id}/notes/{note_id}', { params: { path: { id: patient_id, note_id: note.id } } }),
      );
      const again = () =>
        call(api.POST('/api/patients/{id}/notes', { params: { path: { id: patient_id } }, body: { text: note.text } }));
      toast(t('patients:notes.removed'), { undo: () => void again().then(refresh) });
    } catch (error) {
      toast(form_errors(error).form ?? t('patients:offline'), { tone: 'failed' });
    }
    refresh();
  };
  return (
    <li className={styles.note}>
      <p className={styles.note_text}>{note.text}</p>
      <div className={styles.note_meta}>
        <span>
          {t('patients:notes.by', { name, when })}
          {note.changed_at && ` · ${t('patients:notes.changed', { when: short_time(note.changed_at, language) })}`}
        </span>
        {own && (
          <>
            <IconButton small label={t('patients:notes.edit_label', { when })} onClick={on_edit}>
              <IconPencil {...small} />
            </IconButton>
            <IconButton small label={t('patients:notes.remove_label', { when })} onClick={() => void remove()}>
              <IconTrash {...small} />
            </IconButton>
          </>
        )}
      </div>
    </li>
  );
}

function NoteForm({ patient_id, note, on_close }: { patient_id: number; note?: Note; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useForm({
    initial: { text: note?.text ?? '' },
    check: ({ text }): Record<string, string> => (text.trim() ? {} : { text: t('patients:notes.text_missing') }),
    submit: async (body) => {
      try {
        if (note)
          await call(
            api.PUT('/api/patients/{id}/notes/{note_id}', {
              params: { path: { id: patient_id, note_id: note.id } },
              body,
            }),
          );
        else await call(api.POST('/api/patients/{id}/notes', { params: { path: { id: patient_id } }, body }));
        await client.invalidateQueries({ queryKey: notes_query(patient_id).queryKey });
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.stack}>
      <FormError errors={form.errors} offline={t('patients:offline')} />
      <Textarea label={t('patients:notes.text')} autosize minRows={2} maxRows={12} autoFocus {...form.text('text')} />
      <div className={styles.actions}>
        <Button small type="submit" look="primary" busy={form.busy}>
          {t('patients:save')}
        </Button>
        <Button small onClick={on_close}>
          {t('patients:cancel')}
        </Button>
      </div>
    </form>
  );
}
