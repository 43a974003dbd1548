import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type Case, case_query, Inbox, type Place } from '@/features/conversations';
import { place_of, search_of } from '@/features/conversations/place';
import { useText } from '@/i18n';
import { Button, button_class, Empty, IconButton, Loading } from '@/ui';
import { IconMail, IconUserQuestion, IconX } from '@tabler/icons-react';
import { To } from '@/ui/link';
import styles from './inbox_page.module.css';
import { type View, views } from './router';
import { open_palette } from './shell/open_palette';
import { useWelcome } from './welcome/queries';

const PatientPanel = lazy(() => import('@/features/patients/panel').then((m) => ({ default: m.PatientPanel })));
const LazyWhom = lazy(() => import('@/features/conversations/whom').then((m) => ({ default: m.Whom })));
function Whom(props: { one: Case; on_close?: () => void }) {
  return (
    <Suspense fallback={null}>
      <LazyWhom {...props} />
    </Suspense>
  );
}

/** Patient (or the unknown sender) of the open case. */
function CasePanel({ case_id, on_close }: { case_id: number; on_close: () => void }) {
  const { t } = useText();
  const { data: one } = useQuery(case_query(case_id));
  const [changing, change] = useState(false);
  if (!one) {
    return (
      <aside className={styles.panel} aria-label={t('panel:title')}>
        <Loading label={t('app:loading')} lines={7} />
      </aside>
    );
  }
  const person = one.patient ?? one.sender;
  const question =
    one.needs_patient || changing ? (
      <Whom one={one} on_close={() => change(false)} />
    ) : (
      <Button
        small
        look="quiet"
        icon={<IconUserQuestion size={15} stroke={1.5} />}
        className={styles.change}
        onClick={() => change(true)}
      >
        {t('inbox:whom_other_person')}
      </Button>
    );
  if (!person) {
    return (
      <aside className={styles.panel} aria-label={t('panel:title')}>
        <IconButton small label={t('panel:close')} onClick={on_close} className={styles.close}>
          <IconX size={16} stroke={1.5} />
        </IconButton>
        {one.needs_patient || changing ? (
          <Whom one={one} />
        ) : (
          <Empty
            title={t('panel:nobody')}
            hint={t('panel:nobody_hint')}
            action={<Button onClick={() => change(true)}>{t('inbox:whom')}</Button>}
          />
        )}
      </aside>
    );
  }
  const waiting = (
    <aside className={styles.panel} aria-label={t('panel:title')}>
      <Loading label={t('app:loading')} lines={7} />
    </aside>
  );
  return (
    <Suspense fallback={waiting}>
      <PatientPanel
        key={person.id}
        patient_id={person.id}
        case_id={case_id}
        follow_up_at={one.follow_up?.instant ?? null}
        sender_relation={one.sender_relation}
        sender_authority={one.sender_authority}
        on_close={on_close}
        question={question}
      />
    </Suspense>
  );
}

/** Before there is a mailbox, for who can connect one. */
function useNoMailbox() {
  const { t } = useText();
  const welcome = useWelcome();
  if (!welcome || welcome.dismissed || welcome.steps.some((one) => one.step === 'mailbox' && one.done))
    return undefined;
  return (
    <Empty
      icon={<IconMail size={24} stroke={1.5} />}
      title={t('welcome:no_mailbox')}
      hint={t('welcome:no_mailbox_hint')}
      action={
        <To href="/welcome/mailbox" className={button_class('primary')}>
          {t('welcome:connect')}
        </To>
      }
    />
  );
}

export function InboxPage() {
  const params = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const router = useRouter();
  const view: View = views.find((one) => one === params.view) ?? 'mine';
  const case_id = params.case_id && /^\d+$/.test(params.case_id) ? Number(params.case_id) : null;
  const place = place_of(view, search);
  const no_mailbox = useNoMailbox();
  const location = (to: Place, id: number | null) =>
    id === null
      ? ({ to: '/inbox/$view', params: { view: to.view }, search: search_of(to) } as const)
      : ({
          to: '/inbox/$view/$case_id',
          params: { view: to.view, case_id: String(id) },
          search: search_of(to),
        } as const);
  return (
    <Inbox
      place={place}
      case_id={case_id}
      message_id={search.message}
      on_go={(to, id) => void navigate(location(to, id))}
      href={(to, id) => router.buildLocation(location(to, id)).href}
      on_search={open_palette}
      empty={no_mailbox}
      panel={(id, close) => <CasePanel key={id} case_id={id} on_close={close} />}
    />
  );
}
