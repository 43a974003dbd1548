import { useText } from '@/i18n';
import { Button, toast } from '@/ui';
import { copy_text } from '@/ui/copy';
import styles from './auth.module.css';

/** Shown once; copied, printed, then gone. */
export function RecoveryCodes({
  codes,
  on_kept,
  kept_label,
}: {
  codes: string[];
  on_kept: () => void;
  kept_label?: string;
}) {
  const { t } = useText();
  const copy = async () => {
    await copy_text(codes.join('\n'));
    toast(t('account:codes.copied'));
  };
  return (
    <section className={styles.setup} aria-label={t('account:codes.title')}>
      <h3>{t('account:codes.title')}</h3>
      <p>{t('account:codes.text')}</p>
      <ul className={styles.codes} data-print="codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.actions}>
        <Button onClick={() => void copy()}>{t('account:codes.copy')}</Button>
        <Button onClick={() => print_codes(t('account:codes.title'), codes)}>{t('account:codes.print')}</Button>
        <Button look="primary" onClick={on_kept}>
          {kept_label ?? t('account:codes.kept')}
        </Button>
      </div>
    </section>
  );
}

/** Prints only the codes, in a frame of its own that is gone afterwards. */
function print_codes(title: string, codes: string[]) {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  const page = frame.contentDocument;
  if (!page) return;
  const heading = page.createElement('h1');
  heading.textContent = `Auricle: ${title}`;
  const list = page.createElement('pre');
  list.textContent = codes.join('\n');
  list.style.fontSize = '18px';
  list.style.lineHeight = '1.8';
  page.body.append(heading, list);
  frame.contentWindow?.addEventListener('afterprint', () => frame.remove());
  frame.contentWindow?.print();
}
