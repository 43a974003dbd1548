import { IconMail } from '@tabler/icons-react';
import type { ChannelLook } from './channels';

export const email: ChannelLook = { id: 'email', name: 'inbox:channel.email', Icon: IconMail, writes_to: 'email' };
