import { Combobox, InputBase, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Avatar, date_text } from '@/ui';
import styles from './person_picker.module.css';

type Hit = Schemas['PatientHit'];

/** Finds a person as one types: name, phone, e-mail, number or birth date. */
export function PersonPicker({
  label,
  chosen,
  on_choose,
  autofocus = false,
}: {
  label: string;
  chosen: Hit | null;
  on_choose: (person: Hit | null) => void;
  autofocus?: boolean;
}) {
  const { t, language } = useText();
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const [text, set_text] = useState('');
  const [query, set_query] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => set_query(text.trim()), 160);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isFetching } = useQuery({
    queryKey: ['person-picker', query],
    queryFn: ({ signal }) => call(api.POST('/api/patients/search', { body: { query, limit: 8 }, signal })),
    enabled: query.length >= 2,
    gcTime: 30_000,
  });
  const hits = query.length >= 2 ? (data?.items ?? []) : [];
  return (
    <Combobox
      store={box}
      onOptionSubmit={(value) => {
        const hit = hits.find((one) => String(one.id) === value) ?? null;
        on_choose(hit);
        set_text(hit?.display_name ?? '');
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          label={label}
          value={chosen && text === '' ? chosen.display_name : text}
          placeholder={t('inbox:find_person')}
          data-autofocus={autofocus || undefined}
          autoComplete="off"
          onChange={(event) => {
            set_text(event.currentTarget.value);
            on_choose(null);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onFocus={() => text.length >= 2 && box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={query.length < 2}>
        <Combobox.Options>
          {hits.map((hit) => (
            <Combobox.Option key={hit.id} value={String(hit.id)}>
              <span className={styles.hit}>
                <Avatar name={hit.display_name} size={26} />
                <span className={styles.texts}>
                  <bdi>{hit.display_name}</bdi>
                  <span className={styles.sub}>
                    {[hit.birth_date && date_text(hit.birth_date, language), hit.contact].filter(Boolean).join(' · ')}
                  </span>
                </span>
              </span>
            </Combobox.Option>
          ))}
          {hits.length === 0 && (
            <Combobox.Empty>{isFetching ? t('app:palette_searching') : t('inbox:nobody_found')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
