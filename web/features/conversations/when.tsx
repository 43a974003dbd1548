import { DateTimePicker } from '@mantine/dates';
import 'dayjs/locale/ca';
import 'dayjs/locale/es';
import 'dayjs/locale/fr';
import '@mantine/dates/styles.layer.css';
import { useState } from 'react';
import { useText } from '@/i18n';
import { Button, Dialog, short_time } from '@/ui';
import { moments } from './moments';
import styles from './when.module.css';

/** Chooses a moment to come back: a list for the common ones, a calendar for the rest. */
export function WhenDialog({
  title,
  hint,
  on_close,
  on_choose,
  clear_label,
  on_clear,
}: {
  title: string;
  hint: string;
  on_close: () => void;
  on_choose: (when: Date) => void;
  clear_label?: string;
  on_clear?: () => void;
}) {
  const { t, language } = useText();
  const [value, set_value] = useState<string | null>(null);
  return (
    <Dialog title={title} open on_close={on_close} size="sm" close_label={t('app:close')}>
      <p style={{ color: 'var(--muted)' }}>{hint}</p>
      <div style={{ display: 'grid', gap: 6 }}>
        {moments().map(({ key, when }, index) => (
          <Button
            key={key}
            wide
            data-autofocus={index === 0 || undefined}
            className={styles.wide}
            onClick={() => on_choose(when)}
          >
            <span className={styles.moment}>
              {t(`inbox:when.${key}`)} <span className={styles.time}>{short_time(when.toISOString(), language)}</span>
            </span>
          </Button>
        ))}
      </div>
      <DateTimePicker
        label={t('inbox:when.other')}
        locale={language}
        value={value}
        onChange={set_value}
        minDate={new Date()}
        valueFormat="D MMM YYYY HH:mm"
        placeholder={t('inbox:when.choose')}
        popoverProps={{ withinPortal: true }}
        timePickerProps={{ format: '24h' }}
      />
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
        {on_clear && (
          <Button look="quiet" onClick={on_clear}>
            {clear_label}
          </Button>
        )}
        <Button
          look="primary"
          disabled={value === null}
          onClick={() => value && on_choose(new Date(value.replace(' ', 'T')))}
        >
          {t('inbox:when.set')}
        </Button>
      </div>
    </Dialog>
  );
}
