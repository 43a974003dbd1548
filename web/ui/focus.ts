import { useEffect, useRef } from 'react';

/** What had the focus before this came has it again when this goes, unless something else was given it meanwhile. */
export function useFocusBack(): void {
  const before = useRef(typeof document === 'undefined' ? null : document.activeElement);
  useEffect(() => {
    const element = before.current;
    return () => {
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
      });
    };
  }, []);
}
