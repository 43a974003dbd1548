import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';

/** Something the palette (Ctrl K) can do here and now. */
export interface Command {
  id: string;
  title: string;
  group: string;
  icon?: ReactNode;
  keys?: string;
  run: () => void;
}

let layers: Command[][] = [];
let all: readonly Command[] = [];
const listeners = new Set<() => void>();
function changed() {
  all = [...layers].reverse().flat();
  for (const listener of listeners) listener();
}

export function useCommands(commands: Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const signature = commands.map((one) => `${one.id}\t${one.title}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: re-register only when ids or words change
  useEffect(() => {
    const layer = latest.current.map((one) => ({
      ...one,
      run: () => latest.current.find((c) => c.id === one.id)?.run(),
    }));
    layers = [...layers, layer];
    changed();
    return () => {
      layers = layers.filter((other) => other !== layer);
      changed();
    };
  }, [signature]);
}

export function useCommandList(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
}
