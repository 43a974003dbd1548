import { Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { Button, IconButton } from '@/ui';
import styles from './standards.module.css';
import { priorities, type Step } from './targets';

/** A step as it is typed: a share of the time, or minutes or hours after it. */
export interface StepText {
  id: number;
  when: 'percent' | 'min' | 'h';
  amount: string;
  action: Step['action'];
  priority: string;
}

let next = 1;
export function step_text(step: Step): StepText {
  const after = step.after_seconds ?? 0;
  const whole = after > 0 && after % 3600 === 0;
  return {
    id: next++,
    when: after > 0 ? (whole ? 'h' : 'min') : 'percent',
    amount: String(after > 0 ? after / (whole ? 3600 : 60) : (step.percent ?? 100)),
    action: step.action,
    priority: step.priority ?? 'high',
  };
}

export function step_of({ when, amount, action, priority }: StepText): Step {
  const number = Number(amount.replace(',', '.'));
  return {
    ...(when === 'percent'
      ? { percent: Math.round(number) }
      : { after_seconds: Math.round(number * (when === 'h' ? 3600 : 60)) }),
    action,
    ...(action === 'raise_priority' ? { priority: priority as Step['priority'] } : {}),
  };
}

const actions: Step['action'][] = ['tell_assignee', 'tell_supervisors', 'raise_priority', 'release'];

/** The escalation path: what is done, and when. */
export function StepsField({
  steps,
  on_change,
  errors,
}: {
  steps: StepText[];
  on_change: (steps: StepText[]) => void;
  errors: Record<string, string>;
}) {
  const { t } = useText();
  const set = (id: number, part: Partial<StepText>) =>
    on_change(steps.map((one) => (one.id === id ? { ...one, ...part } : one)));
  return (
    <fieldset className={styles.fieldset}>
      <legend>{t('standards:steps')}</legend>
      <p className={styles.hint}>{t('standards:steps_hint')}</p>
      {steps.map((one, i) => (
        <div key={one.id} className={styles.step} role="group" aria-label={t('standards:step', { number: i + 1 })}>
          <Select
            aria-label={t('standards:step_when')}
            data={(['percent', 'min', 'h'] as const).map((value) => ({
              value,
              label: t(`standards:when_${value}`),
            }))}
            allowDeselect={false}
            value={one.when}
            onChange={(when) => set(one.id, { when: when as StepText['when'] })}
          />
          <TextInput
            aria-label={t('standards:step_amount')}
            name={`steps.${i}`}
            inputMode="decimal"
            value={one.amount}
            rightSection={<span aria-hidden="true">{one.when === 'percent' ? '%' : t(`inbox:unit.${one.when}`)}</span>}
            onChange={(event) => set(one.id, { amount: event.currentTarget.value })}
            error={errors[`steps.${i}`]}
          />
          <Select
            className={styles.what}
            aria-label={t('standards:step_what')}
            data={actions.map((value) => ({ value, label: t(`standards:do_${value}`) }))}
            allowDeselect={false}
            value={one.action}
            onChange={(action) => set(one.id, { action: action as Step['action'] })}
          />
          <IconButton
            small
            label={t('standards:step_remove', { number: i + 1 })}
            onClick={() => on_change(steps.filter((other) => other.id !== one.id))}
          >
            <IconTrash size={16} stroke={1.5} aria-hidden />
          </IconButton>
          {one.action === 'raise_priority' && (
            <Select
              className={styles.priority}
              aria-label={t('standards:step_priority')}
              data={priorities.slice(0, 3).map((value) => ({ value, label: t(`inbox:priority.${value}`) }))}
              allowDeselect={false}
              value={one.priority}
              onChange={(priority) => set(one.id, { priority: priority ?? 'high' })}
            />
          )}
        </div>
      ))}
      {errors.steps && (
        <p className={styles.error} role="alert">
          {errors.steps}
        </p>
      )}
      <div>
        <Button
          small
          icon={<IconPlus size={16} stroke={1.5} aria-hidden />}
          disabled={steps.length >= 8}
          onClick={() => on_change([...steps, step_text({ percent: 100, action: 'tell_supervisors' })])}
        >
          {t('standards:step_add')}
        </Button>
      </div>
    </fieldset>
  );
}
