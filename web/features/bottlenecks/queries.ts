import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Period } from './settings';

export type Report = Schemas['Bottlenecks'];
export type Finding = Schemas['Bottleneck'];
export type Segment = Schemas['BottleneckSegment'];
export type Stage = Schemas['BottleneckStage'];
export type Change = Schemas['BottleneckChange'];
export type Stay = Schemas['BottleneckStay'];

export interface Asked extends Period {
  site: number | null;
}
const query_of = ({ from, to, site }: Asked) => ({ from, to, ...(site ? { site } : {}) });

export const report_query = (asked: Asked) => {
  const query = query_of(asked);
  return queryOptions({
    queryKey: ['bottlenecks', query],
    queryFn: () => call(api.GET('/api/bottlenecks', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
};

export const change_query = (asked: Asked) => {
  const query = query_of(asked);
  return queryOptions({
    queryKey: ['bottlenecks', 'change', query],
    queryFn: () => call(api.GET('/api/bottlenecks/change', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
};

/** The period, stage and segment of a finding, as the list of its cases wants them. */
export function stays_asked(asked: Asked, { stage, segment }: Pick<Finding, 'stage' | 'segment'>) {
  const { site_id, channel, topic, language, weekday, hour_from, hour_to } = segment;
  return {
    ...query_of(asked),
    stage,
    ...(site_id ? { site: site_id } : {}),
    ...(channel ? { channel } : {}),
    ...(topic ? { topic } : {}),
    ...(language ? { language } : {}),
    ...(weekday !== null ? { weekday } : {}),
    ...(hour_from !== null ? { hour_from } : {}),
    ...(hour_to !== null ? { hour_to } : {}),
  };
}
