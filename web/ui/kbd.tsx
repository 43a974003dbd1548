import styles from './kbd.module.css';

const names: Record<string, string> = {
  Control: 'Ctrl',
  Enter: '↵',
  Escape: 'Esc',
  Shift: '⇧',
  ArrowUp: '↑',
  ArrowDown: '↓',
};
const on_mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** `Control+k`, `g m` (one after the other) or `r`, as people see it on their keys. */
export function key_text(keys: string): string {
  return keys
    .split(' ')
    .map((step) =>
      step
        .split('+')
        .map((key) => (key === 'Control' && on_mac ? '⌘' : (names[key] ?? key.toUpperCase())))
        .join(' '),
    )
    .join(' ');
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className={styles.kbd} aria-hidden="true">
      {key_text(keys)}
    </kbd>
  );
}
