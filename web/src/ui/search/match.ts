// How well a name fits what somebody typed, forgiving gaps, accents, order and a slip of the finger or two.

import { fold } from './fold';
import { beginsNearly, forgiven } from './slips';

const WORDS = /[\p{L}\p{N}]+/gu;

/**
 * How well a name fits a query, from 0 to 1; null when it does not. An empty query fits everything equally.
 * In falling order: the name itself, its beginning, beginnings of its words in any order, its initials, a part of it,
 * its letters with gaps, words with a slip or two.
 */
export function fitOf(query: string, name: string): number | null {
  const wanted = fold(query.trim());
  if (wanted === '') return 0;
  const text = fold(name);
  if (text === wanted) return 1;
  if (text.startsWith(wanted)) return 0.9;
  const words = text.match(WORDS) ?? [];
  const asked = wanted.match(WORDS) ?? [];
  if (asked.length > 0 && asked.every((part) => words.some((word) => word.startsWith(part)))) return 0.8;
  if (
    wanted.length > 1 &&
    words
      .map((word) => [...word][0])
      .join('')
      .startsWith(wanted)
  )
    return 0.7;
  if (text.includes(wanted)) return 0.6;
  if (wanted.length > 1 && hasInOrder(text, wanted)) return 0.4;
  if (asked.length > 0 && asked.every((part) => words.some((word) => beginsNearly(part, word, forgiven(part.length)))))
    return 0.3;
  return null;
}

/**
 * Those that fit a query, best first; among equals in the order given. `namesOf` tells all names that something has:
 * the best one counts.
 */
export function fitting<T>(query: string, items: readonly T[], namesOf: (item: T) => readonly string[]): T[] {
  const found = items.flatMap((item) => {
    const fits = namesOf(item).flatMap((name) => fitOf(query, name) ?? []);
    return fits.length > 0 ? [{ item, fit: Math.max(...fits) }] : [];
  });
  return found.toSorted((one, other) => other.fit - one.fit).map(({ item }) => item);
}

/** Whether all letters occur in this order, the first one at the beginning of a word. */
function hasInOrder(text: string, letters: string): boolean {
  const [first = '', ...rest] = letters.replace(/\s+/gu, '');
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    if (!word.startsWith(first)) continue;
    let at = index + first.length;
    const fits = rest.every((letter) => {
      const next = text.indexOf(letter, at);
      at = next + letter.length;
      return next >= 0;
    });
    if (fits) return true;
  }
  return false;
}
