import { type FormEvent, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Dialog, locale_of } from '@/ui';
import picker from './case_picker.module.css';
import styles from './join_dialog.module.css';
import { local_now, useOpenings } from './opening';
import when from './when.module.css';

/** Chooses when a reply leaves, in the time of the site: when it opens, or a moment of one's own. */
export default function SendLaterDialog({
  site_id,
  on_close,
  on_choose,
}: {
  site_id: number;
  on_close: () => void;
  on_choose: (local: string) => void;
}) {
  const { t, language } = useText();
  const { zone, openings } = useOpenings(site_id);
  const [local, set_local] = useState('');
  const now = local_now(zone);
  const past = local !== '' && local <= now;
  // A civil time is shown as it stands, without moving it to the zone of this computer.
  const text = (value: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale_of(language), { ...options, timeZone: 'UTC' }).format(new Date(`${value}Z`));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (local && !past) on_choose(local);
  };
  return (
    <Dialog title={t('inbox:later.title')} open on_close={on_close} close_label={t('app:close')} size="sm">
      <form onSubmit={submit} className={styles.form}>
        <p className={styles.hint}>{t('inbox:later.hint')}</p>
        {openings.map((one, index) => (
          <Button
            key={one}
            wide
            className={when.wide}
            data-autofocus={index === 0 || undefined}
            onClick={() => on_choose(one)}
          >
            <span className={when.moment}>
              {t('inbox:later.opening', { day: text(one, { weekday: 'long', day: 'numeric', month: 'short' }) })}{' '}
              <span className={when.time}>{text(one, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}</span>
            </span>
          </Button>
        ))}
        <label className={styles.field}>
          {t('inbox:later.own')}
          <input
            type="datetime-local"
            className={picker.input}
            value={local}
            min={now}
            aria-invalid={past || undefined}
            onChange={(event) => set_local(event.currentTarget.value)}
          />
        </label>
        <p className={styles.hint} role={past ? 'alert' : undefined}>
          {past ? t('inbox:later.past') : t('inbox:later.zone', { zone: zone.replace(/_/g, ' ') })}
        </p>
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" disabled={local === '' || past}>
            {t('inbox:later.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
