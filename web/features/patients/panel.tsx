import { Collapse } from '@mantine/core';
import {
  IconCalendarEvent,
  IconChevronDown,
  IconEye,
  IconFlag,
  IconInbox,
  IconUsers,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { channel_look, contact_icon } from '@/channels/channels';
import { known_text, language_text, problem_text, useText } from '@/i18n';
import { Avatar, Failure, IconButton, Loading, long_time, Section, short_time, Skeleton, Tag, Tags } from '@/ui';
import styles from './panel.module.css';

type Patient = Schemas['Patient'];
const small = { size: 17, stroke: 1.5 };

interface Props {
  patient_id: number;
  /** The case beside which the panel stands. */
  case_id: number;
  follow_up_at: string | null;
  sender_relation: string | null;
  sender_authority: string | null;
  on_close: () => void;
  /** "Whom is it about?", when that is still open. */
  question?: ReactNode;
}

function Identity({
  patient,
  sender_relation,
  sender_authority,
}: Pick<Props, 'sender_relation' | 'sender_authority'> & { patient: Patient }) {
  const { t, language } = useText();
  const since = new Date(patient.created_at).getFullYear();
  const facts = [
    patient.age !== null ? t('panel:age', { count: patient.age }) : undefined,
    patient.pronouns ?? undefined,
    patient.is_patient && !patient.provisional ? t('panel:since', { year: since }) : undefined,
  ].filter(Boolean);
  return (
    <div className={styles.id}>
      <Avatar name={patient.display_name || '?'} size={44} />
      <div className={styles.name}>
        <h2 dir="auto">
          <Link to="/patients/$id" params={{ id: String(patient.id) }}>
            {patient.display_name}
          </Link>
        </h2>
        <p className="num">
          {patient.provisional
            ? t('panel:provisional')
            : facts.join(' · ') || (patient.is_patient ? t('panel:patient') : t('panel:no_patient'))}
        </p>
        {sender_relation && (
          <p>
            {t(sender_authority && sender_authority !== 'none' ? 'panel:written_with' : 'panel:written_without', {
              relation: t('panel:written_by', { relation: t(`inbox:relation.${sender_relation}`) }),
              authority: t(`panel:authority.${sender_authority}`, { defaultValue: '' }),
            })}
          </p>
        )}
        <span className="visually-hidden">{patient.language && language_text(patient.language, language)}</span>
      </div>
    </div>
  );
}

function Marks({ patient, cases }: { patient: Patient; cases: number }) {
  const { t, language } = useText();
  return (
    <Tags>
      {patient.language && <Tag tone="accent">{language_text(patient.language, language)}</Tag>}
      {patient.preferred_channel && (
        <Tag>{t('panel:prefers', { channel: t(`panel:system.${patient.preferred_channel}`) })}</Tag>
      )}
      {patient.needs.map((need) => (
        <Tag key={`${need.kind}-${need.detail}`} title={need.detail}>
          {t(`panel:need.${need.kind}`)}
          {need.detail && `: ${need.detail}`}
        </Tag>
      ))}
      {cases > 1 && <Tag tone="good">{t('panel:returning', { count: cases })}</Tag>}
    </Tags>
  );
}

function Reach({ patient }: { patient: Patient }) {
  const { t } = useText();
  return (
    <Section
      title={t('panel:reach')}
      action={
        <Link to="/patients/$id" params={{ id: String(patient.id) }} className={styles.action}>
          {t('panel:edit')}
        </Link>
      }
    >
      {patient.contact_points.length === 0 && <p className={styles.none}>{t('panel:no_contact')}</p>}
      <ul className={styles.rows}>
        {patient.contact_points.map((point) => {
          const Icon = contact_icon(point.system);
          return (
            <li key={point.id}>
              <Icon {...small} aria-label={t(`panel:system.${point.system}`)} />
              <span className={styles.value} title={point.display}>
                <bdi>{point.display}</bdi>
                {point.shared_with.length > 0 && (
                  <small title={point.shared_with.map((one) => one.display_name).join(', ')}>
                    {t('panel:shared', { count: point.shared_with.length })}
                  </small>
                )}
              </span>
              {point.undeliverable ? (
                <span className={styles.late} title={known_text(point.undeliverable.reason)}>
                  {t('panel:came_back')}
                </span>
              ) : (
                <span className={point.verified ? styles.good : styles.soon}>
                  {point.verified ? t('panel:verified') : t('panel:unverified')}
                </span>
              )}
            </li>
          );
        })}
        {patient.relationships
          .filter((one) => one.active)
          .map((one) => {
            const acts = one.person.id === patient.id;
            const other = acts ? one.patient : one.person;
            return (
              <li key={one.id}>
                <IconUsers {...small} aria-hidden="true" />
                <span className={styles.value}>
                  {acts ? t('panel:acts_for') : t('panel:cared_by')}{' '}
                  <Link to="/patients/$id" params={{ id: String(other.id) }}>
                    <bdi>{other.display_name}</bdi>
                  </Link>
                  , {t(`inbox:relation.${one.relation}`)}
                </span>
                <span>{t(`panel:authority.${one.authority}`)}</span>
              </li>
            );
          })}
      </ul>
    </Section>
  );
}

function OpenCases({ rows, case_id }: { rows: Schemas['CaseRow'][]; case_id: number }) {
  const { t, language } = useText();
  const [all, show_all] = useState(false);
  const others = rows.filter((row) => row.id !== case_id && row.state !== 'resolved');
  if (others.length === 0) return null;
  return (
    <Section title={t('panel:open_cases')}>
      <ul className={styles.timeline}>
        {(all ? others : others.slice(0, 4)).map((row) => {
          const look = channel_look(row.channel);
          return (
            <li key={row.id}>
              <look.Icon {...small} aria-hidden="true" />
              <Link to="/cases/$case_id" params={{ case_id: String(row.id) }} className={styles.link}>
                {row.title || row.preview || t('panel:case', { number: row.number })}
              </Link>
              <time dateTime={row.opened_at} className="num">
                {short_time(row.opened_at, language)}
              </time>
            </li>
          );
        })}
      </ul>
      {!all && others.length > 4 && (
        <button type="button" className={styles.action} onClick={() => show_all(true)}>
          {t('panel:more_cases', { count: others.length - 4 })}
        </button>
      )}
    </Section>
  );
}

function entry_icon(entry: Schemas['TimelineEntry']): ReactNode {
  const look = channel_look(entry.channel);
  return entry.channel ? <look.Icon {...small} aria-hidden="true" /> : <IconInbox {...small} aria-hidden="true" />;
}

const short_timeline = (patient_id: number) => ({
  queryKey: ['patient-timeline', patient_id, 'short'],
  queryFn: () =>
    call(api.GET('/api/patients/{id}/timeline', { params: { path: { id: patient_id }, query: { limit: 20 } } })),
  meta: { live: 'patient' },
});

/** Somebody who was here before: how often of late, and what it was about last. */
function Returning({ patient_id, case_id }: { patient_id: number; case_id: number }) {
  const { t, language } = useText();
  const { data } = useQuery(short_timeline(patient_id));
  const month_ago = Date.now() - 30 * 86_400_000;
  const cases = (data?.items ?? []).filter((entry) => entry.record_kind === 'case');
  const last = cases.find((entry) => entry.record_id !== case_id);
  if (!last) return null;
  const recent = cases.filter((entry) => Date.parse(entry.happened_at) >= month_ago).length;
  return (
    <p className={styles.returning}>
      {recent > 1 && <b>{t('panel:contacts_month', { count: recent })}</b>}
      {recent > 1 && ' · '}
      {t('panel:last_time', { when: short_time(last.happened_at, language) })}{' '}
      <Link to="/cases/$case_id" params={{ case_id: String(last.record_id) }} className={styles.link}>
        <bdi>{last.title || t('panel:case_untitled')}</bdi>
      </Link>
    </p>
  );
}

/** What happened before: closed cases and everything else on the timeline; open cases stand above. */
function History({ patient_id }: { patient_id: number }) {
  const { t, language } = useText();
  const { data, isPending, isError } = useQuery(short_timeline(patient_id));
  const entries = (data?.items ?? [])
    .filter((entry) => entry.kind !== 'case' || entry.state === 'resolved')
    .slice(0, 6);
  return (
    <Section
      title={t('panel:history')}
      action={
        <Link to="/patients/$id" params={{ id: String(patient_id) }} className={styles.action}>
          {t('panel:all')}
        </Link>
      }
    >
      {isPending && <Skeleton width="80%" />}
      {isError && <p className={styles.none}>{t('panel:failed')}</p>}
      {data && entries.length === 0 && <p className={styles.none}>{t('panel:no_history')}</p>}
      <ul className={styles.timeline}>
        {entries.map((entry) => (
          <li key={`${entry.kind}-${entry.id}`}>
            {entry_icon(entry)}
            <span className={styles.entry}>
              {entry.record_kind === 'case' ? (
                <Link to="/cases/$case_id" params={{ case_id: String(entry.record_id) }} className={styles.link}>
                  <b dir="auto">{entry.title || t('panel:case_untitled')}</b>
                </Link>
              ) : (
                <b dir="auto">
                  {entry.title || t(`panel:timeline.${entry.kind}`, { defaultValue: entry.kind.replaceAll('_', ' ') })}
                </b>
              )}
              {entry.record_kind === 'case' && entry.state === 'resolved' && (
                <> · {entry.detail ? t(`inbox:outcome.${entry.detail}`) : t('inbox:clock.resolved')}</>
              )}
            </span>
            <time dateTime={entry.happened_at} title={long_time(entry.happened_at, language)} className="num">
              {short_time(entry.happened_at, language)}
            </time>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Who looked at or changed this record; fetched when asked for. */
function Accesses({ patient_id }: { patient_id: number }) {
  const { t, language } = useText();
  const [open, set_open] = useState(true);
  const { data, isPending, isError } = useQuery({
    queryKey: ['patient-accesses', patient_id],
    queryFn: () => call(api.GET('/api/patients/{id}/accesses', { params: { path: { id: patient_id } } })),
    enabled: open,
    staleTime: 60_000,
  });
  const items = data?.items.slice(0, 6) ?? [];
  return (
    <section className={styles.accesses} aria-label={t('panel:accesses')}>
      <button type="button" className={styles.fold} aria-expanded={open} onClick={() => set_open(!open)}>
        <IconEye {...small} aria-hidden="true" />
        <h3>{t('panel:accesses')}</h3>
        <IconChevronDown size={15} stroke={1.5} className={open ? styles.turned : undefined} aria-hidden="true" />
      </button>
      <Collapse expanded={open}>
        {isPending && open && <Skeleton width="70%" />}
        {isError && <p className={styles.none}>{t('panel:failed')}</p>}
        <ul className={styles.people}>
          {items.map((one) => (
            <li key={`${one.user_id}-${one.action}-${one.first_at}`}>
              <Avatar name={one.user_name || t('panel:program')} size={20} />
              <span className={styles.value}>
                {one.user_name || t('panel:program')}{' '}
                <small>{t(`panel:access.${one.action}`, { defaultValue: one.action })}</small>
              </span>
              <time dateTime={one.last_at} title={long_time(one.last_at, language)} className="num">
                {short_time(one.last_at, language)}
              </time>
            </li>
          ))}
        </ul>
      </Collapse>
    </section>
  );
}

/** The whole patient at a glance, beside the conversation. */
export function PatientPanel({
  patient_id,
  case_id,
  follow_up_at,
  sender_relation,
  sender_authority,
  on_close,
  question,
}: Props) {
  const { t, language } = useText();
  const {
    data: patient,
    error,
    refetch,
  } = useQuery({
    queryKey: ['patient', patient_id],
    queryFn: () => call(api.GET('/api/patients/{id}', { params: { path: { id: patient_id } } })),
    meta: { live: 'patient' },
    staleTime: 30_000,
  });
  const { data: cases } = useQuery({
    queryKey: ['patient-cases', patient_id],
    queryFn: () => call(api.GET('/api/cases', { params: { query: { view: 'all', patient_id, limit: 20 } } })),
    meta: { live: 'case' },
    staleTime: 30_000,
  });
  const rows = cases?.items ?? [];
  const gone = error instanceof ApiError && error.problem.status === 404;
  return (
    <aside className={styles.panel} aria-label={t('panel:title')}>
      <IconButton small label={t('panel:close')} onClick={on_close} className={styles.close}>
        <IconX size={16} stroke={1.5} />
      </IconButton>
      {error && !patient ? (
        <Failure
          title={gone ? t('panel:gone') : t('panel:failed')}
          hint={error instanceof ApiError && !gone ? problem_text(error.problem) : undefined}
          retry_label={gone ? undefined : t('app:try_again')}
          on_retry={gone ? undefined : () => void refetch()}
        />
      ) : !patient ? (
        <Loading label={t('app:loading')} lines={7} />
      ) : (
        <>
          <Identity patient={patient} sender_relation={sender_relation} sender_authority={sender_authority} />
          <Marks patient={patient} cases={rows.length} />
          <Returning patient_id={patient.id} case_id={case_id} />
          {question}
          {follow_up_at && (
            <Section title={t('panel:next')}>
              <ul className={styles.rows}>
                <li>
                  {Date.parse(follow_up_at) < Date.now() ? (
                    <IconFlag {...small} aria-hidden="true" />
                  ) : (
                    <IconCalendarEvent {...small} aria-hidden="true" />
                  )}
                  <span className={styles.value}>{t('panel:follow_up')}</span>
                  <time
                    dateTime={follow_up_at}
                    title={long_time(follow_up_at, language)}
                    className={`num ${Date.parse(follow_up_at) < Date.now() ? styles.soon : ''}`}
                  >
                    {short_time(follow_up_at, language)}
                  </time>
                </li>
              </ul>
            </Section>
          )}
          <Reach patient={patient} />
          <OpenCases rows={rows} case_id={case_id} />
          <History patient_id={patient_id} />
          <Accesses patient_id={patient_id} />
        </>
      )}
    </aside>
  );
}
