import { useText } from '@/i18n';
import { Loading } from '@/ui';

export function PatientsPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}

export function PatientPage() {
  const { t } = useText();
  return <Loading label={t('app:loading')} />;
}
