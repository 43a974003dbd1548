// What the independent computation keeps of a case while its rows pass by (oracle.ts).
import type { Owner, Row } from './oracle';

export interface Contact {
  at: number;
  channel: string;
  site: string;
  conversation: string | null;
  written: boolean;
}
export interface Reply extends Contact {
  key: string;
  end: number;
  ended_at_site: string;
  agent: string | null;
  topic: string | null;
  priority: string | null;
}
export interface Resolve {
  at: number;
  agent: string | null;
  bot: boolean;
  topic: string | null;
  priority: string | null;
  again?: number;
  nobody: boolean;
}
export interface Part {
  id: string;
  row: Row;
  by_patient: boolean;
  opened: number;
  begun: boolean;
  topic: string | null;
  priority: string | null;
  agent: string | null;
  open_topic: string | null;
  open_priority: string | null;
  open_agent: string | null;
  first?: Contact;
  waiting: Contact[];
  replies: Reply[];
  resolves: Resolve[];
  contacts: Contact[];
  answers: { at: number; bot: boolean; topic: string | null; priority: string | null }[];
  person_replied: boolean;
  inbound: number[];
  handoffs: { at: number; topic: string | null; priority: string | null }[];
  handed?: Contact;
  last?: Contact;
  left?: number;
  escalated: boolean;
  /** Who was to act, and who had it, from then on; null while resolved. */
  turns: { at: number; owner: Owner | null; agent: string | null }[];
  story: { at: number; topic: string | null; priority: string | null; agent: string | null }[];
}
export interface Event {
  at: number;
  kind: string;
  id: string;
  step: number;
  row: Row;
}
