import type { Entry, Item, Message, Reaction, ThreadSummary } from '../protocol.gen';
import { voted } from './polls';

/** Users whom a thread's summary names. */
const NAMED = 5;

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
    case 'message:previewed':
    case 'poll:voted':
    case 'poll:closed':
      return entry.message;
    default:
      return undefined;
  }
}

/** The root of the thread whose summary an entry changes: a reply was written or deleted. */
function rootOf(entry: Entry): number | undefined {
  return entry.type === 'message:created' || entry.type === 'message:deleted' ? entry.thread : undefined;
}

/** The seqs of all messages that an entry changes. */
export function targets(entry: Entry): number[] {
  return [target(entry), rootOf(entry)].filter((seq) => seq !== undefined);
}

/** The row that an entry is in the timeline; null for those that only change a message. Pins do both. */
export function itemOf(entry: Entry): Item | null {
  if (entry.type === 'message:created') return { kind: 'message', ...messageOf(entry) };
  if (target(entry) !== undefined && !entry.type.endsWith('pinned')) return null;
  return { kind: 'line', ...entry };
}

/** The message that an entry wrote, before anything else happened to it. */
export function messageOf(entry: EntryOf<'message:created'>): Message {
  const { type: _, ...message } = entry;
  return { ...message, deleted: false, pinned: false, reactions: [], rev: entry.seq };
}

/**
 * A message with one entry applied: a new object, or the same one when the entry is of another message or in it already
 * (`rev`). So entries may come twice, and after a page that was read later.
 */
export function fold<M extends Message>(message: M, entry: Entry): M {
  if (entry.room !== message.room || entry.seq <= message.rev) return message;
  const changed = target(entry) === message.seq ? change(message, entry) : replied(message, entry);
  if (!changed) return message;
  const folded = { ...message, ...changed, rev: entry.seq };
  if (folded.deleted) {
    delete folded.forwarded;
    delete folded.poll;
  }
  return folded;
}

/** What a reply, or its end, changes in the root of its thread. */
function replied({ seq, replies }: Message, entry: Entry): Partial<Message> | undefined {
  if (rootOf(entry) !== seq) return undefined;
  const { count, people }: Pick<ThreadSummary, 'count' | 'people'> = replies ?? { count: 0, people: [] };
  if (entry.type === 'message:deleted') return replies ? { replies: { ...replies, count: count - 1 } } : {};
  const named = people.length >= NAMED || people.includes(entry.by) ? people : [...people, entry.by];
  return { replies: { count: count + 1, last_seq: entry.seq, last_at_ms: entry.at_ms, people: named } };
}

function change(message: Message, entry: Entry): Partial<Message> {
  switch (entry.type) {
    case 'message:edited': {
      const { text, html, mentions, mentions_room, at_ms } = entry;
      return { text, html, mentions, mentions_room, edited_at_ms: at_ms };
    }
    case 'message:deleted': {
      const gone = { text: '', html: '', mentions: [], mentions_room: false, deleted: true, pinned: false };
      const files = message.files === undefined ? {} : { files: [] };
      const previews = message.previews === undefined ? {} : { previews: [] };
      return { ...gone, ...files, ...previews, reactions: [] };
    }
    case 'message:previewed':
      return { previews: entry.previews };
    case 'message:pinned':
    case 'message:unpinned':
      return { pinned: entry.type === 'message:pinned' };
    case 'poll:voted':
      return message.poll ? { poll: voted(message.poll, entry.by, entry.choices, entry.tally) } : {};
    case 'poll:closed':
      return message.poll ? { poll: { ...message.poll, closed: true } } : {};
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
