import { useText } from '@/i18n';

/** A channel in words; one that came with a history and that nobody here knows keeps its own name. */
export function useChannelName(): (id: string) => string {
  const { t } = useText();
  return (id) => t(`figures:channel.${id}`, { defaultValue: id.replaceAll('_', ' ') });
}
