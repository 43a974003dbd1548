import { base } from './base';
import { useEffect, useSyncExternalStore } from 'react';

export interface LiveChange {
  kind: string;
  id: number;
  version: number;
  seq: number;
}
export interface CaseViewer {
  user_id: number;
  name: string;
  composing: boolean;
}
/** Close code of the live channel: the session is over (server/platform/http/live_socket.cpp). */
const session_ended = 4401;

type State = 'connecting' | 'open' | 'lost';

/**
 * The live channel: says which record changed, never what is in it. Resumes from the last sequence number; when the
 * server cannot (`reset`) everything shown is fetched again. Reconnects with growing, jittered pauses.
 */
class Live {
  private socket: WebSocket | undefined;
  private sequence: number | null = null;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted = false;
  private viewing: { case_id: number | null; composing: boolean } = { case_id: null, composing: false };
  private viewers: ReadonlyMap<number, CaseViewer[]> = new Map();
  state: State = 'connecting';
  private readonly watchers = new Set<() => void>();
  private readonly on_change = new Set<(change: LiveChange) => void>();
  private readonly on_reset = new Set<() => void>();
  private readonly on_refused = new Set<() => void>();

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
    window.addEventListener('online', this.retry_now);
    document.addEventListener('visibilitychange', this.when_visible);
  }

  stop(): void {
    this.wanted = false;
    this.sequence = null;
    clearTimeout(this.timer);
    window.removeEventListener('online', this.retry_now);
    document.removeEventListener('visibilitychange', this.when_visible);
    this.socket?.close();
    this.socket = undefined;
    this.viewers = new Map();
    this.set_state('connecting');
  }

  changes(listener: (change: LiveChange) => void): () => void {
    this.on_change.add(listener);
    return () => this.on_change.delete(listener);
  }
  resets(listener: () => void): () => void {
    this.on_reset.add(listener);
    return () => this.on_reset.delete(listener);
  }
  /** The server closed the channel because the session ended, or refused to open one: time to look at the session. */
  refusals(listener: () => void): () => void {
    this.on_refused.add(listener);
    return () => this.on_refused.delete(listener);
  }
  watch = (listener: () => void) => {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  };
  viewers_of = (case_id: number | null): readonly CaseViewer[] =>
    case_id === null ? none : (this.viewers.get(case_id) ?? none);

  /** Tells the others which case I look at and whether I write. */
  view(case_id: number | null, composing: boolean): void {
    if (this.viewing.case_id === case_id && this.viewing.composing === composing) return;
    this.viewing = { case_id, composing };
    this.send({ viewing: case_id, composing });
  }

  private readonly retry_now = () => {
    if (this.wanted && this.socket === undefined) {
      clearTimeout(this.timer);
      this.connect();
    }
  };
  private readonly when_visible = () => {
    if (!document.hidden) this.retry_now();
  };

  private connect(): void {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${base}/api/live`;
    const socket = new WebSocket(url);
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.send({ resume: this.sequence });
      if (this.viewing.case_id !== null)
        this.send({ viewing: this.viewing.case_id, composing: this.viewing.composing });
    };
    socket.onmessage = (event) => this.receive(JSON.parse(String(event.data)));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      if (!this.wanted) return;
      if (code === session_ended || !opened) for (const listener of this.on_refused) listener();
      this.attempts++;
      if (this.attempts > 1) this.set_state('lost');
      const pause = Math.min(30_000, 500 * 2 ** Math.min(this.attempts, 6)) * (0.6 + Math.random() * 0.8);
      this.timer = setTimeout(() => this.connect(), pause);
    };
  }

  private receive(message: {
    type: string;
    seq?: number;
    kind?: string;
    id?: number;
    version?: number;
    case_id?: number;
    viewers?: CaseViewer[];
  }): void {
    if (message.type === 'hello') {
      this.attempts = 0;
      this.sequence ??= message.seq ?? null;
      this.set_state('open');
    } else if (message.type === 'change') {
      this.sequence = message.seq ?? this.sequence;
      const change = {
        kind: message.kind ?? '',
        id: message.id ?? 0,
        version: message.version ?? 0,
        seq: message.seq ?? 0,
      };
      for (const listener of this.on_change) listener(change);
    } else if (message.type === 'reset') {
      this.sequence = message.seq ?? null;
      for (const listener of this.on_reset) listener();
    } else if (message.type === 'viewers' && message.case_id !== undefined) {
      this.viewers = new Map(this.viewers).set(message.case_id, message.viewers ?? []);
      this.notify();
    }
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
  private set_state(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.notify();
  }
  private notify(): void {
    for (const listener of this.watchers) listener();
  }
}

const none: readonly CaseViewer[] = [];
export const live = new Live();

export function useLiveState(): State {
  return useSyncExternalStore(live.watch, () => live.state);
}
export function useViewers(case_id: number | null): readonly CaseViewer[] {
  return useSyncExternalStore(live.watch, () => live.viewers_of(case_id));
}
export function useLiveChanges(listener: (change: LiveChange) => void): void {
  useEffect(() => live.changes(listener), [listener]);
}
