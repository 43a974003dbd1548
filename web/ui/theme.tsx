import { createTheme, type MantineColorsTuple, MantineProvider } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
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
const listeners = new Set<(choice: ThemeChoice) => void>();
export function choose_theme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
  for (const listener of listeners) listener(choice);
}

/** Light, dark, or what the system says; sets data-theme, which every token follows. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, set_choice] = useState(remembered_theme);
  const [system_dark, set_system_dark] = useState(media?.matches ?? false);
  useEffect(() => {
    listeners.add(set_choice);
    const listener = (event: MediaQueryListEvent) => set_system_dark(event.matches);
    media?.addEventListener('change', listener);
    return () => {
      listeners.delete(set_choice);
      media?.removeEventListener('change', listener);
    };
  }, []);
  const resolved = choice === 'system' ? (system_dark ? 'dark' : 'light') : choice;
  useEffect(() => {
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
