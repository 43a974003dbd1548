import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { Button, Empty, Failure, Loading, Page } from '@/ui';
import styles from './clinic.module.css';

/** A settings page that is one list: failed, loading, empty or there, with the verb that adds to it. */
export function ListPage<T>({
  words,
  icon,
  query,
  on_add,
  row,
  children,
}: {
  words: { title: string; lead: string; add: string; empty_title: string; empty_text: string };
  icon: ReactNode;
  query: { data: readonly T[] | undefined; error: unknown; refetch: () => unknown };
  on_add: () => void;
  row: (one: T) => ReactNode;
  /** Dialogs of the page. */
  children?: ReactNode;
}) {
  const { t } = useText();
  const { data, error, refetch } = query;
  const add = (
    <Button look="primary" icon={<IconPlus size={18} stroke={1.5} aria-hidden />} onClick={on_add}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={data?.length ? add : undefined}>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={words.title} />
      ) : data.length === 0 ? (
        <Empty icon={icon} title={words.empty_title} hint={words.empty_text} action={add} />
      ) : (
        <ul className={styles.list}>{data.map(row)}</ul>
      )}
      {children}
    </Page>
  );
}
