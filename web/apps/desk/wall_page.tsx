import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { session_query } from '@/api/session';
import { WallPage } from '@/features/analytics/wall_page';
import { key_in_address } from '@/features/analytics/wall_data';
import { LockScreen } from '@/features/team/lock_screen';
import { choose_language, languages } from '@/i18n';
import { useSessionGuard } from './shell/guard';

/** The wallboard by itself: of a person who is signed in, or of a screen that has a key. */
export function WallScreen() {
  return key_in_address() ? <WallPage /> : <OfPerson />;
}

function OfPerson() {
  const { data: session } = useQuery(session_query);
  useSessionGuard();
  const wanted = session?.user?.language;
  useEffect(() => {
    const language = languages.find((one) => one === wanted);
    if (language) void choose_language(language);
  }, [wanted]);
  if (!session) return null;
  if (session.state === 'locked') return <LockScreen session={session} />;
  return session.state === 'signed_in' ? <WallPage /> : null; // the guard leads to the sign-in page
}
