// What narrows a search, as it is offered while somebody types. What a query means the server decides.

import type { RoomView, User } from '../../lib';
import { fitting } from './match';

/** A filter with an example of what may follow. */
export interface Filter {
  readonly name: string;
  readonly value: string;
  readonly what: string;
}

export const FILTERS: readonly Filter[] = [
  { name: 'from:', value: 'ana', what: 'Written by somebody; from:me for yourself' },
  { name: 'in:', value: 'lobby', what: 'In a room; in:@ana for direct messages' },
  { name: 'has:', value: 'link', what: 'With a link, code, a file, a picture or a poll' },
  { name: 'is:', value: 'pinned', what: 'Pinned, or a reply in a thread' },
  { name: 'before:', value: '2026-03-31', what: 'Earlier than a day, a month or a year' },
  { name: 'after:', value: '2026-03', what: 'Later than it' },
  { name: 'during:', value: 'today', what: 'On that day or in that month' },
  { name: '"', value: 'red door"', what: 'Words side by side' },
  { name: '-', value: 'word', what: 'Without a word or a filter' },
];

const HOLDS = [
  ['link', 'A link'],
  ['code', 'Code'],
  ['file', 'A file'],
  ['image', 'A picture or a film'],
  ['poll', 'A poll'],
] as const;
const IS = [
  ['thread', 'A reply in a thread'],
  ['pinned', 'Pinned in its room'],
] as const;
const AT_MOST = 7;

/** Something that completes what is being typed. */
export interface Suggestion {
  /** What gets into the query; no two are the same. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  readonly user?: User | undefined;
  readonly room?: RoomView | undefined;
}

/** A piece of a query: what stands between spaces outside of quotes. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The piece that the caret is in or behind. */
export function pieceAt(query: string, caret: number): Piece {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < caret; at += 1) {
    const char = query[at] ?? '';
    if (/["“”]/u.test(char)) quoted = !quoted;
    else if (!quoted && /\s/u.test(char)) start = at + 1;
  }
  let end = caret;
  while (end < query.length && (quoted || !/\s/u.test(query[end] ?? ''))) {
    if (/["“”]/u.test(query[end] ?? '')) quoted = !quoted;
    end += 1;
  }
  return { start, end, text: query.slice(start, end) };
}

/** A query with a piece replaced, and where the caret stands then. */
export function replaced(query: string, piece: Piece, insert: string): { query: string; caret: number } {
  const rest = query.slice(piece.end).trimStart();
  const before = query.slice(0, piece.start) + insert;
  return { query: before + rest, caret: before.length };
}

/** Whose names are asked for by a piece, for looking them up; undefined when nobody's are. */
export function personIn(piece: string): string | undefined {
  return /^-?(?:from:@?|in:@)"?([^"]*)/iu.exec(piece)?.[1];
}

/** What could be meant by a piece. */
export function suggestionsFor(piece: string, rooms: readonly RoomView[], people: readonly User[]): Suggestion[] {
  const [, not = '', name = '', value = ''] = /^(-?)([a-z]*:?)"?([^"]*)/iu.exec(piece) ?? [];
  const filter = name.toLowerCase();
  const offer = (text: string, label: string, detail = '', of: { user?: User; room?: RoomView } = {}): Suggestion => ({
    insert: `${not}${filter}${text} `,
    label,
    detail,
    user: of.user,
    room: of.room,
  });
  if (filter === 'from:' || (filter === 'in:' && value.startsWith('@'))) {
    const at = filter === 'in:' ? '@' : '';
    return people.slice(0, AT_MOST).map((user) => offer(at + user.username, user.name, `@${user.username}`, { user }));
  }
  if (filter === 'in:') {
    const named = rooms.filter(({ room }) => room.kind !== 'direct');
    const found = fitting(value.replace('#', ''), named, ({ title }) => [title]).slice(0, AT_MOST);
    return found.map((room) => offer(quotedIf(room.title), room.title, '', { room }));
  }
  if (filter === 'has:' || filter === 'is:') {
    const found = (filter === 'has:' ? HOLDS : IS).filter(([word]) => word.startsWith(value.toLowerCase()));
    return found.map(([word, label]) => offer(word, filter + word, label));
  }
  if (/^(before|after|during):$/u.test(filter)) {
    const day = isoDay(new Date());
    const days = ['today', 'yesterday', day.slice(0, 7), day.slice(0, 4)];
    const found = days.filter((word) => word.startsWith(value.toLowerCase()) && word !== value);
    return found.map((word) => offer(word, filter + word));
  }
  if (filter.length < 2) return [];
  const begun = FILTERS.filter(({ name: other }) => other.startsWith(filter) && other !== filter);
  return begun.map(({ name: other, what }) => ({ insert: not + other, label: other, detail: what }));
}

function quotedIf(value: string): string {
  return /\s/u.test(value) ? `"${value}"` : value;
}

/** A day of the reader's calendar as it is typed: 2026-03-31. */
export function isoDay(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
