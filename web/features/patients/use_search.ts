import { useEffect, useState } from 'react';
import { type Hit, search } from './queries';

export interface Found {
  hits: Hit[];
  query: string;
  state: 'idle' | 'searching' | 'done' | 'failed';
}

export const long_enough = (query: string): boolean => [...query.trim()].length >= 2;

/** Searches a little after the last key; an older answer never replaces a newer one. */
export function useSearch(text: string, again = 0): Found {
  const [found, set_found] = useState<Found>({ hits: [], query: '', state: 'idle' });
  const query = text.trim();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks for the same search once more
  useEffect(() => {
    if (!long_enough(query)) {
      set_found({ hits: [], query: '', state: 'idle' });
      return undefined;
    }
    const stop = new AbortController();
    set_found((old) => ({ ...old, state: 'searching' }));
    const timer = setTimeout(async () => {
      try {
        const hits = await search(query, stop.signal);
        if (!stop.signal.aborted) set_found({ hits, query, state: 'done' });
      } catch {
        if (!stop.signal.aborted) set_found({ hits: [], query, state: 'failed' });
      }
    }, 140);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, again]);
  return found;
}
