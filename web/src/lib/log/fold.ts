import type { Entry, Item, Message, Reaction } from '../protocol.gen';

export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>;

/** The seq of the message that an entry changes; undefined for entries that change none. */
export function target(entry: Entry): number | undefined {
  switch (entry.type) {
    case 'message:edited':
    case 'message:deleted':
    case 'reaction:added':
    case 'reaction:removed':
    case 'message:pinned':
    case 'message:unpinned':
      return entry.message;
    default:
      return undefined;
  }
}

/** The row that an entry is in the timeline; null for those that only change a message. Pins do both. */
export function itemOf(entry: Entry): Item | null {
  if (entry.type === 'message:created') return { kind: 'message', ...messageOf(entry) };
  if (target(entry) !== undefined && !entry.type.endsWith('pinned')) return null;
  return { kind: 'line', ...entry };
}

/** The message that an entry wrote, before anything else happened to it. */
export function messageOf(entry: EntryOf<'message:created'>): Message {
  const { room, seq, by, at_ms, text, html, mentions, mentions_room, reply_to, files, nonce } = entry;
  const answered = { ...(reply_to === undefined ? {} : { reply_to }), ...(files === undefined ? {} : { files }) };
  const fresh = { deleted: false, pinned: false, reactions: [], rev: seq };
  return { room, seq, by, at_ms, text, html, mentions, mentions_room, ...answered, ...fresh, nonce };
}

/**
 * A message with one entry applied: a new object, or the same one when the entry is of another message or in it already
 * (`rev`). So entries may come twice, and after a page that was read later.
 */
export function fold<M extends Message>(message: M, entry: Entry): M {
  if (target(entry) !== message.seq || entry.room !== message.room || entry.seq <= message.rev) return message;
  return { ...message, ...change(message, entry), rev: entry.seq };
}

function change(message: Message, entry: Entry): Partial<Message> {
  switch (entry.type) {
    case 'message:edited': {
      const { text, html, mentions, mentions_room, at_ms } = entry;
      return { text, html, mentions, mentions_room, edited_at_ms: at_ms };
    }
    case 'message:deleted': {
      const gone = { text: '', html: '', mentions: [], mentions_room: false, deleted: true, pinned: false };
      const without = message.files === undefined ? {} : { files: [] };
      return { ...gone, ...without, reactions: [] };
    }
    case 'message:pinned':
    case 'message:unpinned':
      return { pinned: entry.type === 'message:pinned' };
    case 'reaction:added':
      return { reactions: withReaction(message.reactions, entry.emoji, entry.by) };
    case 'reaction:removed':
      return { reactions: withoutReaction(message.reactions, entry.emoji, entry.by) };
    default:
      return {};
  }
}

/** Reactions with one more; the same when it is there. */
export function withReaction(reactions: readonly Reaction[], emoji: string, user: string): Reaction[] {
  const there = reactions.find((reaction) => reaction.emoji === emoji);
  if (!there) return [...reactions, { emoji, users: [user] }];
  if (there.users.includes(user)) return [...reactions];
  return reactions.map((reaction) => (reaction === there ? { emoji, users: [...there.users, user] } : reaction));
}

/** Reactions with one less; an emoji that nobody uses any more goes. */
export function withoutReaction(reactions: readonly Reaction[], emoji: string, user: string): Reaction[] {
  return reactions
    .map((reaction) =>
      reaction.emoji === emoji ? { emoji, users: reaction.users.filter((other) => other !== user) } : reaction,
    )
    .filter((reaction) => reaction.users.length > 0);
}
