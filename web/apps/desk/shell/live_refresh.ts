import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { in_background } from '@/api/client';
import { live } from '@/api/live';
import { session_query } from '@/api/session';

/** Fetches again what the live channel says has changed. Content always comes by the audited route. */
export function useLiveRefresh(active: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!active) return undefined;
    live.start();
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const kinds = [...waiting];
      waiting.clear();
      void in_background(async () => {
        await Promise.all(
          kinds.map((kind) =>
            client.invalidateQueries({ predicate: (query) => query.meta?.live === kind || query.queryKey[0] === kind }),
          ),
        );
      });
    };
    const off = live.changes((change) => {
      // Cases and messages are handled by the inbox itself, which knows what it shows.
      if (change.kind === 'case' || change.kind === 'message') return;
      // A case says whose address it is and whether anything arrives there: one that is not on screen is asked for when it is.
      if (change.kind === 'patient') void client.invalidateQueries({ queryKey: ['case'], refetchType: 'none' });
      waiting.add(change.kind === 'user' ? 'users' : change.kind === 'site' ? 'sites' : change.kind);
      timer ??= setTimeout(flush, 200);
    });
    const off_reset = live.resets(() => void in_background(() => client.invalidateQueries()));
    const look_at_session = () => void client.invalidateQueries({ queryKey: session_query.queryKey });
    const off_refused = live.refusals(look_at_session);
    return () => {
      clearTimeout(timer);
      off();
      off_refused();
      off_reset();
      live.stop();
    };
  }, [active, client]);
}
