import {
  IconAlertTriangle,
  IconArrowsMaximize,
  IconClock,
  IconMoon,
  IconPlugX,
  IconSun,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { ApiError } from '@/api/client';
import { useText } from '@/i18n';
import { duration_text, Empty, IconButton, locale_of, Logo, Skeleton } from '@/ui';
import { To } from '@/ui/link';
import type { Figure } from './queries';
import styles from './wall.module.css';
import { key_in_address, useSeconds, useWall, type Wall } from './wall_data';
import { useChannelName } from '@/channels/name';

type Theme = 'dark' | 'light';
const remembered = (): Theme => (localStorage.getItem('auricle.wall') === 'light' ? 'light' : 'dark');

/** The page has the look of the wall while it hangs there, whatever the account says. */
function useWallTheme(): [Theme, () => void] {
  const [theme, set] = useState(remembered);
  useEffect(() => {
    const page = document.documentElement;
    const before = page.dataset.theme;
    page.dataset.theme = theme;
    const watch = new MutationObserver(() => {
      if (page.dataset.theme !== theme) page.dataset.theme = theme;
    });
    watch.observe(page, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      watch.disconnect();
      if (before) page.dataset.theme = before;
    };
  }, [theme]);
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('auricle.wall', next);
    set(next);
  };
  return [theme, toggle];
}

/** Everything the wall says, in words that need no registry: a screen with a key may ask for nothing else. */
function useWallWords() {
  const { t, language } = useText();
  return useMemo(() => {
    const units = {
      d: t('figures:unit.d'),
      h: t('figures:unit.h'),
      min: t('figures:unit.min'),
      s: t('figures:unit.s'),
      under: t('figures:unit.under'),
    };
    const where = locale_of(language);
    const whole = new Intl.NumberFormat(where);
    const percent = new Intl.NumberFormat(where, { style: 'percent', maximumFractionDigits: 0 });
    const duration = (seconds: number) =>
      seconds < 60 ? `${Math.max(0, Math.round(seconds))} ${units.s}` : duration_text(seconds, units);
    const clock = new Intl.DateTimeFormat(where, { hour: '2-digit', minute: '2-digit' });
    const day = new Intl.DateTimeFormat(where, { weekday: 'long', day: 'numeric', month: 'long' });
    const weekday = new Intl.DateTimeFormat(where, { weekday: 'long', timeZone: 'UTC' });
    /** A mean hides the long ones: of durations the median. */
    const figure = (one: Figure | undefined) => {
      const amount = one?.clock ? one.p50 : one?.value;
      if (!one || amount === null || amount === undefined) return null;
      return one.clock ? duration(amount) : one.denominator === null ? whole.format(amount) : percent.format(amount);
    };
    return {
      duration,
      figure,
      count: (n: number) => whole.format(n),
      time: (at: number) => clock.format(at),
      day: (at: number) => day.format(at),
      weekday: (local: string) => weekday.format(Date.parse(local)),
    };
  }, [t, language]);
}
type Words = ReturnType<typeof useWallWords>;

/** Hangs on a wall: waiting now, at risk, who is there, today. Numbers only, no patient. */
export function WallPage() {
  const { t } = useText();
  const key = useMemo(key_in_address, []);
  const { wall, lost, failed, at } = useWall(key);
  const [theme, toggle] = useWallTheme();
  const words = useWallWords();
  // Waits are reckoned by the clock of the server: that of a television may be wrong.
  const skew = wall ? Date.parse(wall.as_of) - at : 0;
  const now = useSeconds() + (Math.abs(skew) > 5_000 ? skew : 0);
  useEffect(() => {
    document.title = `${t('wall:title')} · Auricle`;
  }, [t]);
  const refused = failed instanceof ApiError && [401, 403].includes(failed.problem.status);
  return (
    <main className={styles.wall} data-wall data-lost={lost || undefined}>
      <header className={styles.head}>
        <span className={styles.logo}>
          <Logo />
        </span>
        <h1 className="visually-hidden">{t('wall:title')}</h1>
        <p className={styles.date}>{words.day(now)}</p>
        <Controls theme={theme} toggle={toggle} by_key={key !== null} />
        <p className={styles.clock}>
          <time>{words.time(now)}</time>
        </p>
      </header>
      {lost && !refused && (
        <p className={styles.lost} role="alert">
          <IconPlugX aria-hidden />
          {t('wall:lost', { time: at ? words.time(at) : '–' })} {t('wall:reconnecting')}
        </p>
      )}
      {refused ? (
        <Empty title={t('wall:no_key')} hint={t('wall:no_key_hint')} />
      ) : !wall ? (
        <Waiting />
      ) : (
        <>
          <div className={styles.now}>
            <WaitingNow wall={wall} now={now} words={words} />
            <AtRisk wall={wall} now={now} words={words} />
            <AtWork wall={wall} words={words} />
          </div>
          <Today wall={wall} words={words} />
        </>
      )}
    </main>
  );
}

