import { type FormEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Why a form was not accepted: words for the whole form, words per field, or that the server was not reached. */
export interface FormErrors {
  form?: string;
  fields?: Record<string, string>;
  offline?: boolean;
}

export interface FormOptions<T> {
  initial: T;
  /** Checks before anything is sent; empty when all is well. */
  check?: (values: T) => Record<string, string>;
  /** Sends; answers nothing when it was accepted. */
  submit: (values: T) => Promise<FormErrors | undefined>;
  /** Send again by itself once the browser is back online. */
  retry_online?: boolean;
}

/** The first field with an error, once it is marked as such. */
function focus_first(form: HTMLFormElement | null, fields: Record<string, string> | undefined): void {
  if (!fields || Object.keys(fields).length === 0) return;
  requestAnimationFrame(() => {
    form?.querySelector<HTMLElement>('[aria-invalid=true]:not([type=hidden])')?.focus();
  });
}

/**
 * State of one form. What was typed is never lost: not by a refused answer, not by a lost connection. The first field
 * with an error gets the focus.
 */
export function useForm<T extends object>({ initial, check, submit, retry_online = false }: FormOptions<T>) {
  const [values, set_values] = useState<T>(initial);
  const [errors, set_errors] = useState<FormErrors>({});
  const [busy, set_busy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const first = useRef(initial);
  const latest = useRef({ values, submit, check });
  latest.current = { values, submit, check };

  const set = useCallback(<K extends keyof T>(name: K, value: T[K]) => {
    set_values((old) => ({ ...old, [name]: value }));
    set_errors((old) => {
      if (!old.fields || !(name in old.fields)) return old;
      const { [name as string]: _gone, ...fields } = old.fields;
      return { ...old, fields };
    });
  }, []);

  const send = useCallback(async () => {
    const { values: now, submit: go, check: verify } = latest.current;
    const wrong = verify?.(now) ?? {};
    if (Object.keys(wrong).length > 0) {
      set_errors({ fields: wrong });
      focus_first(form.current, wrong);
      return;
    }
    set_busy(true);
    try {
      const refused = await go(now);
      set_errors(refused ?? {});
      focus_first(form.current, refused?.fields);
    } finally {
      set_busy(false);
    }
  }, []);

  useOnceOnline(retry_online && errors.offline === true, send);

  const reset = useCallback((to?: T) => {
    if (to) first.current = to;
    set_values(first.current);
    set_errors({});
  }, []);

  return {
    values,
    set,
    errors,
    set_errors,
    busy,
    send,
    reset,
    dirty: JSON.stringify(values) !== JSON.stringify(first.current),
    form_props: props_of(form, send),
    ...bindings(values, set, errors.fields),
  };
}

/** Runs once when the browser is online again. */
function useOnceOnline(wanted: boolean, action: () => Promise<void>): void {
  useEffect(() => {
    if (!wanted) return undefined;
    const again = () => void action();
    window.addEventListener('online', again, { once: true });
    return () => window.removeEventListener('online', again);
  }, [wanted, action]);
}

const props_of = (ref: RefObject<HTMLFormElement | null>, send: () => Promise<void>) => ({
  ref,
  noValidate: true,
  onSubmit: (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void send();
  },
});

/** What ties an input to its value and its error. */
function bindings<T extends object>(
  values: T,
  set: <K extends keyof T>(name: K, value: T[K]) => void,
  wrong: Record<string, string> | undefined,
) {
  return {
    /** For inputs whose onChange hands over an event. */
    text: <K extends keyof T & string>(name: K) => ({
      name,
      value: String(values[name] ?? ''),
      onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as T[K]),
      error: wrong?.[name],
    }),
    /** For inputs whose onChange hands over the value. */
    pick: <K extends keyof T & string>(name: K) => ({
      name,
      value: values[name] as string | null,
      onChange: (value: string | null) => set(name, value as T[K]),
      error: wrong?.[name],
    }),
    tick: <K extends keyof T & string>(name: K) => ({
      name,
      checked: Boolean(values[name]),
      onChange: (event: { currentTarget: { checked: boolean } }) => set(name, event.currentTarget.checked as T[K]),
      error: wrong?.[name],
    }),
  };
}
