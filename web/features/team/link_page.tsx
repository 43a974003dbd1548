import { useEffect, useState } from 'react';
import { api, ApiError, call, type Schemas } from '@/api/client';
import { type Session, useTakeSession } from '@/api/session';
import { choose_language, useText } from '@/i18n';
import { Banner, Button, Failure, Skeleton } from '@/ui';
import { To, useGo } from '@/ui/link';
import styles from './auth.module.css';
import { AuthLayout } from './auth_layout';
import { InvitationForm, ResetForm, SetupForm, SignInLinkForm } from './link_forms';
import { SecondFactorForm } from './second_factor_form';
import { TotpSetup } from './totp_setup';

type Link = Schemas['Link'];

/** The token stands after # so that it reaches no log and no other site. */
const token_of_address = () => decodeURIComponent(location.hash.replace(/^#\/?/, ''));

type Found = Link | 'bad' | 'offline' | null;

/** What the link of the address is for; null while it is being asked. */
function useLink(token: string): { link: Found; set_link: (link: Found) => void; open: () => Promise<void> } {
  const [link, set_link] = useState<Found>(null);
  const open = async () => {
    set_link(null);
    try {
      const found = await call(api.POST('/api/links/open', { body: { token } }));
      // Who sets up the clinic has chosen no language yet: the browser's stands.
      if (found.kind === 'invitation' || found.kind === 'reset') await choose_language(found.language);
      set_link(found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      set_link(error.problem.status === 0 || error.problem.status >= 500 ? 'offline' : 'bad');
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per token
  useEffect(() => {
    void open();
  }, [token]);
  return { link, set_link, open };
}

/** Where every one-time link lands: invitation, new password, first administrator, sign-in. */
export function LinkPage() {
  const { t } = useText();
  const take = useTakeSession();
  const go = useGo();
  const [token] = useState(token_of_address);
  const { link, set_link, open } = useLink(token);
  const [challenge, set_challenge] = useState<string | null>(null);
  const [enrol, set_enrol] = useState<Session | null>(null);
  const finish = (session: Session) => {
    take(session);
    go(link !== null && typeof link === 'object' && link.kind === 'setup' ? '/welcome' : '/');
  };
  const accepted = (answer: Schemas['SignInAnswer']) => {
    if (answer.challenge) set_challenge(answer.challenge);
    else if (answer.session && typeof link === 'object' && link && ['invitation', 'setup'].includes(link.kind)) {
      take(answer.session);
      set_enrol(answer.session);
    } else if (answer.session) finish(answer.session);
  };
  if (enrol) return <Enrol session={enrol} on_done={() => finish(enrol)} />;
  if (challenge) {
    return (
      <AuthLayout title={t('sign_in:factor.title')}>
        <SecondFactorForm challenge={challenge} on_expired={() => set_challenge(null)} on_done={finish} />
      </AuthLayout>
    );
  }
  if (link === null || typeof link === 'string') return <NoLink link={link} on_retry={() => void open()} />;
  const props = { link, token, on_accepted: accepted, on_bad: () => set_link('bad') };
  if (link.kind === 'invitation') return <InvitationForm {...props} />;
  if (link.kind === 'reset') return <ResetForm {...props} />;
  if (link.kind === 'setup') return <SetupForm {...props} />;
  return <SignInLinkForm {...props} />;
}

/** The second factor is offered at once, while the account is new. */
function Enrol({ session, on_done }: { session: Session; on_done: () => void }) {
  const { t } = useText();
  return (
    <AuthLayout title={t('sign_in:invitation.second_factor_title')} lead={t('sign_in:invitation.second_factor_text')}>
      <TotpSetup on_done={on_done} done_label={t('sign_in:invitation.enter')} />
      {session.state !== 'second_factor_setup' && (
        <Button look="quiet" className={styles.big} onClick={on_done}>
          {t('sign_in:invitation.later')}
        </Button>
      )}
    </AuthLayout>
  );
}

function NoLink({ link, on_retry }: { link: 'bad' | 'offline' | null; on_retry: () => void }) {
  const { t } = useText();
  if (link === 'bad') {
    return (
      <AuthLayout title={t('sign_in:link.invalid_title')} lead={t('sign_in:link.invalid_text')}>
        <Banner>
          <To href="/">{t('sign_in:link.to_sign_in')}</To>
        </Banner>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('sign_in:link.checking')}>
      {link === 'offline' ? (
        <Failure title={t('sign_in:failed')} retry_label={t('settings:retry')} on_retry={on_retry} />
      ) : (
        <>
          <Skeleton height={34} />
          <Skeleton height={34} />
          <Skeleton height={40} />
        </>
      )}
    </AuthLayout>
  );
}
