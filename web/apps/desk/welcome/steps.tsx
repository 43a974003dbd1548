import { useQuery } from '@tanstack/react-query';
import { useSites } from '@/api/lists';
import { CalendarForm, calendars_query } from '@/features/clinic/calendar_form';
import { OrganisationForm } from '@/features/clinic/organisation_form';
import { SiteForm } from '@/features/clinic/site_page';
import { useText } from '@/i18n';
import { Loading, Tag } from '@/ui';
import { To } from '@/ui/link';
import { useWelcome } from './queries';
import styles from './welcome.module.css';

/** The organisation and its first site, as the first form had them: to be looked over. */
export function ClinicStep() {
  const { t, language } = useText();
  const region = useWelcome()?.region;
  const site = useSites().find((one) => one.active);
  return (
    <>
      <OrganisationForm />
      {site && <SiteForm key={site.version} site={site} first />}
      {region && (
        <p className={styles.aside}>
          {t('welcome_page:step.clinic.phones', {
            country: new Intl.DisplayNames([language], { type: 'region' }).of(region),
          })}
        </p>
      )}
      <p className={styles.aside}>
        <To href="/settings/sites">{t('welcome_page:step.clinic.more')}</To>
      </p>
    </>
  );
}

export function HoursStep() {
  const sites = useSites().filter((one) => one.active);
  const site = sites.find((one) => !one.has_calendar) ?? sites[0];
  return site ? <Hours key={site.id} id={site.id} name={sites.length > 1 ? site.name : ''} /> : null;
}

function Hours({ id, name }: { id: number; name: string }) {
  const { t } = useText();
  const { data } = useQuery(calendars_query(id));
  if (!data) return <Loading label={t('app:loading')} lines={8} />;
  return (
    <>
      {name && (
        <p>
          <Tag tone="accent">{name}</Tag>
        </p>
      )}
      <CalendarForm site_id={id} calendars={data} />
    </>
  );
}
