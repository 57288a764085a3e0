// Shows where the words of a query stand in a message, as parts of text: no HTML is made.

import type { Message } from '../../lib';
import { plainOf } from '../room/plain';
import { folded } from './fold';

/** A part of a text, and whether it is what was looked for. */
export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** Characters of a message that are shown before its first hit, and in all. */
const BEFORE_CHARS = 60;
const SHOWN_CHARS = 280;
/** Between what a message says and what it brings. */
const BETWEEN: Part[] = [{ text: ' · ', hit: false }];

const WORDS = /[\p{L}\p{N}]+|\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/gu;
const LETTER = /[\p{L}\p{N}]/u;
/** Scripts that part no words by spaces: a word may begin anywhere in them. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u;

/** The words of what was looked for. */
export function wordsOf(asked: readonly string[]): string[] {
  return [...new Set(asked.flatMap((text) => folded(text).text.match(WORDS) ?? []))];
}

/**
 * The text around its first hit with all hits marked, on one line; the whole text when it is short. Words are marked where
 * they begin, or anywhere when they were found inside of others.
 */
export function excerpt(source: string, asked: readonly string[], inside = false): Part[] {
  const text = source.replace(/\s+/gu, ' ').trim();
  const hits = hitsIn(text, wordsOf(asked), inside);
  const start = startFor(text, hits[0]?.[0] ?? 0);
  const end = endFor(text, start);
  const parts: Part[] = start > 0 ? [{ text: '…', hit: false }] : [];
  let at = start;
  for (const [from, to] of hits) {
    if (from < start || to > end) continue;
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < end) parts.push({ text: text.slice(at, end), hit: false });
  if (end < text.length) parts.push({ text: '…', hit: false });
  return parts;
}

/**
 * What a message says around what was looked for; what it passes on and the options of its poll follow where they have that,
 * too.
 */
export function excerptOf(
  { html, text, forwarded, poll }: Pick<Message, 'html' | 'text' | 'forwarded' | 'poll'>,
  asked: readonly string[],
  inside = false,
): Part[] {
  const own = excerptOfText({ html, text }, asked, inside);
  const passed = forwarded ? excerptOfText(forwarded, asked, inside) : [];
  const options = poll ? excerpt(poll.options.map((option) => option.text).join(' · '), asked, inside) : [];
  const found = [passed, options].filter((parts) => parts.some((part) => part.hit));
  const [first = passed, ...rest] = own.length > 0 ? [own, ...found] : found;
  return [first, ...rest.flatMap((parts) => [BETWEEN, parts])].flat();
}

/**
 * A text without its Markdown: its source only where that holds what its words do not, such as the address of a link. What a
 * spoiler holds stays covered.
 */
function excerptOfText(
  { html, text }: Pick<Message, 'html' | 'text'>,
  asked: readonly string[],
  inside: boolean,
): Part[] {
  const words = excerpt(text && plainOf({ html, text }), asked, inside);
  const covered = html.includes('class="spoiler"');
  if (covered || words.some((part) => part.hit)) return words;
  const source = excerpt(text, asked, inside);
  return source.some((part) => part.hit) ? source : words;
}

/** Where words stand that begin with one of these: places from and to, in order, without overlap. */
function hitsIn(source: string, words: readonly string[], inside: boolean): [number, number][] {
  const { text, places } = folded(source);
  const place = (index: number) => places[index] ?? source.length;
  const found = words.flatMap((word) => {
    const hits: [number, number][] = [];
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      if (inside || beginsWord(source, place(at))) hits.push([place(at), endOf(source, place(at + word.length - 1))]);
    }
    return hits;
  });
  const ordered = found.toSorted((one, other) => one[0] - other[0] || other[1] - one[1]);
  let reached = 0;
  return ordered.filter(([from, to]) => {
    if (from < reached) return false;
    reached = to;
    return true;
  });
}

/** The place behind the character that stands here, and behind the marks on it. */
function endOf(source: string, at: number): number {
  const length = String.fromCodePoint(source.codePointAt(at) ?? 0).length;
  const marks = /^\p{M}*/u.exec(source.slice(at + length))?.[0] ?? '';
  return at + length + marks.length;
}

function beginsWord(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - 2), at).match(/.$/su)?.[0] ?? '';
  const first = source[at] ?? '';
  const inName = /\p{Ll}|\p{N}/u.test(before) && /\p{Lu}/u.test(first);
  return !LETTER.test(before) || UNSPACED.test(source.slice(at, at + 2)) || inName;
}

/** A little before the first hit, at a space if there is one. */
function startFor(text: string, hit: number): number {
  if (text.length <= SHOWN_CHARS || hit <= BEFORE_CHARS) return 0;
  const earliest = hit - BEFORE_CHARS;
  const space = text.indexOf(' ', earliest);
  return whole(text, space >= 0 && space < hit ? space + 1 : earliest);
}

function endFor(text: string, start: number): number {
  const latest = start + SHOWN_CHARS;
  return latest >= text.length ? text.length : whole(text, latest);
}

/** Not between the halves of a character. */
function whole(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
