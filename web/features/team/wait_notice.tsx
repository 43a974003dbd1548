import { IconHourglass } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useText } from '@/i18n';
import { Banner } from '@/ui';

/** Seconds left until a moment; ticks only while it lies ahead. */
export function useCountdown(until: number | null): number {
  const [now, set_now] = useState(() => Date.now());
  useEffect(() => {
    if (until === null || until <= Date.now()) return undefined;
    set_now(Date.now());
    const timer = setInterval(() => {
      set_now(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

/** The growing delay, said kindly. */
export function WaitNotice({ left }: { left: number }) {
  const { t } = useText();
  const time = left >= 60 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} min` : `${left} s`;
  return (
    <Banner tone="soon" icon={<IconHourglass size={18} stroke={1.5} aria-hidden />}>
      <strong>{t('sign_in:wait.title')}</strong>
      <br />
      <span className="num" role="timer">
        {t('sign_in:wait.text', { time })}
      </span>
    </Banner>
  );
}
