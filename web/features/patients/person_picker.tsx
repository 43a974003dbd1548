import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '@/i18n';
import { HitFace } from './hit_row';
import styles from './patients.module.css';
import type { Hit } from './queries';
import { useSearch } from './use_search';

/** Chooses one person by searching. */
export function PersonPicker({
  label,
  except,
  chosen,
  on_choose,
  error,
}: {
  label: string;
  except: number;
  chosen: Hit | null;
  on_choose: (hit: Hit | null) => void;
  error?: string;
}) {
  const { t } = useText();
  const [text, set_text] = useState('');
  const found = useSearch(chosen ? '' : text);
  const hits = found.hits.filter((one) => one.id !== except).slice(0, 6);
  return (
    <div className={styles.stack}>
      <TextInput
        label={label}
        placeholder={t('patients:search.placeholder')}
        leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
        value={chosen ? chosen.display_name : text}
        error={error}
        autoComplete="off"
        data-autofocus
        onChange={(event) => {
          on_choose(null);
          set_text(event.currentTarget.value);
        }}
      />
      {!chosen && hits.length > 0 && (
        <ul className={styles.list}>
          {hits.map((hit) => (
            <li key={hit.id}>
              <button type="button" className={styles.hit} style={{ width: '100%' }} onClick={() => on_choose(hit)}>
                <HitFace hit={hit} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {!chosen && found.state === 'done' && hits.length === 0 && (
        <p className={styles.hint}>{t('patients:search.none_title')}</p>
      )}
    </div>
  );
}
