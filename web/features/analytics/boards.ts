import type { Dimension } from './filters';

/** One part of a dashboard below its tiles. */
export type CardSpec =
  | { kind: 'trend'; kpi: string }
  | { kind: 'spread'; kpi: string }
  | { kind: 'hours'; kpi: string }
  /** The groups of a dimension, side by side in several figures; the first one orders them. */
  | { kind: 'ranking'; by: Dimension; kpis: readonly string[] }
  /** The same thing as different systems count it. */
  | { kind: 'variants'; kpis: readonly string[] }
  | { kind: 'where' }
  | { kind: 'backlog' };

export interface Board {
  name: string;
  tiles: readonly string[];
  /** In pairs, left and right; a `wide` one takes the whole row. */
  cards: readonly (CardSpec & { wide?: true })[];
}

/** Every dashboard is this description and nothing else: tiles first, then charts. */
export const boards = [
  {
    name: 'overview',
    tiles: [
      'contacts',
      'first_response_time',
      'sla_attainment',
      'first_contact_resolution',
      'abandonment_rate',
      'csat',
    ],
    cards: [
      { kind: 'trend', kpi: 'first_response_time' },
      { kind: 'spread', kpi: 'first_response_time' },
      {
        kind: 'ranking',
        by: 'channel',
        kpis: ['contacts', 'first_response_time', 'next_reply_time', 'sla_attainment', 'csat'],
        wide: true,
      },
      { kind: 'hours', kpi: 'contacts', wide: true },
      { kind: 'where' },
      { kind: 'backlog' },
    ],
  },
  {
    name: 'channels',
    tiles: [
      'contacts',
      'cases_opened',
      'first_response_time',
      'next_reply_time',
      'sla_attainment',
      'abandoned_inquiries',
    ],
    cards: [
      {
        kind: 'ranking',
        by: 'channel',
        kpis: ['contacts', 'first_response_time', 'next_reply_time', 'sla_attainment', 'reopen_rate', 'csat'],
        wide: true,
      },
      { kind: 'trend', kpi: 'contacts' },
      { kind: 'trend', kpi: 'abandoned_inquiries' },
      { kind: 'hours', kpi: 'contacts', wide: true },
      { kind: 'spread', kpi: 'first_response_time' },
      { kind: 'spread', kpi: 'next_reply_time' },
      { kind: 'ranking', by: 'site', kpis: ['contacts', 'first_response_time', 'sla_attainment'] },
      { kind: 'ranking', by: 'language', kpis: ['contacts', 'first_response_time', 'sla_attainment'] },
    ],
  },
  {
    name: 'calls',
    tiles: [
      'calls_offered',
      'service_level',
      'abandonment_rate',
      'average_speed_of_answer',
      'average_handle_time',
      'missed_recovered',
    ],
    cards: [
      { kind: 'trend', kpi: 'service_level' },
      {
        kind: 'variants',
        kpis: [
          'service_level',
          'service_level_all_abandons',
          'service_level_answered_only',
          'service_level_abandons_met',
        ],
      },
      { kind: 'hours', kpi: 'calls_offered', wide: true },
      { kind: 'spread', kpi: 'average_speed_of_answer' },
      { kind: 'spread', kpi: 'average_handle_time' },
      { kind: 'trend', kpi: 'calls_abandoned' },
      { kind: 'spread', kpi: 'callback_time' },
      { kind: 'ranking', by: 'agent', kpis: ['average_handle_time', 'average_speed_of_answer'], wide: true },
    ],
  },
  {
    name: 'team',
    tiles: ['occupancy', 'first_response_time', 'next_reply_time', 'average_handle_time', 'reopen_rate', 'csat'],
    cards: [
      {
        kind: 'ranking',
        by: 'agent',
        kpis: ['next_reply_time', 'first_response_time', 'average_handle_time', 'occupancy', 'reopen_rate', 'csat'],
        wide: true,
      },
      { kind: 'trend', kpi: 'occupancy' },
      { kind: 'spread', kpi: 'next_reply_time' },
    ],
  },
  {
    name: 'topics',
    tiles: [
      'cases_opened',
      'first_contact_resolution',
      'full_resolution_time',
      'reopen_rate',
      'escalation_rate',
      'resolved_unanswered',
    ],
    cards: [
      {
        kind: 'ranking',
        by: 'topic',
        kpis: [
          'cases_opened',
          'first_response_time',
          'full_resolution_time',
          'first_contact_resolution',
          'reopen_rate',
        ],
        wide: true,
      },
      { kind: 'spread', kpi: 'full_resolution_time' },
      { kind: 'where' },
      { kind: 'ranking', by: 'language', kpis: ['cases_opened', 'first_response_time', 'first_contact_resolution'] },
      { kind: 'trend', kpi: 'first_contact_resolution' },
    ],
  },
  {
    name: 'satisfaction',
    tiles: ['csat', 'nps', 'survey_response_rate'],
    cards: [
      { kind: 'trend', kpi: 'csat' },
      { kind: 'trend', kpi: 'nps' },
      { kind: 'ranking', by: 'channel', kpis: ['csat', 'nps', 'survey_response_rate'] },
      { kind: 'ranking', by: 'topic', kpis: ['csat', 'nps', 'survey_response_rate'] },
      { kind: 'ranking', by: 'agent', kpis: ['csat', 'nps'] },
      { kind: 'trend', kpi: 'survey_response_rate' },
    ],
  },
  {
    name: 'appointments',
    tiles: ['no_show_rate', 'late_cancellation_rate', 'booking_lead_time', 'waiting_room_time', 'start_delay'],
    cards: [
      {
        kind: 'ranking',
        by: 'service',
        kpis: ['no_show_rate', 'late_cancellation_rate', 'booking_lead_time', 'waiting_room_time', 'start_delay'],
        wide: true,
      },
      { kind: 'trend', kpi: 'no_show_rate' },
      { kind: 'trend', kpi: 'late_cancellation_rate' },
      { kind: 'spread', kpi: 'waiting_room_time' },
      { kind: 'spread', kpi: 'booking_lead_time' },
      { kind: 'hours', kpi: 'no_show_rate', wide: true },
    ],
  },
  {
    name: 'automation',
    tiles: ['bot_containment', 'handoff_rate', 'first_automated_response_time', 'handoff_response_time'],
    cards: [
      { kind: 'ranking', by: 'topic', kpis: ['bot_containment', 'handoff_rate', 'handoff_response_time'] },
      { kind: 'ranking', by: 'language', kpis: ['bot_containment', 'handoff_rate', 'handoff_response_time'] },
      { kind: 'trend', kpi: 'bot_containment' },
      { kind: 'spread', kpi: 'handoff_response_time' },
    ],
  },
] as const satisfies readonly Board[];

