import { TextInput } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { useGo } from '@/ui/link';
import { KnownPersons, useMatches } from './known_persons';
import styles from './patients.module.css';
import { keep } from './queries';

const is_number = (text: string) => /^[+\d][\d\s().-]{3,}$/.test(text.trim());

/** "García Pérez, Ana" or "Ana García Pérez". */
function split_name(name: string): { given_name: string; family_name: string } {
  const text = name.trim().replace(/\s+/g, ' ');
  const comma = text.indexOf(',');
  if (comma > 0) return { given_name: text.slice(comma + 1).trim(), family_name: text.slice(0, comma).trim() };
  const space = text.indexOf(' ');
  if (space < 0) return { given_name: text, family_name: '' };
  return { given_name: text.slice(0, space), family_name: text.slice(space + 1) };
}

/** Name and phone in one line; Enter adds. What was searched for stands there already. */
export function QuickRegister({ searched }: { searched: string }) {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const input = (name: string, phone: string, confirmed: boolean): Schemas['NewPatient'] => ({
    ...split_name(name),
    contact_points: phone.trim() ? [{ system: 'phone', value: phone.trim() }] : [],
    confirmed,
  });
  const form = useForm({
    initial: { name: '', phone: '' },
    check: ({ name }): Record<string, string> => (name.trim() ? {} : { name: t('duplicates:quick.name_missing') }),
    submit: ({ name, phone }) => create(name, phone, false),
  });
  const { name, phone } = form.values;
  async function create(name: string, phone: string, confirmed: boolean) {
    try {
      const made = await call(api.POST('/api/patients', { body: input(name, phone, confirmed) }));
      keep(client, made);
      toast(t('patients:create.created', { name: made.display_name }));
      go(`/patients/${made.id}`);
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && error.problem.key.includes('similar')) return {};
      return form_errors(error, { 'contact_points.0.value': 'phone', given_name: 'name' });
    }
  }
  const { set } = form;
  useEffect(() => {
    const text = searched.trim();
    if (!text || text.includes('@')) return;
    set(is_number(text) ? 'phone' : 'name', text);
  }, [searched, set]);
  const enough = name.trim().length > 2 || phone.trim().length > 6;
  const matches = useMatches(enough ? input(name, phone, false) : null, [name, phone]);
  return (
    <section className={styles.quick} aria-label={t('duplicates:quick.title')}>
      <h2>{t('duplicates:quick.title')}</h2>
      <form {...form.form_props} className={styles.quick_line}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        <TextInput label={t('duplicates:quick.name')} autoComplete="off" {...form.text('name')} />
        <TextInput label={t('duplicates:quick.phone')} type="tel" autoComplete="off" {...form.text('phone')} />
        <Button
          type="submit"
          look={matches.length > 0 ? 'default' : 'primary'}
          busy={form.busy}
          icon={<IconUserPlus size={18} stroke={1.5} aria-hidden />}
        >
          {t('duplicates:quick.add')}
        </Button>
      </form>
      {matches.length === 0 && <p className={styles.hint}>{t('duplicates:quick.hint')}</p>}
      {matches.length > 0 && (
        <div className={styles.similar} role="status">
          <h3>{t('patients:create.similar_title', { count: matches.length })}</h3>
          <KnownPersons matches={matches} typed={input(name, phone, false)} />
          <div className={styles.actions}>
            <Button
              busy={form.busy}
              onClick={() => void create(name, phone, true).then((e) => e && form.set_errors(e))}
            >
              {t('patients:create.anyway')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
