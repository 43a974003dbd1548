import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api, call } from '@/api/client';
import { useSites, useTopics } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { useSetTargets } from './set_targets';
import styles from './standards.module.css';
import { StepsField, type StepText, step_of, step_text } from './steps_field';
import { measures, priorities, type Standard, type StandardInput, type Target, today_in } from './targets';
import { useWords } from './words';

const channels = ['email', 'phone', 'frontdesk', 'whatsapp', 'webchat', 'sms', 'form', 'portal'] as const;

interface Values {
  measure: string;
  amount: string;
  unit: 'min' | 'h' | 'd';
  clock: Standard['clock'];
  site_id: string;
  channel: string;
  topic: string;
  priority: string;
  from: 'now' | 'day';
  valid_from: string;
  warn_percent: string;
  steps: StepText[];
}

const per = { min: 60, h: 3600, d: 86_400 };
const number = (text: string) => Number(text.trim().replace(',', '.'));

function initial(target: Target | undefined, today: string): Values {
  const one = target?.now ?? target?.next.find((next) => next.seconds !== null);
  const seconds = one?.seconds ?? 4 * 3600;
  const unit = one?.clock === 'elapsed' && seconds % 86_400 === 0 ? 'd' : seconds % 3600 === 0 ? 'h' : 'min';
  const steps = one?.steps ?? [
    { percent: 75, action: 'tell_assignee' },
    { percent: 100, action: 'tell_supervisors' },
  ];
  return {
    measure: target?.measure ?? 'first_response',
    amount: String(seconds / per[unit]),
    unit,
    clock: one?.clock ?? 'business',
    site_id: target?.scope.site_id == null ? '' : String(target.scope.site_id),
    channel: target?.scope.channel ?? '',
    topic: target?.scope.topic ?? '',
    priority: target?.scope.priority ?? '',
    from: 'now',
    valid_from: today,
    warn_percent: String(one?.warn_percent ?? 75),
    steps: steps.map((step) => step_text(step)),
  };
}

function input_of(values: Values, today: string): StandardInput {
  return {
    measure: values.measure as StandardInput['measure'],
    seconds: Math.round(number(values.amount) * per[values.unit]),
    clock: values.clock,
    valid_from: values.from === 'now' ? today : values.valid_from,
    channel: values.channel || null,
    topic: values.topic || null,
    priority: (values.priority || null) as StandardInput['priority'],
    site_id: values.site_id ? Number(values.site_id) : null,
    warn_percent: Math.round(number(values.warn_percent)),
    steps: values.steps.map(step_of),
  };
}

function useChecks() {
  const { t } = useText();
  const positive = (text: string) => number(text) > 0;
  const share = (text: string) => number(text) >= 1 && number(text) <= 100;
  return (values: Values): Record<string, string> => ({
    ...(positive(values.amount) ? {} : { amount: t('standards:time_missing') }),
    ...(share(values.warn_percent) ? {} : { warn_percent: t('standards:percent_wrong') }),
    ...Object.fromEntries(
      values.steps.flatMap((one, i) =>
        one.when === 'percent'
          ? share(one.amount)
            ? []
            : [[`steps.${i}`, t('standards:percent_wrong')]]
          : positive(one.amount)
            ? []
            : [[`steps.${i}`, t('standards:time_missing')]],
      ),
    ),
  });
}

