import { IconCheck, IconFilter, IconX } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTopics, useUsers } from '@/api/lists';
import { useSession } from '@/api/session';
import { channel_look } from '@/channels/channels';
import { language_names, language_text, languages, useText } from '@/i18n';
import { IconButton, Menu, MenuDivider, MenuItem, MenuSub, Opening } from '@/ui';
import styles from './filter_menu.module.css';
import type { Filter, FilterKey, Place } from './place';

const SaveViewDialog = lazy(() => import('./save_view_dialog'));

/** The words of every condition, and which there are to choose from. */
function useConditions(): Record<FilterKey, { label: string; choices: { value: string; text: string }[] }> {
  const { t, language } = useText();
  const me = useSession()?.user?.id;
  const users = useUsers();
  const topics = useTopics().filter((topic) => topic.active);
  const words = (values: readonly string[], key: string) =>
    values.map((value) => ({ value, text: t(`${key}${value}`) }));
  return {
    assignee: {
      label: t('inbox:filter.assignee'),
      choices: [
        { value: 'me', text: t('inbox:me') },
        { value: 'none', text: t('inbox:filter.nobody') },
        ...users
          .filter((user) => user.active && user.id !== me)
          .map((user) => ({ value: String(user.id), text: user.name })),
      ],
    },
    topic: {
      label: t('inbox:topic_label'),
      choices: [
        { value: 'none', text: t('inbox:topic_none') },
        ...topics.map((topic) => ({ value: topic.key, text: topic.names[language] || topic.key })),
      ],
    },
    priority: {
      label: t('inbox:priority_label'),
      choices: words(['urgent', 'high', 'normal', 'low'], 'inbox:priority.'),
    },
    waiting_on: {
      label: t('inbox:wait_on'),
      choices: words(['clinic', 'patient', 'third_party'], 'inbox:owner.'),
    },
    language: {
      label: t('inbox:language_label'),
      choices: [
        ...languages.map((tag) => ({ value: tag as string, text: language_names[tag] })),
        ...['de', 'it', 'pt', 'ar', 'uk', 'zh'].map((tag) => ({ value: tag, text: language_text(tag, language) })),
      ],
    },
    state: {
      label: t('inbox:filter.state'),
      choices: [
        { value: 'open', text: t('inbox:filter.state_open') },
        { value: 'snoozed', text: t('inbox:filter.state_snoozed') },
        { value: 'resolved', text: t('inbox:filter.state_resolved') },
      ],
    },
  };
}

/** Narrows the list; what is chosen stands below it, each with a way to take it away. */
export function FilterMenu({ place, on_go }: { place: Place; on_go: (place: Place) => void }) {
  const { t } = useText();
  const conditions = useConditions();
  const set = (key: FilterKey, value: string | undefined) => {
    const { [key]: _old, ...rest } = place.filter ?? {};
    const filter: Filter = value === undefined ? rest : { ...rest, [key]: value };
    // Every condition is one of all cases: "mine" and the like are conditions themselves.
    on_go({ view: 'all', channel: place.channel, filter: Object.keys(filter).length > 0 ? filter : undefined });
  };
  const tick: ReactNode = <IconCheck size={16} stroke={2} aria-hidden="true" />;
  return (
    <Menu
      width={220}
      target={
        <IconButton label={t('inbox:filter.title')} aria-pressed={place.filter !== undefined}>
          <IconFilter size={18} stroke={1.5} />
        </IconButton>
      }
    >
      {(Object.entries(conditions) as [FilterKey, (typeof conditions)[FilterKey]][]).map(
        ([key, { label, choices }]) => (
          <MenuSub key={key} label={label} side="right-start">
            {choices.map(({ value, text }) => {
              const on = place.filter?.[key] === value;
              return (
                <MenuItem key={value} end={on && tick} onClick={() => set(key, on ? undefined : value)}>
                  {text}
                </MenuItem>
              );
            })}
          </MenuSub>
        ),
      )}
      {place.filter && (
        <>
          <MenuDivider />
          <MenuItem onClick={() => on_go({ view: 'all', channel: place.channel })}>{t('inbox:filter.clear')}</MenuItem>
        </>
      )}
    </Menu>
  );
}

/** The conditions in force, as words; kept as a view of one's own or for all. */
export function FilterChips({ place, on_go }: { place: Place; on_go: (place: Place) => void }) {
  const { t } = useText();
  const conditions = useConditions();
  const [saving, save] = useState(false);
  if (!place.filter) return null;
  const chips = Object.entries(place.filter) as [FilterKey, string][];
  const without = (key: FilterKey) => {
    const { [key]: _gone, ...rest } = place.filter ?? {};
    on_go({ view: 'all', channel: place.channel, filter: Object.keys(rest).length > 0 ? rest : undefined });
  };
  return (
    <div className={styles.chips}>
      {place.channel && <span className={styles.chip}>{t(channel_look(place.channel).name)}</span>}
      {chips.map(([key, value]) => {
        const text = conditions[key].choices.find((one) => one.value === value)?.text ?? value;
        return (
          <span key={key} className={styles.chip}>
            <span className={styles.text}>
              {conditions[key].label}: {text}
            </span>
            <button type="button" aria-label={t('inbox:filter.remove', { name: text })} onClick={() => without(key)}>
              <IconX size={14} stroke={1.5} aria-hidden="true" />
            </button>
          </span>
        );
      })}
      <button type="button" className={styles.save} onClick={() => save(true)}>
        {t('inbox:saved.save')}
      </button>
      {saving && (
        <Suspense fallback={<Opening />}>
          <SaveViewDialog
            filter={{ ...place.filter, channel: place.channel ?? null }}
            on_close={() => save(false)}
            on_saved={(id) => on_go({ view: 'all', saved: id })}
          />
        </Suspense>
      )}
    </div>
  );
}
