import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Avatar, date_text, Tag } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';

export type PatientMatch = Schemas['PatientMatch'];
type Evidence = Schemas['MatchEvidence'];

/** Why two records may be one person, in words; what speaks most comes first. */
export function useReasons(): (evidence: Evidence[]) => { for: string[]; against: string[] } {
  const { t } = useText();
  return (evidence) => {
    const said = [...evidence]
      .filter((one) => Math.abs(one.bits) >= 0.5 && !(one.field === 'sex' && one.bits > 0))
      .sort((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
    const words = (one: Evidence) => t(`duplicates:evidence.${one.field}.${one.agreement}`);
    return {
      for: said.filter((one) => one.bits > 0).map(words),
      against: said.filter((one) => one.bits < 0).map(words),
    };
  };
}

export function Likeliness({ score, verdict }: { score: number; verdict: Schemas['MatchVerdict'] }) {
  const { t } = useText();
  const percent = Math.min(99, Math.round(score * 100));
  return (
    <Tag tone={verdict === 'same' ? 'accent' : 'soon'} title={t(`duplicates:verdict.${verdict}`)}>
      {t('duplicates:score', { percent })}
    </Tag>
  );
}

export function Reasons({ evidence }: { evidence: Evidence[] }) {
  const reasons = useReasons()(evidence);
  return (
    <p className={styles.reasons}>
      {reasons.for.join(', ')}
      {reasons.for.length > 0 && reasons.against.length > 0 && ' · '}
      {reasons.against.length > 0 && <span>{reasons.against.join(', ')}</span>}
    </p>
  );
}

/** One record that may be of the same person, with the reasons and what can be done about it. */
export function MatchRow({ match, children }: { match: PatientMatch; children: ReactNode }) {
  const { t, language } = useText();
  const name = match.display_name || t('patients:record.unknown_name');
  const details = [
    match.birth_date && t('patients:search.born', { date: date_text(match.birth_date, language) }),
    match.contact,
  ].filter(Boolean);
  return (
    <li className={styles.match}>
      <Avatar name={name} size={36} />
      <div>
        <To href={`/patients/${match.id}`}>
          <b>{name}</b>
        </To>{' '}
        {match.provisional && <Tag tone="soon">{t('patients:record.provisional')}</Tag>}{' '}
        <Likeliness score={match.score} verdict={match.verdict} />
        {details.length > 0 && <p className="num">{details.join(' · ')}</p>}
        <Reasons evidence={match.evidence} />
      </div>
      <div className={styles.actions}>{children}</div>
    </li>
  );
}
