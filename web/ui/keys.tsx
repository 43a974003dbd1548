import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';

/** `keys`: one key (`j`, `Shift+j`, `Control+k`, `Enter`) or two in a row (`g m`). */
export interface Shortcut {
  keys: string;
  label: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Also while typing (only sensible with Control, or Escape). */
  typing?: boolean;
  /** Also while a dialog or menu is open. */
  modal?: boolean;
  hidden?: boolean;
}

let layers: Shortcut[][] = [];
const listeners = new Set<() => void>();
let shown: readonly Shortcut[] = [];
function changed() {
  const seen = new Set<string>();
  const list: Shortcut[] = [];
  for (const layer of [...layers].reverse()) {
    for (const one of layer) {
      if (one.hidden || seen.has(one.keys)) continue;
      seen.add(one.keys);
      list.push(one);
    }
  }
  shown = list;
  for (const listener of listeners) listener();
}

function step_of(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Control');
  if (event.altKey) parts.push('Alt');
  const letter = event.key.length === 1;
  if (event.shiftKey && (!letter || /[a-z]/i.test(event.key))) parts.push('Shift');
  parts.push(letter ? event.key.toLowerCase() : event.key);
  return parts.join('+');
}

function is_typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'file', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

const in_modal = () => document.querySelector('[role=dialog][aria-modal=true], [role=menu], [data-keys=own]') !== null;
/** Enter and Space belong to the button or link that has the focus. */
function is_control(target: EventTarget | null, key: string): boolean {
  return (
    (key === 'Enter' || key === ' ') &&
    target instanceof HTMLElement &&
    target.closest('button, a[href], summary, [role=option]:not([data-list-row]), [role=menuitem]') !== null
  );
}

let pending = '';
let pending_until = 0;

function handle(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const step = step_of(event);
  const typing = is_typing(event.target);
  if (is_control(event.target, event.key)) return;
  const modal = modal_at_start;
  // When the keys were pressed counts, not when a busy page gets to hear of them.
  const sequence = pending && event.timeStamp < pending_until ? `${pending} ${step}` : '';
  pending = '';
  for (const keys of sequence ? [sequence, step] : [step]) {
    for (const layer of [...layers].reverse()) {
      const found = layer.find((one) => one.keys === keys && (!typing || one.typing) && (!modal || one.modal));
      if (!found) continue;
      event.preventDefault();
      found.run(event);
      return;
    }
  }
  if (!typing && !modal && layers.some((layer) => layer.some((one) => one.keys.startsWith(`${step} `)))) {
    pending = step;
    pending_until = event.timeStamp + 1200;
  }
}

// A dialog closes by Escape before this listener hears of it: whether one was open is noted at the very beginning.
let modal_at_start = false;
if (typeof window !== 'undefined') {
  window.addEventListener(
    'keydown',
    () => {
      modal_at_start = in_modal();
    },
    true,
  );
  window.addEventListener('keydown', handle);
}

/** Registers shortcuts while the component is on screen, from the moment it is seen; later layers win over earlier ones. */
export function useKeys(shortcuts: Shortcut[], enabled = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const signature = shortcuts.map((one) => `${one.keys}\t${one.label}\t${one.hidden ?? ''}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: re-register only when keys or words change
  useLayoutEffect(() => {
    if (!enabled) return undefined;
    const layer = latest.current.map((one, index) => ({
      ...one,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    layers = [...layers, layer];
    changed();
    return () => {
      layers = layers.filter((other) => other !== layer);
      changed();
    };
  }, [signature, enabled]);
}

export function useShortcutList(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
