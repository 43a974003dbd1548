import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { in_practice } from '@/api/base';
import { live } from '@/api/live';
import { session_query, useSession } from '@/api/session';

/** Follows the session: signed out → sign-in page; idle for too long → asks the server, which locks; data leave the memory. */
export function useSessionGuard(): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const state = session?.state;
  const before = useRef(state);
  const user = session?.user?.id;
  const user_id = useRef(user);
  useEffect(() => {
    const was = before.current;
    before.current = state;
    // Somebody else at this computer, or nobody: a fresh page, so that nothing of the one before stays in memory.
    const user_before = user_id.current;
    user_id.current = user ?? user_before;
    if (in_practice && (state === 'signed_out' || state === 'locked')) {
      live.stop();
      location.replace('/');
      return;
    }
    const left = state === 'signed_out' && was !== undefined && was !== 'signed_out';
    if (left || (user_before !== undefined && user !== undefined && user !== user_before)) {
      live.stop();
      location.assign(left ? '/sign-in' : '/');
    } else if (state === 'signed_out') {
      live.stop();
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      void navigate({ to: '/sign-in' });
    } else if (state === 'locked') {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    } else if (state === 'second_factor_setup') {
      void navigate({ to: '/settings/account' });
    } else if (was === 'locked' && state === 'signed_in') {
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    }
  }, [state, user, client, navigate]);

  const idle_s = session?.idle_lock_s ?? 0;
  useEffect(() => {
    if (state !== 'signed_in' || idle_s <= 0) return undefined;
    let last = Date.now();
    const active = () => {
      last = Date.now();
    };
    const check = () => {
      // The server decides; a little later than its limit we look whether it has locked.
      if (Date.now() - last > (idle_s + 2) * 1000) void client.invalidateQueries({ queryKey: session_query.queryKey });
    };
    const timer = setInterval(check, 15_000);
    for (const name of ['pointerdown', 'keydown', 'wheel'] as const)
      window.addEventListener(name, active, { passive: true });
    return () => {
      clearInterval(timer);
      for (const name of ['pointerdown', 'keydown', 'wheel'] as const) window.removeEventListener(name, active);
    };
  }, [state, idle_s, client]);
}
