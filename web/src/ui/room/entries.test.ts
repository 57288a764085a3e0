import { expect, test } from 'vitest';
import type { LineRow, MessageRow } from '../../lib';
import { entriesOf, lastOwn } from './entries';

const NOON = new Date(2026, 4, 4, 12).getTime();
const MINUTE = 60_000;

function message(seq: number, minutes: number, change: Partial<MessageRow> = {}): MessageRow {
  return {
    kind: 'message',
    key: `ana/${seq}`,
    seq,
    by: 'ana',
    at_ms: NOON + minutes * MINUTE,
    text: 'Tea?',
    html: '<p>Tea?</p>',
    files: [],
    previews: [],
    forwarded: undefined,
    poll: undefined,
    uploads: [],
    mentions: [],
    mentionsRoom: false,
    mentionsMe: false,
    mine: true,
    deleted: false,
    pinned: false,
    editedAtMs: undefined,
    reactions: [],
    delivery: 'sent',
    failure: undefined,
    heldUntil: undefined,
    nonce: `${seq}`,
    changing: false,
    replyTo: undefined,
    thread: undefined,
    replies: undefined,
    quote: undefined,
    ...change,
  };
}

function joined(seq: number, minutes: number): LineRow {
  const at_ms = NOON + minutes * MINUTE;
  const entry = { room: '1', seq, at_ms, by: 'ben', type: 'member:joined', user: 'ben', role: 'member' } as const;
  return { kind: 'line', key: `line/${seq}`, seq, at_ms, by: 'ben', entry };
}

const compact = (rows: (MessageRow | LineRow)[]) => entriesOf(rows, undefined, null).map((entry) => entry.compact);

test('messages of one author within five minutes stand together', () => {
  expect(compact([message(1, 0), message(2, 4), message(3, 8)])).toEqual([false, true, true]);
  expect(compact([message(1, 0), message(2, 5)])).toEqual([false, false]);
});

test('another author, an answer or a line in between begins anew', () => {
  expect(compact([message(1, 0), message(2, 1, { by: 'ben' }), message(3, 2)])).toEqual([false, false, false]);
  expect(compact([message(1, 0), message(2, 1, { replyTo: 1 })])).toEqual([false, false]);
  expect(compact([message(1, 0), joined(2, 1), message(3, 2)])).toEqual([false, false, false]);
});

test('a day begins above its first row, and the window above is part of the day', () => {
  const rows = [message(1, 0), message(2, 24 * 60), message(3, 24 * 60 + 1)];
  expect(entriesOf(rows, undefined, null).map(({ day }) => day !== undefined)).toEqual([true, true, false]);
  expect(entriesOf(rows.slice(2), rows[1], null)[0]).toMatchObject({ day: undefined, compact: true });
});

test('midnight parts messages that are a minute apart', () => {
  expect(compact([message(1, 12 * 60 - 1), message(2, 12 * 60)])).toEqual([false, false]);
});

test('the first new message has the line above it and its author with it', () => {
  const [, second] = entriesOf([message(1, 0), message(2, 1)], undefined, 2);
  expect(second).toMatchObject({ fresh: true, compact: false });
});

test('the last own message is the newest that is not deleted, also while it is under way', () => {
  const rows = [message(1, 0), message(2, 1), message(3, 2, { deleted: true }), message(4, 3, { mine: false })];
  expect(lastOwn(rows)?.seq).toBe(2);
  expect(lastOwn([...rows, message(5, 4, { delivery: 'sending' })])?.seq).toBe(5);
  expect(lastOwn([])).toBeUndefined();
});
