import { useEffect, useState } from 'react';

const warning_s = 20;
const key = 'auricle.activity';

/**
 * Seconds until this screen locks, once fewer than twenty are left; null before that. Activity in another tab of this
 * browser counts too (only a time is shared).
 */
export function useIdle(limit_s: number, on_idle: () => void, enabled: boolean): number | null {
  const [left, set_left] = useState<number | null>(null);
  useEffect(() => {
    if (!enabled || limit_s <= 0) return undefined;
    let last = Date.now();
    const remember = () => localStorage.setItem(key, String(last));
    remember();
    const active = () => {
      if (Date.now() - last < 1000) return;
      last = Date.now();
      remember();
      set_left(null);
    };
    const events = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
    for (const event of events) window.addEventListener(event, active, { passive: true });
    const timer = setInterval(() => {
      last = Math.max(last, Number(localStorage.getItem(key)) || 0);
      const rest = Math.ceil(limit_s - (Date.now() - last) / 1000);
      set_left(rest <= Math.min(warning_s, limit_s / 2) ? Math.max(0, rest) : null);
      if (rest <= 0) on_idle();
    }, 1000);
    return () => {
      clearInterval(timer);
      for (const event of events) window.removeEventListener(event, active);
    };
  }, [limit_s, enabled, on_idle]);
  return left;
}
