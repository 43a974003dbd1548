import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, in_background, type Schemas } from '@/api/client';
import { live, useLiveState } from '@/api/live';

export type Wall = Schemas['Wall'];

/** `#key=aur_…`: a screen without a person. The fragment stays in the browser: it is in no log. */
export const key_in_address = (): string | null => new URLSearchParams(location.hash.slice(1)).get('key');
const site_in_address = (): number | undefined =>
  Number(new URLSearchParams(location.search).get('site')?.replace(/\D/g, '')) || undefined;

/** Kinds of changes that may move a number on the wall. */
const moving = ['case', 'message', 'user'];
const kept_ms = 1_000; // the server keeps an answer so long, for everybody who asks
const pause_ms = kept_ms + 100;

/** Asks after a change, at most once a second, and lastly when no answer of before the change is kept any more. */
function useAsking(refetch: () => unknown, by_push: boolean): void {
  useEffect(() => {
    if (!by_push) return undefined;
    live.start();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked_at = 0;
    let changed_at = 0;
    const ask = () => {
      asked_at = Date.now();
      void refetch();
      timer = asked_at - changed_at <= kept_ms ? setTimeout(ask, pause_ms) : undefined;
    };
    const soon = () => {
      changed_at = Date.now();
      timer ??= setTimeout(ask, Math.max(0, asked_at + pause_ms - changed_at));
    };
    const off = live.changes((change) => {
      if (moving.includes(change.kind)) soon();
    });
    const off_reset = live.resets(soon);
    return () => {
      clearTimeout(timer);
      off();
      off_reset();
      live.stop();
    };
  }, [refetch, by_push]);
}

/**
 * The numbers of the wall: asked for anew when the live channel tells of a change, at most once a second, and now and
 * then because time alone makes a case late. A screen with a key has no live channel and asks every two seconds. Holds
 * one answer, whatever comes.
 */
export function useWall(key: string | null) {
  const query = useQuery({
    queryKey: ['wall'],
    queryFn: () => {
      const site = site_in_address();
      const params = { query: site ? { site } : {} };
      const headers = key ? { Authorization: `Bearer ${key}` } : {};
      return in_background(() => call(api.GET('/api/wall', { params, headers })));
    },
    refetchInterval: key ? 2_000 : 15_000,
    refetchIntervalInBackground: true,
    staleTime: 0,
    retry: false,
  });
  const { refetch } = query;
  useAsking(refetch, key === null);
  const channel = useLiveState();
  const lost = query.isError || (!key && channel === 'lost');
  // What was lost may have been changes: as soon as there is a way again, ask.
  useEffect(() => {
    if (!key && channel === 'open') void refetch();
  }, [key, channel, refetch]);
  return { wall: query.data, lost, failed: query.error, at: query.dataUpdatedAt };
}

/** By the second: waits run on between two answers. */
export function useSeconds(): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
