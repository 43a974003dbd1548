import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { Kbd, useFocusBack } from '@/ui';
import styles from './palette.module.css';
import { type Item, usePaletteItems } from './palette_items';
import { end_type_ahead } from './type_ahead';

/** People, cases and commands. Search text travels in a body, never in a URL. */
export function Palette({ on_close }: { on_close: () => void }) {
  const { t } = useText();
  const [text, set_text] = useState('');
  const [at, set_at] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { items, busy } = usePaletteItems(text);
  const current = Math.min(at, Math.max(0, items.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  });
  useFocusBack();
  useEffect(() => () => void end_type_ahead(), []);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    on_close();
    item.run();
  };
  const on_key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || (event.key === 'n' && event.ctrlKey))
      set_at((current + 1) % Math.max(1, items.length));
    else if (event.key === 'ArrowUp' || (event.key === 'p' && event.ctrlKey))
      set_at((current - 1 + items.length) % Math.max(1, items.length));
    else if (event.key === 'Enter') choose(items[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={on_close}
      withCloseButton={false}
      size={620}
      padding={0}
      centered={false}
      yOffset="12vh"
      aria-label={t('app:search')}
      classNames={{ body: styles.body }}
    >
      <div className={styles.field}>
        <IconSearch size={18} stroke={1.5} aria-hidden="true" />
        <input
          data-autofocus
          className={styles.input}
          value={text}
          onChange={(event) => {
            set_text(event.currentTarget.value);
            set_at(0);
          }}
          onFocus={() => set_text((typed) => typed + end_type_ahead())}
          onKeyDown={on_key}
          placeholder={t('app:palette_placeholder')}
          aria-label={t('app:palette_placeholder')}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={items[current] ? `palette-${items[current].id}` : undefined}
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd keys="Escape" />
      </div>
      <div
        className={styles.list}
        id="palette-list"
        role="listbox"
        aria-label={t('app:palette_results')}
        ref={list}
        aria-busy={busy}
      >
        {items.map((item, index) => (
          <div key={item.id} role="presentation">
            {item.group !== items[index - 1]?.group && (
              <div className={styles.group} role="presentation">
                {item.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox */}
            <div
              id={`palette-${item.id}`}
              role="option"
              aria-selected={index === current}
              className={styles.item}
              onClick={() => choose(item)}
              onMouseMove={() => set_at(index)}
            >
              <span className={styles.icon}>{item.icon}</span>
              <span className={styles.texts}>
                <span className={styles.title}>{item.title}</span>
                {item.sub && <span className={styles.sub}>{item.sub}</span>}
              </span>
              {item.side && <span className={`${styles.side} num`}>{item.side}</span>}
            </div>
          </div>
        ))}
        {items.length === 0 && (
          <p className={styles.none} role="status">
            {busy ? t('app:palette_searching') : t('app:palette_none')}
          </p>
        )}
      </div>
    </Modal>
  );
}
