// Rows above the rooms in the side bar: each leads to a screen of its own. A new one is an entry of the table.

import type { Engine } from '../../lib';
import type { IconName } from '../parts/icons';
import type { Keyed } from '../shell/keys';

/** A row that leads to a screen. */
export interface SideView {
  readonly label: string;
  readonly icon: IconName;
  /** Where it leads; it is the current one while the address begins so. */
  readonly path: string;
  /** How much waits there, and how much of it calls the user; nothing without it. */
  waiting?(engine: Engine): { readonly unread: number; readonly calls: number };
  /** What a click on the count does, in words. */
  readonly means?: string;
  /** Goes to what waits, where that is not simply the screen. */
  follow?(keyed: Keyed): Promise<void>;
}

export const VIEWS: readonly SideView[] = [
  {
    label: 'Catch up',
    icon: 'check',
    path: '/catch-up',
    means: 'See what waits',
    waiting: ({ rooms }) => ({ unread: rooms.mentions + rooms.threads.places, calls: 0 }),
  },
  {
    label: 'Threads',
    icon: 'thread',
    path: '/threads',
    means: 'Go to the unread replies',
    waiting: ({ rooms }) => ({ unread: rooms.threads.unread, calls: rooms.threads.mentions }),
    follow: async (keyed) => (await import('./counts')).followThreads(keyed),
  },
  { label: 'Saved', icon: 'bookmark', path: '/saved' },
];
