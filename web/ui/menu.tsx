import { IconCheck, IconChevronRight } from '@tabler/icons-react';
import {
  type ButtonHTMLAttributes,
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import styles from './menu.module.css';
import { place_beside, type Side } from './place';

interface Closing {
  close: () => void; // this menu and those it came from
}
const Menus = createContext<Closing>({ close: () => {} });

const items_of = (box: Element) =>
  [...box.querySelectorAll<HTMLElement>('[role^=menuitem]')].filter(
    (one) => one.closest('[role=menu]') === box && one.getAttribute('aria-disabled') !== 'true',
  );

/** Arrow keys, Home, End and first letters move between the items; typing ahead begins anew after a pause. */
function move_focus(event: KeyboardEvent<HTMLElement>, typed: { text: string; at: number }): boolean {
  const all = items_of(event.currentTarget);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = (index: number) => all[(index + all.length) % all.length]?.focus();
  if (event.key === 'ArrowDown') to(at + 1);
  else if (event.key === 'ArrowUp') to(at < 0 ? -1 : at - 1);
  else if (event.key === 'Home') to(0);
  else if (event.key === 'End') to(-1);
  else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const now = Date.now();
    typed.text = now - typed.at < 600 ? typed.text + event.key.toLowerCase() : event.key.toLowerCase();
    typed.at = now;
    all.find((one) => one.textContent?.trim().toLowerCase().startsWith(typed.text))?.focus();
  } else return false;
  return true;
}

interface BoxProps {
  anchor: HTMLElement | null;
  side: Side;
  width?: number;
  id: string;
  on_close: (back: boolean) => void;
  closes: () => void;
  sub?: boolean;
  children: ReactNode;
}

/** The list itself, in the browser's top layer; a click elsewhere or Escape closes it. */
function Box({ anchor, side, width, id, on_close, closes, sub, children }: BoxProps) {
  const ref = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const end = useRef(on_close);
  end.current = on_close;
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box || !anchor) return undefined;
    box.showPopover();
    place_beside(box, anchor.getBoundingClientRect(), side, sub ? 2 : 6);
    items_of(box)[0]?.focus();
    const toggled = (event: Event) => {
      if (event.target === box && (event as ToggleEvent).newState === 'closed') end.current(false);
    };
    const away = () => end.current(false);
    box.addEventListener('toggle', toggled);
    addEventListener('resize', away);
    return () => {
      box.removeEventListener('toggle', toggled);
      removeEventListener('resize', away);
    };
  }, [anchor, side, sub]);
  const on_key = (event: KeyboardEvent<HTMLElement>) => {
    event.stopPropagation();
    if (event.key === 'Escape' || (sub && event.key === 'ArrowLeft')) on_close(true);
    else if (event.key === 'Tab') closes();
    else if (!move_focus(event, typed.current)) return;
    event.preventDefault();
  };
  return (
    <Menus value={{ close: closes }}>
      <div ref={ref} id={id} role="menu" popover="auto" className={styles.menu} style={{ width }} onKeyDown={on_key}>
        {children}
      </div>
    </Menus>
  );
}

type Trigger = ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;

/** A button that opens a list of verbs. `opened` and `on_change` when something else may open it too, for example a key. */
export function Menu({
  target,
  children,
  side = 'bottom-end',
  width,
  opened,
  on_change,
}: {
  target: Trigger;
  children: ReactNode;
  side?: Side;
  width?: number;
  opened?: boolean;
  on_change?: (open: boolean) => void;
}) {
  const [own, set_own] = useState(false);
  const open = opened ?? own;
  const holder = useRef<HTMLSpanElement>(null);
  const was_open = useRef(false); // when the press began, before the browser closed it
  const id = useId();
  const set = (next: boolean) => {
    set_own(next);
    on_change?.(next);
  };
  const button = () => holder.current?.querySelector<HTMLElement>('button') ?? null;
  const close = (back = true) => {
    set(false);
    if (back) button()?.focus();
  };
  return (
    <span ref={holder} style={{ display: 'contents' }}>
      {cloneElement(target, {
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
        onPointerDown: () => {
          was_open.current = open;
        },
        onClick: () => {
          set(!was_open.current);
          was_open.current = false;
        },
      })}
      {open && (
        <Box anchor={button()} side={side} width={width} id={id} on_close={close} closes={close}>
          {children}
        </Box>
      )}
    </span>
  );
}

