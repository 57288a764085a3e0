import type { Entry, Item, Message, Unread } from '../protocol.gen';
import { lowerBound } from './segments';

/** For whom it is counted: who they are, and whether the room is a direct one, where every message is a mention. */
export interface Reader {
  readonly me: string;
  readonly direct: boolean;
  /** Whether a message, or one that an entry changes, may be of what is counted: the room, or a thread. */
  covers(message: { in_room?: boolean; thread?: number }): boolean;
}

/** Whether a message counts as unread once the marker is before it. Deleted ones leave nothing to read. */
export function counts(message: Message, reader: Reader): boolean {
  return message.by !== reader.me && !message.deleted;
}

/** Whether a message calls the reader. */
export function calls(message: Pick<Message, 'mentions' | 'mentions_room'>, reader: Reader): boolean {
  return reader.direct || message.mentions_room || message.mentions.includes(reader.me);
}

/** What is unread after the marker, counted from items that hold everything after it. */
export function countItems(
  items: readonly Item[],
  marker: number,
  reader: Reader,
): { unread: number; mentions: number } {
  let [unread, mentions] = [0, 0];
  for (let index = lowerBound(items, marker + 1); index < items.length; index += 1) {
    const item = items[index];
    if (item?.kind !== 'message' || !counts(item, reader)) continue;
    unread += 1;
    if (calls(item, reader)) mentions += 1;
  }
  return { unread, mentions };
}

/**
 * Where the reader stands one entry later. `before` is the message that the entry changes, as it was, if it is known.
 * Undefined when it can't be told without that message: then the server must count.
 */
export function advance(base: Unread, entry: Entry, before: Message | undefined, reader: Reader): Unread | undefined {
  if (entry.seq <= base.head) return base;
  const next = { ...base, head: entry.seq };
  switch (entry.type) {
    case 'message:created':
      if (entry.by === reader.me || entry.seq <= base.marker || !reader.covers(entry)) return next;
      return add(next, 1, calls(entry, reader) ? 1 : 0);
    case 'message:edited':
      if (entry.by === reader.me || entry.message <= base.marker || !reader.covers(before ?? entry)) return next;
      if (!before) return undefined;
      return counts(before, reader) ? add(next, 0, Number(calls(entry, reader)) - Number(calls(before, reader))) : next;
    case 'message:deleted':
      if (entry.author === reader.me || entry.message <= base.marker || !reader.covers(before ?? entry)) return next;
      if (!before) return undefined;
      return counts(before, reader) ? add(next, -1, calls(before, reader) ? -1 : 0) : next;
    default:
      return next;
  }
}

function add(base: Unread, unread: number, mentions: number): Unread {
  return {
    ...base,
    unread: Math.max(0, base.unread + unread),
    mentions: Math.max(0, base.mentions + mentions),
  };
}
