import { SegmentedControl } from '@mantine/core';
import { IconPlus, IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useSites } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Banner, Button, Empty, Failure, Loading, Opening, Page, Tag, toast } from '@/ui';
import { To } from '@/ui/link';
import { Kept, useKept } from './kept';
import { useSetTargets } from './set_targets';
import styles from './standards.module.css';
import {
  beginnings,
  by_scope,
  in_force,
  measures,
  standards_query,
  type Target,
  targets_of,
  today_in,
} from './targets';
import { useWords } from './words';

const StandardDialog = lazy(() => import('./standard_dialog'));

/** How fast the clinic promises to be, what happens as the time runs out, and how it was before. */
export function StandardsPage() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(standards_query);
  const sites = useSites();
  const zone = sites[0]?.time_zone ?? 'UTC';
  const [editing, edit] = useState<Target | 'new' | null>(null);
  const targets = targets_of(data ?? [], today_in(zone));
  const held = targets.filter(in_force);
  const closed = sites.filter((site) => site.active && !site.has_calendar);
  const add = (
    <Button look="primary" icon={<IconPlus size={18} stroke={1.5} aria-hidden />} onClick={() => edit('new')}>
      {t('standards:add')}
    </Button>
  );
  return (
    <Page title={t('settings:nav.standards')} lead={t('standards:lead')} actions={held.length ? add : undefined}>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('settings:nav.standards')} />
      ) : (
        <>
          {closed.length > 0 && (
            <Banner tone="soon">
              {t('standards:no_hours', { site: closed[0]?.name })}{' '}
              <To href={`/settings/sites/${closed[0]?.id}`}>{t('standards:set_hours')}</To>
            </Banner>
          )}
          {held.length === 0 ? <Proposal zone={zone} add={add} /> : <Held targets={held} on_edit={edit} zone={zone} />}
          <Ended targets={targets.filter((one) => !in_force(one))} />
        </>
      )}
      {editing && (
        <Suspense fallback={<Opening />}>
          <StandardDialog
            target={editing === 'new' ? undefined : editing}
            versions={data ?? []}
            on_close={() => edit(null)}
          />
        </Suspense>
      )}
    </Page>
  );
}

function Proposal({ zone, add }: { zone: string; add: ReactNode }) {
  const { t } = useText();
  const words = useWords();
  const set = useSetTargets();
  const [busy, work] = useState(false);
  const begin = async () => {
    work(true);
    try {
      await set(
        beginnings.map((one) => ({ ...one, valid_from: today_in(zone) })),
        t('standards:begun'),
      );
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    } finally {
      work(false);
    }
  };
  return (
    <Empty
      icon={<IconTargetArrow size={22} stroke={1.5} />}
      title={t('standards:empty')}
      hint={
        <>
          {t('standards:empty_hint')}
          <ul className={styles.proposal}>
            {beginnings.map((one) => (
              <li key={`${one.measure}/${one.priority}`}>
                {one.priority && `${t(`inbox:priority.${one.priority}`)}: `}
                {words.sentence(one)}
              </li>
            ))}
          </ul>
        </>
      }
      action={
        <div className={styles.actions} style={{ justifyContent: 'center' }}>
          <Button look="primary" busy={busy} onClick={() => void begin()}>
            {t('standards:begin')}
          </Button>
          {add}
        </div>
      }
    />
  );
}

function Held({ targets, on_edit, zone }: { targets: Target[]; on_edit: (one: Target) => void; zone: string }) {
  const { t } = useText();
  const words = useWords();
  const [shape, show] = useState('sentences');
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.hint}>{t('standards:narrowest')}</p>
        <SegmentedControl
          aria-label={t('standards:shape')}
          value={shape}
          onChange={show}
          data={['sentences', 'table'].map((value) => ({ value, label: t(`standards:shape_${value}`) }))}
        />
      </div>
      {shape === 'table' ? (
        <Table targets={targets} />
      ) : (
        by_scope(targets).map(({ scope, targets: list }) => (
          <section key={words.scope(scope)} className={styles.scope} aria-label={words.scope(scope)}>
            <h2>{words.scope(scope)}</h2>
            <ul className={styles.list}>
              {list.map((one) => (
                <TargetRow key={one.key} target={one} on_edit={on_edit} zone={zone} />
              ))}
            </ul>
          </section>
        ))
      )}
    </>
  );
}

