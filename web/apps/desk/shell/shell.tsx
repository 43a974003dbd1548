import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { in_practice } from '@/api/base';
import { useLiveState } from '@/api/live';
import { type Session, useMay, useSession } from '@/api/session';
import { IdleNotice } from '@/features/team/idle_notice';
import { choose_language, languages, useText } from '@/i18n';
import { choose_theme, toast, undo_latest, useKeys } from '@/ui';
import { PracticeBanner } from '@/features/practice/banner';
import { useLiveRefresh } from './live_refresh';
import { Offline } from './offline';
import { when_palette_asked } from './open_palette';
import { Rail } from './rail';
import styles from './shell.module.css';
import { begin_type_ahead } from './type_ahead';
import { useSessionGuard } from './guard';

const Palette = lazy(() => import('./palette').then((m) => ({ default: m.Palette })));
const Help = lazy(() => import('./help').then((m) => ({ default: m.Help })));
const Shortcuts = lazy(() => import('./shortcuts').then((m) => ({ default: m.Shortcuts })));
const WelcomeBar = lazy(() => import('../welcome/welcome_bar').then((m) => ({ default: m.WelcomeBar })));
const LockScreen = lazy(() => import('@/features/team/lock_screen').then((m) => ({ default: m.LockScreen })));

type Overlay = 'palette' | 'shortcuts' | undefined;
type Show = (overlay: Overlay) => void;

/** Language and theme as the account says, also when they were changed elsewhere. */
function useAccountLook(session: Session | undefined): void {
  const { language } = useText();
  const user_language = session?.user?.language;
  const user_theme = session?.user?.theme;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the account says something new
  useEffect(() => {
    const wanted = languages.find((one) => one === user_language);
    if (wanted && wanted !== language) void choose_language(wanted);
  }, [user_language]);
  useEffect(() => {
    if (user_theme) choose_theme(user_theme);
  }, [user_theme]);
}

/** Keys that work on every page. */
function useShellKeys(show: Show, help: () => void, enabled: boolean): void {
  const { t } = useText();
  const navigate = useNavigate();
  useKeys(
    [
      {
        keys: 'Control+k',
        label: t('app:key_palette'),
        group: t('app:keys_everywhere'),
        run: () => show('palette'),
        typing: true,
      },
      { keys: '/', label: t('app:key_search'), group: t('app:keys_everywhere'), run: () => show('palette') },
      { keys: 'F1', label: t('app:help'), group: t('app:keys_everywhere'), run: help, typing: true },
      { keys: '?', label: t('app:key_help'), group: t('app:keys_everywhere'), run: () => show('shortcuts') },
      {
        keys: 'Shift+?',
        label: t('app:key_help'),
        group: t('app:keys_everywhere'),
        run: () => show('shortcuts'),
        hidden: true,
      },
      {
        keys: 'z',
        label: t('app:key_undo'),
        group: t('app:keys_everywhere'),
        run: () => {
          if (!undo_latest()) toast(t('app:nothing_to_undo'), { seconds: 2 });
        },
      },
      {
        keys: 'g i',
        label: t('app:inbox'),
        group: t('app:keys_go'),
        run: () => void navigate({ to: '/inbox/$view', params: { view: 'mine' } }),
      },
      { keys: 'g p', label: t('app:patients'), group: t('app:keys_go'), run: () => void navigate({ to: '/patients' }) },
      { keys: 'g k', label: t('app:figures'), group: t('app:keys_go'), run: () => void navigate({ to: '/figures' }) },
      { keys: 'g s', label: t('app:settings'), group: t('app:keys_go'), run: () => void navigate({ to: '/settings' }) },
    ],
    enabled,
  );
}

/** To the pages of those who see the figures of all. */
function useFigureKeys(enabled: boolean): void {
  const { t } = useText();
  const navigate = useNavigate();
  const may = useMay('figures_read');
  const group = t('app:keys_go');
  useKeys(
    [
      { keys: 'g w', label: t('app:wall'), group, run: () => void navigate({ to: '/wall' }) },
      { keys: 'g b', label: t('app:bottlenecks'), group, run: () => void navigate({ to: '/bottlenecks' }) },
    ],
    enabled && may,
  );
}

export function Shell() {
  const { t } = useText();
  const session = useSession();
  const [overlay, set_overlay] = useState<Overlay>();
  const show = useCallback(
    (next: Overlay) => {
      if (next === 'palette' && overlay !== 'palette') begin_type_ahead();
      set_overlay(next);
    },
    [overlay],
  );
  const [helping, set_helping] = useState(false);
  const help = () => set_helping((now) => !now);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const signed_in = session?.state === 'signed_in';
  const sets_up = useMay('sites_manage') && signed_in;
  useEffect(() => when_palette_asked(() => show('palette')), [show]);
  useSessionGuard();
  useLiveRefresh(signed_in);
  const live_state = useLiveState();

  useAccountLook(session);
  useShellKeys(show, help, signed_in);
  useFigureKeys(signed_in);
  if (session?.state === 'locked') {
    return (
      <Suspense fallback={null}>
        <LockScreen session={session} />
      </Suspense>
    );
  }
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {t('app:skip')}
      </a>
      <Rail
        on_search={() => show('palette')}
        on_shortcuts={() => show('shortcuts')}
        on_help={help}
        with_search={!path.startsWith('/inbox')}
      />
      <div className={styles.body}>
        {in_practice && <PracticeBanner />}
        {live_state === 'lost' && <Offline />}
        {sets_up && !path.startsWith('/welcome') && (
          <Suspense fallback={null}>
            <WelcomeBar />
          </Suspense>
        )}
        <div className={styles.row}>
          <div className={styles.content} id="content" tabIndex={-1}>
            <Outlet />
          </div>
          <Suspense fallback={null}>
            {helping && <Help on_close={() => set_helping(false)} on_shortcuts={() => show('shortcuts')} />}
          </Suspense>
        </div>
      </div>
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette on_close={() => show(undefined)} />}
        {signed_in && <IdleNotice limit_s={session.idle_lock_s} />}
        {overlay === 'shortcuts' && <Shortcuts on_close={() => show(undefined)} />}
      </Suspense>
    </div>
  );
}
