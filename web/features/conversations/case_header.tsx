import {
  IconArrowLeft,
  IconCheck,
  IconDots,
  IconLayoutSidebarRight,
  IconUser,
  IconUserPlus,
} from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useViewers } from '@/api/live';
import { useTopics, useUsers } from '@/api/lists';
import { useSession } from '@/api/session';
import { language_names, language_text, languages, useText } from '@/i18n';
import {
  Avatar,
  Button,
  clock_time,
  IconButton,
  Kbd,
  long_time,
  Menu,
  MenuDivider,
  MenuItem,
  MenuLabel,
  MenuSub,
  short_time,
  Tag,
  useNow,
  Opening,
} from '@/ui';
import type { CaseActions, Outcome, Priority, WaitOwner } from './actions';
import styles from './case_header.module.css';
import type { Join } from './join_dialog';
import type { Case } from './queries';
import { WaitTag } from './wait_clock';
import { outcomes, useTopicName } from './words';

const RenameDialog = lazy(() => import('./rename_dialog').then((m) => ({ default: m.RenameDialog })));

const priorities: Priority[] = ['urgent', 'high', 'normal', 'low'];
const owners: WaitOwner[] = ['clinic', 'patient', 'third_party'];
export type HeaderMenu = 'assign' | 'resolve' | undefined;

interface Props {
  one: Case;
  actions: CaseActions;
  may_write: boolean;
  menu: HeaderMenu;
  on_menu: (menu: HeaderMenu) => void;
  on_resolve: (outcome?: Outcome) => void;
  on_snooze: () => void;
  on_follow_up: () => void;
  on_join: (how: Join) => void;
  on_hand_over: () => void;
  on_print: () => void;
  on_back?: () => void;
  panel_open: boolean;
  on_panel: () => void;
}

function Viewers({ case_id }: { case_id: number }) {
  const { t } = useText();
  const me = useSession()?.user?.id;
  const others = useViewers(case_id).filter((one) => one.user_id !== me);
  if (others.length === 0) return null;
  return (
    <ul className={styles.viewers} aria-label={t('inbox:viewers')}>
      {others.slice(0, 3).map((one) => (
        <li
          key={one.user_id}
          title={t(one.composing ? 'inbox:is_writing' : 'inbox:is_viewing', { name: one.name })}
          className={one.composing ? styles.writing : undefined}
        >
          <Avatar name={one.name} size={26} />
          <span className="visually-hidden">
            {t(one.composing ? 'inbox:is_writing' : 'inbox:is_viewing', { name: one.name })}
          </span>
        </li>
      ))}
    </ul>
  );
}

function AssignMenu({
  one,
  actions,
  opened,
  on_change,
  on_hand_over,
}: {
  one: Case;
  actions: CaseActions;
  opened: boolean;
  on_change: (open: boolean) => void;
  on_hand_over: () => void;
}) {
  const { t } = useText();
  const users = useUsers();
  const me = useSession()?.user?.id;
  const active = users.filter((user) => user.active && user.id !== me);
  const assignee = users.find((user) => user.id === one.assignee_id);
  return (
    <Menu
      opened={opened}
      on_change={on_change}
      width={250}
      target={
        <Button
          icon={
            assignee ? (
              <Avatar name={assignee.name} size={20} own={assignee.id === me} />
            ) : (
              <IconUserPlus size={16} stroke={1.5} />
            )
          }
          className={styles.assign}
          title={assignee ? t('inbox:assigned_to', { name: assignee.name }) : undefined}
          aria-label={
            assignee ? `${t('inbox:assign')}: ${assignee.id === me ? t('inbox:me') : assignee.name}` : t('inbox:assign')
          }
        >
          <span className={styles.assign_text}>
            {assignee ? (assignee.id === me ? t('inbox:me') : assignee.name) : t('inbox:assign')}
          </span>
        </Button>
      }
    >
      {one.assignee_id !== me && me && (
        <MenuItem icon={<IconUser size={18} stroke={1.5} />} onClick={() => void actions.assign(one.id, me)}>
          {t('inbox:assign_me')}
        </MenuItem>
      )}
      {one.assignee_id !== null && (
        <MenuItem onClick={() => void actions.assign(one.id, null)}>{t('inbox:unassign')}</MenuItem>
      )}
      <MenuItem end={<Kbd keys="h" />} onClick={on_hand_over}>
        {t('inbox:hand_over.title')}
      </MenuItem>
      {active.length > 0 && <MenuLabel>{t('inbox:colleagues')}</MenuLabel>}
      {active.map((user) => (
        <MenuItem
          key={user.id}
          icon={<Avatar name={user.name} size={22} presence={undefined} />}
          end={
            user.id === one.assignee_id ? (
              <IconCheck size={16} />
            ) : (
              <span className={styles.presence}>
                {user.presence === 'available' ? '' : t(`app:presence_${user.presence}`)}
              </span>
            )
          }
          onClick={() => void actions.assign(one.id, user.id)}
        >
          {user.name}
        </MenuItem>
      ))}
    </Menu>
  );
}

