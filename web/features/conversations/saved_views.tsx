import { IconBookmark, IconDots, IconUsers } from '@tabler/icons-react';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { IconButton, Menu, MenuItem, toast, useCommands, Opening } from '@/ui';
import { failed } from './actions';
import type { Place } from './place';
import styles from './views.module.css';

const SaveViewDialog = lazy(() => import('./save_view_dialog'));

type SavedView = Schemas['SavedView'];

export const saved_views_query = queryOptions({
  queryKey: ['case_view'],
  queryFn: () => call(api.GET('/api/case-views')).then((list) => list.items),
  staleTime: 30_000,
});

export function useSavedView(id: number | undefined): SavedView | undefined {
  const { data } = useQuery({ ...saved_views_query, enabled: id !== undefined });
  return data?.find((one) => one.id === id);
}

function useRemove() {
  const { t } = useText();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: saved_views_query.queryKey });
  return async ({ id, name, shared, site_id, filter }: SavedView) => {
    try {
      await call(api.DELETE('/api/case-views/{id}', { params: { path: { id } } }));
      const again = () => call(api.POST('/api/case-views', { body: { name, shared, site_id, filter } }));
      toast(t('inbox:saved.removed', { name }), { undo: () => void again().then(refresh, failed) });
    } catch (error) {
      failed(error);
    }
    await refresh();
  };
}

/** Filters kept under a name: my own, and those shared with me. */
export function SavedViews({ place, on_go }: { place: Place; on_go: (place: Place) => void }) {
  const { t } = useText();
  const { data } = useQuery(saved_views_query);
  const may_manage = useMay('staff_manage');
  const remove = useRemove();
  const [edited, edit] = useState<SavedView | null>(null);
  const views = data ?? [];
  const drop = (one: SavedView) => {
    if (place.saved === one.id) on_go({ view: 'all' });
    void remove(one);
  };
  useCommands(
    views.map((one) => ({
      id: `saved-${one.id}`,
      title: `${t('inbox:title')}: ${one.name}`,
      group: t('inbox:title'),
      run: () => on_go({ view: 'all', saved: one.id }),
    })),
  );
  if (views.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{t('inbox:saved.title')}</h3>
      <ul>
        {views.map((one) => {
          const on = place.saved === one.id;
          const Icon = one.shared ? IconUsers : IconBookmark;
          return (
            <li key={one.id} className={styles.saved}>
              <button
                type="button"
                className={`${styles.view} ${on ? styles.on : ''}`}
                aria-current={on ? 'page' : undefined}
                onClick={() => on_go({ view: 'all', saved: one.id })}
                title={one.name}
              >
                <Icon size={18} stroke={1.5} aria-label={t(one.shared ? 'inbox:saved.all' : 'inbox:saved.mine')} />
                <span className={styles.name}>{one.name}</span>
                {one.count > 0 && <b className="num">{one.count > 999 ? '999+' : one.count}</b>}
              </button>
              {(one.mine || may_manage) && (
                <Menu
                  side="bottom-start"
                  target={
                    <IconButton small label={t('inbox:saved.more', { name: one.name })} className={styles.saved_more}>
                      <IconDots size={16} stroke={1.5} />
                    </IconButton>
                  }
                >
                  <MenuItem onClick={() => edit(one)}>{t('inbox:saved.change')}</MenuItem>
                  <MenuItem onClick={() => drop(one)}>{t('inbox:saved.remove')}</MenuItem>
                </Menu>
              )}
            </li>
          );
        })}
      </ul>
      {edited && (
        <Suspense fallback={<Opening />}>
          <SaveViewDialog filter={edited.filter} saved={edited} on_close={() => edit(null)} />
        </Suspense>
      )}
    </>
  );
}
