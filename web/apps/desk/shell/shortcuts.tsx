import { useText } from '@/i18n';
import { Dialog, Kbd, useShortcutList } from '@/ui';
import styles from './shortcuts.module.css';

/** Every key that does something here and now. */
export function Shortcuts({ on_close }: { on_close: () => void }) {
  const { t } = useText();
  const groups = new Map<string, ReturnType<typeof useShortcutList>[number][]>();
  const all = useShortcutList();
  for (const one of all) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return (
    <Dialog title={t('app:shortcuts')} open on_close={on_close} size="lg" close_label={t('app:close')}>
      <div className={styles.groups}>
        {[...groups].map(([group, list]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {list.map((one) => (
                <div key={one.keys} className={styles.row}>
                  <dt>{one.label}</dt>
                  <dd>
                    {one.keys.split(' ').map((step) => (
                      <Kbd key={step} keys={step} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
