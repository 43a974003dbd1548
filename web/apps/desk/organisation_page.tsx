import { useMay } from '@/api/session';
import { OrganisationForm } from '@/features/clinic/organisation_form';
import { PolicyForm } from '@/features/team/policy_form';
import { useText } from '@/i18n';
import { Page } from '@/ui';

/** The organisation, and what everybody's sign-in has to satisfy. */
export function OrganisationPage() {
  const { t } = useText();
  const staff = useMay('staff_manage');
  return (
    <Page title={t('settings:organisation.title')} lead={t('settings:organisation.text')}>
      <OrganisationForm />
      {staff && <PolicyForm />}
    </Page>
  );
}
