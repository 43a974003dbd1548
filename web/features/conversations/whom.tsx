import { Radio, TextInput } from '@mantine/core';
import { IconUserPlus, IconUserQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Avatar, Button, date_text, Loading } from '@/ui';
import { useCaseActions } from './actions';
import { PersonPicker } from './person_picker';
import type { Case } from './queries';
import styles from './whom.module.css';

type Ref = Schemas['PersonRef'];

function split_name(name: string): { given_name: string; family_name: string } {
  if (name.includes('@')) return { given_name: '', family_name: '' };
  const [given_name = '', ...rest] = name.trim().split(/\s+/);
  return { given_name, family_name: rest.join(' ') };
}

/** In a few words, why a record may be of the same person. */
function useReasons() {
  const { t } = useText();
  return (match: Schemas['PatientMatch']) =>
    [...match.evidence]
      .filter((one) => Math.abs(one.bits) >= 0.5 && one.field !== 'sex')
      .sort((a, b) => b.bits - a.bits)
      .map((one) => t(`duplicates:evidence.${one.field}.${one.agreement}`))
      .join(', ');
}

/** Who writes: the person the case is about, or somebody for them. */
function SenderQuestion({
  patient,
  sender,
  value,
  on_change,
}: {
  patient: Ref | null;
  sender: Ref | null;
  value: string;
  on_change: (value: 'same' | 'other') => void;
}) {
  const { t } = useText();
  if (!patient || patient.id === sender?.id) return null;
  return (
    <Radio.Group label={t('inbox:whom_sender')} value={value} onChange={(next) => on_change(next as 'same' | 'other')}>
      <div className={styles.radios}>
        <Radio value="same" label={t('inbox:whom_same', { name: patient.display_name })} />
        <Radio
          value="other"
          label={
            sender && !sender.provisional
              ? t('inbox:whom_known', { name: sender.display_name })
              : t('inbox:whom_someone')
          }
        />
      </div>
    </Radio.Group>
  );
}

function CreateForm({
  one,
  on_created,
  on_cancel,
}: {
  one: Case;
  on_created: (patient: Ref) => void;
  on_cancel: () => void;
}) {
  const { t } = useText();
  const reasons = useReasons();
  const guess = split_name(one.sender?.display_name ?? '');
  const [given_name, set_given] = useState(guess.given_name);
  const [family_name, set_family] = useState(guess.family_name);
  const [birth_date, set_birth] = useState('');
  const [similar, set_similar] = useState<Schemas['PatientMatch'][]>([]);
  const [error, set_error] = useState<ApiError>();
  const [busy, set_busy] = useState(false);
  const body = {
    given_name: given_name.trim(),
    family_name: family_name.trim(),
    birth_date: birth_date || null,
    language: one.language,
  };
  const create = async (confirmed: boolean) => {
    set_busy(true);
    set_error(undefined);
    try {
      if (!confirmed) {
        const found = await call(api.POST('/api/patients/similar', { body }));
        const others = found.items.filter((hit) => hit.id !== one.sender?.id);
        if (others.length > 0) {
          set_similar(others);
          return;
        }
      }
      const made = await call(api.POST('/api/patients', { body: { ...body, confirmed: true } }));
      on_created({ id: made.id, display_name: made.display_name, provisional: made.provisional });
    } catch (problem) {
      if (problem instanceof ApiError) set_error(problem);
    } finally {
      set_busy(false);
    }
  };
  const field = (name: string) => error?.problem.fields.find((one_field) => one_field.field === name)?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create(similar.length > 0);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        label={t('inbox:given_name')}
        value={given_name}
        onChange={(event) => set_given(event.currentTarget.value)}
        error={field('given_name')}
        autoFocus
      />
      <TextInput
        label={t('inbox:family_name')}
        value={family_name}
        onChange={(event) => set_family(event.currentTarget.value)}
        error={field('family_name')}
      />
      <TextInput
        type="date"
        label={t('inbox:birth_date')}
        value={birth_date}
        onChange={(event) => set_birth(event.currentTarget.value)}
        error={field('birth_date')}
      />
      {error && (
        <p role="alert" className={styles.error}>
          {problem_text(error.problem)}
        </p>
      )}
      {similar.length > 0 && (
        <div className={styles.similar} role="status">
          <p>{t('inbox:similar')}</p>
          {similar.map((hit) => (
            <PersonButton
              key={hit.id}
              person={hit}
              birth_date={hit.birth_date}
              hint={reasons(hit)}
              on_choose={() => on_created({ id: hit.id, display_name: hit.display_name, provisional: hit.provisional })}
            />
          ))}
        </div>
      )}
      <div className={styles.buttons}>
        <Button small onClick={on_cancel}>
          {t('app:cancel')}
        </Button>
        <Button
          small
          look="primary"
          type="submit"
          busy={busy}
          disabled={given_name.trim() === '' && family_name.trim() === ''}
        >
          {similar.length > 0 ? t('inbox:create_anyway') : t('inbox:create_patient')}
        </Button>
      </div>
    </form>
  );
}

