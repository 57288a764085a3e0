// What is a user's own and nobody else's: the fold of their log, and the calls that write to it.
import type { Calls, Folder, Message, MyEntry, Preferences, RoomPreference } from '../protocol.gen';
import type { MyBody } from './views';

/** What these calls need of the model. */
interface Model {
  message(room: string, seq: number): Message;
  /** Refuses who is not in the room. */
  member(room: string): void;
  own(): Own;
  append(body: MyBody): void;
}

/** What a user's own log folds to. */
export interface Own {
  readonly saved: Record<string, number[]>;
  readonly preferences: Preferences;
}

export function ownIn(mine: readonly MyEntry[]): Own {
  return { saved: savedIn(mine), preferences: preferencesIn(mine) };
}

function savedIn(mine: readonly MyEntry[]): Record<string, number[]> {
  const saved: Record<string, number[]> = {};
  for (const entry of mine) {
    if (entry.type !== 'my:message_saved' && entry.type !== 'my:message_unsaved') continue;
    const others = (saved[entry.room] ?? []).filter((seq) => seq !== entry.message);
    saved[entry.room] = entry.type === 'my:message_saved' ? [...others, entry.message] : others;
  }
  return saved;
}

function preferencesIn(mine: readonly MyEntry[]): Preferences {
  const rooms = new Map<string, RoomPreference>();
  let folders: Folder[] = [];
  for (const entry of mine) {
    if (entry.type === 'my:room_left') rooms.delete(entry.room);
    if (entry.type !== 'my:rooms_preferred') continue;
    for (const one of entry.rooms) rooms.set(one.room, one);
    folders = entry.folders ?? folders;
  }
  return { rooms: [...rooms.values()], folders };
}

export function ownCalls({ message, member, own, append }: Model) {
  const save =
    (on: boolean) =>
    ({ room, seq }: Calls['message:save']['request']) => {
      message(room, seq);
      const there = (own().saved[room] ?? []).includes(seq);
      if (there !== on) append({ type: on ? 'my:message_saved' : 'my:message_unsaved', room, message: seq });
      return {};
    };
  return {
    'message:save': save(true),
    'message:unsave': save(false),
    'room:prefer': ({ rooms = [], folders }: Calls['room:prefer']['request']) => {
      for (const { room } of rooms) member(room);
      append({ type: 'my:rooms_preferred', rooms, ...(folders ? { folders } : {}) });
      return {};
    },
  };
}
