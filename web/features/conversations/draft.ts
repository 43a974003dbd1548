import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, api, call, type Schemas, upload } from '@/api/client';
import { type TabWord, tell_tabs, useTabs } from '@/api/tabs';
import { failed } from './actions';

export type DraftKind = 'reply' | 'note';
export interface UploadItem {
  key: string;
  name: string;
  size: number;
  progress: number;
  attachment?: Schemas['Attachment'];
  error?: ApiError;
}
export interface DraftState {
  kind: DraftKind;
  conversation_id: number | null;
  text: string;
  cc: string[];
  files: UploadItem[];
}
export type SaveState = 'none' | 'saving' | 'saved' | 'kept_here';

const empty: DraftState = { kind: 'reply', conversation_id: null, text: '', cc: [], files: [] };
/** Drafts being written in this tab; the server has them a moment later. */
const in_memory = new Map<number, DraftState>();

function body_of(draft: DraftState): Schemas['NewDraft'] {
  return {
    kind: draft.kind,
    conversation_id: draft.conversation_id,
    text: draft.text,
    cc: draft.cc,
    attachment_ids: draft.files.flatMap((one) => (one.attachment ? [one.attachment.id] : [])),
  };
}
const is_empty = (draft: DraftState) => draft.text.trim() === '' && draft.files.length === 0 && draft.cc.length === 0;

async function save(case_id: number, draft: DraftState): Promise<string | null> {
  const params = { params: { path: { id: case_id } } };
  if (is_empty(draft)) {
    await call(api.DELETE('/api/cases/{id}/draft', params));
    return null;
  }
  return (await call(api.PUT('/api/cases/{id}/draft', { ...params, body: body_of(draft) }))).saved_at;
}

async function load(id: number, signal: AbortSignal): Promise<{ draft: DraftState; saved_at: string | null }> {
  const found = await call(api.GET('/api/cases/{id}/draft', { params: { path: { id } }, signal }));
  const { kind, conversation_id, text, cc, saved_at } = found;
  const files = found.attachments.map((one) => ({
    key: `server-${one.id}`,
    name: one.name,
    size: one.size,
    progress: 1,
    attachment: one,
  }));
  return { draft: { kind, conversation_id, text, cc, files }, saved_at };
}

/** The same person in another tab sees the same draft, so that none is lost and nothing is answered twice. */
function share(case_id: number, draft: DraftState): void {
  const files = draft.files.filter((one) => one.attachment);
  tell_tabs({ kind: 'draft', case_id, draft: { ...draft, files } });
}

type Change = (part: Partial<DraftState>, when?: 'soon' | 'now') => void;

/** Files beside the text: uploaded at once, each with its progress. */
function useFiles(
  case_id: number,
  latest: RefObject<DraftState>,
  set_draft: (draft: DraftState) => void,
  change: Change,
) {
  const set_file = useCallback(
    (key: string, part: Partial<UploadItem>) => {
      const files = latest.current.files.map((one) => (one.key === key ? { ...one, ...part } : one));
      latest.current = { ...latest.current, files };
      in_memory.set(case_id, latest.current);
      set_draft(latest.current);
    },
    [case_id, latest, set_draft],
  );
  const attach = useCallback(
    (list: Iterable<File>) => {
      for (const file of list) {
        const key = crypto.randomUUID();
        change({ files: [...latest.current.files, { key, name: file.name, size: file.size, progress: 0 }] });
        upload<Schemas['Attachment']>(`/api/cases/${case_id}/attachments`, file, (progress) =>
          set_file(key, { progress }),
        )
          .then((attachment) => {
            set_file(key, { progress: 1, attachment });
            change({}, 'now');
          })
          .catch((error: unknown) =>
            set_file(key, { error: error instanceof ApiError ? error : undefined, progress: 0 }),
          );
      }
    },
    [case_id, latest, change, set_file],
  );
  const detach = useCallback(
    (item: UploadItem) => {
      change({ files: latest.current.files.filter((one) => one.key !== item.key) }, 'now');
      if (item.attachment)
        call(api.DELETE('/api/attachments/{id}', { params: { path: { id: item.attachment.id } } })).catch(failed);
    },
    [latest, change],
  );
  return { attach, detach };
}

