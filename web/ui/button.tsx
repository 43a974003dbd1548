import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { Kbd } from './kbd';

type Look = 'default' | 'primary' | 'quiet' | 'danger';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
  wide?: boolean;
  icon?: ReactNode;
  keys?: string;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function button_class(look: Look = 'default', small = false, wide = false): string {
  const look_class = look === 'default' ? '' : styles[look];
  return [styles.button, look_class, small ? styles.small : '', wide ? styles.wide : ''].filter(Boolean).join(' ');
}

/** A verb one can press. `keys` shows the shortcut and says it to assistive technology. */
export function Button({ look, small, wide, icon, keys, busy, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-keyshortcuts={keys}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      {...rest}
      className={`${button_class(look, small, wide)} ${className ?? ''}`}
    >
      {icon}
      {children !== undefined && children !== null && <span>{children}</span>}
      {keys && <Kbd keys={keys} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  label: string;
  children: ReactNode;
}

/** An icon with a name: shown as a tooltip, read as a label. */
export function IconButton({
  label,
  look = 'quiet',
  small,
  keys,
  children,
  className,
  busy,
  wide: _wide,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={label}
      aria-keyshortcuts={keys}
      aria-busy={busy || undefined}
      {...rest}
      className={`${button_class(look, small)} ${styles.icon} ${className ?? ''}`}
    >
      {children}
    </button>
  );
}
