import { useSites, useTopics } from '@/api/lists';
import { useSession } from '@/api/session';
import { long_time, useNow } from '@/ui';
import { useText } from '@/i18n';
import styles from './print_head.module.css';
import type { Case } from './queries';
import { useTopicName } from './words';

/** What a sheet of paper must say by itself: which case, whose, where, in what state; who printed it and when. */
export function PrintHead({ one, complete }: { one: Case; complete: boolean }) {
  const { t, language } = useText();
  const me = useSession()?.user;
  const site = useSites().find((each) => each.id === one.site_id);
  const topics = useTopics();
  const topic_name = useTopicName();
  const now = new Date(useNow()).toISOString();
  const state =
    one.state === 'resolved' && one.resolved_at
      ? `${t('inbox:clock.resolved')} ${long_time(one.resolved_at, language)}`
      : one.waiting_on
        ? t(`inbox:wait_on_${one.waiting_on}`)
        : t('inbox:paper.open');
  const rows: [string, string | undefined][] = [
    [t('inbox:paper.patient'), one.patient?.display_name],
    [t('inbox:paper.from'), one.sender && one.sender.id !== one.patient?.id ? one.sender.display_name : undefined],
    [t('inbox:topic_label'), topics.length > 0 ? topic_name(one.topic) : undefined],
    [t('inbox:paper.opened'), long_time(one.opened_at, language)],
    [t('inbox:paper.state'), state],
  ];
  return (
    <header className={styles.paper}>
      <p className={styles.top}>
        <span>{site?.name}</span>
        <span>{t('inbox:case_number', { number: one.number })}</span>
      </p>
      <h1 dir="auto">{one.title || t('inbox:no_subject')}</h1>
      <dl>
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      <p className={styles.by}>
        {t('inbox:paper.by', { name: me?.name ?? '', time: long_time(now, language) })} · {t('inbox:paper.private')}
        {!complete && ` · ${t('inbox:paper.part')}`}
      </p>
    </header>
  );
}
