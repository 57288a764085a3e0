import type { Anchor, Entry, Message, Page, Role, Room, RoomState, Unread } from '../protocol.gen';
import { fold, itemOf, target } from './fold';
import { type Segment, Segments, lowerBound } from './segments';
import { type Reader, advance, countItems } from './unread';

/** Entries kept to bring pages up to date that were read a moment before they arrived. */
const RECENT_ENTRIES = 1_000;
/** Entries kept that came after a gap. More are fetched again. */
const AHEAD_ENTRIES = 1_000;
/** Changed rows that are named one by one; more count as everything. */
const NAMED_CHANGES = 200;

/** What changed for the screen since it was last asked. */
export type Changes = 'all' | ReadonlySet<number>;

/**
 * One room's log as far as it is known: a fold of its entries in the order of seq, whatever the order in which they,
 * and pages of history, arrive. Knows no network.
 */
export class RoomLog {
  room: Room;
  role: Role;
  /** Seq of the last entry that was applied. */
  applied = 0;
  /** Who is asked to count again: the server, because what is unread can't be told from what is here. */
  uncertain = false;
  /** The role and the room itself must be read again: the next sync asks for a reset. */
  stale = false;
  /** Hears each entry that is applied, and of resets, after which anything may be different. */
  listener: ((what: Entry | 'reset') => void) | undefined;
  readonly segments = new Segments();
  readonly quotes = new Map<number, Message>();
  /** Nonces of the user's own messages that are known: what has one of these in the outbox has arrived. */
  readonly ownNonces = new Set<string>();
  #unread: Unread;
  #counted = false;
  #confirmed = 0;
  #recent: Entry[] = [];
  #ahead = new Map<number, Entry>();
  #changes: Set<number> | 'all' = 'all';

  constructor(
    state: RoomState,
    private readonly me: string,
    confirmed = state.unread.marker,
  ) {
    this.room = state.room;
    this.role = state.role;
    this.#unread = state.unread;
    this.reset(state);
    this.#confirmed = confirmed;
  }

