import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './dialog.module.css';
import { useFocusBack } from './focus';

/** A dialog with a title, content and its verbs at the end. */
export default function DialogWindow({
  title,
  open,
  on_close,
  children,
  actions,
  size = 'md',
  close_label,
}: {
  title: string;
  open: boolean;
  on_close: () => void;
  children: ReactNode;
  actions?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  close_label: string;
}) {
  useFocusBack();
  return (
    <Modal opened={open} onClose={on_close} title={title} size={size} closeButtonProps={{ 'aria-label': close_label }}>
      <div className={styles.body}>{children}</div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </Modal>
  );
}
