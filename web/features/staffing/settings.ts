import { useCallback, useState } from 'react';

/** What one looks at and takes for granted. It stands in the address: ids and numbers only. */
export interface Settings {
  site: number | null;
  channel: string | null;
  queue: number | null;
  day: string | null;
  model: 'erlang_a' | 'erlang_c';
  /** Per cent. */
  target: number;
  /** Seconds. */
  within: number;
  /** Per cent. */
  shrinkage: number;
  /** Seconds; null: as observed. */
  handling: number | null;
  patience: number | null;
}

const usual = { target: 80, within: 20, shrinkage: 30 };
export const limits = {
  target: [1, 99],
  within: [0, 3600],
  shrinkage: [0, 90],
  handling: [1, 7200],
  patience: [1, 7200],
} as const;
export type NumberName = keyof typeof limits;

const within_limits = (name: NumberName, value: number) =>
  Number.isFinite(value) && value >= limits[name][0] && value <= limits[name][1];

function read(): Settings {
  const query = new URLSearchParams(location.search);
  const get = (name: string) => query.get(name)?.replace(/^"|"$/g, '') || null;
  const number = (name: NumberName) => {
    const text = get(name);
    return text !== null && within_limits(name, Number(text)) ? Number(text) : null;
  };
  const day = get('day');
  return {
    site: Number(get('site')) || null,
    channel: get('channel')?.replace(/[^\w-]/g, '') || null,
    queue: Number(get('queue')) || null,
    day: day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null,
    model: get('model') === 'erlang_c' ? 'erlang_c' : 'erlang_a',
    target: number('target') ?? usual.target,
    within: number('within') ?? usual.within,
    shrinkage: number('shrinkage') ?? usual.shrinkage,
    handling: number('handling'),
    patience: number('patience'),
  };
}

function write(settings: Settings): void {
  const query = new URLSearchParams();
  const put = (name: keyof Settings, value: string | number | null, otherwise: string | number | null = null) => {
    if (value !== null && value !== otherwise) query.set(name, String(value));
  };
  put('site', settings.site);
  put('channel', settings.channel);
  put('queue', settings.queue);
  put('day', settings.day);
  put('model', settings.model, 'erlang_a');
  put('target', settings.target, usual.target);
  put('within', settings.within, usual.within);
  put('shrinkage', settings.shrinkage, usual.shrinkage);
  put('handling', settings.handling);
  put('patience', settings.patience);
  const text = query.toString();
  history.replaceState(history.state, '', text ? `${location.pathname}?${text}` : location.pathname);
}

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, set] = useState(read);
  const change = useCallback((part: Partial<Settings>) => {
    set((old) => {
      const next = { ...old, ...part };
      write(next);
      return next;
    });
  }, []);
  return [settings, change];
}
