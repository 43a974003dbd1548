import styles from './avatar.module.css';

export type PresenceState = 'available' | 'busy' | 'break' | 'offline';

/** Up to two initials; works for any script and for addresses. */
export function initials(name: string): string {
  const words = name
    .replace(/[<>"'()]/g, ' ')
    .split(/[\s@.]+/)
    .filter((w) => /\p{L}|\p{N}/u.test(w));
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

function tint(name: string): number {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return hash % 6;
}

export function Avatar({
  name,
  size = 32,
  own = false,
  presence,
}: {
  name: string;
  size?: number;
  own?: boolean;
  presence?: PresenceState;
}) {
  const style = { width: size, height: size, fontSize: Math.max(10, Math.round(size * 0.36)) };
  return (
    <span
      className={`${styles.avatar} ${own ? styles.own : styles[`tint${tint(name)}`]}`}
      style={style}
      data-initials={initials(name)}
      aria-hidden="true"
    >
      {presence && <span className={`${styles.presence} ${styles[presence]}`} />}
    </span>
  );
}