function MoreMenu({
  one,
  actions,
  on_snooze,
  on_follow_up,
  on_join,
  on_rename,
  on_print,
}: {
  one: Case;
  actions: CaseActions;
  on_snooze: () => void;
  on_follow_up: () => void;
  on_join: (how: Join) => void;
  on_rename: () => void;
  on_print: () => void;
}) {
  const { t, language } = useText();
  const topics = useTopics().filter((topic) => topic.active || topic.key === one.topic);
  const tick = (on: boolean): ReactNode => on && <IconCheck size={16} stroke={2} aria-hidden="true" />;
  return (
    <Menu
      width={240}
      target={
        <IconButton label={t('inbox:more')}>
          <IconDots size={18} stroke={1.5} />
        </IconButton>
      }
    >
      <MenuSub side="left-start" label={t('inbox:topic_label')}>
        {topics.map((topic) => (
          <MenuItem
            key={topic.key}
            end={tick(topic.key === one.topic)}
            onClick={() => void actions.topic(one.id, topic.key)}
          >
            {topic.names[language] || topic.key}
          </MenuItem>
        ))}
        {one.topic && <MenuItem onClick={() => void actions.topic(one.id, null)}>{t('inbox:topic_none')}</MenuItem>}
      </MenuSub>
      <MenuSub side="left-start" label={t('inbox:priority_label')}>
        {priorities.map((priority) => (
          <MenuItem
            key={priority}
            end={tick(priority === one.priority)}
            onClick={() => void actions.priority(one.id, priority)}
          >
            {t(`inbox:priority.${priority}`)}
          </MenuItem>
        ))}
      </MenuSub>
      <MenuSub side="left-start" label={t('inbox:language_label')}>
        {[...languages, 'de', 'it', 'pt', 'ar', 'uk', 'zh'].map((tag) => (
          <MenuItem key={tag} end={tick(tag === one.language)} onClick={() => void actions.language(one.id, tag)}>
            {language_names[tag as keyof typeof language_names] ?? language_text(tag, language)}
          </MenuItem>
        ))}
      </MenuSub>
      <MenuSub side="left-start" label={t('inbox:wait_on')} disabled={one.state === 'resolved'}>
        {owners.map((owner) => (
          <MenuItem key={owner} end={tick(owner === one.waiting_on)} onClick={() => void actions.wait(one.id, owner)}>
            {t(`inbox:wait_on_${owner}`)}
          </MenuItem>
        ))}
      </MenuSub>
      <MenuDivider />
      {one.state === 'snoozed' ? (
        <MenuItem onClick={() => void actions.snooze(one.id, null)}>{t('inbox:wake')}</MenuItem>
      ) : (
        <MenuItem disabled={one.state === 'resolved'} end={<Kbd keys="s" />} onClick={on_snooze}>
          {t('inbox:snooze')}
        </MenuItem>
      )}
      <MenuItem end={<Kbd keys="f" />} onClick={on_follow_up}>
        {t('inbox:follow_up')}
      </MenuItem>
      <MenuItem onClick={on_rename}>{t('inbox:rename')}</MenuItem>
      <MenuDivider />
      {(['merge', 'link', 'move'] as const).map((how) => (
        <MenuItem key={how} onClick={() => on_join(how)}>
          {t(`inbox:join.${how}`)}
        </MenuItem>
      ))}
      <MenuItem onClick={on_print}>{t('inbox:print')}</MenuItem>
      <MenuDivider />
      <MenuItem end={<Kbd keys="u" />} onClick={() => void actions.unread(one.id)}>
        {t('inbox:mark_unread')}
      </MenuItem>
    </Menu>
  );
}

