import { useQuery, useQueryClient } from '@tanstack/react-query';
import { TextInput } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { channel_for } from '@/channels/channels';
import { useText } from '@/i18n';
import { Button, date_text, Tag } from '@/ui';
import { failed } from './actions';
import styles from './start_conversation.module.css';
import { type Case, case_query } from './queries';

/** A case without a conversation yet (opened by staff): choose the address to write to. */
export function StartConversation({
  one,
  on_note,
  on_started,
}: {
  one: Case;
  on_note: () => void;
  on_started: (conversation_id: number) => void;
}) {
  const { t, language } = useText();
  const client = useQueryClient();
  const [subject, set_subject] = useState(one.title);
  const [reason, set_reason] = useState('');
  const patient_id = one.patient?.id ?? 0;
  const { data } = useQuery({
    queryKey: ['patient', patient_id],
    queryFn: () => call(api.GET('/api/patients/{id}', { params: { path: { id: patient_id } } })),
    enabled: patient_id !== 0,
  });
  const points = data?.contact_points.filter((point) => channel_for(point.system)) ?? [];
  const start = async (channel: string, contact_point_id: number, verified: boolean) => {
    try {
      const body = {
        channel,
        contact_point_id,
        subject: subject.trim(),
        ...(verified ? {} : { unverified_reason: reason.trim() }),
      };
      const now = await call(api.POST('/api/cases/{id}/conversations', { params: { path: { id: one.id } }, body }));
      client.setQueryData(case_query(one.id).queryKey, now);
      const known = new Set(one.conversations.map((c) => c.id));
      const fresh = now.conversations.find((c) => !known.has(c.id));
      if (fresh) on_started(fresh.id);
    } catch (error) {
      failed(error);
    }
  };
  const unverified = points.some((point) => !point.verified);
  return (
    <div className={styles.start}>
      <p>{points.length > 0 ? t('inbox:start_hint') : t('inbox:start_none')}</p>
      {points.length > 0 && (
        <TextInput
          label={t('inbox:subject')}
          value={subject}
          onChange={(event) => set_subject(event.currentTarget.value)}
          maxLength={500}
        />
      )}
      {unverified && (
        <TextInput
          label={t('inbox:reason_start')}
          description={t('inbox:reason_hint')}
          value={reason}
          onChange={(event) => set_reason(event.currentTarget.value)}
          maxLength={500}
        />
      )}
      <div className={styles.points}>
        {points.map((point) => (
          <Button
            key={point.id}
            icon={<IconMailPlus size={16} stroke={1.5} />}
            disabled={subject.trim() === '' || (!point.verified && reason.trim() === '')}
            onClick={() => void start(channel_for(point.system)?.id ?? '', point.id, point.verified)}
          >
            {point.display}{' '}
            <Tag tone={point.undeliverable ? 'late' : point.verified ? 'good' : 'soon'}>
              {point.undeliverable
                ? t('inbox:came_back', { date: date_text(point.undeliverable.since.slice(0, 10), language) })
                : t(point.verified ? 'inbox:verified' : 'inbox:unverified')}
            </Tag>
          </Button>
        ))}
        <Button look="quiet" onClick={on_note}>
          {t('inbox:write_note_instead')}
        </Button>
      </div>
    </div>
  );
}
