import { IconLink, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useText } from '@/i18n';
import { Button, IconButton } from '@/ui';
import type { CaseActions } from './actions';
import styles from './case_links.module.css';
import type { Case } from './queries';

/** Cases that belong with this one, and where it went when it was merged. */
export function CaseLinks({ one, actions, may_write }: { one: Case; actions: CaseActions; may_write: boolean }) {
  const { t } = useText();
  const merged = one.merged_into_case_id;
  if (one.links.length === 0 && merged === null) return null;
  return (
    <ul className={styles.links} aria-label={t('inbox:links.title')}>
      {merged !== null && may_write && (
        <li className={styles.merged}>
          {t('inbox:links.merged_away')}
          <Button small look="quiet" onClick={() => void actions.unmerge(one.id)}>
            {t('inbox:links.unmerge')}
          </Button>
        </li>
      )}
      {one.links.map((link) => (
        <li key={`${link.kind}-${link.case_id}`} className={styles.link}>
          <IconLink size={14} stroke={1.5} aria-hidden="true" />
          <Link to="/cases/$case_id" params={{ case_id: String(link.case_id) }} title={link.title}>
            {t(`inbox:links.${link.kind}`, { number: link.number })}
            {link.title && <span className={styles.title}> · {link.title}</span>}
          </Link>
          {link.kind === 'linked' && may_write && (
            <IconButton
              small
              label={t('inbox:links.remove', { number: link.number })}
              onClick={() => void actions.unlink(one.id, link.case_id)}
              className={styles.remove}
            >
              <IconX size={14} stroke={1.5} />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}