/** Title, number, topic, clock; whom it is given to; resolve. */
export function CaseHeader(props: Props) {
  const { one, actions, may_write, menu, on_menu, on_resolve, on_snooze, on_follow_up, on_join, on_back } = props;
  const { panel_open, on_panel, on_hand_over, on_print } = props;
  const { t, language } = useText();
  const topic_name = useTopicName();
  const [renaming, rename] = useState(false);
  const number = new Intl.NumberFormat(language).format(one.number);
  const facts = [
    t('inbox:case_number', { number }),
    topic_name(one.topic),
    t('inbox:opened', { time: short_time(one.opened_at, language) }),
    one.due_at && one.promise
      ? t(`inbox:promise.${one.promise}`, { time: short_time(one.due_at, language) })
      : undefined,
  ].filter(Boolean);
  const now = useNow();
  const can_undo = one.undo_resolve_until !== null && Date.parse(one.undo_resolve_until) > now;
  return (
    <header className={styles.header}>
      {on_back && (
        <IconButton label={t('inbox:back')} onClick={on_back} className={styles.back}>
          <IconArrowLeft size={18} stroke={1.5} />
        </IconButton>
      )}
      <div className={styles.grow}>
        <h2 className={styles.title} dir="auto" title={one.title}>
          {one.title || t('inbox:no_subject')}
        </h2>
        <div className={styles.line}>
          <WaitTag row={one} />
          {(one.priority === 'urgent' || one.priority === 'high') && (
            <Tag tone={one.priority === 'urgent' ? 'late' : 'soon'}>{t(`inbox:priority.${one.priority}`)}</Tag>
          )}
          {one.follow_up && one.state !== 'resolved' && (
            <Tag title={long_time(one.follow_up.instant, language)}>
              {t('inbox:follow_up_at', { time: short_time(one.follow_up.instant, language) })}
            </Tag>
          )}
          {facts.map((fact, index) => (
            <span key={fact} className="num" title={t('inbox:opened', { time: long_time(one.opened_at, language) })}>
              {index > 0 && '· '}
              {fact}
            </span>
          ))}
        </div>
      </div>
      <Viewers case_id={one.id} />
      {may_write && (
        <div className={styles.verbs}>
          <AssignMenu
            one={one}
            actions={actions}
            opened={menu === 'assign'}
            on_change={(open) => on_menu(open ? 'assign' : undefined)}
            on_hand_over={on_hand_over}
          />
          {one.state === 'resolved' ? (
            <Button
              onClick={() => void actions.reopen(one.id)}
              title={can_undo ? clock_time(one.undo_resolve_until ?? '', language) : undefined}
            >
              {t('inbox:reopen')}
            </Button>
          ) : (
            <Menu
              opened={menu === 'resolve'}
              on_change={(open) => on_menu(open ? 'resolve' : undefined)}
              width={240}
              target={
                <Button keys="e" className={styles.resolve}>
                  {t('inbox:resolve')}
                </Button>
              }
            >
              <MenuLabel>{t('inbox:resolve_how')}</MenuLabel>
              {outcomes.map((outcome) => (
                <MenuItem key={outcome} onClick={() => on_resolve(outcome)}>
                  {t(`inbox:outcome.${outcome}`)}
                </MenuItem>
              ))}
            </Menu>
          )}
          <MoreMenu
            one={one}
            actions={actions}
            on_snooze={on_snooze}
            on_follow_up={on_follow_up}
            on_join={on_join}
            on_rename={() => rename(true)}
            on_print={on_print}
          />
        </div>
      )}
      {!panel_open && (
        <IconButton label={t('inbox:panel_show')} keys="p" onClick={on_panel}>
          <IconLayoutSidebarRight size={18} stroke={1.5} />
        </IconButton>
      )}
      {renaming && (
        <Suspense fallback={<Opening />}>
          <RenameDialog one={one} actions={actions} on_close={() => rename(false)} />
        </Suspense>
      )}
    </header>
  );
}
