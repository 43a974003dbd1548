import { type IconMail, IconMessage, IconPhone } from '@tabler/icons-react';
import { email } from './email';

export interface ChannelLook {
  id: string;
  /** Locale key of its name. */
  name: string;
  Icon: typeof IconMail;
  /** The kind of contact point one can start a conversation with. */
  writes_to?: string;
}

const list: ChannelLook[] = [email];

/** How a channel looks and is called; an unknown one gets a neutral face instead of a hole. */
export function channel_look(id: string | null | undefined): ChannelLook {
  return list.find((one) => one.id === id) ?? { id: id ?? '', name: 'inbox:channel.other', Icon: IconMessage };
}

/** The channel by which one can write first to a contact point of this kind. */
export function channel_for(system: string): ChannelLook | undefined {
  return list.find((one) => one.writes_to === system);
}

const systems: Record<string, typeof IconMail> = { phone: IconPhone };
export function contact_icon(system: string): typeof IconMail {
  return channel_for(system)?.Icon ?? systems[system] ?? IconMessage;
}
