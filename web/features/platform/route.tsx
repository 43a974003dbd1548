import { useText } from '@/i18n';
import { Loading } from '@/ui';

export function SystemPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}