  /** Where the user stands: counted from the rows when all that are unread are here. */
  get unread(): Unread {
    if (!this.#counted) this.#count();
    return this.#unread;
  }

  /** The read marker that the server has confirmed; `unread.marker` may be ahead of it. */
  get confirmedMarker(): number {
    return this.#confirmed;
  }

  /** Whether entries are missing before some that have come. */
  get gap(): boolean {
    return this.#ahead.size > 0;
  }

  /** The newest part of the timeline, if it reaches the last applied entry. */
  get live(): Segment | undefined {
    const last = this.segments.last;
    return last && last.to >= this.applied ? last : undefined;
  }

  /** The room with its newest items, as it can be kept and given to the constructor again. */
  snapshot(limit: number): RoomState {
    const known = this.live?.items ?? [];
    const items = known.slice(0, lowerBound(known, this.applied + 1)).slice(-limit);
    const cut = items.length < known.length;
    const page: Page = {
      items,
      more_before: cut || (this.live?.from ?? Infinity) > 1,
      more_after: false,
      quoted: [...this.quotes.values()].slice(-limit),
      users: [],
      head: this.applied,
    };
    return { room: this.room, role: this.role, unread: this.unread, page };
  }

  /** Starts again from a snapshot. */
  reset(state: RoomState): void {
    // What was read here and not told yet; what is confirmed the server knows better.
    const marker = this.#unread.marker > this.#confirmed ? this.#unread.marker : 0;
    this.room = state.room;
    this.role = state.role;
    this.stale = false;
    this.applied = state.page.head;
    this.#recent = [];
    this.segments.clear();
    this.quotes.clear();
    this.#unread = state.unread;
    this.#confirmed = state.unread.marker;
    this.uncertain = false;
    this.#counted = false;
    this.#add(state.page, 'latest');
    this.#changes = 'all';
    this.mark(Math.min(marker, state.page.head));
    this.listener?.('reset');
    this.#drain();
  }

  /** Takes an entry that was pushed or synced: in any order, any number of times. True if anything was applied. */
  take(entry: Entry): boolean {
    if (entry.seq <= this.applied) return false;
    if (entry.seq > this.applied + 1) {
      if (this.#ahead.size < AHEAD_ENTRIES) this.#ahead.set(entry.seq, entry);
      return false;
    }
    this.#apply(entry);
    this.#drain();
    return true;
  }

  /**
   * Takes a page of history, asked for with `anchor`. False when entries between the page and what is applied are no
   * longer at hand: then it must be asked for again.
   */
  takePage(page: Page, anchor: Anchor): boolean {
    if (!this.#remembers(page.head)) return false;
    this.#add(page, anchor);
    this.#changes = 'all';
    this.#counted = false;
    return true;
  }

  /** Takes messages that were looked up because others answer them. False as in `takePage`. */
  takeQuotes(messages: readonly Message[], head: number): boolean {
    if (!this.#remembers(head)) return false;
    for (const message of messages) {
      const settled = this.#recent.reduce(fold, message);
      const known = this.quotes.get(message.seq);
      if (!known || known.rev < settled.rev) this.quotes.set(message.seq, settled);
      this.#touch(message.seq);
    }
    return true;
  }

  /** A message that is known, as it is now. */
  message(seq: number): Message | undefined {
    const item = this.segments.find(seq);
    return item?.kind === 'message' ? item : this.quotes.get(seq);
  }

  /** The user has read up to here, as they see it; the server may not know yet. */
  mark(seq: number): void {
    if (seq <= this.#unread.marker) return;
    this.#unread = { ...this.#unread, marker: seq };
    if (!this.#count()) this.uncertain = true;
  }

  /** The server's word on the marker; `back` when the user put it back. */
  confirmMarker(seq: number, back = false): void {
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
  takeUnread(counted: Unread): void {
    this.#confirmed = Math.max(this.#confirmed, counted.marker);
    if (counted.marker < this.#unread.marker) return;
    this.#unread = counted;
    this.#counted = false;
    this.uncertain = !this.#remembers(counted.head);
    for (const entry of this.#recent.slice(lowerBound(this.#recent, counted.head + 1))) this.#advance(entry, undefined);
  }

  /** Lets go of all but the newest items, once there are half as many more. They can be read back. */
  trim(keep: number): void {
    const live = this.live;
    const first = live?.items.at(-keep)?.seq;
    if (!live || first === undefined || live.items.length < keep * 1.5) return;
    this.segments.list.splice(0, Infinity, { from: first, to: live.to, items: live.items.slice(-keep) });
    this.#counted = false;
    this.#changes = 'all';
  }

  /** What changed for the screen since the last call. */
  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = new Set();
    return changes;
  }

  #drain(): void {
    for (const seq of this.#ahead.keys()) if (seq <= this.applied) this.#ahead.delete(seq);
    for (let next = this.#ahead.get(this.applied + 1); next; next = this.#ahead.get(this.applied + 1)) {
      this.#ahead.delete(next.seq);
      this.#apply(next);
    }
  }

  #apply(entry: Entry): void {
    const changed = target(entry);
    this.#advance(entry, changed === undefined ? undefined : this.message(changed));
    this.applied = entry.seq;
    this.#recent.push(entry);
    if (this.#recent.length > RECENT_ENTRIES * 1.5) this.#recent.splice(0, this.#recent.length - RECENT_ENTRIES);
    this.#applyToRoom(entry);
    if (changed !== undefined) this.#change(changed, entry);
    if (entry.type === 'message:created' && entry.by === this.me) this.ownNonces.add(entry.nonce);
    this.#extend(entry);
    this.listener?.(entry);
  }

  /** The newest part grows by the entry, unless a page that was read later had it already. */
  #extend(entry: Entry): void {
    const last = this.segments.last;
    if (!last || last.to !== entry.seq - 1) return;
    last.to = entry.seq;
    const item = itemOf(entry);
    if (!item) return;
    last.items.push(item);
    this.#touch(item.seq);
  }

  #change(seq: number, entry: Entry): void {
    const item = this.segments.find(seq);
    if (item?.kind === 'message') this.segments.replace(fold(item, entry));
    const quote = this.quotes.get(seq);
    if (quote) this.quotes.set(seq, fold(quote, entry));
    if (item || quote) this.#touch(seq);
  }

  #applyToRoom(entry: Entry): void {
    const { room } = this;
    if (entry.type === 'room:changed') this.room = { ...room, ...entry.change };
    else if (entry.type === 'member:joined') this.room = { ...room, members: room.members + 1 };
    else if (entry.type === 'member:left') this.room = { ...room, members: Math.max(0, room.members - 1) };
    const own = (entry.type === 'member:changed' || entry.type === 'member:joined') && entry.user === this.me;
    if (own && this.role !== entry.role) this.stale = true;
  }

  /** Puts a page in its place: the seqs that it covers follow from what was asked for. */
  #add(page: Page, anchor: Anchor): void {
    const items = page.items.map((item) => (item.kind === 'message' ? this.#recent.reduce(fold, item) : item));
    const [first, last] = [items[0]?.seq, items.at(-1)?.seq];
    // Without items and with more before them, nothing is known.
    let from = page.more_before ? (first ?? Infinity) : 1;
    let to = page.more_after && last !== undefined ? last : page.head;
    if (typeof anchor === 'object' && 'before' in anchor)
      to = Math.max(Math.min(anchor.before - 1, page.head), last ?? 0);
    if (typeof anchor === 'object' && 'after' in anchor) from = Math.min(anchor.after + 1, first ?? Infinity);
    if (to >= page.head) {
      for (const entry of this.#recent.slice(lowerBound(this.#recent, to + 1))) {
        to = entry.seq;
        const item = itemOf(entry);
        if (item) items.push(item.kind === 'message' ? this.#recent.reduce(fold, item) : item);
      }
    }
    for (const item of items) if (item.kind === 'message' && item.by === this.me) this.ownNonces.add(item.nonce);
    if (to >= from) this.segments.merge({ from, to, items });
    this.takeQuotes(page.quoted, page.head);
  }

  /** Whether every entry after this one that was applied is still at hand. */
  #remembers(head: number): boolean {
    return head >= this.applied || (this.#recent[0]?.seq ?? Infinity) <= head + 1;
  }

  #advance(entry: Entry, before: Message | undefined): void {
    const advanced = advance(this.#unread, entry, before, this.#reader);
    if (advanced) this.#unread = advanced;
    else this.uncertain = true;
    this.#counted = false;
  }

  /** Counts what is after the marker if all of it is here; then the answer holds until the next change. */
  #count(): boolean {
    this.#counted = true;
    const { marker, head } = this.#unread;
    const live = this.live;
    const end = Math.max(head, this.applied);
    if (marker >= end) this.#unread = { marker, unread: 0, mentions: 0, head: end };
    else if (live && live.from <= marker + 1 && live.to >= head)
      this.#unread = { marker, ...countItems(live.items, marker, this.#reader), head: live.to };
    else return false;
    this.uncertain = false;
    return true;
  }

  get #reader(): Reader {
    return { me: this.me, direct: this.room.kind === 'direct' };
  }

  #touch(seq: number): void {
    if (this.#changes === 'all') return;
    if (this.#changes.size < NAMED_CHANGES) this.#changes.add(seq);
    else this.#changes = 'all';
  }
}