function PersonButton({
  person,
  birth_date,
  hint,
  on_choose,
}: {
  person: Pick<Ref, 'display_name'>;
  birth_date: string | null;
  hint?: string;
  on_choose: () => void;
}) {
  const { language } = useText();
  const sub = [birth_date && date_text(birth_date, language), hint].filter(Boolean).join(' · ');
  return (
    <button type="button" className={styles.person} onClick={on_choose}>
      <Avatar name={person.display_name} size={28} />
      <span>
        <bdi>{person.display_name}</bdi>
        {sub && <small>{sub}</small>}
      </span>
    </button>
  );
}

/** "Whom is it about?": for an unknown sender or an address several people share. */
export function Whom({ one, on_close }: { one: Case; on_close?: () => void }) {
  const { t } = useText();
  const actions = useCaseActions();
  const [chosen, choose] = useState<Ref | null>(null);
  const [writes, set_writes] = useState<'same' | 'other'>('same');
  const [creating, create] = useState(false);
  const { data, isPending } = useQuery({
    queryKey: ['patient-candidates', one.id],
    queryFn: () => call(api.GET('/api/cases/{id}/patient/candidates', { params: { path: { id: one.id } } })),
  });
  const candidates = (data?.items ?? []).filter((candidate) => !candidate.person.provisional);
  const unknown = one.sender?.provisional ? one.sender.id : undefined;
  const alike = useQuery({
    queryKey: ['patient', unknown, 'similar'],
    queryFn: () => call(api.GET('/api/patients/{id}/similar', { params: { path: { id: unknown ?? 0 } } })),
    enabled: unknown !== undefined,
  });
  const reasons = useReasons();
  const known = (alike.data?.items ?? []).filter(
    (match) => !match.provisional && !candidates.some((candidate) => candidate.person.id === match.id),
  );
  const pick = (person: Ref, sender_is: 'same' | 'other' = 'same') => {
    choose(person);
    set_writes(sender_is);
    create(false);
  };
  const decide = async () => {
    if (!chosen) return;
    const sender = writes === 'same' ? chosen.id : one.sender && one.sender.id !== chosen.id ? one.sender.id : null;
    if (await actions.patient(one.id, chosen.id, sender)) on_close?.();
  };
  return (
    <section className={styles.whom} aria-label={t('inbox:whom')}>
      <h2>
        <IconUserQuestion size={18} stroke={1.5} aria-hidden="true" /> {t('inbox:whom')}
      </h2>
      <p className={styles.hint}>
        {candidates.length > 1
          ? t('inbox:whom_shared')
          : t('inbox:whom_unknown', { name: one.sender?.display_name ?? '' })}
      </p>
      {chosen ? (
        <div className={styles.form}>
          <PersonButton
            person={chosen}
            birth_date={null}
            hint={t('inbox:whom_change')}
            on_choose={() => choose(null)}
          />
          <SenderQuestion patient={chosen} sender={one.sender} value={writes} on_change={set_writes} />
          <div className={styles.buttons}>
            <Button small onClick={() => choose(null)}>
              {t('app:cancel')}
            </Button>
            <Button small look="primary" onClick={() => void decide()}>
              {t('inbox:whom_confirm')}
            </Button>
          </div>
        </div>
      ) : creating ? (
        <CreateForm one={one} on_created={(patient) => pick(patient)} on_cancel={() => create(false)} />
      ) : (
        <>
          {isPending && <Loading label={t('app:loading')} lines={2} />}
          {candidates.map((candidate) => (
            <PersonButton
              key={`${candidate.person.id}-${candidate.by_person?.id ?? 0}`}
              person={candidate.person}
              birth_date={candidate.birth_date}
              hint={
                candidate.via === 'acts_for'
                  ? t('inbox:whom_acts', {
                      name: candidate.by_person?.display_name ?? '',
                      relation: t(`inbox:relation.${candidate.relation ?? 'other'}`),
                    })
                  : t('inbox:whom_address')
              }
              on_choose={() => pick(candidate.person, candidate.via === 'acts_for' ? 'other' : 'same')}
            />
          ))}
          {known.map((match) => (
            <PersonButton
              key={match.id}
              person={match}
              birth_date={match.birth_date}
              hint={reasons(match)}
              on_choose={() => pick(match)}
            />
          ))}
          <PersonPicker
            label={t('inbox:whom_search')}
            chosen={null}
            on_choose={(hit) =>
              hit && pick({ id: hit.id, display_name: hit.display_name, provisional: hit.provisional })
            }
          />
          <Button small icon={<IconUserPlus size={16} stroke={1.5} />} onClick={() => create(true)}>
            {t('inbox:new_patient')}
          </Button>
        </>
      )}
    </section>
  );
}
