export { announce } from './announce';
export { Avatar, initials, type PresenceState } from './avatar';
export { Button, button_class, IconButton } from './button';
export { type Command, useCommandList, useCommands } from './commands';
export { Dialog, Opening } from './dialog';
export { useFocusBack } from './focus';
export { Kbd } from './kbd';
export { type Shortcut, useKeys, useShortcutList } from './keys';
export { Logo } from './logo';
export { Menu, MenuDivider, MenuItem, MenuLabel, MenuSub } from './menu';
export { Card, Page, Section } from './page';
export { Banner, Empty, Failure, Loading, Skeleton } from './state';
export { Tag, Tags, type Tone } from './tag';
export { choose_theme, remembered_theme, type ThemeChoice, ThemeProvider } from './theme';
export {
  clock_time,
  date_text,
  day_text,
  days_until,
  duration_text,
  locale_of,
  long_time,
  short_time,
  Time,
  type Units,
  useNow,
} from './time';
export { dismiss, toast, Toasts, undo_latest } from './toasts';
export { WaitLegend, type WaitInterval, type WaitOwner, WaitStrip } from './wait_strip';
