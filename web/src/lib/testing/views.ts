// What follows from the logs of the model, and the shapes in which it keeps them.
import type {
  Anchor,
  Entry,
  Item,
  MyEntry,
  Page,
  Pushes,
  Role,
  Room,
  RoomKind,
  Settings,
  Unread,
  User,
} from '../protocol.gen';

export type Body = Entry extends infer E ? (E extends Entry ? Omit<E, 'room' | 'seq' | 'at_ms' | 'by'> : never) : never;
export type MyBody = MyEntry extends infer E ? (E extends MyEntry ? Omit<E, 'seq' | 'at_ms'> : never) : never;

export interface ModelRoom {
  room: Room;
  log: Entry[];
  members: Map<string, Role>;
  markers: Map<string, number>;
  /** Markers in the threads that users follow, by root. */
  follows: Map<string, Map<number, number>>;
}

/** What everybody begins with. */
export const SETTINGS: Settings = { theme: 'system', sound: true, letter_keys: true, undo_send_s: 0, toolbar: true };

/** A room as it begins, before anybody is in it. */
export function roomOf(id: string, kind: RoomKind, members: readonly string[]): Room {
  const direct = kind === 'direct';
  const [name, people] = direct ? ['', [...members]] : [id, []];
  const off = { guests: false, archived: false, members: 0 };
  return { id, kind, style: 'chat', name, topic: '', previews: true, people, ...off };
}

/** A push on its way to a user's sockets. */
export type Push = { [K in keyof Pushes]: { name: K; payload: Pushes[K] } }[keyof Pushes];

/** Calls that change nothing which the logs hold. */
export const QUIET = {
  'lobby:get': () => ({ name: 'Model', set_up: true, guests: false, version: '0' }),
  'session:end': () => ({}),
  'presence:set': () => ({}),
  'presence:watch': () => ({ users: [] }),
  'typing:start': () => ({}),
  'typing:stop': () => ({}),
};

/** What of some items is unread after a marker. */
export function unreadIn(
  items: readonly Item[],
  { marker, head, user, direct }: { marker: number; head: number; user: string; direct: boolean },
): Unread {
  const after = items.flatMap((item) =>
    item.kind === 'message' && item.seq > marker && item.by !== user && !item.deleted ? [item] : [],
  );
  const calling = after.filter((message) => direct || message.mentions_room || message.mentions.includes(user));
  return { marker, unread: after.length, mentions: calling.length, head };
}

/** A page of some items, with the messages that they answer. */
export function pageOf(
  { all, quotable, users, head }: { all: readonly Item[]; quotable: readonly Item[]; users: User[]; head: number },
  from: Anchor,
  limit: number,
): Page {
  const [start, end] = bounds(all, from, limit);
  const items = all.slice(start, end);
  const shown = new Set(items.map(({ seq }) => seq));
  const answered = new Set(items.flatMap((item) => (item.kind === 'message' ? [item.reply_to, item.thread] : [])));
  const quoted = quotable.flatMap((item) =>
    item.kind === 'message' && answered.has(item.seq) && !shown.has(item.seq) ? [item] : [],
  );
  return { items, more_before: start > 0, more_after: end < all.length, quoted, users, head };
}

function bounds(items: readonly Item[], from: Anchor, limit: number): [number, number] {
  const first = (seq: number) => {
    const index = items.findIndex((item) => item.seq >= seq);
    return index < 0 ? items.length : index;
  };
  if (from === 'latest') return [Math.max(0, items.length - limit), items.length];
  if ('before' in from) return [Math.max(0, first(from.before) - limit), first(from.before)];
  if ('after' in from) return [first(from.after + 1), Math.min(items.length, first(from.after + 1) + limit)];
  const at = 'at' in from ? items.findIndex((item) => item.at_ms >= from.at) : first(from.around);
  const start = Math.max(0, (at < 0 ? items.length : at) - Math.floor(limit / 2));
  return [start, Math.min(items.length, start + limit)];
}
