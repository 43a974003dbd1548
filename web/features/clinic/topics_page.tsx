import { TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTags } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { topics_query } from '@/api/lists';
import { languages, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog, IconButton, Tag, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './clinic.module.css';
import { ListPage } from './list_page';

type Topic = Schemas['Topic'];
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

function useTopicChange() {
  const client = useQueryClient();
  const { t } = useText();
  return async (topic: Topic, change: Partial<Schemas['TopicInput']>): Promise<Topic | undefined> => {
    try {
      const { names, position, active, version } = topic;
      const body = { names, position, active, version, ...change };
      return await call(api.PUT('/api/topics/{id}', { params: { path: { id: topic.id } }, body }));
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
      return undefined;
    } finally {
      void client.invalidateQueries({ queryKey: topics_query.queryKey });
    }
  };
}

/** What cases may be about. Archived ones stay in old cases and figures. */
export function TopicsPage() {
  const { t, language } = useText();
  const query = useQuery(topics_query);
  const [editing, edit] = useState<Topic | 'new' | null>(null);
  const change = useTopicChange();
  const active = (query.data ?? []).filter((one) => one.active);
  const swap = async (index: number, step: -1 | 1) => {
    const one = active[index];
    const other = active[index + step];
    if (!one || !other) return;
    const [from, to] =
      one.position === other.position ? [one.position, other.position + step] : [one.position, other.position];
    await change(one, { position: to });
    await change(other, { position: from });
  };
  const archive = async (topic: Topic, now_active: boolean) => {
    const saved = await change(topic, { active: now_active });
    if (!saved) return;
    const name = topic.names[language];
    toast(t(now_active ? 'settings:topics.restored' : 'settings:topics.archived', { name }), {
      undo: () => void change(saved, { active: !now_active }),
    });
  };
  const words = {
    title: t('settings:topics.title'),
    lead: t('settings:topics.text'),
    add: t('settings:topics.add'),
    empty_title: t('settings:topics.empty_title'),
    empty_text: t('settings:topics.empty_text'),
  };
  return (
    <ListPage
      words={words}
      icon={<IconTags size={22} stroke={1.5} />}
      query={query}
      on_add={() => edit('new')}
      row={(topic) => {
        const name = topic.names[language];
        const index = active.indexOf(topic);
        return (
          <li key={topic.id} className={styles.row}>
            <div className={styles.grow}>
              <b>{name}</b> {!topic.active && <Tag>{t('settings:topics.state_archived')}</Tag>}
              <p className={styles.key}>{topic.key}</p>
            </div>
            <div className={styles.actions}>
              {topic.active && (
                <>
                  <IconButton
                    small
                    label={t('settings:topics.up', { name })}
                    disabled={index === 0}
                    onClick={() => void swap(index, -1)}
                  >
                    <IconArrowUp {...small} />
                  </IconButton>
                  <IconButton
                    small
                    label={t('settings:topics.down', { name })}
                    disabled={index === active.length - 1}
                    onClick={() => void swap(index, 1)}
                  >
                    <IconArrowDown {...small} />
                  </IconButton>
                  <Button small aria-label={t('settings:topics.edit_label', { name })} onClick={() => edit(topic)}>
                    {t('settings:edit')}
                  </Button>
                </>
              )}
              <Button small look="quiet" onClick={() => void archive(topic, !topic.active)}>
                {t(topic.active ? 'settings:topics.archive' : 'settings:topics.restore')}
              </Button>
            </div>
          </li>
        );
      }}
    >
      {editing && <TopicDialog topic={editing === 'new' ? undefined : editing} on_close={() => edit(null)} />}
    </ListPage>
  );
}

function TopicDialog({ topic, on_close }: { topic: Topic | undefined; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useForm({
    initial: { key: '', ...(topic?.names ?? { en: '', es: '', fr: '', ca: '' }) },
    check: ({ key, ...names }) => ({
      ...Object.fromEntries(
        languages.filter((one) => !names[one].trim()).map((one) => [one, t('settings:topics.names_missing')]),
      ),
      ...(key === '' || /^[a-z][a-z0-9_]*$/.test(key) ? {} : { key: t('settings:topics.key_invalid') }),
    }),
    submit: async ({ key, en, es, fr, ca }) => {
      const names = { en: en.trim(), es: es.trim(), fr: fr.trim(), ca: ca.trim() };
      try {
        if (topic) {
          const { position, active, version } = topic;
          await call(
            api.PUT('/api/topics/{id}', {
              params: { path: { id: topic.id } },
              body: { names, position, active, version },
            }),
          );
        } else await call(api.POST('/api/topics', { body: { names, ...(key ? { key } : {}) } }));
        toast(t('settings:saved'));
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error, { 'names.en': 'en', 'names.es': 'es', 'names.fr': 'fr', 'names.ca': 'ca' });
      } finally {
        void client.invalidateQueries({ queryKey: topics_query.queryKey });
      }
    },
  });
  return (
    <Dialog
      open
      on_close={on_close}
      close_label={t('settings:close')}
      title={t(topic ? 'settings:topics.name' : 'settings:topics.add')}
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <div className={styles.names}>
          {languages.map((one, i) => (
            <TextInput
              key={one}
              lang={one}
              label={t('settings:topics.name_in', { language: t(`settings:language.${one}`) })}
              data-autofocus={i === 0 || undefined}
              {...form.text(one)}
            />
          ))}
        </div>
        {!topic && (
          <TextInput
            label={t('settings:topics.key')}
            description={t('settings:topics.key_hint')}
            autoCapitalize="none"
            {...form.text('key')}
          />
        )}
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('settings:save')}
          </Button>
          <Button onClick={on_close}>{t('settings:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
