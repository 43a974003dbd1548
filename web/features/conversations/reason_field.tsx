import { TextInput } from '@mantine/core';
import { useText } from '@/i18n';

/** Why a file may go to an address nobody has checked; kept with the message. */
export function ReasonField({
  id,
  value,
  on_change,
}: {
  id: string;
  value: string;
  on_change: (reason: string) => void;
}) {
  const { t } = useText();
  return (
    <TextInput
      id={id}
      label={t('inbox:reason_label')}
      description={t('inbox:reason_hint')}
      value={value}
      maxLength={500}
      onChange={(event) => on_change(event.currentTarget.value)}
    />
  );
}
