import { Menu, Select, Switch, TextInput } from '@mantine/core';
import {
  IconBrandWhatsapp,
  IconCircleCheck,
  IconMail,
  IconPencil,
  IconPhone,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, date_text, Dialog, IconButton, Tag, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To } from '@/ui/link';
import { channels } from './identity_fields';
import styles from './patients.module.css';
import { keep, type Patient, useRecordChange } from './queries';

type Point = Schemas['ContactPoint'];
const icons = { phone: IconPhone, email: IconMail, whatsapp: IconBrandWhatsapp };
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const methods = ['in_person', 'call_back', 'code', 'document'] as const;

/** Phones and addresses, whether they were checked to be this person's, and with whom they are shared. */
export function ContactsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const [editing, edit] = useState<Point | 'new' | null>(null);
  return (
    <Card
      title={t('patients:contact.title')}
      action={
        may_write && (
          <IconButton small label={t('patients:contact.add')} onClick={() => edit('new')}>
            <IconPlus {...small} />
          </IconButton>
        )
      }
    >
      {patient.contact_points.length === 0 && <p className={styles.hint}>{t('patients:contact.empty')}</p>}
      <ul className={styles.rows}>
        {patient.contact_points.map((point) => (
          <PointRow key={point.id} patient={patient} point={point} may_write={may_write} on_edit={() => edit(point)} />
        ))}
      </ul>
      {editing && (
        <PointDialog patient={patient} point={editing === 'new' ? undefined : editing} on_close={() => edit(null)} />
      )}
    </Card>
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
          {point.verified ? (
            <Button
              small
              look="quiet"
              onClick={() => void change(() => verify({ verified: false }), t('patients:contact.unverified'))}
            >
              {t('patients:contact.unverify')}
            </Button>
          ) : (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <Button small aria-label={t('patients:contact.verify_label', { value: point.display })}>
                  {t('patients:contact.verify')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('patients:contact.verify_question', { value: point.display })}</Menu.Label>
                {methods.map((one) => (
                  <Menu.Item key={one} onClick={() => set_verified(one)}>
                    {t(`patients:method.${one}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
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
  const client = useQueryClient();
  const form = useForm({
    initial: {
      system: (point?.system ?? 'phone') as string,
      value: point?.display ?? '',
      label: point?.label ?? '',
      preferred: point?.preferred ?? false,
    },
    check: ({ value }): Record<string, string> => (value.trim() ? {} : { value: t('patients:contact.value_missing') }),
    submit: async ({ system, value, label, preferred }) => {
      const body = { system: system as Point['system'], value: value.trim(), label: label.trim() || null, preferred };
      try {
        const saved = point
          ? await call(
              api.PUT('/api/patients/{id}/contact-points/{contact_point_id}', {
                params: { path: { id: patient.id, contact_point_id: point.id } },
                body,
              }),
            )
          : await call(api.POST('/api/patients/{id}/contact-points', { params: { path: { id: patient.id } }, body }));
        keep(client, saved);
        toast(t('patients:saved'));
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <Dialog
      open
      on_close={on_close}
      close_label={t('patients:close')}
      title={t(point ? 'patients:contact.title' : 'patients:contact.add')}
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
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
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('patients:save')}
          </Button>
          <Button onClick={on_close}>{t('patients:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
