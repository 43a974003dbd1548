import { IconDoorExit, IconMask } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useText } from '@/i18n';
import { button_class } from '@/ui';
import styles from './banner.module.css';

/** Nobody mistakes practice for the clinic: words, an icon, stripes, and the name of the window. */
export function PracticeBanner() {
  const { t } = useText();
  const mark = t('app:practice.title');
  useEffect(() => {
    const rename = () => {
      if (!document.title.startsWith(`${mark} · `)) document.title = `${mark} · ${document.title}`;
    };
    rename();
    const title = document.querySelector('title');
    if (!title) return undefined;
    const watch = new MutationObserver(rename);
    watch.observe(title, { childList: true });
    return () => watch.disconnect();
  }, [mark]);
  return (
    <section className={styles.banner} aria-label={mark}>
      <IconMask size={20} stroke={1.5} aria-hidden />
      <p>
        <b>{mark}</b> <span>{t('app:practice.text')}</span>
      </p>
      <a href="/" className={button_class('default', true)}>
        <IconDoorExit size={16} stroke={1.5} aria-hidden />
        <span>{t('app:practice.leave')}</span>
      </a>
    </section>
  );
}
