import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Dialog } from '@/ui';
import styles from './form_dialog.module.css';

/** A dialog one fills in. It closes when `on_submit` has done what it says; otherwise everything stays as it was typed. */
export function FormDialog({
  title,
  size,
  hint,
  verb,
  ready = true,
  on_submit,
  on_close,
  children,
}: {
  title: string;
  size?: 'sm' | 'lg';
  hint?: string;
  verb: string;
  ready?: boolean;
  on_submit: () => Promise<boolean> | boolean;
  on_close: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  const [busy, set_busy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    set_busy(true);
    const done = await on_submit();
    set_busy(false);
    if (done) on_close();
  };
  return (
    <Dialog title={title} open on_close={on_close} close_label={t('app:close')} size={size}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        {hint && <p className={styles.hint}>{hint}</p>}
        {children}
        <div className={styles.actions}>
          <Button onClick={on_close}>{t('app:cancel')}</Button>
          <Button look="primary" type="submit" disabled={!ready} busy={busy}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is what it is given
    <label className={styles.field}>
      {label}
      {children}
    </label>
  );
}

/** One of a few, all in sight. */
export function Choices<T extends string | number>({
  legend,
  options,
  value,
  on_change,
}: {
  legend: string;
  options: { value: T; label: ReactNode }[];
  value: T | null;
  on_change: (value: T) => void;
}) {
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      {options.map((one) => (
        <label key={one.value}>
          <input type="radio" name={legend} checked={one.value === value} onChange={() => on_change(one.value)} />
          <span>{one.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What a case is called; whoever opens the dialog types at once. */
export function TitleField({ value, on_change }: { value: string; on_change: (title: string) => void }) {
  const { t } = useText();
  return (
    <Field label={t('inbox:case_title')}>
      <input
        className={styles.input}
        data-autofocus
        dir="auto"
        value={value}
        maxLength={500}
        onChange={(event) => on_change(event.currentTarget.value)}
      />
    </Field>
  );
}
