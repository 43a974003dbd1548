import { useRouter } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, type MouseEvent, type Ref, useCallback } from 'react';

/** Where an address of the app stands: below the base of its router. */
const below = (base: string, href: string) => (base === '/' ? href : base + href);

/** A link inside the app: no reload, but a real address (new tab, copy, history all work). */
export function To({
  href,
  onClick,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; ref?: Ref<HTMLAnchorElement> }) {
  const router = useRouter();
  const open = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified || rest.target) return;
    event.preventDefault();
    router.history.push(below(router.basepath, href));
  };
  return <a {...rest} href={below(router.basepath, href)} onClick={open} />;
}

/** Goes to an address of the app; a page that leads on by itself replaces its own, so that one gets back past it. */
export function useGo(): (href: string, how?: 'replace') => void {
  const router = useRouter();
  return useCallback(
    (href, how) => router.history[how === 'replace' ? 'replace' : 'push'](below(router.basepath, href)),
    [router],
  );
}
