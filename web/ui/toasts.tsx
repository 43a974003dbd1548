import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { IconButton } from './button';
import { Kbd } from './kbd';
import styles from './toasts.module.css';

export interface Toast {
  id: number;
  text: string;
  tone: 'done' | 'failed';
  undo?: () => void;
  /** Another way on than taking it back. */
  action?: { label: string; run: () => void };
  seconds: number;
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const changed = () => {
  for (const listener of listeners) listener();
};

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
  changed();
}

/** Says what was done; with `undo` it can be taken back (also by the key z). */
export function toast(
  text: string,
  options: Partial<Pick<Toast, 'undo' | 'action' | 'tone' | 'seconds'>> = {},
): number {
  const id = next++;
  const seconds = options.seconds ?? (options.undo ? 10 : options.tone === 'failed' ? 9 : 4);
  toasts = [...toasts.slice(-2), { ...options, id, text, tone: options.tone ?? 'done', seconds }];
  changed();
  return id;
}

/** Takes back the latest thing that can be taken back. */
export function undo_latest(): boolean {
  const latest = [...toasts].reverse().find((one) => one.undo);
  if (!latest?.undo) return false;
  dismiss(latest.id);
  latest.undo();
  return true;
}

function One({ item, labels }: { item: Toast; labels: { undo: string; close: string } }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(item.id), item.seconds * 1000);
    return () => clearTimeout(timer);
  }, [held, item]);
  return (
    <li
      className={styles.toast}
      onMouseEnter={() => hold(true)}
      onMouseLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      <span className={item.tone === 'failed' ? styles.failed : styles.done}>
        {item.tone === 'failed' ? <IconAlertTriangle size={18} stroke={1.5} /> : <IconCheck size={18} stroke={1.5} />}
      </span>
      <span className={styles.text}>{item.text}</span>
      {item.undo && (
        <button
          type="button"
          className={styles.undo}
          onClick={() => {
            dismiss(item.id);
            item.undo?.();
          }}
        >
          {labels.undo} <Kbd keys="z" />
        </button>
      )}
      {item.action && (
        <button
          type="button"
          className={styles.undo}
          onClick={() => {
            dismiss(item.id);
            item.action?.run();
          }}
        >
          {item.action.label}
        </button>
      )}
      <IconButton label={labels.close} small onClick={() => dismiss(item.id)} className={styles.close}>
        <IconX size={16} stroke={1.5} />
      </IconButton>
    </li>
  );
}

export function Toasts({ labels }: { labels: { undo: string; close: string; region: string } }) {
  const items = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section aria-label={labels.region} className={styles.region}>
      <ol aria-live="polite" aria-relevant="additions">
        {items.map((item) => (
          <One key={item.id} item={item} labels={labels} />
        ))}
      </ol>
    </section>
  );
}
