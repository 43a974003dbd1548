import { TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { sites_query } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, date_text, IconButton, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './clinic.module.css';
import { Holidays } from './holidays_card';
import { day_problem, days, empty_week, sorted_week } from './week';
import { WeekEditor } from './week_editor';

type Calendar = Schemas['Calendar'];

export const calendars_query = (site_id: number) =>
  queryOptions({
    queryKey: ['calendars', site_id],
    queryFn: () =>
      call(api.GET('/api/sites/{id}/calendars', { params: { path: { id: site_id } } })).then((list) => list.items),
  });

/** The site's week and special days; earlier versions stay, so that closed figures do not change. */
export function CalendarForm({ site_id, calendars }: { site_id: number; calendars: Calendar[] }) {
  const current = calendars.find((one) => one.in_force) ?? calendars.at(-1);
  return (
    <Form
      key={current?.id ?? 0}
      site_id={site_id}
      current={current}
      others={calendars.filter((one) => one !== current)}
    />
  );
}

function Form({ site_id, current, others }: { site_id: number; current: Calendar | undefined; others: Calendar[] }) {
  const { t } = useText();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: calendars_query(site_id).queryKey }),
      client.invalidateQueries({ queryKey: sites_query.queryKey }),
    ]);
  const put = (body: Schemas['CalendarInput']) =>
    call(api.PUT('/api/sites/{id}/calendars', { params: { path: { id: site_id } }, body }));
  const form = useForm({
    initial: {
      week: current?.week ?? empty_week(),
      holidays: current?.holidays ?? [],
      valid_from: current?.valid_from ?? '',
    },
    check: ({ week, holidays }) => {
      const dates = holidays.map((one) => one.date);
      return {
        ...(days.some((day) => day_problem(week[day])) ? { week: t('settings:sites.span_missing') } : {}),
        ...Object.fromEntries(
          holidays.flatMap((one, i) =>
            one.date === ''
              ? [[`holidays.${i}`, t('settings:sites.holiday_date_missing')]]
              : dates.indexOf(one.date) !== i
                ? [[`holidays.${i}`, t('settings:sites.holiday_twice')]]
                : [],
          ),
        ),
      };
    },
    submit: async ({ week, holidays, valid_from }) => {
      try {
        const sorted = [...holidays].sort((a, b) => a.date.localeCompare(b.date));
        await put({ week: sorted_week(week), holidays: sorted, valid_from: valid_from || null });
        form.reset({ week: sorted_week(week), holidays: sorted, valid_from });
        toast(t('settings:saved'));
        await refresh();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('settings:offline')} />
      <Card title={t('settings:sites.hours')}>
        <WeekEditor week={form.values.week} on_change={(week) => form.set('week', week)} />
        <div className={styles.pair}>
          <TextInput
            type="date"
            label={t('settings:sites.valid_from')}
            description={t('settings:sites.valid_from_hint')}
            {...form.text('valid_from')}
          />
        </div>
      </Card>
      <Holidays
        site_id={site_id}
        holidays={form.values.holidays}
        errors={form.errors.fields}
        on_change={(holidays) => form.set('holidays', holidays)}
      />
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={form.busy} disabled={!form.dirty}>
          {t('settings:save')}
        </Button>
        {form.dirty && <Button onClick={() => form.reset()}>{t('settings:cancel')}</Button>}
      </div>
      {others.length > 0 && <OtherVersions site_id={site_id} others={others} put={put} refresh={refresh} />}
    </form>
  );
}

interface VersionsProps {
  site_id: number;
  others: Calendar[];
  put: (body: Schemas['CalendarInput']) => Promise<unknown>;
  refresh: () => Promise<unknown>;
}

function OtherVersions({ others, put, refresh }: VersionsProps) {
  const { t, language } = useText();
  const name = (one: Calendar) =>
    one.valid_from
      ? t('settings:sites.version_from', { date: date_text(one.valid_from, language) })
      : t('settings:sites.version_ever');
  const remove = async (one: Calendar) => {
    try {
      await call(api.DELETE('/api/calendars/{id}', { params: { path: { id: one.id } } }));
      const { valid_from, week, holidays } = one;
      toast(t('settings:saved'), { undo: () => void put({ valid_from, week, holidays }).then(refresh) });
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    }
    await refresh();
  };
  return (
    <Card title={t('settings:sites.versions')}>
      <ul className={styles.stack}>
        {others.map((one) => (
          <li key={one.id} className={styles.actions}>
            <span>{name(one)}</span>
            <IconButton
              small
              label={t('settings:sites.version_remove', { version: name(one) })}
              onClick={() => void remove(one)}
            >
              <IconTrash size={16} stroke={1.5} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
