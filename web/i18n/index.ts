import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
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
const key = 'auricle.language';
const known = (value: string | null | undefined): Language | undefined =>
  languages.find((one) => one === value?.slice(0, 2).toLowerCase());

export function remembered_language(): Language {
  return known(localStorage.getItem(key)) ?? navigator.languages.map(known).find((one) => one !== undefined) ?? 'en';
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'app')) return;
  const add = ({ default: all }: { default: Namespaces }) => {
    for (const [namespace, texts] of Object.entries(all)) i18next.addResourceBundle(language, namespace, texts);
  };
  add(await loaders[language].first());
  const rest = loaders[language].rest().then(add);
  if (!location.pathname.startsWith('/inbox') && location.pathname !== '/') await rest;
}

export async function start_i18n(): Promise<void> {
  const language = remembered_language();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    supportedLngs: [...languages],
    keySeparator: false,
    nsSeparator: ':',
    defaultNS: 'app',
    ns: ['app'],
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
    returnNull: false,
    saveMissing: true,
    // A text that is missing is a bug: the browser tests fail on it.
    missingKeyHandler: (_languages, space, name) => console.error(`No text for ${space}:${name}`),
  });
  await load(language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function choose_language(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(key, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** `t` of namespace and key and the language in force. */
export function useText() {
  const { t, i18n } = useTranslation();
  return { t, language: i18n.language as Language };
}

/** What a problem means to the person in front of it: the locale key if known, else the server's words. */
export function problem_text(problem: Pick<Problem, 'key' | 'detail' | 'title'>): string {
  const name = `errors:${problem.key}`;
  if (i18next.exists(name)) return i18next.t(name);
  return problem.detail || problem.title || i18next.t('errors:error.unexpected');
}

/** The words of a key from the server, when this page knows them. */
export function known_text(key: string | null | undefined): string | undefined {
  return key && i18next.exists(`errors:${key}`) ? i18next.t(`errors:${key}`) : undefined;
}

export function language_text(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
