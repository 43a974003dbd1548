import { IconCheck, IconChevronDown, IconMoon, IconTag, IconUserPlus, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTopics, useUsers } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import {
  announce,
  Avatar,
  IconButton,
  Menu,
  MenuDivider,
  MenuItem,
  MenuLabel,
  MenuSub,
  useCommands,
  useKeys,
} from '@/ui';
import type { Priority } from './actions';
import { type BulkChange, useBulk } from './bulk';
import styles from './bulk_bar.module.css';
import { moments } from './moments';
import type { Picked } from './picked';
import { outcomes } from './words';

const priorities: Priority[] = ['urgent', 'high', 'normal', 'low'];
const small = { size: 18, stroke: 1.5 };

/** What can be done to all chosen cases at once. */
export default function BulkBar({ picked }: { picked: Picked }) {
  const { t, language } = useText();
  const me = useSession()?.user?.id ?? null;
  const users = useUsers().filter((user) => user.active && user.id !== me);
  const topics = useTopics().filter((topic) => topic.active);
  const { run, busy } = useBulk();
  const [menu, open] = useState<'assign' | 'resolve'>();
  const count = picked.rows.length;
  const text = t('inbox:bulk.count', { count });
  useEffect(() => announce(text), [text]);
  const change = (what: BulkChange) => {
    picked.clear();
    void run(picked.rows, what);
  };
  const resolve = () => change({ action: 'resolve' });
  useKeys([
    { keys: 'e', label: t('inbox:bulk.resolve'), group: t('inbox:keys_list'), run: resolve },
    { keys: 'a', label: t('inbox:bulk.assign'), group: t('inbox:keys_list'), run: () => open('assign') },
    {
      keys: 'm',
      label: t('inbox:bulk.assign_me'),
      group: t('inbox:keys_list'),
      run: () => change({ action: 'assign', assignee_id: me }),
    },
    { keys: 'Escape', label: t('inbox:bulk.clear'), group: t('inbox:keys_list'), run: picked.clear },
  ]);
  useCommands([
    { id: 'bulk-resolve', title: t('inbox:bulk.resolve'), group: text, keys: 'e', run: resolve },
    {
      id: 'bulk-mine',
      title: t('inbox:bulk.assign_me'),
      group: text,
      keys: 'm',
      run: () => change({ action: 'assign', assignee_id: me }),
    },
    ...priorities.map((priority) => ({
      id: `bulk-${priority}`,
      title: `${t('inbox:priority_label')}: ${t(`inbox:priority.${priority}`)}`,
      group: text,
      run: () => change({ action: 'priority', priority }),
    })),
  ]);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('inbox:bulk.bar')} aria-busy={busy || undefined}>
      <IconButton small label={t('inbox:bulk.clear')} keys="Escape" onClick={picked.clear}>
        <IconX size={16} stroke={1.5} />
      </IconButton>
      <strong className={`${styles.count} num`}>{text}</strong>
      <Menu
        opened={menu === 'assign'}
        on_change={(now) => open(now ? 'assign' : undefined)}
        width={240}
        target={
          <IconButton small label={t('inbox:bulk.assign')} keys="a">
            <IconUserPlus {...small} />
          </IconButton>
        }
      >
        <MenuItem onClick={() => change({ action: 'assign', assignee_id: me })}>{t('inbox:assign_me')}</MenuItem>
        <MenuItem onClick={() => change({ action: 'assign', assignee_id: null })}>{t('inbox:unassign')}</MenuItem>
        {users.length > 0 && <MenuLabel>{t('inbox:colleagues')}</MenuLabel>}
        {users.map((user) => (
          <MenuItem
            key={user.id}
            icon={<Avatar name={user.name} size={22} />}
            onClick={() => change({ action: 'assign', assignee_id: user.id })}
          >
            {user.name}
          </MenuItem>
        ))}
      </Menu>
      <Menu
        width={220}
        target={
          <IconButton small label={t('inbox:bulk.label')}>
            <IconTag {...small} />
          </IconButton>
        }
      >
        <MenuSub label={t('inbox:topic_label')} side="right-start">
          {topics.map((topic) => (
            <MenuItem key={topic.key} onClick={() => change({ action: 'topic', topic: topic.key })}>
              {topic.names[language] || topic.key}
            </MenuItem>
          ))}
        </MenuSub>
        <MenuDivider />
        <MenuLabel>{t('inbox:priority_label')}</MenuLabel>
        {priorities.map((priority) => (
          <MenuItem key={priority} onClick={() => change({ action: 'priority', priority })}>
            {t(`inbox:priority.${priority}`)}
          </MenuItem>
        ))}
      </Menu>
      <Menu
        width={240}
        target={
          <IconButton small label={t('inbox:snooze')}>
            <IconMoon {...small} />
          </IconButton>
        }
      >
        {moments().map(({ key, when }) => (
          <MenuItem key={key} onClick={() => change({ action: 'snooze', until: when.toISOString() })}>
            {t(`inbox:when.${key}`)}
          </MenuItem>
        ))}
      </Menu>
      <IconButton small label={t('inbox:bulk.resolve')} keys="e" onClick={resolve}>
        <IconCheck {...small} />
      </IconButton>
      <Menu
        opened={menu === 'resolve'}
        on_change={(now) => open(now ? 'resolve' : undefined)}
        width={220}
        target={
          <IconButton small label={t('inbox:resolve_how')} className={styles.how}>
            <IconChevronDown size={14} stroke={1.5} />
          </IconButton>
        }
      >
        {outcomes.map((outcome) => (
          <MenuItem key={outcome} onClick={() => change({ action: 'resolve', outcome })}>
            {t(`inbox:outcome.${outcome}`)}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}