interface ItemProps {
  children: ReactNode;
  onClick?: () => void;
  icon?: ReactNode;
  end?: ReactNode;
  disabled?: boolean;
  lang?: string;
  /** One of several, of which one is chosen. */
  checked?: boolean;
  /** A link, for example a file to fetch. */
  href?: string;
}

function Inside({ icon, end, children }: { icon?: ReactNode; end?: ReactNode; children: ReactNode }) {
  return (
    <>
      {icon && <span className={styles.left}>{icon}</span>}
      <span className={styles.name}>{children}</span>
      {end && <span className={styles.right}>{end}</span>}
    </>
  );
}

export function MenuItem({ children, onClick, icon, end, disabled, lang, checked, href }: ItemProps) {
  const { close } = useContext(Menus);
  const one_of = checked !== undefined;
  const tick = checked ? <IconCheck size={16} stroke={2} aria-hidden="true" /> : end;
  const shared = {
    role: one_of ? 'menuitemradio' : 'menuitem',
    tabIndex: -1,
    lang,
    className: styles.item,
    onPointerEnter: (event: { currentTarget: HTMLElement }) => event.currentTarget.focus({ preventScroll: true }),
  };
  const press = () => {
    if (disabled) return;
    close();
    onClick?.();
  };
  const inside = (
    <Inside icon={icon} end={tick}>
      {children}
    </Inside>
  );
  if (href) {
    return (
      <a {...shared} href={href} download onClick={press}>
        {inside}
      </a>
    );
  }
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role of one of several supports it
    <button
      {...shared}
      type="button"
      aria-checked={one_of ? checked : undefined}
      aria-disabled={disabled || undefined}
      onClick={press}
    >
      {inside}
    </button>
  );
}

/** A list within the list: opened by pointing, Enter or the right arrow. */
export function MenuSub({
  label,
  icon,
  side = 'left-start',
  disabled,
  children,
}: {
  label: string;
  icon?: ReactNode;
  side?: Side;
  disabled?: boolean;
  children: ReactNode;
}) {
  const parent = useContext(Menus);
  const ref = useRef<HTMLButtonElement>(null);
  const [open, set] = useState(false);
  const id = useId();
  const close = (back: boolean) => {
    set(false);
    if (back) ref.current?.focus();
  };
  useEffect(() => {
    const list = ref.current?.closest('[role=menu]');
    if (!open || !list) return undefined;
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Element && target !== ref.current && target.closest('[role=menu]') === list) set(false);
    };
    list.addEventListener('focusin', elsewhere);
    return () => list.removeEventListener('focusin', elsewhere);
  }, [open]);
  return (
    <>
      <button
        ref={ref}
        type="button"
        role="menuitem"
        tabIndex={-1}
        className={styles.item}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        popoverTarget={open ? id : undefined} // else pressing it closes the list that pointing at it has opened
        popoverTargetAction="show"
        aria-disabled={disabled || undefined}
        onClick={() => !disabled && set(true)}
        onPointerEnter={(event) => !disabled && event.pointerType === 'mouse' && set(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight' || disabled) return;
          event.stopPropagation();
          set(true);
        }}
      >
        <Inside icon={icon} end={<IconChevronRight size={16} stroke={1.5} aria-hidden="true" />}>
          {label}
        </Inside>
      </button>
      {open && (
        <Box anchor={ref.current} side={side} id={id} sub on_close={close} closes={parent.close}>
          {children}
        </Box>
      )}
    </>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <div className={styles.label} role="presentation">
      {children}
    </div>
  );
}

export function MenuDivider() {
  return <hr className={styles.divider} />;
}
