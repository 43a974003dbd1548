import { createTheme, type MantineColorsTuple, MantineProvider } from '@mantine/core';
import { type ReactNode, useLayoutEffect, useSyncExternalStore } from 'react';
import { Tips } from './tips';

export type ThemeChoice = 'system' | 'light' | 'dark';

const teal: MantineColorsTuple = [
  '#e6f4f1',
  '#c9e7e1',
  '#98d3c8',
  '#63bdae',
  '#3aa897',
  '#17897c',
  '#0f766e',
  '#115e59',
  '#134e4a',
  '#0d3b38',
];
const theme = createTheme({
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 4 },
  fontFamily: "'Inter Variable', Inter, system-ui, sans-serif",
  defaultRadius: 6,
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // By name, not by component: the inbox needs no inputs of Mantine at first.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, offset: 6 } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 100, transition: 'fade' },
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Select: { defaultProps: { checkIconPosition: 'right', comboboxProps: { transitionProps: { duration: 80 } } } },
  },
});

const media = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');
const key = 'auricle.theme';

export function remembered_theme(): ThemeChoice {
  const value = localStorage.getItem(key);
  return value === 'light' || value === 'dark' ? value : 'system';
}
const listeners = new Set<() => void>();
export function choose_theme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
  for (const listener of listeners) listener();
}

function on_choice(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
function on_system(changed: () => void): () => void {
  media?.addEventListener('change', changed);
  return () => media?.removeEventListener('change', changed);
}
const is_system_dark = () => media?.matches ?? false;

/** Light, dark, or what the system says; sets data-theme, which every token follows. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  // Neither what was chosen nor what the system says is missed while the page is still coming.
  const choice = useSyncExternalStore(on_choice, remembered_theme);
  const system_dark = useSyncExternalStore(on_system, is_system_dark);
  const resolved = choice === 'system' ? (system_dark ? 'dark' : 'light') : choice;
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = resolved;
    document
      .querySelector('meta[name=theme-color]')
      ?.setAttribute('content', resolved === 'dark' ? '#191716' : '#f5f5f4');
  }, [resolved]);
  return (
    <MantineProvider theme={theme} forceColorScheme={resolved}>
      {children}
      <Tips />
    </MantineProvider>
  );
}
