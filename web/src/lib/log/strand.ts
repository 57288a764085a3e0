import type { Anchor, Entry, Item, Page } from '../protocol.gen';
import { fold, itemOf } from './fold';
import { type Segment, Segments, lowerBound } from './segments';

/** Changed rows that are named one by one; more count as everything. */
const NAMED_CHANGES = 200;

/** What changed for the screen since it was last asked. */
export type Changes = 'all' | ReadonlySet<number>;

/**
 * What is read as one of a room's log: the room's timeline, or a thread. It holds the parts that are known, as pages and
 * entries bring them; which items belong to it is all that it knows of rooms.
 */
export class Strand {
  readonly segments = new Segments();
  #changes: Set<number> | 'all' = 'all';

  constructor(
    private readonly holds: (item: Item) => boolean,
    /** Seq of the last entry that the room has applied. */
    private readonly applied: () => number,
  ) {}

  /** The newest part, if it reaches the last applied entry. */
  get live(): Segment | undefined {
    const last = this.segments.last;
    return last && last.to >= this.applied() ? last : undefined;
  }

  clear(): void {
    this.segments.clear();
    this.#changes = 'all';
  }

  /** The newest part grows by the entry, unless a page that was read later had it already. */
  extend(entry: Entry): void {
    const last = this.segments.last;
    if (!last || last.to !== entry.seq - 1) return;
    last.to = entry.seq;
    const item = itemOf(entry);
    if (!item || !this.holds(item)) return;
    last.items.push(item);
    this.touch(item.seq);
  }

  /** An entry changes the message at a seq. */
  change(seq: number, entry: Entry): void {
    const item = this.segments.find(seq);
    if (item?.kind !== 'message') return;
    this.segments.replace(fold(item, entry));
    this.touch(seq);
  }

  /**
   * Puts a page in its place: the seqs that it covers follow from what was asked for. `recent` brings it up to date: the
   * entries that were applied since it was read, at least.
   */
  add(page: Page, anchor: Anchor, recent: readonly Entry[]): void {
    const items = page.items.map((item) => (item.kind === 'message' ? recent.reduce(fold, item) : item));
    const [first, last] = [items[0]?.seq, items.at(-1)?.seq];
    // Without items and with more before them, nothing is known.
    let from = page.more_before ? (first ?? Infinity) : 1;
    let to = page.more_after && last !== undefined ? last : page.head;
    if (typeof anchor === 'object' && 'before' in anchor)
      to = Math.max(Math.min(anchor.before - 1, page.head), last ?? 0);
    if (typeof anchor === 'object' && 'after' in anchor) from = Math.min(anchor.after + 1, first ?? Infinity);
    if (to >= page.head) {
      for (const entry of recent.slice(lowerBound(recent, to + 1))) {
        to = entry.seq;
        const item = itemOf(entry);
        if (item && this.holds(item)) items.push(item.kind === 'message' ? recent.reduce(fold, item) : item);
      }
    }
    if (to >= from) this.segments.merge({ from, to, items });
    this.#changes = 'all';
  }

  /** Lets go of all but the newest items, once there are half as many more. They can be read back. */
  trim(keep: number): boolean {
    const live = this.live;
    const first = live?.items.at(-keep)?.seq;
    if (!live || first === undefined || live.items.length < keep * 1.5) return false;
    this.segments.list.splice(0, Infinity, { from: first, to: live.to, items: live.items.slice(-keep) });
    this.#changes = 'all';
    return true;
  }

  /**
   * Lets go of what is far from a seq in the part that holds it, once there are half as many items more than to keep.
   * The newest items of the log stay, as a part of their own.
   */
  trimAround(seq: number, keep: number, newest: number): boolean {
    const part = this.segments.at(seq);
    if (!part || part.items.length < keep * 1.5) return false;
    const { items } = part;
    const start = Math.max(0, lowerBound(items, seq) - keep / 2);
    const end = start + keep;
    const tail = part === this.live ? Math.max(end, items.length - newest) : items.length;
    const [first, last, next] = [items[start], items[end - 1], items[tail]];
    const from = start > 0 && first ? first.seq : part.from;
    const to = end < items.length && last ? last.seq : part.to;
    this.segments.list.splice(this.segments.list.indexOf(part), 1, { from, to, items: items.slice(start, end) });
    if (next) this.segments.list.push({ from: next.seq, to: part.to, items: items.slice(tail) });
    this.#changes = 'all';
    return true;
  }

  /** What changed for the screen since the last call. */
  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = new Set();
    return changes;
  }

  touch(seq: number): void {
    if (this.#changes === 'all') return;
    if (this.#changes.size < NAMED_CHANGES) this.#changes.add(seq);
    else this.#changes = 'all';
  }
}
