import { Select, TextInput } from '@mantine/core';
import { IconChecks, IconHourglassLow, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSites } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, Empty, Failure, Loading, Page } from '@/ui';
import styles from './bottlenecks.module.css';
import { ChangeCard } from './change_card';
import { FindingCard } from './finding_card';
import { type Asked, type Finding, type Report, report_query } from './queries';
import { lengths, period_of, type Settings, useSettings, valid_day, yesterday } from './settings';
import { StagesCard } from './stages_card';
import { StaysDialog } from './stays_dialog';
import { useWords } from './words';

/** Where patients are held up, how sure that is, what to do about it; and what changed since last week. */
export function BottlenecksPage() {
  const { t } = useText();
  const words = useWords();
  const [settings, change] = useSettings();
  const [shown, show] = useState<Finding | null>(null);
  const asked: Asked = { ...period_of(settings), site: settings.site };
  const { data: report, error, refetch } = useQuery(report_query(asked));
  return (
    <Page
      wide
      title={t('bottlenecks:title')}
      lead={
        <>
          {t('bottlenecks:lead')} {words.period(asked)}
        </>
      }
      actions={
        <Button icon={<IconPrinter size={16} stroke={1.5} aria-hidden />} onClick={() => window.print()}>
          {t('figures:print')}
        </Button>
      }
    >
      <Bar settings={settings} change={change} />
      {error && !report ? (
        <Failure
          title={t('bottlenecks:load_failed')}
          retry_label={t('bottlenecks:retry')}
          on_retry={() => void refetch()}
        />
      ) : !report ? (
        <Loading label={t('bottlenecks:loading')} lines={8} />
      ) : (
        <div className={styles.sides}>
          <Findings report={report} weeks={settings.weeks} on_cases={show} />
          <div className={styles.column}>
            <ChangeCard asked={{ ...period_of({ ...settings, weeks: 1 }), site: settings.site }} />
            {report.stages.length > 0 && <StagesCard report={report} />}
          </div>
        </div>
      )}
      {shown && <StaysDialog asked={asked} finding={shown} on_close={() => show(null)} />}
    </Page>
  );
}

function Bar({ settings, change }: { settings: Settings; change: (part: Partial<Settings>) => void }) {
  const { t } = useText();
  const sites = useSites();
  const [last, set_last] = useState(settings.last ?? yesterday());
  return (
    <div className={styles.bar}>
      <Select
        w={160}
        label={t('bottlenecks:bar.length')}
        data={lengths.map((one) => ({ value: String(one), label: t('bottlenecks:weeks', { count: one }) }))}
        value={String(settings.weeks)}
        allowDeselect={false}
        onChange={(weeks) => change({ weeks: Number(weeks) })}
      />
      <TextInput
        type="date"
        label={t('bottlenecks:bar.last')}
        value={last}
        error={valid_day(last) ? undefined : t('figures:period.invalid')}
        onChange={(event) => {
          const day = event.currentTarget.value;
          set_last(day);
          if (valid_day(day)) change({ last: day === yesterday() ? null : day });
        }}
      />
      {sites.length > 1 && (
        <Select
          w={220}
          label={t('figures:filter.site')}
          data={[
            { value: '', label: t('figures:filter.all_site') },
            ...sites.map((one) => ({ value: String(one.id), label: one.name })),
          ]}
          value={settings.site ? String(settings.site) : ''}
          allowDeselect={false}
          onChange={(id) => change({ site: id ? Number(id) : null })}
        />
      )}
    </div>
  );
}

function Findings({
  report,
  weeks,
  on_cases,
}: {
  report: Report;
  weeks: number;
  on_cases: (finding: Finding) => void;
}) {
  const { t } = useText();
  const words = useWords();
  const numbers = {
    n: words.count(report.cases),
    segments: words.count(report.segments),
    fewest: report.fewest_cases,
  };
  if (report.items.length === 0)
    return report.segments === 0 ? (
      <Empty
        icon={<IconHourglassLow size={22} stroke={1.5} />}
        title={t('bottlenecks:few.title')}
        hint={t('bottlenecks:few.hint', numbers)}
      />
    ) : (
      <Empty
        icon={<IconChecks size={22} stroke={1.5} />}
        title={t('bottlenecks:none.title')}
        hint={t('bottlenecks:none.hint', numbers)}
      />
    );
  return (
    <section className={styles.column} aria-label={t('bottlenecks:list')}>
      <ol className={styles.findings}>
        {report.items.map((one) => (
          <li key={`${one.stage} ${JSON.stringify(one.segment)}`}>
            <FindingCard
              finding={one}
              segments={report.segments}
              weeks={weeks}
              first={one.rank === 1}
              on_cases={() => on_cases(one)}
            />
          </li>
        ))}
      </ol>
      <p className={styles.note}>{t('bottlenecks:how', numbers)}</p>
    </section>
  );
}
