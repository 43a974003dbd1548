import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import type { Schemas } from '@/api/client';
import { useUsers } from '@/api/lists';
import { useText } from '@/i18n';
import { Avatar } from '@/ui';
import styles from './mentions.module.css';

type User = Schemas['User'];
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The colleagues whose names stand in the text after an @. */
export function mentioned(text: string, users: readonly User[]): number[] {
  return users.filter((user) => user.name && text.includes(`@${user.name}`)).map((user) => user.id);
}

/** What is being typed after an @ just before the caret. */
function typed_name(text: string, caret: number): string | undefined {
  return /(?:^|[\s(])@([^\s@][^@\n]{0,30})?$/u.exec(text.slice(0, caret))?.[0].replace(/^[\s(]?@/u, '');
}

/** Offers colleagues while one types @ and letters in a field; Enter or Tab puts the name in. */
export function useMentions(
  field: RefObject<HTMLTextAreaElement | null>,
  value: string,
  on_change: (text: string) => void,
  enabled = true,
) {
  const users = useUsers();
  const [caret, set_caret] = useState<number | null>(null);
  const [at, set_at] = useState(0);
  const id = useId();
  const typed = enabled && caret !== null ? typed_name(value, caret) : undefined;
  const fitting =
    typed === undefined
      ? []
      : users.filter(
          (user) =>
            user.active &&
            fold(user.name)
              .split(/\s+/)
              .some((_part, i, all) => all.slice(i).join(' ').startsWith(fold(typed))),
        );
  const shown = fitting.filter((user) => user.name !== typed).slice(0, 6);
  const current = Math.min(at, shown.length - 1);
  const put = (user: User) => {
    const end = caret ?? value.length;
    const start = end - (typed?.length ?? 0);
    on_change(`${value.slice(0, start)}${user.name} ${value.slice(end)}`);
    const place = start + user.name.length + 1;
    set_caret(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(place, place);
    });
  };
  /** Whether the key was for the list. */
  const on_key = (event: KeyboardEvent): boolean => {
    if (shown.length === 0 || event.ctrlKey || event.metaKey) return false;
    if (event.key === 'ArrowDown') set_at((current + 1) % shown.length);
    else if (event.key === 'ArrowUp') set_at((current - 1 + shown.length) % shown.length);
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const user = shown[current];
      if (user) put(user);
    } else if (event.key === 'Escape') set_caret(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const follow = (event: { currentTarget: HTMLTextAreaElement }) => {
    set_caret(event.currentTarget.selectionStart);
    set_at(0);
  };
  const props = {
    'aria-autocomplete': enabled ? ('list' as const) : undefined,
    'aria-controls': shown.length > 0 ? id : undefined,
    'aria-activedescendant': shown.length > 0 ? `${id}-${current}` : undefined,
    onSelect: follow,
    onBlur: () => set_caret(null),
  };
  return { shown, current, id, put, on_key, props };
}

export function MentionList({ shown, current, id, put }: ReturnType<typeof useMentions>) {
  const { t } = useText();
  if (shown.length === 0) return null;
  return (
    <div id={id} role="listbox" aria-label={t('inbox:mention')} className={styles.list}>
      {shown.map((user, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
        <div
          key={user.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === current}
          className={styles.option}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => put(user)}
        >
          <Avatar name={user.name} size={22} />
          {user.name}
        </div>
      ))}
    </div>
  );
}

/** A field for a note in which colleagues can be named. */
export function MentionField({
  label,
  value,
  on_change,
}: {
  label: string;
  value: string;
  on_change: (text: string) => void;
}) {
  const { t } = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const mentions = useMentions(field, value, on_change);
  return (
    <div className={styles.field}>
      <label>
        <span>{label}</span>
        <textarea
          ref={field}
          rows={4}
          value={value}
          className={styles.text}
          placeholder={t('inbox:mention_hint')}
          {...mentions.props}
          onChange={(event) => on_change(event.currentTarget.value)}
          onKeyDown={mentions.on_key}
        />
      </label>
      <MentionList {...mentions} />
    </div>
  );
}
