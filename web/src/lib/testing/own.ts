// What is a user's own and nobody else's: the fold of their log, and the calls that write to it.
import type { Calls, Folder, Message, MyEntry, Preferences, PutAway, RoomPreference } from '../protocol.gen';
import type { MyBody } from './views';

/** What these calls need of the model. */
interface Model {
  message(room: string, seq: number): Message;
  /** Refuses who is not in the room. */
  member(room: string): void;
  /** The user's own log. */
  mine(): readonly MyEntry[];
  /** Where a room's log ends. */
  head(room: string): number;
  append(body: MyBody): void;
}

/** What a sync tells of a user's own log. */
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

export function awayIn(mine: readonly MyEntry[]): PutAway[] {
  let away: PutAway[] = [];
  for (const entry of mine) {
    if (entry.type === 'my:room_left') away = away.filter(({ room }) => room !== entry.room);
    if (entry.type === 'my:put_away') away = [...away.filter((other) => !same(other, entry.away)), entry.away];
  }
  return away;
}

function same(one: PutAway, other: PutAway): boolean {
  return one.room === other.room && one.message === other.message && one.thread === other.thread;
}

export function ownCalls({ message, member, mine, head, append }: Model) {
  const own = () => ownIn(mine());
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
    'catchup:put_away': (request: Calls['catchup:put_away']['request']) => {
      const { nonce: _, ...away } = request;
      member(away.room);
      const known = awayIn(mine()).find((other) => same(other, away));
      if (!known || known.until_ms !== away.until_ms) append({ type: 'my:put_away', away });
      return { room: away.room, seq: head(away.room) };
    },
    'catchup:list': () => {
      const away = awayIn(mine());
      const messages = away.flatMap(({ room, message: seq, until_ms: until }) =>
        seq === undefined || until === undefined ? [] : [message(room, seq)],
      );
      return { away, messages, users: [], head: mine().length };
    },
    'room:prefer': ({ rooms = [], folders }: Calls['room:prefer']['request']) => {
      for (const { room } of rooms) member(room);
      append({ type: 'my:rooms_preferred', rooms, ...(folders ? { folders } : {}) });
      return {};
    },
  };
}
