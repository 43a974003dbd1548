import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '@/i18n';
import { Button, Card, Empty, Failure, Loading } from '@/ui';
import styles from './bottlenecks.module.css';
import { type Asked, type Change, change_query } from './queries';
import { useWords } from './words';

const few = 8;

/** Why patients waited more or less than the week before: more cases, other cases, or slower. */
export function ChangeCard({ asked }: { asked: Asked }) {
  const { t } = useText();
  const words = useWords();
  const { data, error, refetch } = useQuery(change_query(asked));
  return (
    <Card
      title={t('bottlenecks:change.title')}
      hint={data && t('bottlenecks:change.hint', { week: words.period(data) })}
    >
      {error && !data ? (
        <Failure
          title={t('bottlenecks:load_failed')}
          retry_label={t('bottlenecks:retry')}
          on_retry={() => void refetch()}
        />
      ) : !data ? (
        <Loading label={t('bottlenecks:loading')} lines={5} />
      ) : data.cases_before === 0 && data.cases_after === 0 ? (
        <Empty title={t('bottlenecks:change.empty')} />
      ) : (
        <Told change={data} />
      )}
    </Card>
  );
}

function Told({ change }: { change: Change }) {
  const { t } = useText();
  const words = useWords();
  const more = change.after_s - change.before_s;
  const sort = Math.abs(more) < 60 ? 'same' : more > 0 ? 'more' : 'less';
  return (
    <>
      <p className={styles.sentence}>
        {t(`bottlenecks:change.${sort}`, { after: words.sum(change.after_s), change: words.sum(more) })}
      </p>
      <Waterfall change={change} />
      <Groups change={change} />
    </>
  );
}

/** From the week before to this one; each part begins where the one before it ends. */
function Waterfall({ change }: { change: Change }) {
  const { t } = useText();
  const words = useWords();
  const parts = ['volume', 'mix', 'speed'] as const;
  let level = change.before_s;
  const steps = parts.map((name) => {
    const by = change[`${name}_s`];
    const from = level;
    level += by;
    return { name, by, low: Math.min(from, level), high: Math.max(from, level) };
  });
  const top = Math.max(change.before_s, change.after_s, ...steps.map((one) => one.high), 1);
  const bottom = Math.min(0, ...steps.map((one) => one.low));
  const place = (low: number, high: number) => ({
    left: `${((low - bottom) / (top - bottom)) * 100}%`,
    width: `${((high - low) / (top - bottom)) * 100}%`,
  });
  const bar = (low: number, high: number, tone: string | undefined) => (
    <td className={styles.track}>
      <i className={tone} style={place(low, high)} aria-hidden="true" />
    </td>
  );
  return (
    <table className={styles.waterfall}>
      <caption className="visually-hidden">{t('bottlenecks:change.caption')}</caption>
      <tbody>
        <tr>
          <th scope="row">{t('bottlenecks:change.before', { n: words.count(change.cases_before) })}</th>
          {bar(0, change.before_s, styles.total)}
          <td>{words.sum(change.before_s)}</td>
        </tr>
        {steps.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              <span data-tip={t(`bottlenecks:change.about.${one.name}`)}>{t(`bottlenecks:change.${one.name}`)}</span>
            </th>
            {bar(one.low, one.high, one.by > 0 ? styles.up : styles.down)}
            <td>{words.signed(one.by)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t('bottlenecks:change.after', { n: words.count(change.cases_after) })}</th>
          {bar(0, change.after_s, styles.total)}
          <td>{words.sum(change.after_s)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Groups({ change }: { change: Change }) {
  const { t } = useText();
  const words = useWords();
  const [all, show_all] = useState(false);
  const rows = all ? change.groups : change.groups.slice(0, few);
  return (
    <>
      <section className={styles.scroll} tabIndex={0} aria-label={t('bottlenecks:change.groups')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('bottlenecks:change.group')}</th>
              <th scope="col">{t('bottlenecks:change.volume')}</th>
              <th scope="col">{t('bottlenecks:change.mix')}</th>
              <th scope="col">{t('bottlenecks:change.speed')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={`${one.site_id} ${one.channel} ${one.topic}`}>
                <th scope="row">
                  {words.where(one)}
                  <small>
                    {t('bottlenecks:change.was_and_is', {
                      n: t('bottlenecks:change.from_to', { from: one.cases_before, to: one.cases_after }),
                      mean: t('bottlenecks:change.from_to', {
                        from: words.duration(one.mean_before_s),
                        to: words.duration(one.mean_after_s),
                      }),
                    })}
                  </small>
                </th>
                <td>{words.signed(one.volume_s)}</td>
                <td>{words.signed(one.mix_s)}</td>
                <td>{words.signed(one.speed_s)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {change.groups.length > few && (
        <div>
          <Button small onClick={() => show_all(!all)}>
            {all ? t('bottlenecks:change.fewer') : t('bottlenecks:change.all', { count: change.groups.length })}
          </Button>
        </div>
      )}
    </>
  );
}
