import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useText } from '@/i18n';
import { Button } from '@/ui';
import { To } from '@/ui/link';
import styles from './bottlenecks.module.css';
import type { Finding } from './queries';
import { Spread } from './spread';
import { useWords } from './words';

/** One bottleneck: the sentence, what to do, and behind a button why one may believe it. */
export function FindingCard({
  finding,
  segments,
  weeks,
  first,
  on_cases,
}: {
  finding: Finding;
  segments: number;
  weeks: number;
  first: boolean;
  on_cases: () => void;
}) {
  const { t } = useText();
  const words = useWords();
  const [open, set_open] = useState(first);
  const id = useId();
  const where = words.segment(finding.segment);
  const title = t('bottlenecks:finding.title', { stage: t(`bottlenecks:stage.${finding.stage}`), where });
  return (
    <article className={styles.finding} aria-labelledby={`${id}-title`}>
      <span className={styles.rank} aria-hidden="true">
        {finding.rank}
      </span>
      <div className={styles.told}>
        <h2 id={`${id}-title`}>{title}</h2>
        <p className={styles.excess}>
          {t(`bottlenecks:finding.${finding.basis}`, {
            excess: words.sum(finding.excess_s),
            period: t('bottlenecks:weeks', { count: weeks }),
          })}{' '}
          <span>
            · {t('bottlenecks:cases', { count: finding.cases })} ·{' '}
            {t('bottlenecks:patients', { count: finding.patients })}
            {finding.gave_up > 0 && ` · ${t('bottlenecks:gave_up', { count: finding.gave_up })}`}
          </span>
        </p>
        <ActionText finding={finding} />
        <div className={styles.buttons}>
          <Button small onClick={on_cases} aria-describedby={`${id}-title`}>
            {t('bottlenecks:see_cases', { count: finding.stays })}
          </Button>
          {finding.action.staffing && (
            <To
              href={`/staffing?site=${finding.action.staffing.site_id}&channel=${finding.action.staffing.channel}`}
              className={styles.link}
            >
              {t('bottlenecks:plan_shift')}
            </To>
          )}
          <button
            type="button"
            className={styles.more}
            aria-expanded={open}
            aria-controls={`${id}-why`}
            onClick={() => set_open(!open)}
          >
            {t('bottlenecks:evidence')}
            <IconChevronDown size={16} stroke={1.5} aria-hidden />
          </button>
        </div>
        <div id={`${id}-why`} hidden={!open}>
          {open && <Evidence finding={finding} segments={segments} />}
        </div>
      </div>
    </article>
  );
}

/** What to do, what it would save, and how that was worked out. */
function ActionText({ finding }: { finding: Finding }) {
  const { t } = useText();
  const words = useWords();
  const { kind, method, saved_s, share, staffing } = finding.action;
  const effect = staffing
    ? t(staffing.agents_now > 0 ? 'bottlenecks:effect.erlang' : 'bottlenecks:effect.erlang_none', {
        more: words.count(staffing.agents_then),
        now: words.count(staffing.agents_now),
        wait_now: words.duration(staffing.wait_now_s),
        wait_then: words.duration(staffing.wait_then_s),
        hours: words.tenth(staffing.hours_a_week),
      })
    : '';
  return (
    <div className={styles.action}>
      <h3>{t(`bottlenecks:action.${kind}`)}</h3>
      <p>
        {t(`bottlenecks:advice.${kind}`, { share: words.share(share ?? 0) })} {effect}{' '}
        <b>{t('bottlenecks:saves', { time: words.sum(saved_s) })}</b>{' '}
        <span className={styles.quiet}>
          {t(`bottlenecks:method.${method}`, {
            share: words.share(share ?? 0),
            arrivals: words.tenth(staffing?.arrivals ?? 0),
            handling: words.duration(staffing?.handling_s ?? null),
            patience: words.duration(staffing?.patience_s ?? null),
          })}
        </span>
      </p>
    </div>
  );
}

type Sure = 'very' | 'quite' | 'fairly';
const how_sure = (q: number): Sure => (q < 0.001 ? 'very' : q < 0.01 ? 'quite' : 'fairly');

function Evidence({ finding, segments }: { finding: Finding; segments: number }) {
  const { t } = useText();
  const words = useWords();
  const { time, others, longer_of_100, q, late, stays, standard_s } = finding;
  return (
    <div className={styles.evidence}>
      <ul className={styles.facts}>
        <li>{t(`bottlenecks:sure.${how_sure(q)}`, { segments: words.count(segments) })}</li>
        {longer_of_100 !== null && <li>{t('bottlenecks:longer', { n: words.count(Math.round(longer_of_100)) })}</li>}
        {finding.basis === 'against_standard' && (
          <li>
            {standard_s === null
              ? t('bottlenecks:late', { late: words.count(late), n: words.count(stays) })
              : t('bottlenecks:late_of', {
                  late: words.count(late),
                  n: words.count(stays),
                  standard: words.duration(standard_s),
                })}
          </li>
        )}
      </ul>
      <section className={styles.scroll} tabIndex={0} aria-label={t('bottlenecks:compare.title')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <td />
              <th scope="col">{t('bottlenecks:compare.n')}</th>
              <th scope="col">{t('bottlenecks:compare.median')}</th>
              <th scope="col">{t('bottlenecks:compare.mean')}</th>
              <th scope="col">{t('bottlenecks:compare.p90')}</th>
            </tr>
          </thead>
          <tbody>
            {[
              { name: t('bottlenecks:compare.these'), spread: time, tone: styles.these },
              { name: t('bottlenecks:compare.others'), spread: others, tone: styles.others },
            ].map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <i className={row.tone} aria-hidden="true" />
                  {row.name}
                </th>
                <td>{words.count(row.spread.n)}</td>
                <td>{words.duration(row.spread.median_s)}</td>
                <td>{words.duration(row.spread.mean_s)}</td>
                <td>{words.duration(row.spread.p90_s)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Spread finding={finding} />
    </div>
  );
}
