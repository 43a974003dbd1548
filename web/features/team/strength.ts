export const shortest_password = 12;
export type Strength = { level: 0 | 1 | 2 | 3; key: 'short' | 'personal' | 'weak' | 'fair' | 'good'; missing: number };

const common =
  /(password|passwort|contrase|motdepasse|contrasenya|qwerty|azerty|123456|abcdef|clinic|welcome|letmein|auricle)/i;

/** A hint, not a rule: length first, then whether it is made of few different characters or of one's own name. */
export function strength_of(password: string, personal: string[]): Strength {
  const missing = Math.max(0, shortest_password - [...password].length);
  if (missing > 0) return { level: password ? 1 : 0, key: 'short', missing };
  const folded = password.toLowerCase();
  const parts = personal.flatMap((one) => one.toLowerCase().split(/[\s@.]+/)).filter((one) => one.length >= 4);
  if (parts.some((part) => folded.includes(part))) return { level: 1, key: 'personal', missing };
  const different = new Set(folded).size;
  const words = password
    .trim()
    .split(/[\s\-_.,]+/)
    .filter((word) => word.length > 2).length;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  if (different < 6 || common.test(password)) return { level: 1, key: 'weak', missing };
  if (password.length >= 18 || words >= 4 || (password.length >= 15 && kinds >= 3))
    return { level: 3, key: 'good', missing };
  return { level: 2, key: 'fair', missing };
}
