import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Opening } from '@/ui';
import styles from './standards.module.css';

const BreachesDialog = lazy(() => import('./breaches_dialog'));

const days = 28;
const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);
/** The last four weeks; days of each site's own calendar. */
export const weeks = () => ({ from: date(Date.now() - days * 86_400_000), to: date(Date.now() + 2 * 86_400_000) });

type Figure = Schemas['Figure'];

/** How far each version of a target was kept, by its id; nothing for those who may not see figures. */
export function useKept(): Map<number, Figure> {
  const may = useMay('figures_read');
  const { from, to } = weeks();
  const { data } = useQuery({
    queryKey: ['standards-kept', from, to],
    queryFn: () =>
      call(api.GET('/api/figures', { params: { query: { keys: 'sla_attainment', by: 'standard', from, to } } })),
    enabled: may,
    staleTime: 60_000,
  });
  return new Map((data?.items ?? []).map((one) => [Number(one.group?.standard), one]));
}

export function breaches_query(standard: number) {
  const { from, to } = weeks();
  return {
    queryKey: ['standards-breaches', standard, from, to],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      call(
        api.GET('/api/figures/{key}/cases', {
          params: {
            path: { key: 'sla_attainment' },
            query: { from, to, standard, counted: 'no', sort: 'newest', ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Schemas['FigureCases']) => last.next_cursor,
  };
}
export const useBreaches = (standard: number) => useInfiniteQuery(breaches_query(standard));

/** "94 % of 212 in time in four weeks", and the way to those that were late. */
export function Kept({ figure, name }: { figure: Figure | undefined; name: string }) {
  const { t, language } = useText();
  const [open, show] = useState(false);
  if (!figure || figure.value === null || figure.n === 0) return null;
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(figure.value);
  const late = figure.n - (figure.numerator ?? 0);
  return (
    <p className={`${styles.history} num`}>
      {t('standards:kept', { share, count: figure.n })}
      {late > 0 && (
        <>
          {' · '}
          <button
            type="button"
            className={styles.late}
            aria-label={t('standards:late_label', { name, count: late })}
            onClick={() => show(true)}
          >
            {t('standards:late', { count: late })}
          </button>
        </>
      )}
      {open && (
        <Suspense fallback={<Opening />}>
          <BreachesDialog standard={Number(figure.group?.standard)} name={name} on_close={() => show(false)} />
        </Suspense>
      )}
    </p>
  );
}
