import { IconX } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { button_class, IconButton, toast } from '@/ui';
import { To } from '@/ui/link';
import { open_steps, useChangeWelcome, useWelcome } from './queries';
import styles from './welcome_bar.module.css';

/** Above every page of who sets the clinic up, until all is there or nobody wants to be reminded. */
export function WelcomeBar() {
  const { t } = useText();
  const welcome = useWelcome(60_000);
  const change = useChangeWelcome();
  const next = welcome && open_steps(welcome)[0];
  if (!welcome || welcome.dismissed || !next) return null;
  const done = welcome.steps.filter((one) => one.done).length;
  const dismiss = async () => {
    await change({ dismissed: true });
    toast(t('welcome:dismissed'), { undo: () => void change({ dismissed: false }) });
  };
  return (
    <aside className={styles.bar} aria-label={t('welcome:title')}>
      <progress value={done} max={welcome.steps.length} aria-hidden="true" />
      <p>
        <b className="num">{t('welcome:progress', { done, of: welcome.steps.length })}</b>
        <span>{t('welcome:bar_next', { step: t(`welcome:step.${next}`) })}</span>
      </p>
      <To href={`/welcome/${next}`} className={button_class('default', true)}>
        {t('welcome:go_on')}
      </To>
      <IconButton small label={t('welcome:dismiss')} onClick={() => void dismiss()}>
        <IconX size={16} stroke={1.5} aria-hidden />
      </IconButton>
    </aside>
  );
}
