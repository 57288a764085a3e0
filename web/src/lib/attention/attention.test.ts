import { expect, test } from 'vitest';
import type { Entry } from '../protocol.gen';
import { type AttentionState, tapsFor } from './attention';
import { titleOf } from './badge';

const STATE: AttentionState = {
  me: 'ana',
  sound: true,
  presence: 'online',
  shown: 'lobby',
  level: (room) => (room === 'muted' ? 'nothing' : 'all'),
  isDirect: (room) => room === 'dm',
  concerns: ({ in_room }) => in_room,
};

function message(more: Partial<Extract<Entry, { type: 'message:created' }>> = {}): Entry {
  const text = { text: 'hi', html: '<p>hi</p>', mentions: [], mentions_room: false, in_room: true, nonce: 'n' };
  return { room: 'garden', seq: 1, at_ms: 1, by: 'ben', type: 'message:created', ...text, ...more };
}

test('a reply in a thread that one does not follow makes no sound, unless it calls', () => {
  expect(tapsFor(message({ thread: 1, in_room: false }), STATE, true)).toBe(0);
  expect(tapsFor(message({ thread: 1, in_room: false, mentions: ['ana'] }), STATE, true)).toBe(2);
});

test('a message makes one tap; a mention, a call to the room and a direct message make two', () => {
  expect(tapsFor(message(), STATE, true)).toBe(1);
  expect(tapsFor(message({ mentions: ['ana'] }), STATE, true)).toBe(2);
  expect(tapsFor(message({ mentions_room: true }), STATE, true)).toBe(2);
  expect(tapsFor(message({ room: 'dm' }), STATE, true)).toBe(2);
});

test('a muted room makes no sound, not even when it calls', () => {
  expect(tapsFor(message({ room: 'muted' }), STATE, false)).toBe(0);
  expect(tapsFor(message({ room: 'muted', mentions: ['ana'] }), STATE, false)).toBe(0);
});

test('what is looked at, written by oneself or not wanted makes no sound', () => {
  expect(tapsFor(message({ room: 'lobby' }), STATE, true)).toBe(0);
  expect(tapsFor(message({ room: 'lobby' }), STATE, false)).toBe(1);
  expect(tapsFor(message({ by: 'ana' }), STATE, true)).toBe(0);
  expect(tapsFor(message(), { ...STATE, sound: false }, true)).toBe(0);
  expect(tapsFor(message({ mentions: ['ana'] }), { ...STATE, presence: 'dnd' }, true)).toBe(0);
});

test('the title counts mentions, marks other unread messages, and names room and workspace', () => {
  const badge = { place: 'lobby', workspace: 'Acme', unread: 0, mentions: 0 };
  expect(titleOf(badge)).toBe('lobby · Acme');
  expect(titleOf({ ...badge, unread: 4 })).toBe('• lobby · Acme');
  expect(titleOf({ ...badge, unread: 4, mentions: 2 })).toBe('(2) lobby · Acme');
  expect(titleOf({ place: '', workspace: '', unread: 0, mentions: 0 })).toBe('Parlor');
});
