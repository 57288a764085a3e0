// Which part of the rows is in the page: a window that slides with the reader.

/** Rows that are in the page at most, and how many are kept when there are more. */
const MOST = 200;
const KEPT = 140;
/** Rows that come in at once. */
const STEP = 40;

/** What of the rows is in the page: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Rows that must stay in the page: those with the focus, the selection or an open menu, and those on the screen. */
export interface Held {
  readonly first: number;
  readonly last: number;
}

/** The last rows, or those around one. */
export function around(length: number, index: number | 'end'): Span {
  if (index === 'end') return { start: Math.max(0, length - KEPT / 2), end: length };
  return { start: Math.max(0, index - STEP), end: Math.min(length, index + KEPT / 2) };
}

/** One more step of rows on a side. What is far away on the other side leaves. */
export function grown(span: Span, side: 'before' | 'after', length: number, held: Held | undefined): Span {
  if (side === 'before') return trimmed({ start: Math.max(0, span.start - STEP), end: span.end }, 'after', held);
  return trimmed({ start: span.start, end: Math.min(length, span.end + STEP) }, 'before', held);
}

/** Cuts a span that is too long on one side: around what is held, unless it is so far away that the page would grow. */
export function trimmed(span: Span, side: 'before' | 'after', held: Held | undefined): Span {
  if (span.end - span.start <= MOST) return span;
  if (side === 'after')
    return { start: span.start, end: Math.min(span.start + MOST, Math.max(span.start + KEPT, (held?.last ?? 0) + 1)) };
  return { start: Math.max(span.end - MOST, Math.min(span.end - KEPT, held?.first ?? Infinity)), end: span.end };
}

/**
 * The same rows in a newer list. Rows that came at the end of what was in the page come in too: all of them while the
 * reader stands at the end, else only while there is room.
 */
export function carried<T extends { readonly key: string }>(
  before: readonly T[],
  after: readonly T[],
  span: Span,
  atEnd: boolean,
): Span {
  if (before.length === 0 || span.end === 0) return around(after.length, 'end');
  const start = placeOf(before, after, span.start, span.end);
  if (start === undefined) return around(after.length, 'end');
  if (span.end === before.length) {
    if (atEnd) return { start, end: after.length };
    return { start, end: Math.min(after.length, Math.max(start + MOST, start + span.end - span.start)) };
  }
  return { start, end: Math.min(after.length, start + span.end - span.start) };
}

/** Where the first row of a span stands in another list, found by the first of its rows that is still there. */
export function placeOf<T extends { readonly key: string }>(
  before: readonly T[],
  after: readonly T[],
  start: number,
  end: number,
): number | undefined {
  const first = before[start]?.key;
  for (const place of [start, start + after.length - before.length]) if (after[place]?.key === first) return place;
  const places = new Map(after.map(({ key }, index) => [key, index]));
  for (let index = start; index < end; index += 1) {
    const place = places.get(before[index]?.key ?? '');
    if (place !== undefined) return Math.max(0, place - (index - start));
  }
  return undefined;
}
