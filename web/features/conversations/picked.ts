import { useCallback, useMemo, useState } from 'react';
import type { Row } from './queries';

/** Cases chosen together: one by one, or all from the one chosen last to another. */
export interface Picked {
  ids: ReadonlySet<number>;
  rows: Row[];
  toggle: (id: number) => void;
  extend: (id: number) => void;
  all: () => void;
  clear: () => void;
}

export function usePicked(rows: Row[]): Picked {
  const [ids, set] = useState<ReadonlySet<number>>(new Set());
  const [anchor, set_anchor] = useState<number | null>(null);
  // What has left the list is no longer chosen: nothing is done to a case one does not see.
  const there = useMemo(() => rows.filter((row) => ids.has(row.id)), [rows, ids]);
  const toggle = useCallback((id: number) => {
    set_anchor(id);
    set((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const extend = (id: number) => {
    const from = rows.findIndex((row) => row.id === anchor);
    const to = rows.findIndex((row) => row.id === id);
    if (from < 0 || to < 0) return toggle(id);
    const span = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    set((old) => new Set([...old, ...span.map((row) => row.id)]));
  };
  return {
    ids: useMemo(() => new Set(there.map((row) => row.id)), [there]),
    rows: there,
    toggle,
    extend,
    all: () => set(new Set(rows.map((row) => row.id))),
    clear: useCallback(() => set(new Set()), []),
  };
}
