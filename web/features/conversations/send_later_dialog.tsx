import { useState } from 'react';
import { useText } from '@/i18n';
import { Button, locale_of } from '@/ui';
import { Field, FormDialog } from './form_dialog';
import styles from './form_dialog.module.css';
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
  return (
    <FormDialog
      title={t('inbox:later.title')}
      size="sm"
      hint={t('inbox:later.hint')}
      verb={t('inbox:later.do')}
      ready={local !== '' && !past}
      on_submit={() => {
        on_choose(local);
        return true;
      }}
      on_close={on_close}
    >
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
      <Field label={t('inbox:later.own')}>
        <input
          type="datetime-local"
          className={styles.input}
          value={local}
          min={now}
          aria-invalid={past || undefined}
          onChange={(event) => set_local(event.currentTarget.value)}
        />
      </Field>
      <p className={styles.hint} role={past ? 'alert' : undefined}>
        {past ? t('inbox:later.past') : t('inbox:later.zone', { zone: zone.replace(/_/g, ' ') })}
      </p>
    </FormDialog>
  );
}
