import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Dialog, IconButton, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './patients.module.css';
import { keep, type Patient } from './queries';

/** A part of the record: a list of things of one kind, a button that adds or changes, and the dialog it opens. */
export function RecordPart<T>({
  title,
  empty,
  verb,
  icon,
  items,
  row,
  dialog,
}: {
  title: string;
  empty: string;
  verb: string;
  icon?: ReactNode;
  items: readonly T[];
  row: (one: T, may_write: boolean, edit: () => void) => ReactNode;
  /** For the one to be changed, or for a new one. */
  dialog: (one: T | undefined, close: () => void) => ReactNode;
}) {
  const may_write = useMay('patients_write');
  const [open, set_open] = useState<{ one?: T } | null>(null);
  return (
    <Card
      title={title}
      action={
        may_write && (
          <IconButton small label={verb} onClick={() => set_open({})}>
            {icon ?? <IconPlus size={16} stroke={1.5} aria-hidden />}
          </IconButton>
        )
      }
    >
      {items.length === 0 && <p className={styles.hint}>{empty}</p>}
      {items.length > 0 && (
        <ul className={styles.rows}>{items.map((one) => row(one, may_write, () => set_open({ one })))}</ul>
      )}
      {open && dialog(open.one, () => set_open(null))}
    </Card>
  );
}

/** A form whose answer is the whole record as it is now. */
export function usePartForm<T extends object>({
  initial,
  check,
  save,
  undo,
  on_close,
}: {
  initial: T;
  check?: (values: T) => Record<string, string>;
  save: (values: T) => Promise<Patient>;
  undo?: () => Promise<Patient>;
  on_close: () => void;
}) {
  const { t } = useText();
  const client = useQueryClient();
  return useForm<T>({
    initial,
    check,
    submit: async (values) => {
      try {
        keep(client, await save(values));
        toast(t('patients:saved'), undo ? { undo: () => void undo().then((now) => keep(client, now)) } : {});
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
}

export function PartDialog({
  title,
  size,
  form,
  on_close,
  children,
}: {
  title: string;
  size?: 'lg';
  form: Pick<ReturnType<typeof useForm>, 'form_props' | 'errors' | 'busy'>;
  on_close: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  return (
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={title} size={size}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        {children}
        <div className={styles.dialog_actions}>
          <Button onClick={on_close}>{t('patients:cancel')}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('patients:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
