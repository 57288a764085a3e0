import { expect, test } from 'vitest';
import type { Entry, Message, Unread } from '../protocol.gen';
import { advance } from './unread';

const covers = ({ in_room = true }) => in_room;
const ANA = { me: 'ana', direct: false, covers };
const BASE: Unread = { marker: 5, unread: 2, mentions: 1, head: 9 };

function entry(more: { type: Entry['type'] } & Record<string, unknown>): Entry {
  return { room: 'lobby', seq: 10, at_ms: 1, by: 'ben', ...more } as Entry;
}

function written(more: Partial<Message> = {}): Message {
  const text = { text: 'hi', html: '', mentions: [], mentions_room: false, in_room: true, nonce: 'n' };
  return {
    room: 'lobby',
    seq: 7,
    by: 'ben',
    at_ms: 1,
    ...text,
    deleted: false,
    pinned: false,
    reactions: [],
    rev: 7,
    ...more,
  };
}

const text = { text: 'hi', html: '', mentions: [], mentions_room: false, in_room: true, nonce: 'n' };

test('a message of another adds one, and a mention when it calls', () => {
  expect(advance(BASE, entry({ type: 'message:created', ...text }), undefined, ANA)).toMatchObject({
    unread: 3,
    mentions: 1,
  });
  const calling = entry({ type: 'message:created', ...text, mentions: ['ana'] });
  expect(advance(BASE, calling, undefined, ANA)).toMatchObject({ unread: 3, mentions: 2, head: 10 });
  const direct = { ...ANA, direct: true };
  expect(advance(BASE, entry({ type: 'message:created', ...text }), undefined, direct)).toMatchObject({ mentions: 2 });
});

test('one’s own messages, what is read and what is counted already change nothing', () => {
  expect(advance(BASE, entry({ type: 'message:created', ...text, by: 'ana' }), undefined, ANA)).toMatchObject({
    unread: 2,
  });
  const read = { ...BASE, marker: 10 };
  expect(advance(read, entry({ type: 'message:created', ...text }), undefined, ANA)).toMatchObject({ unread: 2 });
  expect(advance({ ...BASE, head: 10 }, entry({ type: 'message:created', ...text }), undefined, ANA)).toMatchObject({
    unread: 2,
  });
});

test('a deleted message is not unread any more, and neither is its mention', () => {
  const deleted = entry({ type: 'message:deleted', message: 7, author: 'ben' });
  expect(advance(BASE, deleted, written({ mentions: ['ana'] }), ANA)).toMatchObject({ unread: 1, mentions: 0 });
  expect(advance(BASE, deleted, written({ deleted: true }), ANA)).toMatchObject({ unread: 2, mentions: 1 });
});

test('an edit can add or take a mention', () => {
  const edited = entry({ type: 'message:edited', message: 7, ...text, mentions: ['ana'] });
  expect(advance(BASE, edited, written(), ANA)).toMatchObject({ unread: 2, mentions: 2 });
  const without = entry({ type: 'message:edited', message: 7, ...text });
  expect(advance(BASE, without, written({ mentions: ['ana'] }), ANA)).toMatchObject({ unread: 2, mentions: 0 });
});

test('a change to an unread message that is not known must be counted by the server', () => {
  expect(advance(BASE, entry({ type: 'message:deleted', message: 7, author: 'ben' }), undefined, ANA)).toBeUndefined();
  expect(advance(BASE, entry({ type: 'message:edited', message: 7, ...text }), undefined, ANA)).toBeUndefined();
  expect(advance(BASE, entry({ type: 'message:deleted', message: 4, author: 'ben' }), undefined, ANA)).toMatchObject({
    unread: 2,
  });
});

test('a reply that stands only in a thread adds nothing to its room', () => {
  const reply = entry({ type: 'message:created', ...text, thread: 3, in_room: false });
  expect(advance(BASE, reply, undefined, ANA)).toMatchObject({ unread: 2, mentions: 1, head: 10 });
});
