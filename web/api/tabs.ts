import { useEffect } from 'react';

/** What the tabs of one person tell each other. It never leaves the browser. */
export type TabWord =
  | { kind: 'draft'; case_id: number; draft: unknown }
  | { kind: 'read'; case_id: number; unread: boolean };

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('auricle');

export function tell_tabs(word: TabWord): void {
  channel?.postMessage(word);
}

export function useTabs(listener: (word: TabWord) => void): void {
  useEffect(() => {
    const hear = (event: MessageEvent<TabWord>) => listener(event.data);
    channel?.addEventListener('message', hear);
    return () => channel?.removeEventListener('message', hear);
  }, [listener]);
}
