import { TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useText } from '@/i18n';
import type { Case } from './queries';

/** Why an answer may go to somebody without authority, or a file to an address nobody has checked; kept with it. */
export function ReasonField({
  id,
  one,
  name,
  no_authority,
  value,
  on_change,
}: {
  id: string;
  one: Case;
  /** Who would be answered. */
  name: string;
  no_authority: boolean;
  value: string;
  on_change: (reason: string) => void;
}) {
  const { t } = useText();
  const patient = one.patient;
  return (
    <>
      <TextInput
        id={id}
        label={
          no_authority
            ? t('panel:authority_question', { name, patient: patient?.display_name ?? '' })
            : t('inbox:reason_label')
        }
        description={t('inbox:reason_hint')}
        value={value}
        maxLength={500}
        onChange={(event) => on_change(event.currentTarget.value)}
      />
      {no_authority && patient && (
        <Link to="/patients/$id" params={{ id: String(patient.id) }}>
          {t('panel:authority_record')}
        </Link>
      )}
    </>
  );
}