function Controls({ theme, toggle, by_key }: { theme: Theme; toggle: () => void; by_key: boolean }) {
  const { t } = useText();
  return (
    <div className={styles.controls}>
      <IconButton label={t(theme === 'dark' ? 'wall:light' : 'wall:dark')} onClick={toggle}>
        {theme === 'dark' ? <IconSun size={20} aria-hidden /> : <IconMoon size={20} aria-hidden />}
      </IconButton>
      <IconButton label={t('wall:full')} onClick={() => void document.documentElement.requestFullscreen?.()}>
        <IconArrowsMaximize size={20} aria-hidden />
      </IconButton>
      {!by_key && (
        <To href="/figures" className={styles.leave} aria-label={t('wall:leave')} data-tip={t('wall:leave')}>
          <IconX size={20} aria-hidden />
        </To>
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div className={styles.now} aria-busy="true">
      {[0, 1, 2].map((one) => (
        <section key={one} className={styles.box}>
          <Skeleton width="40%" height={32} />
          <Skeleton width="60%" height={120} />
        </section>
      ))}
    </div>
  );
}

interface Part {
  wall: Wall;
  now: number;
  words: Words;
}

function WaitingNow({ wall, now, words }: Part) {
  const { t } = useText();
  const channel_name = useChannelName();
  const rows = wall.channels.filter((one) => one.waiting > 0).sort((a, b) => b.waiting - a.waiting);
  const total = rows.reduce((sum, one) => sum + one.waiting, 0);
  const since = rows.flatMap((one) => (one.since ? [Date.parse(one.since)] : []));
  const wait = (from: number) => words.duration((now - from) / 1000);
  return (
    <section className={`${styles.box} ${styles.waiting}`} aria-label={t('wall:waiting')}>
      <h2>{t('wall:waiting')}</h2>
      <div className={styles.pair}>
        <p className={styles.huge} data-waiting>
          {words.count(total)}
        </p>
        {since.length > 0 && (
          <p className={styles.longest}>{t('wall:waiting_longest', { time: wait(Math.min(...since)) })}</p>
        )}
      </div>
      {total === 0 ? (
        <p className={styles.calm}>{t('wall:nobody')}</p>
      ) : (
        <ul className={styles.channels}>
          {rows.slice(0, 5).map((one) => (
            <li key={one.channel}>
              <span>{one.channel ? channel_name(one.channel) : t('wall:no_channel')}</span>
              <b>{words.count(one.waiting)}</b>
              <span className={styles.wait}>{one.since && wait(Date.parse(one.since))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function AtRisk({ wall, now, words }: Part) {
  const { t } = useText();
  const sum = (of: (one: Wall['channels'][number]) => number) => wall.channels.reduce((all, one) => all + of(one), 0);
  const [late, soon] = [sum((one) => one.late), sum((one) => one.soon)];
  const due = wall.channels.flatMap((one) => (one.next_due ? [Date.parse(one.next_due)] : []));
  return (
    <section className={styles.box} aria-label={t('wall:at_risk')}>
      <h2>{t('wall:at_risk')}</h2>
      {!wall.standards ? (
        <p className={styles.calm}>{t('wall:no_standards')}</p>
      ) : (
        <>
          <Count tone={late > 0 ? 'late' : undefined} icon={<IconAlertTriangle aria-hidden />} n={words.count(late)}>
            {t('wall:late')}
          </Count>
          <Count tone={soon > 0 ? 'soon' : undefined} icon={<IconClock aria-hidden />} n={words.count(soon)}>
            {t('wall:soon', { minutes: Math.round(wall.soon_s / 60) })}
          </Count>
          <p className={styles.calm}>
            {late + soon === 0
              ? t('wall:on_time')
              : due.length > 0 &&
                t('wall:next_due', { time: words.duration(Math.max(0, (Math.min(...due) - now) / 1000)) })}
          </p>
        </>
      )}
    </section>
  );
}

function AtWork({ wall, words }: Omit<Part, 'now'>) {
  const { t } = useText();
  return (
    <section className={styles.box} aria-label={t('wall:people')}>
      <h2>{t('wall:people')}</h2>
      {wall.people.map(({ state, n }) => (
        <Count key={state} tone={state === 'available' && n > 0 ? 'good' : undefined} n={words.count(n)}>
          {t(`wall:${state}`)}
        </Count>
      ))}
    </section>
  );
}

function Count({ n, tone, icon, children }: { n: string; tone?: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <p className={styles.count} data-tone={tone}>
      <b>{n}</b>
      <span>
        {tone && icon}
        {children}
      </span>
    </p>
  );
}

const shown = ['contacts', 'first_response_time', 'sla_attainment'] as const;

/** Today so far, beside the same weekday a week ago up to the same time. */
function Today({ wall, words }: Omit<Part, 'now'>) {
  const { t } = useText();
  const find = (all: Figure[], key: string) => all.find((one) => one.key === key);
  const calls = find(wall.today, 'calls_offered')?.n ?? 0;
  const keys = calls > 0 ? [...shown, 'service_level' as const] : shown;
  const day = words.weekday(wall.then_day);
  return (
    <section className={styles.today} aria-label={t('wall:today')}>
      <h2>{t('wall:today')}</h2>
      <ul data-count={keys.length}>
        {keys.map((key) => {
          const then = words.figure(find(wall.then, key));
          return (
            <li key={key} data-kpi={key}>
              <span className={styles.what}>{t(`figures:kpi.${key}`)}</span>
              <b>{words.figure(find(wall.today, key)) ?? '–'}</b>
              <span className={styles.then}>
                {then === null ? t('wall:then_none', { day }) : t('wall:then', { day, value: then })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
