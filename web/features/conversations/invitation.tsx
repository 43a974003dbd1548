import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { locale_of } from '@/ui';
import { read_invitation } from './icalendar';
import styles from './messages.module.css';

/** A calendar invitation as what it is: what, when in the reader's zone, where, who. */
export default function InvitationCard({ item }: { item: Schemas['Attachment'] }) {
  const { t, language } = useText();
  const { data } = useQuery({
    queryKey: ['invitation', item.id],
    queryFn: async () => {
      const file = await call(api.GET('/api/attachments/{id}', { params: { path: { id: item.id } }, parseAs: 'blob' }));
      return read_invitation(await (file as Blob).text());
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  const time = new Intl.DateTimeFormat(locale_of(language), { dateStyle: 'full', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale_of(language), { dateStyle: 'full', timeZone: 'UTC' });
  const on = (one: string) => new Date(`${one}T00:00:00Z`);
  const when = data.days
    ? day.formatRange(on(data.days[0]), on(data.days[1]))
    : data.start
      ? data.end
        ? time.formatRange(data.start, data.end)
        : time.format(data.start)
      : null;
  const rows: [string, string | null][] = [
    [t('mail_invitation:when'), when && data.repeats ? `${when} · ${t('mail_invitation:repeats')}` : when],
    [t('mail_invitation:place'), data.place],
    [t('mail_invitation:organizer'), data.organizer],
    [t('mail_invitation:guests'), data.guests.join(', ')],
  ];
  return (
    <section className={styles.invitation} aria-label={t(`mail_invitation:${data.method}`)}>
      <p>
        {t(`mail_invitation:${data.method}`)}
        {data.title && <b> {data.title}</b>}
      </p>
      <dl>
        {rows.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {data.unknown_zone && <p>{t('mail_invitation:unknown_zone', { zone: data.unknown_zone })}</p>}
    </section>
  );
}
