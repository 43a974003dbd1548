import { IconArrowRight, IconCheck, IconCircle, IconCircleCheckFilled, IconClock } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useText } from '@/i18n';
import { Button, button_class, Loading } from '@/ui';
import { To, useGo } from '@/ui/link';
import { open_steps, type Step, useChangeWelcome, useWelcome, type Welcome } from './queries';
import styles from './welcome.module.css';

const content: Record<Step, React.ComponentType> = {
  clinic: lazy(() => import('./steps').then((m) => ({ default: m.ClinicStep }))),
  hours: lazy(() => import('./steps').then((m) => ({ default: m.HoursStep }))),
  people: lazy(() => import('./people_step').then((m) => ({ default: m.PeopleStep }))),
  mailbox: lazy(() => import('./mail_steps').then((m) => ({ default: m.MailboxStep }))),
  first_case: lazy(() => import('./case_step').then((m) => ({ default: m.FirstCaseStep }))),
  yourself: lazy(() => import('./mail_steps').then((m) => ({ default: m.YourselfStep }))),
};

const href = (step: Step | 'ready') => `/welcome/${step}`;

/** A new clinic, step by step: each may be put off, and all of it left and taken up again. */
export function WelcomePage() {
  const { t } = useText();
  const welcome = useWelcome(5_000);
  const asked = useParams({ strict: false }).step;
  const go = useGo();
  const first = welcome && (open_steps(welcome)[0] ?? 'ready');
  // Without a step in the address one goes on where one was; the clinic itself is looked at first, for it came from one form.
  const started = welcome?.steps.some((one) => one.step !== 'clinic' && (one.done || one.skipped));
  const begin = welcome && (started ? first : 'clinic');
  useEffect(() => {
    document.title = `${t('welcome:title')} · Auricle`;
  }, [t]);
  useEffect(() => {
    if (!asked && begin) go(href(begin), 'replace');
  }, [asked, begin, go]);
  const step = welcome?.steps.find((one) => one.step === asked)?.step;
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <header className={styles.header}>
          <h1>{t('welcome:title')}</h1>
          <p>{t('welcome_page:lead')}</p>
        </header>
        {welcome ? (
          <div className={styles.columns}>
            <Steps welcome={welcome} now={step} />
            {step ? (
              <OneStep key={step} step={step} welcome={welcome} />
            ) : (
              asked === 'ready' && <Ready welcome={welcome} />
            )}
          </div>
        ) : (
          <Loading label={t('app:loading')} lines={8} />
        )}
      </div>
    </main>
  );
}

function Steps({ welcome, now }: { welcome: Welcome; now: Step | undefined }) {
  const { t } = useText();
  const done = welcome.steps.filter((one) => one.done).length;
  const state = (one: Welcome['steps'][number]) => (one.done ? 'done' : one.skipped ? 'later' : 'open');
  return (
    <nav className={styles.steps} aria-label={t('welcome:steps')}>
      <p className={`${styles.progress} num`}>{t('welcome:progress', { done, of: welcome.steps.length })}</p>
      <progress value={done} max={welcome.steps.length} aria-label={t('welcome:steps')} />
      <ol>
        {welcome.steps.map((one) => (
          <li key={one.step}>
            <To
              href={href(one.step)}
              className={styles.link}
              aria-current={one.step === now ? 'step' : undefined}
              data-state={state(one)}
            >
              {one.done ? (
                <IconCircleCheckFilled size={20} aria-hidden />
              ) : one.skipped ? (
                <IconClock size={20} stroke={1.5} aria-hidden />
              ) : (
                <IconCircle size={20} stroke={1.5} aria-hidden />
              )}
              <span>
                {t(`welcome:step.${one.step}`)}
                <small>{t(`welcome_page:state.${state(one)}`)}</small>
              </span>
            </To>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function OneStep({ step, welcome }: { step: Step; welcome: Welcome }) {
  const { t } = useText();
  const go = useGo();
  const change = useChangeWelcome();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const Content = content[step];
  const at = welcome.steps.findIndex((one) => one.step === step);
  const done = welcome.steps[at]?.done ?? false;
  const next = welcome.steps.slice(at + 1).find((one) => !one.done)?.step ?? 'ready';
  const previous = welcome.steps[at - 1]?.step;
  const skipped = welcome.steps.filter((one) => one.skipped).map((one) => one.step);
  const later = async () => {
    if (!skipped.includes(step)) await change({ skipped: [...skipped, step] });
    go(href(next));
  };
  return (
    <section className={styles.step} aria-labelledby="welcome-step">
      <h2 id="welcome-step" tabIndex={-1} ref={title}>
        {t(`welcome_page:step.${step}.title`)}
      </h2>
      <p className={styles.lead}>{t(`welcome_page:step.${step}.text`)}</p>
      <Suspense fallback={<Loading label={t('app:loading')} lines={6} />}>
        <Content />
      </Suspense>
      <footer className={styles.footer} data-done={done || undefined}>
        {previous && (
          <To href={href(previous)} className={button_class('quiet')}>
            {t('welcome_page:back')}
          </To>
        )}
        <span className={styles.space} />
        {done ? (
          <To href={href(next)} className={button_class('primary')}>
            <span>
              {t('welcome_page:next', { step: t(next === 'ready' ? 'welcome_page:finish' : `welcome:step.${next}`) })}
            </span>
            <IconArrowRight size={18} stroke={1.5} aria-hidden />
          </To>
        ) : (
          <Button look="quiet" onClick={() => void later()}>
            {t('welcome_page:later')}
          </Button>
        )}
      </footer>
    </section>
  );
}

/** What is next for a clinic that has begun. */
function Ready({ welcome }: { welcome: Welcome }) {
  const { t } = useText();
  const go = useGo();
  const change = useChangeWelcome();
  const put_off = welcome.steps.filter((one) => !one.done).map((one) => one.step);
  const end = async () => {
    await change({ dismissed: true });
    go('/inbox/unassigned');
  };
  return (
    <section className={styles.step} aria-labelledby="welcome-step">
      <h2 id="welcome-step">{t('welcome_page:ready.title')}</h2>
      <p className={styles.lead}>{t(put_off.length ? 'welcome_page:ready.text_later' : 'welcome_page:ready.text')}</p>
      <ul className={styles.offers}>
        {put_off.map((one) => (
          <li key={one}>
            <IconClock size={18} stroke={1.5} aria-hidden />
            <To href={href(one)}>{t(`welcome:step.${one}`)}</To>
          </li>
        ))}
        {(['figures', 'topics', 'import'] as const).map((one) => (
          <li key={one}>
            <IconCheck size={18} stroke={1.5} aria-hidden />
            <To href={{ figures: '/figures/yourself', topics: '/settings/topics', import: '/patients/import' }[one]}>
              {t(`welcome_page:ready.${one}`)}
            </To>
          </li>
        ))}
      </ul>
      <footer className={styles.footer}>
        <span className={styles.space} />
        <Button look="primary" onClick={() => void end()}>
          {t('welcome_page:ready.open')}
        </Button>
      </footer>
    </section>
  );
}
