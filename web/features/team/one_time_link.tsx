import { TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '@/i18n';
import { announce, Button, long_time } from '@/ui';
import { copy_text } from '@/ui/copy';
import styles from './auth.module.css';

/** A link that is shown once, to hand over. */
export function OneTimeLink({
  name,
  url,
  expires_at,
  mailed = false,
}: {
  name: string;
  url: string;
  expires_at?: string;
  mailed?: boolean;
}) {
  const { t, language } = useText();
  const [copied, set_copied] = useState(false);
  const copy = async () => {
    await copy_text(url);
    set_copied(true);
    announce(t('settings:invite.copied'));
  };
  return (
    <div className={styles.fields}>
      <p>{t(mailed ? 'settings:invite.mailed_text' : 'settings:invite.done_text', { name })}</p>
      <div className={styles.link_box}>
        <TextInput
          aria-label={t('settings:invite.link')}
          value={url}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          data-autofocus
        />
        <Button
          look="primary"
          icon={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => void copy()}
        >
          {t(copied ? 'settings:invite.copied' : 'settings:invite.copy')}
        </Button>
      </div>
      {expires_at && (
        <p className={styles.hint}>{t('settings:invite.valid_until', { when: long_time(expires_at, language) })}</p>
      )}
    </div>
  );
}
