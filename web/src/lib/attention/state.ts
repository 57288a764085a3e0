import type { Engine } from '../api';
import type { Replica } from '../log/replica';
import type { RoomBook } from '../state/rooms.svelte';
import type { AttentionState } from './attention';

/** Whose attention it is. */
export type Attentive = Pick<Engine, 'me' | 'settings' | 'presence' | 'preferences' | 'users' | 'toasts'> & {
  readonly rooms: RoomBook;
  /** The room that is on the screen. */
  readonly shown: string | null;
};

/** What attention goes by now. */
export function attentionOf(
  { me, settings, presence, preferences, shown }: Attentive,
  replica: Replica,
): AttentionState {
  const level = (room: string) => preferences.of(room).level;
  return {
    me: me?.id,
    sound: settings.sound,
    presence: presence.mine,
    shown,
    level,
    isDirect: (room) => replica.rooms.get(room)?.room.kind === 'direct',
    concerns: ({ room, thread, in_room }) => {
      const log = replica.rooms.get(room);
      if (log === undefined || log.follows.has(thread ?? 0)) return true;
      return level(room) === 'all' && log.stands({ in_room });
    },
  };
}
