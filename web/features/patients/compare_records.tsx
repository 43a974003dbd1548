import { Radio } from '@mantine/core';
import type { ReactNode } from 'react';
import { language_text, useText } from '@/i18n';
import { date_text } from '@/ui';
import { To } from '@/ui/link';
import { type Field, fields } from './merge';
import styles from './patients.module.css';
import type { Patient } from './queries';

type Text = ReturnType<typeof useText>;

function shown(patient: Patient, field: Field, { t, language }: Text): string {
  const value = patient[field];
  if (!value || (field === 'sex' && value === 'unknown')) return '';
  if (field === 'birth_date') return date_text(value, language);
  if (field === 'language') return language_text(value, language);
  if (field === 'sex') return t(`patients:sex.${value}`);
  if (field === 'preferred_channel') return t(`patients:channel.${value}`);
  return value;
}

/** Fields in which both have something, but not the same. */
export const conflicts = (kept: Patient, other: Patient): Field[] =>
  fields.filter((field) => {
    const [a, b] = [kept[field], other[field]];
    return a && b && a !== b && !(field === 'sex' && (a === 'unknown' || b === 'unknown'));
  });

/** Two records side by side; where they differ one chooses what stays. */
export function CompareRecords({
  kept,
  other,
  take,
  on_take,
}: {
  kept: Patient;
  other: Patient;
  take: Field[];
  on_take: (take: Field[]) => void;
}) {
  const text = useText();
  const { t, language } = text;
  const differ = conflicts(kept, other);
  const rows = fields.filter((field) => shown(kept, field, text) || shown(other, field, text));
  const choose = (field: Field, of_other: boolean) =>
    on_take(of_other ? [...take.filter((one) => one !== field), field] : take.filter((one) => one !== field));
  const cell = (patient: Patient, field: Field, of_other: boolean): ReactNode => {
    const value = shown(patient, field, text);
    if (!value) return <span className={styles.hint}>{t('duplicates:nothing')}</span>;
    if (!differ.includes(field)) return value;
    return (
      <Radio
        name={`merge-${field}`}
        label={value}
        aria-label={t('duplicates:choose', { field: t(`duplicates:field.${field}`), value })}
        checked={take.includes(field) === of_other}
        onChange={() => choose(field, of_other)}
      />
    );
  };
  const list = (values: string[]) => (values.length > 0 ? values.join(', ') : t('duplicates:nothing'));
  const both = [kept, other] as const;
  const title = (patient: Patient) => (
    <To href={`/patients/${patient.id}`}>{patient.display_name || t('patients:record.unknown_name')}</To>
  );
  return (
    <div className={styles.compare}>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">
              {t('duplicates:first')}
              <br />
              {title(kept)}
            </th>
            <th scope="col">
              {t('duplicates:second')}
              <br />
              {title(other)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((field) => (
            <tr key={field} data-differs={differ.includes(field) || undefined}>
              <th scope="row">{t(`duplicates:field.${field}`)}</th>
              <td>{cell(kept, field, false)}</td>
              <td>{cell(other, field, true)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('duplicates:contacts')}</th>
            {both.map((one) => (
              <td key={one.id} className="num">
                {list(one.contact_points.map((point) => point.display))}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('duplicates:identifiers')}</th>
            {both.map((one) => (
              <td key={one.id} className="num">
                {list(one.identifiers.map((number) => number.value))}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('duplicates:since')}</th>
            {both.map((one) => (
              <td key={one.id} className="num">
                {date_text(one.created_at.slice(0, 10), language)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <p className={styles.hint}>{t('duplicates:both')}</p>
    </div>
  );
}
