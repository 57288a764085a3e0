import type { Row } from '../api';
import type { Item } from '../protocol.gen';
import { type RowContext, rowOf } from './rows';
import { type Segment, lowerBound } from './segments';

/**
 * The rows of one part of a room's log. A row is made again only when what it shows changed, so that a list of a hundred
 * thousand costs a copy of its pointers and no more.
 */
export class SettledRows {
  rows: Row[] = [];
  #segment: Segment | undefined;
  /** Seqs of the rows that answer a message. */
  #answers = new Map<number, Set<number>>();

  /** Rows that follow from their item alone, for as long as the item is the same object. */
  #plain = new WeakMap<Item, Row>();

  constructor(private readonly context: RowContext) {}

  /** Makes the rows of a part anew; rows that show the same as before stay the same objects. */
  rebuild(segment: Segment | undefined): void {
    const before = this.rows;
    this.#segment = segment;
    this.#answers.clear();
    this.rows = (segment?.items ?? []).map((item) => this.#plain.get(item) ?? this.#row(item, rowAt(before, item.seq)));
  }

  /** Brings single rows up to date: those at the seqs, those that answer them, and new ones at the end. */
  update(seqs: Iterable<number>): void {
    const segment = this.#segment;
    if (!segment) return;
    const all = new Set(seqs);
    const answers = Array.from(all, (seq) => this.#answers.get(seq) ?? new Set<number>());
    for (const seq of answers.flatMap((set) => Array.from(set))) all.add(seq);
    for (const seq of [...all].toSorted((a, b) => a - b)) {
      const item = segment.items[lowerBound(segment.items, seq)];
      if (item?.seq !== seq) continue;
      const index = lowerBound(this.rows, seq);
      const row = this.rows[index];
      if (row && row.seq !== seq) return this.rebuild(segment);
      this.rows[index] = this.#row(item, row);
    }
  }

  /** Whether these are the rows of this very part: parts that meet are replaced by a new one. */
  shows(segment: Segment | undefined): boolean {
    return this.#segment === segment;
  }

  #row(item: Item, old: Row | undefined): Row {
    const made = rowOf(item, this.context);
    const row = old && same(old, made) ? old : made;
    const answered = row.kind === 'message' ? row.replyTo : undefined;
    if (answered !== undefined) {
      const answers = this.#answers.get(answered) ?? new Set();
      this.#answers.set(answered, answers.add(item.seq));
    }
    if (answered === undefined && this.context.changes(item.seq).length === 0) this.#plain.set(item, row);
    else this.#plain.delete(item);
    return row;
  }
}

function rowAt(rows: readonly Row[], seq: number): Row | undefined {
  const row = rows[lowerBound(rows, seq)];
  return row?.seq === seq ? row : undefined;
}

/** Whether two rows show the same: all fields are values or objects that are replaced when they change. */
export function same(a: Row, b: Row): boolean {
  const [left, right] = [a as unknown as Record<string, unknown>, b as unknown as Record<string, unknown>];
  return Object.keys(right).every((field) => left[field] === right[field]);
}
