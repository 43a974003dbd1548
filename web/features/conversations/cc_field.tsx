import { TagsInput } from '@mantine/core';
import { useText } from '@/i18n';

/** Further addresses that get a copy. What is no address is not taken. */
export function CcField({ cc, on_change }: { cc: string[]; on_change: (cc: string[]) => void }) {
  const { t } = useText();
  const keep = (list: string[]) => on_change(list.map((one) => one.trim()).filter((one) => /^\S+@\S+\.\S+$/.test(one)));
  return (
    <TagsInput
      aria-label={t('inbox:cc_label')}
      placeholder={t('inbox:cc_label')}
      value={cc}
      onChange={keep}
      splitChars={[',', ';', ' ']}
      acceptValueOnBlur
      data-autofocus
    />
  );
}
