import { Progress, Radio, Select } from '@mantine/core';
import { IconArrowLeft, IconUpload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { base } from '@/api/base';
import { ApiError, api, call, type Schemas, upload } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { announce, Button, Card, date_text, Dialog, Failure, Loading, Page, Tag, toast } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';

type Detail = Schemas['PatientImportDetail'];
type Field = Schemas['PatientImportField'];
type OnKnown = Schemas['PatientImportStart']['on_known'];

const fields: readonly Field[] = [
  'none',
  'full_name',
  'given_name',
  'family_name',
  'second_family_name',
  'birth_date',
  'sex',
  'phone',
  'mobile',
  'email',
  'language',
  'record',
  'national_id',
  'insurance',
  'address',
  'postal_code',
  'city',
];
const delimiters: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

function refused(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  const field = error.problem.fields[0];
  toast(field?.message ?? problem_text(error.problem), { tone: 'failed' });
}

/** Patients from a CSV file: look, map, take in, and take back. */
export function ImportPage() {
  const { t } = useText();
  const client = useQueryClient();
  const [seen, see] = useState<Detail | null>(null);
  const imports = useQuery({
    queryKey: ['patient-imports'],
    queryFn: () => call(api.GET('/api/patient-imports')).then((list) => list.items),
    meta: { live: 'patient_import' },
    refetchInterval: (query) =>
      query.state.data?.some((one) => one.state === 'running' || one.state === 'undoing') ? 1500 : false,
  });
  const started = () => {
    see(null);
    void client.invalidateQueries({ queryKey: ['patient-imports'] });
  };
  return (
    <Page
      title={t('patient_import:title')}
      lead={
        <>
          <To href="/patients" className={styles.back}>
            <IconArrowLeft size={14} aria-hidden /> {t('patients:back')}
          </To>
          <p>{t('patient_import:lead')}</p>
        </>
      }
      wide
    >
      {seen ? <Preview seen={seen} on_cancel={() => see(null)} on_started={started} /> : <Choose on_seen={see} />}
      <Card title={t('patient_import:earlier')}>
        {imports.error && !imports.data ? (
          <Failure
            title={t('patient_import:failed')}
            retry_label={t('patients:retry')}
            on_retry={() => void imports.refetch()}
          />
        ) : !imports.data ? (
          <Loading label={t('patient_import:earlier')} lines={2} />
        ) : imports.data.length === 0 ? (
          <p className={styles.hint}>{t('patient_import:none')}</p>
        ) : (
          <ul className={styles.rows}>
            {imports.data.map((one) => (
              <Import key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Card>
    </Page>
  );
}

function Choose({ on_seen }: { on_seen: (seen: Detail) => void }) {
  const { t } = useText();
  const id = useId();
  const [reading, set_reading] = useState(false);
  const choose = async (file: File | undefined) => {
    if (!file) return;
    set_reading(true);
    try {
      const seen = await upload<Detail>('/api/patient-imports', file, () => undefined);
      announce(t('patient_import:preview', { name: seen.name }));
      on_seen(seen);
    } catch (error) {
      refused(error);
    } finally {
      set_reading(false);
    }
  };
  return (
    <Card>
      <label className={styles.drop} htmlFor={id}>
        <IconUpload size={22} stroke={1.5} aria-hidden />
        <b>{t(reading ? 'patient_import:reading' : 'patient_import:choose')}</b>
        <span className={styles.hint}>{t('patient_import:choose_hint')}</span>
        <input
          id={id}
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          disabled={reading}
          onChange={(event) => {
            void choose(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </label>
    </Card>
  );
}

function Preview({ seen, on_cancel, on_started }: { seen: Detail; on_cancel: () => void; on_started: () => void }) {
  const { t } = useText();
  const [mapping, set_mapping] = useState<Field[]>(seen.mapping);
  const [on_known, set_on_known] = useState<OnKnown>('skip');
  const [busy, set_busy] = useState(false);
  const map = (column: number, field: Field) =>
    set_mapping(
      mapping.map((one, index) => (index === column ? field : one === field && field !== 'none' ? 'none' : one)),
    );
  const start = async () => {
    set_busy(true);
    try {
      await call(
        api.POST('/api/patient-imports/{id}/start', {
          params: { path: { id: seen.id } },
          body: { mapping, on_known },
        }),
      );
      on_started();
    } catch (error) {
      refused(error);
    } finally {
      set_busy(false);
    }
  };
  const delimiter = t(`patient_import:delimiter.${delimiters[seen.delimiter] ?? 'comma'}`);
  return (
    <Card title={t('patient_import:preview', { name: seen.name })}>
      <p className={styles.hint}>
        {t('patient_import:rows', { count: seen.total })} ·{' '}
        {t('patient_import:found', { encoding: seen.encoding, delimiter })}
      </p>
      <div className={styles.compare}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('patient_import:column')}</th>
              <th scope="col">{t('patient_import:holds')}</th>
              <th scope="col">{t('patient_import:example')}</th>
            </tr>
          </thead>
          <tbody>
            {seen.headings.map((heading, column) => (
              <tr key={column}>
                <th scope="row">{heading || column + 1}</th>
                <td>
                  <Select
                    aria-label={t('patient_import:holds_label', { heading: heading || column + 1 })}
                    data={fields.map((one) => ({ value: one, label: t(`patient_import:field.${one}`) }))}
                    value={mapping[column]}
                    allowDeselect={false}
                    onChange={(value) => value && map(column, value as Field)}
                  />
                </td>
                <td className="num">
                  {[...new Set(seen.sample.map((row) => row[column]).filter(Boolean))].slice(0, 3).join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Radio.Group
        label={t('patient_import:on_known')}
        value={on_known}
        onChange={(value) => set_on_known(value as OnKnown)}
      >
        <div className={styles.stack}>
          {(['skip', 'update', 'ask'] as const).map((one) => (
            <Radio key={one} value={one} label={t(`patient_import:known.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      <div className={styles.actions}>
        <Button look="primary" busy={busy} onClick={() => void start()}>
          {t('patient_import:start', { n: seen.total })}
        </Button>
        <Button onClick={on_cancel}>{t('patient_import:cancel')}</Button>
      </div>
    </Card>
  );
}

function Import({ one }: { one: Schemas['PatientImport'] }) {
  const { t, language } = useText();
  const client = useQueryClient();
  const [asking, ask] = useState(false);
  const runs = one.state === 'running' || one.state === 'undoing';
  const counts = (['added', 'updated', 'skipped', 'refused', 'kept'] as const).filter((name) => one[name] > 0);
  const undo = async () => {
    ask(false);
    try {
      await call(api.POST('/api/patient-imports/{id}/undo', { params: { path: { id: one.id } } }));
      await client.invalidateQueries({ queryKey: ['patient-imports'] });
    } catch (error) {
      refused(error);
    }
  };
  return (
    <li className={styles.import}>
      <div>
        <b>{one.name}</b>{' '}
        <Tag tone={one.state === 'done' ? 'good' : runs ? 'accent' : 'neutral'}>
          {t(`patient_import:state.${one.state}`)}
        </Tag>
        <p className="num">
          {date_text(one.created_at.slice(0, 10), language)} ·{' '}
          {one.state === 'undone'
            ? one.kept > 0
              ? t('patient_import:kept', { n: one.kept })
              : t('patient_import:rows', { count: one.total })
            : counts.map((name) => t(`patient_import:${name}`, { n: one[name] })).join(' · ')}
        </p>
        {runs && (
          <Progress
            value={one.total > 0 ? (100 * one.done) / one.total : 0}
            aria-label={t('patient_import:progress', { done: one.done, total: one.total })}
          />
        )}
        {runs && <p className="num">{t('patient_import:progress', { done: one.done, total: one.total })}</p>}
        {one.state === 'done' && one.refused > 0 && <Refusals id={one.id} />}
      </div>
      <div className={styles.actions}>
        {one.state === 'done' && one.refused > 0 && (
          <a href={`${base}/api/patient-imports/${one.id}/refused`} download>
            {t('patient_import:download')}
          </a>
        )}
        {(one.state === 'done' || one.state === 'running') && (
          <Button small onClick={() => ask(true)}>
            {t('patient_import:undo')}
          </Button>
        )}
      </div>
      {asking && (
        <Dialog
          open
          on_close={() => ask(false)}
          close_label={t('patient_import:close')}
          title={t('patient_import:undo')}
        >
          <p>{t('patient_import:undo_question')}</p>
          <div className={styles.actions}>
            <Button look="danger" onClick={() => void undo()}>
              {t('patient_import:undo_yes')}
            </Button>
            <Button onClick={() => ask(false)}>{t('patient_import:keep')}</Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/** The first refused rows with their reasons; all of them can be downloaded. */
function Refusals({ id }: { id: number }) {
  const { t } = useText();
  const { data } = useQuery({
    queryKey: ['patient-imports', id],
    queryFn: () => call(api.GET('/api/patient-imports/{id}', { params: { path: { id } } })),
  });
  if (!data) return null;
  return (
    <ul className={styles.points}>
      {data.refusals.slice(0, 5).map((one) => (
        <li key={one.line} className={styles.hint}>
          {t('patient_import:line', { line: one.line, reason: t(`errors:${one.reason}`) })}
        </li>
      ))}
    </ul>
  );
}
