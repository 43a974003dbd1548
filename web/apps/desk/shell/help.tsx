import { IconX } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Button, IconButton, Kbd, useKeys, useShortcutList } from '@/ui';
import { To } from '@/ui/link';
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
  [/^\/staffing/, 'staffing'],
  [/^\/bottlenecks/, 'bottlenecks'],
  [/^\/system/, 'system'],
  [/^\/welcome/, 'welcome'],
  [/^\/settings\/quarantine/, 'mailboxes'],
  [/^\/settings\/(account|people|sites|topics|standards|mailboxes|organisation|audit|keys|practice)/, '$1'],
];
/** What is counted of the work on a page: its help leads to what exactly each figure says. */
const counted: Record<string, readonly string[]> = {
  inbox: ['first_response_time', 'backlog'],
  case: ['next_reply_time', 'full_resolution_time', 'clinic_time', 'patient_time', 'third_party_time', 'reopen_rate'],
  topics: ['cases_opened'],
  standards: ['sla_attainment'],
  staffing: ['service_level', 'average_speed_of_answer', 'abandonment_rate', 'occupancy'],
};

/** What there is help about, by the address one is at. */
function topic_of(path: string): string | undefined {
  for (const [pattern, topic] of places) {
    const found = pattern.exec(path);
    if (found) return topic === '$1' ? found[1] : topic;
  }
  return undefined;
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
      {topic && <About topic={topic} />}
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

function About({ topic }: { topic: string }) {
  const { t } = useText();
  const may_see = useMay('figures_read');
  const figures = may_see ? (counted[topic] ?? []) : [];
  return (
    <>
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
      {figures.length > 0 && (
        <section aria-label={t('help:counted')}>
          <h3>{t('help:counted')}</h3>
          {figures.map((key) => (
            <details key={key}>
              <summary>{t(`figures:kpi.${key}`)}</summary>
              <p>
                {t(`figures:definition.${key}`)} <To href={`/figures/all?kpi=${key}`}>{t('help:see_figure')}</To>
              </p>
            </details>
          ))}
        </section>
      )}
    </>
  );
}
