import type { Ask } from '../net/ask';
import type { Entry, Message, Unread } from '../protocol.gen';
import { type Segment, lowerBound } from './segments';
import { type Reader, advance, countItems } from './unread';

/** What a standing is told by the log that it is of. */
export interface Counted {
  reader(): Reader;
  /** The newest part of what is counted, if it is here. */
  live(): Segment | undefined;
  /** Seq of the last entry that was applied. */
  applied(): number;
  /** The applied entries after a seq; undefined when not all of them are at hand any more. */
  since(seq: number): readonly Entry[] | undefined;
  /** Tells the server the marker, and has it count; without a marker it only counts. */
  settle(ask: Ask, marker: number | undefined): Promise<Unread>;
}

/** Where the user stands in a room or in a thread: their read marker, and what is unread as a function of it and the log. */
export class Standing {
  /** Who is asked to count again: the server, because what is unread can't be told from what is here. */
  uncertain = false;
  #unread: Unread;
  #counted = false;
  #confirmed: number;

  constructor(
    unread: Unread,
    private readonly of: Counted,
    confirmed = unread.marker,
  ) {
    this.#unread = unread;
    this.#confirmed = confirmed;
  }

  /** What is unread: counted from the items when all that are unread are here. */
  get unread(): Unread {
    if (!this.#counted) this.#count();
    return this.#unread;
  }

  /** The marker that the server has confirmed; `unread.marker` may be ahead of it. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Whether the user has read further than the server knows. */
  get ahead(): boolean {
    return this.unread.marker > this.#confirmed;
  }

  /** Whether the server has to be told, or to count. */
  get open(): boolean {
    return this.ahead || this.uncertain;
  }

  /** Tells the server how far the user has read, or has it count. */
  async settle(ask: Ask): Promise<void> {
    if (this.open) this.take(await this.of.settle(ask, this.ahead ? this.unread.marker : undefined));
  }

  /** Starts again from what the server says. What was read here and not told yet stays read. */
  reset(unread: Unread): void {
    // What is confirmed the server knows better: the user may have put their marker back.
    const marker = this.#unread.marker > this.#confirmed ? this.#unread.marker : 0;
    this.#unread = unread;
    this.#confirmed = unread.marker;
    this.uncertain = false;
    this.#counted = false;
    this.mark(Math.min(marker, this.of.applied()));
  }

  /** The user has read up to here, as they see it; the server may not know yet. False if that was so before. */
  mark(seq: number): boolean {
    if (seq <= this.#unread.marker) return false;
    this.#unread = { ...this.#unread, marker: seq };
    if (!this.#count()) this.uncertain = true;
    return true;
  }

  /** The server's word on the marker; `back` when the user put it back. */
  confirm(seq: number, back = false): void {
    if (back) {
      this.#confirmed = seq;
      this.#unread = { ...this.#unread, marker: seq };
      if (!this.#count()) this.uncertain = true;
      return;
    }
    this.#confirmed = Math.max(this.#confirmed, seq);
    this.mark(seq);
  }

  /** The server has counted. */
  take(counted: Unread): void {
    this.#confirmed = Math.max(this.#confirmed, counted.marker);
    if (counted.marker < this.#unread.marker) return;
    this.#unread = counted;
    this.#counted = false;
    const since = this.of.since(counted.head);
    this.uncertain = since === undefined;
    for (const entry of since ?? []) this.advance(entry, undefined);
  }

  /** An entry was applied. `before` is the message that it changes, as it was, if it is known. */
  advance(entry: Entry, before: Message | undefined): void {
    const advanced = advance(this.#unread, entry, before, this.of.reader());
    if (advanced) this.#unread = advanced;
    else this.uncertain = true;
    this.#counted = false;
  }

  /** The server knows of no later marker than this. */
  confirmedAt(seq: number): void {
    this.#confirmed = Math.min(this.#confirmed, seq);
  }

  /** More or less is here to count from. */
  recount(): void {
    this.#counted = false;
  }

  /** Counts what is after the marker if all of it is here; then the answer holds until the next change. */
  #count(): boolean {
    this.#counted = true;
    const { marker, head } = this.#unread;
    const live = this.of.live();
    const end = Math.max(head, this.of.applied());
    if (marker >= end) this.#unread = { marker, unread: 0, mentions: 0, head: end };
    else if (live && live.from <= marker + 1 && live.to >= head)
      this.#unread = { marker, ...countItems(live.items, marker, this.of.reader()), head: live.to };
    else return false;
    this.uncertain = false;
    return true;
  }
}

/** The entries after a seq, of the recent ones that begin with `recent[0]`; undefined when some may be missing. */
export function entriesSince(recent: readonly Entry[], applied: number, seq: number): readonly Entry[] | undefined {
  if (seq < applied && (recent[0]?.seq ?? Infinity) > seq + 1) return undefined;
  return recent.slice(lowerBound(recent, seq + 1));
}
