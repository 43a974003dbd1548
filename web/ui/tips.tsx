import { useEffect, useRef } from 'react';
import { key_text } from './kbd';
import { place_beside } from './place';
import styles from './tips.module.css';

/** What `data-tip` says of an element, shown when it is pointed at or reached by key; `data-tip-side="right"` puts it there. */
export function Tips() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = ref.current;
    if (!box?.showPopover) return undefined;
    let of: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      of = null;
      if (box.matches(':popover-open')) box.hidePopover();
    };
    const show = () => {
      if (!of?.isConnected || !of.dataset.tip || of.ariaExpanded === 'true') return;
      box.textContent = of.dataset.tip;
      if (of.ariaKeyShortcuts)
        box.append(Object.assign(document.createElement('kbd'), { textContent: key_text(of.ariaKeyShortcuts) }));
      box.showPopover();
      const at = of.getBoundingClientRect();
      const right = of.dataset.tipSide === 'right';
      const { width, height } = box.getBoundingClientRect();
      // In the middle of the side: as if the element were as wide (or high) as the tip.
      const middle = right
        ? new DOMRect(at.x, at.y + (at.height - height) / 2, at.width, height)
        : new DOMRect(at.x + (at.width - width) / 2, at.y, width, at.height);
      place_beside(box, middle, right ? 'right-start' : 'bottom-start');
    };
    const look = (event: Event) => {
      const next = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
      if (next === of) return;
      hide();
      if (!next || (event.type === 'focusin' && !next.matches(':focus-visible'))) return;
      of = next;
      timer = setTimeout(show, 350);
    };
    const shown = ['pointerover', 'focusin'];
    const gone = ['pointerdown', 'keydown', 'scroll', 'focusout'];
    for (const name of shown) document.addEventListener(name, look);
    for (const name of gone) document.addEventListener(name, hide, true);
    return () => {
      hide();
      for (const name of shown) document.removeEventListener(name, look);
      for (const name of gone) document.removeEventListener(name, hide, true);
    };
  }, []);
  return <div ref={ref} popover="manual" role="tooltip" className={styles.tip} />;
}
