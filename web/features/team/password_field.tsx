import { PasswordInput } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import { useText } from '@/i18n';
import styles from './auth.module.css';
import { shortest_password, strength_of } from './strength';

interface Props {
  label: string;
  name: string;
  value: string;
  onChange: (event: { currentTarget: { value: string } }) => void;
  error?: string;
  description?: string;
  autoComplete: 'current-password' | 'new-password' | 'off';
  autoFocus?: boolean;
}

export function PasswordField(props: Props) {
  const { t } = useText();
  const [caps, set_caps] = useState(false);
  const [shown, set_shown] = useState(false);
  const notice = (event: KeyboardEvent) => set_caps(event.getModifierState?.('CapsLock') ?? false);
  return (
    <div>
      <PasswordInput
        {...props}
        onKeyUp={notice}
        onBlur={() => set_caps(false)}
        visible={shown}
        onVisibilityChange={set_shown}
        visibilityToggleButtonProps={{
          'aria-label': t(shown ? 'sign_in:hide_password' : 'sign_in:show_password'),
          tabIndex: 0,
        }}
      />
      <p className={styles.hint} role="status">
        {caps ? t('sign_in:caps_lock') : ''}
      </p>
    </div>
  );
}

/** A password being chosen, with what would make it better. */
export function NewPasswordField({ personal, ...props }: Props & { personal: string[] }) {
  const { t } = useText();
  const id = useId();
  const strength = strength_of(props.value, personal);
  const words = {
    short: t('sign_in:strength.short', { count: strength.missing }),
    personal: t('sign_in:strength.personal'),
    weak: t('sign_in:strength.weak'),
    fair: t('sign_in:strength.fair'),
    good: t('sign_in:strength.good'),
  }[strength.key];
  return (
    <div>
      <PasswordField {...props} description={t('sign_in:strength.rule', { count: shortest_password })} />
      {props.value !== '' && (
        <div className={styles.strength}>
          <div className={styles.bars} data-level={strength.level} aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
          <p id={id} className={styles.hint} role="status">
            <span className="visually-hidden">{t('sign_in:strength.label')}: </span>
            {words}
          </p>
        </div>
      )}
    </div>
  );
}