/** Of those who may not see the figures of others. */
export const own_board = {
  name: 'own',
  tiles: ['next_reply_time', 'first_response_time', 'average_handle_time', 'occupancy', 'reopen_rate', 'csat'],
  cards: [
    { kind: 'trend', kpi: 'next_reply_time' },
    { kind: 'spread', kpi: 'next_reply_time' },
    { kind: 'ranking', by: 'channel', kpis: ['next_reply_time', 'first_response_time', 'csat'] },
    { kind: 'ranking', by: 'topic', kpis: ['next_reply_time', 'first_response_time', 'csat'] },
  ],
} as const satisfies Board;

export type BoardName = (typeof boards)[number]['name'] | 'own';

/** What the tiles and charts need at once: one question for the period, one for its days. */
export function keys_of(board: Board): { total: string[]; by_day: string[] } {
  const of_cards = board.cards.flatMap((card): readonly string[] => {
    if (card.kind === 'where') return ['full_resolution_time', 'clinic_time', 'patient_time', 'third_party_time'];
    if (card.kind === 'variants') return card.kpis;
    return card.kind === 'trend' || card.kind === 'spread' ? [card.kpi] : [];
  });
  const trends = board.cards.flatMap((card) => (card.kind === 'trend' ? [card.kpi] : []));
  return { total: [...new Set([...board.tiles, ...of_cards])], by_day: [...new Set([...board.tiles, ...trends])] };
}
