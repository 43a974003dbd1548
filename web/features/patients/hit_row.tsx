import { useText } from '@/i18n';
import { Avatar, date_text, Tag } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';
import type { Hit } from './queries';

/** One person found, with the reason, as a link to the record. */
export function HitRow({ hit, active = false }: { hit: Hit; active?: boolean }) {
  return (
    <To href={`/patients/${hit.id}`} className={styles.hit} data-active={active || undefined}>
      <HitFace hit={hit} />
    </To>
  );
}

export function HitFace({ hit }: { hit: Hit }) {
  const { t, language } = useText();
  const name = hit.display_name || t('patients:record.unknown_name');
  const details = [
    hit.birth_date && t('patients:search.born', { date: date_text(hit.birth_date, language) }),
    hit.contact,
    hit.reason !== 'name' && hit.matched !== hit.contact && hit.reason !== 'birth_date' && hit.matched,
  ].filter(Boolean);
  return (
    <>
      <Avatar name={name} size={36} />
      <div>
        <b>{name}</b> {hit.provisional && <Tag tone="soon">{t('patients:record.provisional')}</Tag>}{' '}
        {!hit.is_patient && <Tag>{t('patients:record.not_patient')}</Tag>}
        <p className="num">{details.join(' · ')}</p>
      </div>
      <Tag>{t(`patients:reason.${hit.reason}`)}</Tag>
    </>
  );
}
