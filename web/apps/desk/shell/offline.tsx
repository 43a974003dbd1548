import { IconCloudOff } from '@tabler/icons-react';
import { useText } from '@/i18n';
import styles from './offline.module.css';

/** The server is out of reach: say what that means for what one is doing. */
export function Offline() {
  const { t } = useText();
  return (
    <div className={styles.offline} role="status">
      <IconCloudOff size={16} stroke={1.5} aria-hidden="true" />
      <span>{t('app:offline')}</span>
    </div>
  );
}
