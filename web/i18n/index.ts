import { useSyncExternalStore } from 'react';
import type { Problem } from '@/api/problem';

export const languages = ['en', 'es', 'fr', 'ca'] as const;
export type Language = (typeof languages)[number];
/** Each language in its own words. */
export const language_names: Record<Language, string> = { en: 'English', es: 'Español', fr: 'Français', ca: 'Català' };

type Namespaces = Record<string, Record<string, string>>;
type Loader = () => Promise<{ default: Namespaces }>;
/** The words of the first page; those of the other pages follow. */
const loaders: Record<Language, { first: Loader; rest: Loader }> = {
  en: { first: () => import('virtual:locale/en'), rest: () => import('virtual:locale-rest/en') },
  es: { first: () => import('virtual:locale/es'), rest: () => import('virtual:locale-rest/es') },
  fr: { first: () => import('virtual:locale/fr'), rest: () => import('virtual:locale-rest/fr') },
  ca: { first: () => import('virtual:locale/ca'), rest: () => import('virtual:locale-rest/ca') },
};
const remembered = 'auricle.language';
const known = (value: string | null | undefined): Language | undefined =>
  languages.find((one) => one === value?.slice(0, 2).toLowerCase());

export function remembered_language(): Language {
  return (
    known(localStorage.getItem(remembered)) ?? navigator.languages.map(known).find((one) => one !== undefined) ?? 'en'
  );
}

/** `count` chooses the plural form, `context` a variant of the text, `defaultValue` stands in for a text there is not. */
type Values = Record<string, string | number | null | undefined>;
export type Translate = (key: string, values?: Values) => string;
interface Text {
  language: Language;
  t: Translate;
}

const texts: Partial<Record<Language, Map<string, string>>> = {};
const listeners = new Set<() => void>();
let now: Text = { language: 'en', t: (key) => key };

function translator(language: Language): Translate {
  const all = texts[language] ?? new Map<string, string>();
  const plural = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const { context, count, defaultValue } = values;
    const form = typeof count === 'number' ? plural.select(count) : undefined;
    const named = context ? [`${key}_${context}`, key] : [key];
    const names = named.flatMap((one) => (form ? [`${one}_${form}`, `${one}_other`, one] : [one]));
    const text = names.map((one) => all.get(one)).find((one) => one !== undefined);
    // A text that is missing is a bug: the browser tests fail on it.
    if (text === undefined && defaultValue === undefined) console.error(`No text for ${key}`);
    return (text ?? String(defaultValue ?? key)).replace(/{{\s*(\w+)\s*}}/g, (_all, name) =>
      String(values[name] ?? ''),
    );
  };
}

/** Everybody who shows text renders again: another language, or more of its words. */
function speak(language: Language): void {
  now = { language, t: translator(language) };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

async function load(language: Language): Promise<void> {
  if (texts[language]) return;
  const all = new Map<string, string>();
  const add = ({ default: spaces }: { default: Namespaces }) => {
    for (const [space, words] of Object.entries(spaces))
      for (const [name, text] of Object.entries(words)) all.set(`${space}:${name}`, text);
    if (now.language === language) speak(language);
  };
  add(await loaders[language].first());
  texts[language] = all;
  const rest = loaders[language].rest().then(add);
  if (!location.pathname.startsWith('/inbox') && location.pathname !== '/') await rest;
}

export async function start_i18n(): Promise<void> {
  const language = remembered_language();
  await load(language);
  speak(language);
}

export async function choose_language(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(remembered, language);
  speak(language);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** `t` of `namespace:key` and the language in force. */
export function useText(): Text {
  return useSyncExternalStore(subscribe, () => now);
}

const exists = (name: string) => texts[now.language]?.has(name) ?? false;

/** What a problem means to the person in front of it: the locale key if known, else the server's words. */
export function problem_text(problem: Pick<Problem, 'key' | 'detail' | 'title'>): string {
  const name = `errors:${problem.key}`;
  if (exists(name)) return now.t(name);
  return problem.detail || problem.title || now.t('errors:error.unexpected');
}

/** The words of a key from the server, when this page knows them. */
export function known_text(key: string | null | undefined): string | undefined {
  return key && exists(`errors:${key}`) ? now.t(`errors:${key}`) : undefined;
}

export function language_text(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