/** Sets a target, or gives one another time from now or a later day on. */
export default function StandardDialog({
  target,
  versions,
  on_close,
}: {
  target: Target | undefined;
  versions: readonly Standard[];
  on_close: () => void;
}) {
  const { t } = useText();
  const words = useWords();
  const sites = useSites();
  const set = useSetTargets();
  const check = useChecks();
  const zone = (site_id: string) => (sites.find((one) => String(one.id) === site_id) ?? sites[0])?.time_zone ?? 'UTC';
  const form = useForm<Values>({
    initial: initial(target, today_in(zone(''))),
    check,
    submit: async (values) => {
      try {
        await set([input_of(values, today_in(zone(values.site_id)))], t('standards:saved'));
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error, { seconds: 'amount' });
      }
    },
  });
  const { values } = form;
  const input = input_of(values, today_in(zone(values.site_id)));
  const known = versions.some(
    (one) =>
      !target &&
      one.measure === input.measure &&
      one.channel === input.channel &&
      one.topic === input.topic &&
      one.priority === input.priority &&
      one.site_id === input.site_id,
  );
  return (
    <Dialog
      open
      on_close={on_close}
      close_label={t('settings:close')}
      size="lg"
      title={t(target ? 'standards:change_title' : 'standards:add')}
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        {target ? (
          <p>
            <b>{words.scope(target.scope)}</b> · {t(`standards:measure.${target.measure}`)}
          </p>
        ) : (
          <About form={form} />
        )}
        <div className={styles.pair}>
          <div className={styles.time}>
            <TextInput label={t('standards:time')} inputMode="decimal" data-autofocus {...form.text('amount')} />
            <Select
              label={t('standards:unit')}
              data={(['min', 'h', 'd'] as const)
                .filter((value) => value !== 'd' || values.clock === 'elapsed')
                .map((value) => ({ value, label: t(`standards:unit_${value}`) }))}
              allowDeselect={false}
              {...form.pick('unit')}
            />
          </div>
          <Select
            label={t('standards:clock')}
            data={(['business', 'elapsed'] as const).map((value) => ({ value, label: t(`standards:clock_${value}`) }))}
            allowDeselect={false}
            {...form.pick('clock')}
            onChange={(clock) => {
              form.set('clock', clock as Values['clock']);
              if (clock === 'business' && values.unit === 'd') form.set('unit', 'h');
            }}
          />
        </div>
        <div className={styles.pair}>
          <TextInput
            label={t('standards:warn')}
            description={t('standards:warn_hint')}
            inputMode="numeric"
            rightSection={<span aria-hidden="true">%</span>}
            {...form.text('warn_percent')}
          />
          <div className={styles.fieldset}>
            <SegmentedControl
              aria-label={t('standards:from')}
              value={values.from}
              onChange={(value) => form.set('from', value as Values['from'])}
              data={(['now', 'day'] as const).map((value) => ({ value, label: t(`standards:from_${value}`) }))}
            />
            {values.from === 'day' ? (
              <TextInput
                type="date"
                aria-label={t('standards:from_day')}
                min={today_in(zone(values.site_id))}
                {...form.text('valid_from')}
              />
            ) : (
              <p className={styles.hint}>{t('standards:from_hint')}</p>
            )}
          </div>
        </div>
        <StepsField
          steps={values.steps}
          on_change={(steps) => form.set('steps', steps)}
          errors={form.errors.fields ?? {}}
        />
        <Preview input={input} sound={Object.keys(check(values)).length === 0} known={known} />
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('settings:save')}
          </Button>
          <Button onClick={on_close}>{t('settings:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function About({ form }: { form: ReturnType<typeof useForm<Values>> }) {
  const { t, language } = useText();
  const sites = useSites();
  const topics = useTopics();
  const any = (label: string) => ({ value: '', label });
  return (
    <>
      <Select
        label={t('standards:measure_label')}
        data={measures.map((value) => ({ value, label: t(`standards:measure.${value}`) }))}
        allowDeselect={false}
        {...form.pick('measure')}
      />
      <fieldset className={styles.fieldset}>
        <legend>{t('standards:about')}</legend>
        <div className={styles.pair}>
          <Select
            label={t('standards:priority')}
            data={[
              any(t('standards:any')),
              ...priorities.map((value) => ({ value, label: t(`inbox:priority.${value}`) })),
            ]}
            allowDeselect={false}
            {...form.pick('priority')}
          />
          <Select
            label={t('standards:topic')}
            data={[
              any(t('standards:any')),
              ...topics
                .filter((one) => one.active)
                .map((one) => ({ value: one.key, label: one.names[language] || one.key })),
            ]}
            allowDeselect={false}
            {...form.pick('topic')}
          />
          <Select
            label={t('standards:channel')}
            data={[
              any(t('standards:any')),
              ...channels.map((value) => ({ value, label: t(`figures:channel.${value}`) })),
            ]}
            allowDeselect={false}
            {...form.pick('channel')}
          />
          <Select
            label={t('standards:site')}
            data={[any(t('standards:any')), ...sites.map((one) => ({ value: String(one.id), label: one.name }))]}
            allowDeselect={false}
            {...form.pick('site_id')}
          />
        </div>
      </fieldset>
    </>
  );
}

/** What the cases open now would be if this had been promised for them. */
function Preview({ input, sound, known }: { input: StandardInput; sound: boolean; known: boolean }) {
  const { t } = useText();
  const words = useWords();
  const asked = useDeferredValue(JSON.stringify({ ...input, steps: [] }));
  const { data } = useQuery({
    queryKey: ['standard-preview', asked],
    queryFn: ({ signal }) => call(api.POST('/api/standards/preview', { body: JSON.parse(asked), signal })),
    enabled: sound,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  return (
    <div className={styles.preview} aria-live="polite">
      {sound && <b>{words.sentence(input)}</b>}
      {known && <span>{t('standards:replaces')}</span>}
      {sound && data && (
        <span className="num" data-preview>
          {data.covered === 0
            ? t('standards:preview_none', { count: data.open })
            : t('standards:preview', {
                count: data.covered,
                late: data.late,
                soon: data.soon,
              })}
        </span>
      )}
    </div>
  );
}
