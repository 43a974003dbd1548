import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconClockExclamation,
  IconFlag,
  IconInbox,
  IconMoon,
  IconSearch,
  IconStack2,
  IconUserQuestion,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { channel_look } from '@/channels/channels';
import { useText } from '@/i18n';
import { Kbd } from '@/ui';
import type { Place } from './place';
import { counts_query, type View } from './queries';
import { SavedViews } from './saved_views';
import styles from './views.module.css';

const small = { size: 18, stroke: 1.5 };
export const view_icons: Record<View, ReactNode> = {
  mine: <IconInbox {...small} />,
  longest_waiting: <IconClock {...small} />,
  at_risk: <IconClockExclamation {...small} />,
  unassigned: <IconUserQuestion {...small} />,
  follow_ups: <IconFlag {...small} />,
  all: <IconStack2 {...small} />,
  snoozed: <IconMoon {...small} />,
  resolved: <IconCircleCheck {...small} />,
  failed: <IconAlertTriangle {...small} />,
};
export const view_order: View[] = ['mine', 'at_risk', 'longest_waiting', 'unassigned', 'follow_ups', 'all'];
export const view_rest: View[] = ['snoozed', 'resolved', 'failed'];

export function useCount(): (view: View) => string {
  const { data } = useQuery(counts_query);
  return (view) => count_text(data?.views[view]);
}
function count_text(n: number | undefined): string {
  return n === undefined || n === 0 ? '' : n >= 1000 ? '999+' : String(n);
}

/** The column of views with how many cases stand in each. */
export function Views({
  place,
  on_go,
  on_search,
}: {
  place: Place;
  on_go: (place: Place) => void;
  on_search: () => void;
}) {
  const { t } = useText();
  const { data } = useQuery(counts_query);
  const button = (view: View) => {
    const n = data?.views[view] ?? 0;
    const on = place.view === view && !place.channel && !place.filter && !place.saved;
    const hot = view === 'failed' && n > 0;
    return (
      <li key={view}>
        <button
          type="button"
          className={`${styles.view} ${on ? styles.on : ''}`}
          aria-current={on ? 'page' : undefined}
          onClick={() => on_go({ view })}
        >
          {view_icons[view]}
          <span className={styles.name}>{t(`inbox:view.${view}`)}</span>
          {n > 0 && (
            <b className={`num ${hot ? styles.hot : ''}`}>
              <span aria-hidden="true">{count_text(n)}</span>
              <span className="visually-hidden">{t('inbox:cases_count', { count: n })}</span>
            </b>
          )}
        </button>
      </li>
    );
  };
  const channels = Object.entries(data?.channels ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <nav className={styles.views} aria-label={t('inbox:views')}>
      <button type="button" className={styles.search} onClick={on_search} aria-keyshortcuts="Control+k">
        <IconSearch size={16} stroke={1.5} aria-hidden="true" />
        {t('app:search')}
        <Kbd keys="Control+k" />
      </button>
      <ul>{view_order.map(button)}</ul>
      <SavedViews place={place} on_go={on_go} />
      {channels.length > 0 && (
        <>
          <h3 className={styles.heading}>{t('inbox:channels')}</h3>
          <ul>
            {channels.map(([channel, n]) => {
              const look = channel_look(channel);
              const on = place.channel === channel && !place.filter;
              return (
                <li key={channel}>
                  <button
                    type="button"
                    className={`${styles.view} ${on ? styles.on : ''}`}
                    aria-current={on ? 'page' : undefined}
                    onClick={() => on_go({ view: 'all', channel })}
                  >
                    <look.Icon {...small} />
                    <span className={styles.name}>{t(look.name)}</span>
                    <b className="num">{count_text(n)}</b>
                  </button>
                </li>
              );
            })}
          </ul>
        </>
      )}
      <h3 className={styles.heading}>{t('inbox:views_rest')}</h3>
      <ul>
        {view_rest
          .filter((view) => view !== 'failed' || (data?.views.failed ?? 0) > 0 || place.view === 'failed')
          .map(button)}
      </ul>
    </nav>
  );
}