function History({ target }: { target: Target }) {
  const words = useWords();
  const parts = [
    ...target.next.map((one) => words.version(one)),
    ...(target.now && target.before.length ? [words.version(target.now)] : []),
    ...target.before.slice(0, 4).map((one) => words.version(one)),
  ];
  if (parts.length === 0) return null;
  return <p className={`${styles.history} num`}>{parts.join(' · ')}</p>;
}

function TargetRow({ target, on_edit, zone }: { target: Target; on_edit: (one: Target) => void; zone: string }) {
  const { t } = useText();
  const words = useWords();
  const set = useSetTargets();
  const kept = useKept();
  const shown = target.now ?? target.next.find((one) => one.seconds !== null);
  if (!shown) return null;
  const name = `${words.scope(target.scope)}: ${t(`standards:measure.${target.measure}`)}`;
  const end = async () => {
    const { measure, clock } = shown;
    const ending = { ...target.scope, measure, clock, seconds: null, valid_from: today_in(zone) };
    try {
      await set([ending], t('standards:ended'));
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    }
  };
  return (
    <li className={styles.target} data-target={target.key}>
      <div className={styles.grow}>
        <p className={styles.sentence}>
          {words.sentence(shown)} {!target.now && <Tag>{t('standards:not_yet')}</Tag>}
        </p>
        <ul className={styles.steps} aria-label={t('standards:steps')}>
          <li>{t('standards:warns', { percent: shown.warn_percent })}</li>
          {shown.steps.map((step, i) => (
            <li key={i} className={step.after_seconds || step.percent === 100 ? styles.over : undefined}>
              {words.step(step, shown.clock)}
            </li>
          ))}
        </ul>
        <Kept figure={kept.get(shown.id)} name={name} />
        <History target={target} />
      </div>
      <div className={styles.actions}>
        <Button small aria-label={t('standards:change_label', { name })} onClick={() => on_edit(target)}>
          {t('standards:change')}
        </Button>
        {target.now && (
          <Button small look="quiet" aria-label={t('standards:end_label', { name })} onClick={() => void end()}>
            {t('standards:end')}
          </Button>
        )}
      </div>
    </li>
  );
}

function Table({ targets }: { targets: Target[] }) {
  const { t } = useText();
  const words = useWords();
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={t('settings:nav.standards')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('standards:about')}</th>
            {measures.map((one) => (
              <th key={one} scope="col">
                {t(`standards:measure.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {by_scope(targets).map(({ scope, targets: list }) => (
            <tr key={words.scope(scope)}>
              <th scope="row">{words.scope(scope)}</th>
              {measures.map((measure) => {
                const one = list.find((target) => target.measure === measure)?.now;
                return (
                  <td key={measure}>
                    {one?.seconds ? (
                      <>
                        {words.time(one.seconds, one.clock)}
                        <small>{t(`standards:clock_${one.clock}`)}</small>
                      </>
                    ) : (
                      '–'
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Ended({ targets }: { targets: Target[] }) {
  const { t } = useText();
  const words = useWords();
  if (targets.length === 0) return null;
  return (
    <details>
      <summary className={styles.hint}>{t('standards:no_longer', { count: targets.length })}</summary>
      <ul className={styles.list}>
        {targets.map((one) => (
          <li key={one.key} className={styles.target}>
            <div className={styles.grow}>
              <p>
                {words.scope(one.scope)}: {t(`standards:measure.${one.measure}`)}
              </p>
              <History target={one} />
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
