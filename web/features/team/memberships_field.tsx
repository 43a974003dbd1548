import { Checkbox, MultiSelect } from '@mantine/core';
import { useId } from 'react';
import { useSites } from '@/api/lists';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n';
import styles from './auth.module.css';

export type Role = Schemas['Role'];
export const roles: readonly Role[] = [
  'agent',
  'receptionist',
  'clinician',
  'supervisor',
  'director',
  'data_protection_officer',
  'administrator',
];
/** Per role: everywhere, or at some sites. */
export type Access = Partial<Record<Role, 'all' | number[]>>;

export function access_of(memberships: readonly Schemas['Membership'][]): Access {
  const access: Access = {};
  for (const { role, site_id } of memberships) {
    const before = access[role];
    if (site_id === null || before === 'all') access[role] = 'all';
    else access[role] = [...(before ?? []), site_id];
  }
  return access;
}

export function memberships_of(access: Access): Schemas['Membership'][] {
  return roles.flatMap((role): Schemas['Membership'][] => {
    const where = access[role];
    if (where === undefined) return [];
    return where === 'all' ? [{ role, site_id: null }] : where.map((site_id) => ({ role, site_id }));
  });
}

/** What is wrong with the choice, as a locale key; nothing when it is fine. */
export function access_problem(
  access: Access,
): 'settings:people.roles_missing' | 'settings:people.sites_missing' | undefined {
  const chosen = Object.values(access);
  if (chosen.length === 0) return 'settings:people.roles_missing';
  return chosen.some((where) => where !== 'all' && where.length === 0) ? 'settings:people.sites_missing' : undefined;
}

export function useRoleName(): (role: Role) => string {
  const { t } = useText();
  return (role) => t(`settings:role.${role}`);
}

/** Which roles somebody has, and each at which sites. */
export function MembershipsField({
  value,
  on_change,
  error,
}: {
  value: Access;
  on_change: (value: Access) => void;
  error?: string;
}) {
  const { t } = useText();
  const role_name = useRoleName();
  const sites = useSites();
  const id = useId();
  const set = (role: Role, where: 'all' | number[] | undefined) => {
    const { [role]: _old, ...rest } = value;
    on_change(where === undefined ? rest : { ...rest, [role]: where });
  };
  return (
    <fieldset className={styles.fieldset} aria-describedby={error ? id : undefined}>
      <legend className={styles.legend}>{t('settings:people.roles')}</legend>
      <div className={styles.roles}>
        {roles.map((role) => {
          const where = value[role];
          return (
            <div key={role} className={styles.role}>
              <Checkbox
                label={role_name(role)}
                description={t(`settings:role_hint.${role}`)}
                checked={where !== undefined}
                aria-invalid={error ? true : undefined}
                onChange={(event) => set(role, event.currentTarget.checked ? 'all' : undefined)}
              />
              {where !== undefined && sites.length > 1 && (
                <MultiSelect
                  className={styles.where}
                  aria-label={t('settings:people.role_sites', { role: role_name(role) })}
                  data={[
                    { value: 'all', label: t('settings:people.all_sites') },
                    ...sites.map((site) => ({ value: String(site.id), label: site.name })),
                  ]}
                  value={where === 'all' ? ['all'] : where.map(String)}
                  onChange={(picked) => {
                    const all = picked.includes('all') && (where !== 'all' || picked.length === 1);
                    set(role, all ? 'all' : picked.filter((one) => one !== 'all').map(Number));
                  }}
                />
              )}
            </div>
          );
        })}
      </div>
      {error && (
        <p id={id} className={styles.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
