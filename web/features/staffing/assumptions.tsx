import { NumberInput, SegmentedControl } from '@mantine/core';
import { useText } from '@/i18n';
import { Card } from '@/ui';
import type { Forecast } from './queries';
import { limits, type NumberName, type Settings } from './settings';
import styles from './staffing.module.css';
import { useNumbers } from './words';

interface Props {
  settings: Settings;
  forecast: Forecast;
  change: (part: Partial<Settings>) => void;
}

/** The target, and what is taken for granted; what is left empty is as observed. */
export function Assumptions({ settings, forecast, change }: Props) {
  const { t } = useText();
  const numbers = useNumbers();
  const { handling, patience } = forecast;
  const observed = (value: number | null) =>
    value === null ? t('staffing:assume.unknown') : t('staffing:assume.observed', { value: numbers.seconds(value) });
  const field = (name: NumberName, placeholder?: string) => (
    <NumberInput
      w={142}
      label={t(`staffing:assume.${name}`)}
      min={limits[name][0]}
      max={limits[name][1]}
      suffix={name === 'target' || name === 'shrinkage' ? ' %' : ' s'}
      placeholder={placeholder ?? ''}
      value={settings[name] ?? ''}
      hideControls
      allowDecimal={false}
      onChange={(value) => {
        if (value === '' && placeholder) change({ [name]: null });
        const right = typeof value === 'number' && value >= limits[name][0] && value <= limits[name][1];
        if (right) change({ [name]: value });
      }}
    />
  );
  return (
    <Card title={t('staffing:assume.title')}>
      <div className={styles.bar}>
        {field('target')}
        {field('within')}
        {field('shrinkage')}
        {field('handling', observed(handling.mean_s))}
        {field('patience', observed(patience.mean_s))}
        <div>
          <p className={styles.label}>{t('staffing:assume.model')}</p>
          <SegmentedControl
            aria-label={t('staffing:assume.model')}
            value={settings.model}
            onChange={(model) => change({ model: model as Settings['model'] })}
            data={[
              { value: 'erlang_a', label: 'Erlang A' },
              { value: 'erlang_c', label: 'Erlang C' },
            ]}
          />
        </div>
      </div>
      <p className={styles.note}>
        {settings.model === 'erlang_c'
          ? t('staffing:assume.about_c')
          : patience.mean_s === null && settings.patience === null
            ? t('staffing:assume.no_patience', { n: numbers.whole(patience.hung_up) })
            : t('staffing:assume.about_a')}
      </p>
    </Card>
  );
}
