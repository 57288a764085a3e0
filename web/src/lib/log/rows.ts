import type { Delivery, LineRow, MessageRow, Row } from '../api';
import type { OutboxItem } from '../outbox/item';
import type { Item, Message } from '../protocol.gen';
import { withReaction, withoutReaction } from './fold';
import { begun, voted } from './polls';
import type { Reader } from './unread';

/** What a row shows beside its item. */
export interface RowContext {
  readonly reader: Pick<Reader, 'me'>;
  /** The thread that is shown; undefined in the room itself. */
  readonly thread: number | undefined;
  /** The answered message; null while it is not known. */
  quote(seq: number): Message | null;
  /** The user's own changes to a message that the log has not brought yet, in order. */
  changes(seq: number): readonly OutboxItem[];
}

const NONE: readonly never[] = [];
/** What a message without anything beside its text brings. */
const NOTHING = { files: NONE, previews: NONE, forwarded: undefined, poll: undefined };

/** The row of an item of the log. */
export function rowOf(item: Item, context: RowContext): Row {
  return item.kind === 'message' ? messageRow(item, context) : lineRow(item);
}

function lineRow(item: Item & { kind: 'line' }): LineRow {
  const { kind, seq, at_ms, by } = item;
  return { kind, key: `line/${seq}`, seq, at_ms, by, entry: item };
}

/** Author and nonce name a message before and after it has a seq. */
function key(by: string, nonce: string): string {
  return `${by}/${nonce}`;
}

function messageRow(message: Message, context: RowContext): MessageRow {
  const changes = context.changes(message.seq);
  const shown = changes.reduce((sofar, item) => withChange(sofar, item, context.reader.me), shownOf(message));
  return {
    kind: 'message',
    key: key(message.by, message.nonce),
    seq: message.seq,
    by: message.by,
    at_ms: message.at_ms,
    ...shown,
    uploads: NONE,
    mentions: message.mentions,
    mentionsRoom: message.mentions_room,
    mentionsMe: message.mentions_room || message.mentions.includes(context.reader.me),
    mine: message.by === context.reader.me,
    delivery: 'sent',
    failure: undefined,
    heldUntil: undefined,
    nonce: message.nonce,
    changing: changes.some(({ state }) => state !== 'sent'),
    ...standsIn(message, context),
    replies: message.replies,
  };
}

/** What it answers, and the thread it is in. In the room, a reply in a thread answers the root. */
function standsIn(
  { reply_to, thread }: Pick<Message, 'reply_to' | 'thread'>,
  context: RowContext,
): Pick<MessageRow, 'replyTo' | 'quote' | 'thread'> {
  const replyTo = reply_to ?? (context.thread === undefined ? thread : undefined);
  return { replyTo, quote: replyTo === undefined ? undefined : context.quote(replyTo), thread };
}

type Shown = Pick<
  MessageRow,
  'files' | 'previews' | 'forwarded' | 'poll' | 'text' | 'html' | 'deleted' | 'pinned' | 'editedAtMs' | 'reactions'
>;

function shownOf({
  files,
  previews,
  forwarded,
  poll,
  text,
  html,
  deleted,
  pinned,
  edited_at_ms,
  reactions,
}: Message): Shown {
  return {
    files: files ?? NONE,
    previews: previews ?? NONE,
    forwarded,
    poll,
    text,
    html,
    deleted,
    pinned,
    editedAtMs: edited_at_ms,
    reactions,
  };
}

/** A message as it will be once the user's own change has arrived. Changes that have arrived change nothing. */
function withChange(shown: Shown, { change, createdAtMs }: OutboxItem, me: string): Shown {
  switch (change.call) {
    case 'message:edit':
      if (shown.text === change.request.text || shown.deleted) return shown;
      return { ...shown, text: change.request.text, html: null, editedAtMs: createdAtMs };
    case 'message:delete':
      return { ...shown, ...NOTHING, text: '', html: '', deleted: true, pinned: false, reactions: [] };
    case 'message:pin':
    case 'message:unpin':
      return { ...shown, pinned: change.call === 'message:pin' };
    case 'poll:vote':
      // Where names are hidden, what was chosen before is not known here.
      if (!shown.poll || shown.poll.hidden) return shown;
      return { ...shown, poll: voted(shown.poll, me, change.request.choices) };
    case 'poll:close':
      return shown.poll ? { ...shown, poll: { ...shown.poll, closed: true } } : shown;
    case 'reaction:add':
      return { ...shown, reactions: withReaction(shown.reactions, change.request.emoji, me) };
    case 'reaction:remove':
      return { ...shown, reactions: withoutReaction(shown.reactions, change.request.emoji, me) };
    default:
      return shown;
  }
}

/** The row of a message in the outbox; undefined for changes to messages. */
export function pendingRow(item: OutboxItem, context: RowContext): MessageRow | undefined {
  if (item.change.call !== 'message:send') return undefined;
  const { nonce, text, poll } = item.change.request;
  const delivery: Delivery = item.state;
  return {
    kind: 'message',
    key: key(item.user, nonce),
    seq: null,
    by: item.user,
    at_ms: item.createdAtMs,
    ...NOTHING,
    forwarded: item.change.forwarded,
    poll: poll && begun(poll),
    uploads: item.change.uploads ?? NONE,
    text,
    html: null,
    deleted: false,
    pinned: false,
    editedAtMs: undefined,
    reactions: [],
    mentions: [],
    mentionsRoom: false,
    mentionsMe: false,
    mine: true,
    delivery,
    failure: item.failure,
    heldUntil: item.state === 'queued' ? item.heldUntil : undefined,
    nonce,
    changing: false,
    ...standsIn(item.change.request, context),
    replies: undefined,
  };
}
