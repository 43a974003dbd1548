import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { duration_text } from '@/ui';
import own from './history.module.css';

const day_of = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
const keys = 'first_response_time,next_reply_time,contacts';

/** The first figures, growing while the mail is still being read. */
export function FirstFigures({ cases, running = false }: { cases: number; running?: boolean }) {
  const { t, language } = useText();
  const may = useMay('figures_read');
  const { data } = useQuery({
    queryKey: ['figures', 'first', running ? cases : 'done'],
    queryFn: () => call(api.GET('/api/figures', { params: { query: { keys, from: day_of(-366), to: day_of(1) } } })),
    enabled: may && cases > 0,
    placeholderData: keepPreviousData,
  });
  if (!data) return null;
  const units = {
    d: t('figures:unit.d'),
    h: t('figures:unit.h'),
    min: t('figures:unit.min'),
    s: t('figures:unit.s'),
    under: t('figures:unit.under'),
  };
  const whole = new Intl.NumberFormat(language);
  const shown = data.items
    .filter((one) => one.n > 0)
    .map((one) => ({
      key: one.key,
      value: one.p50 === null ? whole.format(one.n) : duration_text(one.p50, units),
      n: one.p50 === null ? undefined : t('figures:n_value', { n: whole.format(one.n) }),
    }));
  if (shown.length === 0) return null;
  return (
    <dl className={own.first}>
      {shown.map(({ key, value, n }) => (
        <div key={key}>
          <dt>
            {t(`figures:kpi.${key}`)}
            {n && <small className="num"> · {`${t('figures:median')}, ${n}`}</small>}
          </dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
