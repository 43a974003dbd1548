import { TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus, IconUserQuestion } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { announce, button_class, Empty, Failure, Loading, Page } from '@/ui';
import { To, useGo } from '@/ui/link';
import { HitRow } from './hit_row';
import styles from './patients.module.css';
import { QuickRegister } from './quick_register';
import { long_enough, useSearch } from './use_search';

/** Finding a person: one field for name, phone, address, number or birth date. */
export function PatientsPage() {
  const { t } = useText();
  const go = useGo();
  const may_write = useMay('patients_write');
  const [text, set_text] = useState('');
  const [again, set_again] = useState(0);
  const [at, set_at] = useState(0);
  const found = useSearch(text, again);
  const { hits, state } = found;
  useEffect(() => {
    set_at(0);
    if (state === 'done') announce(t('patients:search.found', { count: hits.length }));
  }, [hits, state, t]);
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') set_at(Math.min(at + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') set_at(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && hits[at]) go(`/patients/${hits[at].id}`);
    else return;
    event.preventDefault();
  };
  const add = may_write && (
    <To href="/patients/new" className={button_class('primary')}>
      <IconUserPlus size={18} stroke={1.5} aria-hidden />
      {t('patients:new')}
    </To>
  );
  return (
    <Page
      title={t('patients:title')}
      actions={
        <>
          <To href="/patients/duplicates" className={button_class()}>
            {t('duplicates:title')}
          </To>
          {may_write && (
            <To href="/patients/import" className={button_class()}>
              {t('patient_import:link')}
            </To>
          )}
          {add}
        </>
      }
    >
      <search>
        <TextInput
          className={styles.search}
          aria-label={t('patients:search.label')}
          placeholder={t('patients:search.placeholder')}
          description={t('patients:search.hint')}
          inputWrapperOrder={['label', 'input', 'description']}
          leftSection={<IconSearch size={18} stroke={1.5} aria-hidden />}
          value={text}
          onChange={(event) => set_text(event.currentTarget.value)}
          onKeyDown={keys}
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
      </search>
      {!long_enough(text) ? (
        <Empty
          icon={<IconSearch size={22} stroke={1.5} />}
          title={t('patients:search.start_title')}
          hint={t('patients:search.start_text')}
        />
      ) : state === 'failed' ? (
        <Failure
          title={t('patients:search.failed')}
          retry_label={t('patients:retry')}
          on_retry={() => set_again(again + 1)}
        />
      ) : hits.length > 0 ? (
        <ul
          className={styles.list}
          aria-busy={state === 'searching'}
          aria-label={t('patients:search.found', { count: hits.length })}
        >
          {hits.map((hit, index) => (
            <li key={hit.id}>
              <HitRow hit={hit} active={index === at} />
            </li>
          ))}
        </ul>
      ) : state === 'done' ? (
        <Empty
          icon={<IconUserQuestion size={22} stroke={1.5} />}
          title={t('patients:search.none_title')}
          hint={t('patients:search.none_text')}
          action={add}
        />
      ) : (
        <Loading label={t('patients:search.label')} />
      )}
      {may_write && <QuickRegister searched={state === 'done' && hits.length === 0 ? found.query : ''} />}
    </Page>
  );
}
