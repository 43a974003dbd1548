import { IconX } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useText } from '@/i18n';
import { Button, IconButton, Kbd, useKeys, useShortcutList } from '@/ui';
import styles from './help.module.css';

const places: readonly (readonly [RegExp, string])[] = [
  [/^\/inbox\/[^/]+\/\d+/, 'case'],
  [/^\/inbox/, 'inbox'],
  [/^\/patients\/duplicates/, 'duplicates'],
  [/^\/patients\/import/, 'import'],
  [/^\/patients\/./, 'patient'],
  [/^\/patients/, 'patients'],
  [/^\/figures\/yourself/, 'yourself'],
  [/^\/figures/, 'figures'],
  [/^\/system/, 'system'],
  [/^\/welcome/, 'welcome'],
  [/^\/settings\/(people|sites|topics|mailboxes|organisation|audit|keys)/, '$1'],
  [/^\/settings\/quarantine/, 'mailboxes'],
];
/** What there is help about, by the address one is at. */
export function topic_of(path: string): string {
  for (const [pattern, topic] of places) {
    const found = pattern.exec(path);
    if (found) return topic === '$1' ? (found[1] ?? '') : topic;
  }
  return 'account';
}

/** Beside the page one is on: what it is for, what one does here, its keys. */
export function Help({ on_close, on_shortcuts }: { on_close: () => void; on_shortcuts: () => void }) {
  const { t } = useText();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const topic = topic_of(path);
  const general = [t('app:keys_everywhere'), t('app:keys_go')];
  const keys = useShortcutList().filter((one) => !general.includes(one.group));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys([{ keys: 'Escape', label: t('help:close'), group: general[0] ?? '', run: on_close, hidden: true }]);
  return (
    <aside className={styles.help} aria-label={t('help:title')} tabIndex={-1} ref={panel}>
      <header>
        <h2>{t('help:title')}</h2>
        <IconButton small label={t('help:close')} onClick={on_close}>
          <IconX size={16} stroke={1.5} aria-hidden />
        </IconButton>
      </header>
      <p className={styles.what}>{t(`help:page.${topic}.what`)}</p>
      <section aria-label={t('help:do')}>
        <h3>{t('help:do')}</h3>
        <ul>
          {(['one', 'two', 'three'] as const).map((one) => (
            <li key={one}>{t(`help:page.${topic}.${one}`)}</li>
          ))}
        </ul>
      </section>
      {(topic === 'figures' || topic === 'yourself') && (
        <section aria-label={t('help:definitions')}>
          <h3>{t('help:definitions')}</h3>
          <p>{t('help:definitions_text')}</p>
        </section>
      )}
      {keys.length > 0 && (
        <section aria-label={t('help:keys')}>
          <h3>{t('help:keys')}</h3>
          <dl>
            {keys.slice(0, 9).map((one) => (
              <div key={one.keys}>
                <dt>{one.label}</dt>
                <dd>
                  {one.keys.split(' ').map((step) => (
                    <Kbd key={step} keys={step} />
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Button small onClick={on_shortcuts} keys="?">
        {t('help:all_keys')}
      </Button>
    </aside>
  );
}
