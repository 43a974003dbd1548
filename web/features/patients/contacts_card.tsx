import { Select, Switch, TextInput } from '@mantine/core';
import {
  IconBrandWhatsapp,
  IconCircleCheck,
  IconMail,
  IconMailOff,
  IconPencil,
  IconPhone,
  IconTrash,
} from '@tabler/icons-react';
import { api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Button, date_text, IconButton, Menu, MenuItem, MenuLabel, Tag } from '@/ui';
import { To } from '@/ui/link';
import { channels } from './identity_fields';
import styles from './patients.module.css';
import { type Patient, useRecordChange } from './queries';
import { PartDialog, RecordPart, usePartForm } from './record_part';

type Point = Schemas['ContactPoint'];
const icons = { phone: IconPhone, email: IconMail, whatsapp: IconBrandWhatsapp };
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const methods = ['in_person', 'call_back', 'code', 'document'] as const;

/** Phones and addresses, whether they were checked to be this person's, and with whom they are shared. */
export function ContactsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  return (
    <RecordPart
      title={t('patients:contact.title')}
      empty={t('patients:contact.empty')}
      verb={t('patients:contact.add')}
      items={patient.contact_points}
      row={(point, may_write, edit) => (
        <PointRow key={point.id} patient={patient} point={point} may_write={may_write} on_edit={edit} />
      )}
      dialog={(point, close) => <PointDialog patient={patient} point={point} on_close={close} />}
    />
  );
}

function PointRow({
  patient,
  point,
  may_write,
  on_edit,
}: {
  patient: Patient;
  point: Point;
  may_write: boolean;
  on_edit: () => void;
}) {
  const { t, language } = useText();
  const change = useRecordChange();
  const Icon = icons[point.system];
  const path = { params: { path: { id: patient.id, contact_point_id: point.id } } };
  const verify = (body: Schemas['Verification']) =>
    call(api.PUT('/api/patients/{id}/contact-points/{contact_point_id}/verification', { ...path, body }));
  const set_verified = (method: (typeof methods)[number]) =>
    void change(
      () => verify({ verified: true, method }),
      t('patients:contact.verified'),
      () => verify({ verified: false }),
    );
  const { system, value, label, preferred } = point;
  const remove = () =>
    void change(
      () => call(api.DELETE('/api/patients/{id}/contact-points/{contact_point_id}', path)),
      t('patients:removed'),
      () =>
        call(
          api.POST('/api/patients/{id}/contact-points', {
            params: { path: { id: patient.id } },
            body: { system, value, label, preferred },
          }),
        ),
    );
  const works_again = () =>
    void change(
      () =>
        call(
          api.PUT('/api/patients/{id}/contact-points/{contact_point_id}', {
            ...path,
            body: { system, value, label, preferred },
          }),
        ),
      t('patients:contact.works_again_done'),
    );
  const checked =
    point.verified_at &&
    t('patients:contact.verified_by', {
      date: date_text(point.verified_at.slice(0, 10), language),
      method: point.verification_method ? t(`patients:method.${point.verification_method}`) : '',
    });
  return (
    <li className={styles.row}>
      <Icon size={18} stroke={1.5} aria-label={t(`patients:channel.${point.system}`)} />
      <div>
        <b className="num">{point.display}</b> {point.preferred && <Tag>{t('patients:contact.preferred')}</Tag>}
        {point.label && <p>{point.label}</p>}
        {point.verified ? (
          <p style={{ color: 'var(--good)' }} title={checked || undefined}>
            <IconCircleCheck size={14} stroke={1.8} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
            {checked || t('patients:contact.verified')}
          </p>
        ) : (
          <p>{t('patients:contact.unverified')}</p>
        )}
        {point.undeliverable && (
          <p style={{ color: 'var(--late)' }}>
            <IconMailOff size={14} stroke={1.8} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
            {t('patients:contact.undeliverable', {
              date: date_text(point.undeliverable.since.slice(0, 10), language),
            })}{' '}
            {problem_text({ key: point.undeliverable.reason, title: '', detail: '' })}
          </p>
        )}
        {point.shared_with.length > 0 && (
          <p>
            {point.shared_with.map((one, i) => (
              <span key={one.id}>
                {i === 0 ? t('patients:contact.shared', { names: '' }) : ', '}
                <To href={`/patients/${one.id}`}>{one.display_name || t('patients:record.unknown_name')}</To>
              </span>
            ))}
          </p>
        )}
      </div>
      {may_write && (
        <div className={styles.tools}>
          {point.undeliverable && (
            <Button small onClick={works_again}>
              {t('patients:contact.works_again')}
            </Button>
          )}
          {point.verified ? (
            <Button
              small
              look="quiet"
              onClick={() => void change(() => verify({ verified: false }), t('patients:contact.unverified'))}
            >
              {t('patients:contact.unverify')}
            </Button>
          ) : (
            <Menu
              side="bottom-end"
              target={
                <Button small aria-label={t('patients:contact.verify_label', { value: point.display })}>
                  {t('patients:contact.verify')}
                </Button>
              }
            >
              <MenuLabel>{t('patients:contact.verify_question', { value: point.display })}</MenuLabel>
              {methods.map((one) => (
                <MenuItem key={one} onClick={() => set_verified(one)}>
                  {t(`patients:method.${one}`)}
                </MenuItem>
              ))}
            </Menu>
          )}
          <IconButton small label={t('patients:contact.edit_label', { value: point.display })} onClick={on_edit}>
            <IconPencil {...small} />
          </IconButton>
          <IconButton small label={t('patients:contact.remove_label', { value: point.display })} onClick={remove}>
            <IconTrash {...small} />
          </IconButton>
        </div>
      )}
    </li>
  );
}

function PointDialog({
  patient,
  point,
  on_close,
}: {
  patient: Patient;
  point: Point | undefined;
  on_close: () => void;
}) {
  const { t } = useText();
  const form = usePartForm({
    initial: {
      system: (point?.system ?? 'phone') as string,
      value: point?.display ?? '',
      label: point?.label ?? '',
      preferred: point?.preferred ?? false,
    },
    check: ({ value }): Record<string, string> => (value.trim() ? {} : { value: t('patients:contact.value_missing') }),
    save: ({ system, value, label, preferred }) => {
      const body = { system: system as Point['system'], value: value.trim(), label: label.trim() || null, preferred };
      const path = { id: patient.id };
      return point
        ? call(
            api.PUT('/api/patients/{id}/contact-points/{contact_point_id}', {
              params: { path: { ...path, contact_point_id: point.id } },
              body,
            }),
          )
        : call(api.POST('/api/patients/{id}/contact-points', { params: { path }, body }));
    },
    on_close,
  });
  return (
    <PartDialog title={t(point ? 'patients:contact.title' : 'patients:contact.add')} form={form} on_close={on_close}>
      <div className={styles.pair}>
        <Select
          label={t('patients:contact.kind')}
          data={channels.map((one) => ({ value: one, label: t(`patients:channel.${one}`) }))}
          allowDeselect={false}
          {...form.pick('system')}
        />
        <TextInput
          label={t('patients:contact.value')}
          description={point?.verified ? t('patients:contact.changed_unverified') : undefined}
          autoComplete="off"
          autoCapitalize="none"
          data-autofocus
          {...form.text('value')}
        />
      </div>
      <TextInput
        label={t('patients:contact.label')}
        description={t('patients:contact.label_hint')}
        {...form.text('label')}
      />
      <Switch label={t('patients:contact.preferred')} {...form.tick('preferred')} />
    </PartDialog>
  );
}
