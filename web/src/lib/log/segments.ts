import type { Item, Message } from '../protocol.gen';

/** A gapless part of a timeline: every item whose seq is between `from` and `to`, both included, is in `items`. */
export interface Segment {
  from: number;
  to: number;
  items: Item[];
}

/** The parts of a timeline that are known, apart from each other and in order. Parts that meet become one. */
export class Segments {
  readonly list: Segment[] = [];

  /** The part that covers a seq. */
  at(seq: number): Segment | undefined {
    return this.list.find((segment) => segment.from <= seq && seq <= segment.to);
  }

  /** The newest part. */
  get last(): Segment | undefined {
    return this.list.at(-1);
  }

  /** The item at a seq, if it is known. */
  find(seq: number): Item | undefined {
    const items = this.at(seq)?.items;
    return items?.[position(items, seq)];
  }

  /** Puts a changed message in the place of the one with its seq. */
  replace(message: Message & { kind: 'message' }): void {
    const items = this.at(message.seq)?.items;
    const index = items ? position(items, message.seq) : undefined;
    if (items && index !== undefined && items[index]) items[index] = message;
  }

  /** Adds a part and joins it with all that it overlaps or touches. Of a message known twice the later one stays. */
  merge(added: Segment): Segment {
    let joined = added;
    const apart: Segment[] = [];
    for (const segment of this.list) {
      if (segment.from <= joined.to + 1 && segment.to >= joined.from - 1) joined = join(segment, joined);
      else apart.push(segment);
    }
    const sorted = [...apart, joined].toSorted((a, b) => a.from - b.from);
    this.list.splice(0, this.list.length, ...sorted);
    return joined;
  }

  clear(): void {
    this.list.length = 0;
  }
}

/** Index of the first item with at least this seq; the length if there is none. */
export function lowerBound(items: readonly { readonly seq: number | null }[], seq: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the item at exactly this seq; -1, at which no array has anything, if there is none. */
function position(items: readonly Item[], seq: number): number {
  const index = lowerBound(items, seq);
  return items[index]?.seq === seq ? index : -1;
}

function join(a: Segment, b: Segment): Segment {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), items: union(a.items, b.items) };
}

function union(a: readonly Item[], b: readonly Item[]): Item[] {
  const items: Item[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left && right && left.seq === right.seq) {
      items.push(newer(left, right));
      i += 1;
      j += 1;
    } else if (left && (!right || left.seq < right.seq)) {
      items.push(left);
      i += 1;
    } else if (right) {
      items.push(right);
      j += 1;
    }
  }
  return items;
}

function newer(a: Item, b: Item): Item {
  return a.kind === 'message' && b.kind === 'message' && a.rev >= b.rev ? a : b;
}
