import { useText } from '@/i18n';
import { Loading } from '@/ui';

export function SignInPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}

export function LinkPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}

export function AccountPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}

export function PeoplePage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}
