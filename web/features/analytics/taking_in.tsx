import { IconMailDown } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Banner } from '@/ui';
import { To } from '@/ui/link';

interface Taking {
  address: string;
  history: Schemas['MailHistory'];
}
const busy = ['queued', 'reading', 'importing', 'undoing'];

/** The mailboxes whose last months are being taken in, or back, right now. */
export function useTakingIn(): Taking[] {
  const may = useMay('mailboxes_manage');
  const { data: mailboxes = [] } = useQuery({
    queryKey: ['mailboxes'],
    queryFn: () => call(api.GET('/api/mailboxes')).then((list) => list.items),
    enabled: may,
  });
  return useQueries({
    queries: mailboxes.map(({ id }) => ({
      queryKey: ['mailboxes', id, 'history'],
      queryFn: () => call(api.GET('/api/mailboxes/{id}/history', { params: { path: { id } } })),
      meta: { live: 'mailbox_history' },
    })),
    combine: (all) =>
      all.flatMap(({ data }, i) => {
        const address = mailboxes[i]?.address;
        return data && address && busy.includes(data.state) ? [{ address, history: data }] : [];
      }),
  });
}

/** Says that the figures below are not yet all, and how far it is. */
export function TakingIn({ mailboxes }: { mailboxes: Taking[] }) {
  const { t, language } = useText();
  const whole = new Intl.NumberFormat(language);
  return mailboxes.map(({ address, history }) => (
    <Banner
      key={history.mailbox_id}
      icon={<IconMailDown size={18} stroke={1.5} aria-hidden />}
      action={<To href={`/settings/mailboxes/${history.mailbox_id}`}>{t('figures:yourself.watch')}</To>}
    >
      <span className="num">
        {t(history.state === 'undoing' ? 'figures:yourself.undoing' : 'figures:yourself.taking', { address })}{' '}
        {t(`mail_history:state.${history.state}`, {
          read: whole.format(history.read),
          found: whole.format(history.found),
          cases: whole.format(history.cases),
        })}
      </span>
    </Banner>
  ));
}
