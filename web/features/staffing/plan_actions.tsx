import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, toast } from '@/ui';
import { agents_body, type Forecast, type Plan, plan_query, weekday_of } from './queries';
import type { Settings } from './settings';
import { useNumbers } from './words';

interface Props {
  settings: Settings;
  forecast: Forecast;
  plan: Plan;
  date: string;
  day: { slot: number; agents: number }[];
  changed: boolean;
  on_saved: () => void;
}

/** An ordinary week as it is needed: each weekday by its next day that is no holiday. */
async function needed_week(settings: Settings, forecast: Forecast): Promise<number[][]> {
  const dates = [0, 1, 2, 3, 4, 5, 6].map((weekday) => {
    const of_weekday = forecast.days.filter((one) => weekday_of(one.date) === weekday);
    return (of_weekday.find((one) => one.holiday === null) ?? of_weekday[0])?.date;
  });
  const intervals = forecast.intervals.filter((one) => dates.includes(one.date));
  const body = agents_body(settings, forecast, intervals);
  const week = Array.from({ length: 7 }, () => Array.from({ length: 48 }, () => 0));
  if (!body) return week;
  const answer = await call(api.POST('/api/staffing/agents', { body }));
  intervals.forEach((one, i) => {
    const row = week[weekday_of(one.date)];
    if (row) row[one.slot] = answer.items[i]?.needed ?? 0;
  });
  return week;
}

/** Saves what was tried out for every such weekday; without a plan the first one is made of what is needed. */
export function PlanActions({ settings, forecast, plan, date, day, changed, on_saved }: Props) {
  const { t } = useText();
  const numbers = useNumbers();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      const week = plan.version > 0 ? structuredClone(plan.week) : await needed_week(settings, forecast);
      const row = week[weekday_of(date)];
      if (row && (plan.version > 0 || changed)) for (const { slot, agents } of day) row[slot] = agents;
      const { site_id, channel, queue_id, version } = plan;
      return call(api.PUT('/api/staffing/plan', { body: { site_id, channel, queue_id, version, week } }));
    },
    onSuccess: (saved) => {
      client.setQueryData(plan_query(forecast).queryKey, saved);
      on_saved();
      toast(t('staffing:plan.saved'));
    },
    onError: () => {
      void client.invalidateQueries({ queryKey: ['staffing', 'plan'] });
      toast(t('staffing:plan.failed'));
    },
  });
  if (plan.version > 0 && !changed) return null;
  return (
    <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
      {plan.version > 0 ? t('staffing:plan.save', { weekday: numbers.weekday_long(date) }) : t('staffing:plan.make')}
    </Button>
  );
}
