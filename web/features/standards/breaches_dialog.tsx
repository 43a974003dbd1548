import { useUserName } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, Dialog, Empty, Failure, Loading, short_time } from '@/ui';
import { To } from '@/ui/link';
import { useBreaches } from './kept';
import styles from './standards.module.css';
import { useWords } from './words';

/** The cases in which a target was not kept, by the moment their time was over. */
export default function BreachesDialog({
  standard,
  name,
  on_close,
}: {
  standard: number;
  name: string;
  on_close: () => void;
}) {
  const { t, language } = useText();
  const words = useWords();
  const user_name = useUserName();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useBreaches(standard);
  const cases = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog open on_close={on_close} close_label={t('settings:close')} title={name} size="lg">
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={name} />
      ) : cases.length === 0 ? (
        <Empty title={t('standards:late_none')} />
      ) : (
        <section className={styles.scroll} tabIndex={0} aria-label={name}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('standards:column_case')}</th>
                <th scope="col">{t('standards:column_over')}</th>
                <th scope="col">{t('standards:column_who')}</th>
              </tr>
            </thead>
            <tbody>
              {cases.map((one) => (
                <tr key={`${one.case_id}-${one.ended_at}`}>
                  <td>
                    <To href={`/cases/${one.case_id}`}>{t('inbox:case_number', { number: one.number ?? '' })}</To>
                    {one.topic && <small>{words.topic(one.topic)}</small>}
                  </td>
                  <td>
                    <time dateTime={one.ended_at}>{short_time(one.ended_at, language)}</time>
                  </td>
                  <td>{user_name(one.agent) ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasNextPage && (
        <div>
          <Button small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('standards:more')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