/** Saved when the tab is hidden or the case is left. */
function useFlushOnLeaving(flush: () => void) {
  useEffect(() => {
    const leave = () => {
      if (document.visibilityState === 'hidden') flush();
    };
    document.addEventListener('visibilitychange', leave);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      flush();
    };
  }, [flush]);
}

/** Sends the draft to the server, one save after the other; without a connection it stays here and is tried again. */
function useSaving(case_id: number, latest: RefObject<DraftState>) {
  const [save_state, set_save_state] = useState<SaveState>('none');
  const [saved_at, set_saved_at] = useState<string | null>(null);
  const dirty = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sending = useRef<Promise<void>>(Promise.resolve());
  const flush = useCallback(() => {
    clearTimeout(timer.current);
    if (!dirty.current) return;
    dirty.current = false;
    const what = latest.current;
    set_save_state('saving');
    sending.current = sending.current.then(async () => {
      try {
        set_saved_at(await save(case_id, what));
        if (!dirty.current) {
          in_memory.delete(case_id);
          set_save_state(is_empty(what) ? 'none' : 'saved');
        }
      } catch {
        dirty.current = true;
        set_save_state('kept_here');
        clearTimeout(timer.current);
        timer.current = setTimeout(flush, 8_000);
      }
    });
  }, [case_id, latest]);
  const soon = useCallback(
    (ms: number) => {
      in_memory.set(case_id, latest.current);
      dirty.current = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, ms);
    },
    [case_id, latest, flush],
  );
  const forget = useCallback(() => {
    clearTimeout(timer.current);
    dirty.current = false;
    in_memory.delete(case_id);
    set_save_state('none');
  }, [case_id]);
  const found = useCallback((at: string | null) => {
    set_saved_at(at);
    if (at) set_save_state('saved');
  }, []);
  useFlushOnLeaving(flush);
  return { save_state, saved_at, dirty, soon, forget, found };
}

/** My draft on one case: kept on the server while I write, survives a lost connection here. */
export function useDraft(case_id: number) {
  const [draft, set_draft] = useState<DraftState>(() => in_memory.get(case_id) ?? empty);
  const latest = useRef(draft);
  const { save_state, saved_at, dirty, soon, forget, found } = useSaving(case_id, latest);
  const show = useCallback((next: DraftState) => {
    latest.current = next;
    set_draft(next);
  }, []);
  useEffect(() => {
    if (in_memory.has(case_id)) return undefined;
    const abort = new AbortController();
    load(case_id, abort.signal)
      .then((there) => {
        if (dirty.current) return;
        show(there.draft);
        found(there.saved_at);
      })
      .catch(() => {});
    return () => abort.abort();
  }, [case_id, dirty, show, found]);
  const take_over = useCallback(
    (word: TabWord) => {
      if (word.kind !== 'draft') return;
      in_memory.delete(word.case_id);
      if (word.case_id !== case_id) return;
      forget();
      show(word.draft as DraftState);
    },
    [case_id, forget, show],
  );
  useTabs(take_over);
  const change = useCallback<Change>(
    (part, when = 'soon') => {
      show({ ...latest.current, ...part });
      share(case_id, latest.current);
      soon(when === 'now' ? 0 : 900);
    },
    [case_id, show, soon],
  );
  /** After sending: the server removes the draft itself. */
  const clear = useCallback(() => {
    forget();
    show({ ...empty, conversation_id: latest.current.conversation_id });
    share(case_id, latest.current);
  }, [case_id, forget, show]);
  const { attach, detach } = useFiles(case_id, latest, set_draft, change);
  return { draft, save_state, saved_at, change, clear, attach, detach };
}
