import type { Anchor, Entry, Item, Message, Page, Role, Room, RoomState, Unread } from '../protocol.gen';
import { fold, target, targets } from './fold';
import { lowerBound } from './segments';
import { type Counted, Standing, entriesSince } from './standing';
import { Strand } from './strand';
import type { Reader } from './unread';

/** Entries kept to bring pages up to date that were read a moment before they arrived. */
const RECENT_ENTRIES = 1_000;
/** Entries kept that came after a gap. More are fetched again. */
const AHEAD_ENTRIES = 1_000;
/** Threads whose replies are kept; the one opened longest ago is let go. */
const KEPT_THREADS = 20;

/** The markers that the server has confirmed; those of the user may be ahead of them. */
export interface Confirmed {
  readonly room: number;
  /** By root. */
  readonly threads: readonly (readonly [number, number])[];
}

/**
 * One room's log as far as it is known: a fold of its entries in the order of seq, whatever the order in which they,
 * and pages of history, arrive. Knows no network.
 */
export class RoomLog {
  room: Room;
  role: Role;
  /** Seq of the last entry that was applied. */
  applied = 0;
  /** The role and the room itself must be read again: the next sync asks for a reset. */
  stale = false;
  /** Hears each entry that is applied, and of resets, after which anything may be different. */
  listener: ((what: Entry | 'reset') => void) | undefined;
  /** The room's timeline. */
  readonly main = new Strand(
    (item) => stands(item, this.room),
    () => this.applied,
  );
  readonly quotes = new Map<number, Message>();
  /** Nonces of the user's own messages that are known: what has one of these in the outbox has arrived. */
  readonly ownNonces = new Set<string>();
  /** Where the user stands in the room. */
  readonly standing: Standing;
  /** Where they stand in the threads that they follow, by root. */
  readonly follows = new Map<number, Standing>();
  /** Threads that are open or were lately, by root. */
  #threads = new Map<number, Strand>();
  #recent: Entry[] = [];
  #ahead = new Map<number, Entry>();

  constructor(
    state: RoomState,
    private readonly me: string,
    confirmed?: Confirmed,
  ) {
    this.room = state.room;
    this.role = state.role;
    this.standing = new Standing(state.unread, this.#counted());
    this.reset(state);
    this.standing.confirmedAt(confirmed?.room ?? Infinity);
    for (const [root, marker] of confirmed?.threads ?? []) this.follows.get(root)?.confirmedAt(marker);
  }

  /** Where the user stands in the room. */
  get unread(): Unread {
    return this.standing.unread;
  }

  get confirmed(): Confirmed {
    const threads = Array.from(this.follows, ([root, { confirmed }]) => [root, confirmed] as const);
    return { room: this.standing.confirmed, threads };
  }

  /** Whether entries are missing before some that have come. */
  get gap(): boolean {
    return this.#ahead.size > 0;
  }

  /** A thread, as far as it is known. */
  thread(root: number): Strand {
    const holds = (item: Item) => item.kind === 'message' && item.thread === root;
    const strand = this.#threads.get(root) ?? new Strand(holds, () => this.applied);
    this.#threads.delete(root);
    this.#threads.set(root, strand);
    const [oldest] = this.#threads.keys();
    if (this.#threads.size > KEPT_THREADS && oldest !== undefined) this.#threads.delete(oldest);
    return strand;
  }

  /** The room with its newest items, as it can be kept and given to the constructor again. */
  snapshot(limit: number): RoomState {
    const { live } = this.main;
    const known = live?.items ?? [];
    const items = known.slice(0, lowerBound(known, this.applied + 1)).slice(-limit);
    const cut = items.length < known.length;
    const page: Page = {
      items,
      more_before: cut || (live?.from ?? Infinity) > 1,
      more_after: false,
      quoted: [...this.quotes.values()].slice(-limit),
      users: [],
      head: this.applied,
    };
    const threads = Array.from(this.follows, ([thread, { unread }]) => ({ thread, unread }));
    return { room: this.room, role: this.role, unread: this.unread, threads, page };
  }

  /** Starts again from a snapshot. */
  reset(state: RoomState): void {
    this.room = state.room;
    this.role = state.role;
    this.stale = false;
    this.applied = state.page.head;
    this.#recent = [];
    for (const strand of this.#strands()) strand.clear();
    this.quotes.clear();
    this.#add(state.page, 'latest', this.main);
    this.standing.reset(state.unread);
    this.#resetFollows(state);
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
  takePage(page: Page, anchor: Anchor, strand: Strand = this.main): boolean {
    if (!this.#since(page.head)) return false;
    this.#add(page, anchor, strand);
    for (const standing of this.standings()) standing.recount();
    return true;
  }

  /** Takes messages that were looked up because others answer them. False as in `takePage`. */
  takeQuotes(messages: readonly Message[], head: number): boolean {
    if (!this.#since(head)) return false;
    for (const message of messages) {
      const settled = this.#recent.reduce(fold, message);
      const known = this.quotes.get(message.seq);
      if (!known || known.rev < settled.rev) this.quotes.set(message.seq, settled);
      for (const strand of this.#strands()) strand.touch(message.seq);
    }
    return true;
  }

  /** Where the user stands in the room and in its threads. */
  standings(): Standing[] {
    return [this.standing, ...this.follows.values()];
  }

  /** A message that is known, as it is now. */
  message(seq: number): Message | undefined {
    for (const strand of this.#strands()) {
      const item = strand.segments.find(seq);
      if (item?.kind === 'message') return item;
    }
    return this.quotes.get(seq);
  }

  /** The user follows a thread from a marker on. */
  follow(root: number, marker: number): void {
    if (this.follows.has(root)) return this.confirmThread(root, marker);
    const begin = { marker, unread: 0, mentions: 0, head: marker };
    const standing = new Standing(begin, this.#counted(root));
    standing.take(begin);
    this.follows.set(root, standing);
  }

  unfollow(root: number): void {
    this.follows.delete(root);
  }

  /** The server's word on the marker in a thread. */
  confirmThread(root: number, marker: number): void {
    this.follows.get(root)?.confirm(marker);
  }

  /** Lets go of all but the newest items of the timeline. */
  trim(keep: number): void {
    if (this.main.trim(keep)) this.standing.recount();
  }

  /** Lets go of the timeline's items that are far from a seq; the newest ones stay as well. */
  trimAround(seq: number, keep: number, newest: number): boolean {
    const trimmed = this.main.trimAround(seq, keep, newest);
    if (trimmed) this.standing.recount();
    return trimmed;
  }

  /** Whether a message counts in the room's timeline. */
  stands(message: Pick<Message, 'in_room'>): boolean {
    return message.in_room || this.room.style === 'flat';
  }

  #strands(): Strand[] {
    return [this.main, ...this.#threads.values()];
  }

  #resetFollows({ threads }: RoomState): void {
    const roots = new Set(threads.map(({ thread }) => thread));
    for (const root of this.follows.keys()) if (!roots.has(root)) this.follows.delete(root);
    for (const { thread, unread } of threads) {
      const standing = this.follows.get(thread) ?? new Standing(unread, this.#counted(thread));
      standing.reset(unread);
      this.follows.set(thread, standing);
    }
  }

  #drain(): void {
    for (const seq of this.#ahead.keys()) if (seq <= this.applied) this.#ahead.delete(seq);
    for (let next = this.#ahead.get(this.applied + 1); next; next = this.#ahead.get(this.applied + 1)) {
      this.#ahead.delete(next.seq);
      this.#apply(next);
    }
  }

  #apply(entry: Entry): void {
    const changed = targets(entry);
    const own = target(entry);
    const before = own === undefined ? undefined : this.message(own);
    for (const standing of this.standings()) standing.advance(entry, before);
    this.applied = entry.seq;
    this.#recent.push(entry);
    if (this.#recent.length > RECENT_ENTRIES * 1.5) this.#recent.splice(0, this.#recent.length - RECENT_ENTRIES);
    this.#applyToRoom(entry);
    for (const seq of changed) this.#change(seq, entry);
    if (entry.type === 'message:created' && entry.by === this.me) this.ownNonces.add(entry.nonce);
    for (const strand of this.#strands()) strand.extend(entry);
    this.listener?.(entry);
  }

  #change(seq: number, entry: Entry): void {
    const quote = this.quotes.get(seq);
    if (quote) this.quotes.set(seq, fold(quote, entry));
    for (const strand of this.#strands()) {
      strand.change(seq, entry);
      if (quote) strand.touch(seq);
    }
  }

  #applyToRoom(entry: Entry): void {
    const { room } = this;
    if (entry.type === 'room:changed') {
      this.room = { ...room, ...entry.change };
      // Other messages stand in the timeline now.
      if ((room.style === 'flat') !== (this.room.style === 'flat')) this.stale = true;
    } else if (entry.type === 'member:joined') this.room = { ...room, members: room.members + 1 };
    else if (entry.type === 'member:left') this.room = { ...room, members: Math.max(0, room.members - 1) };
    const own = (entry.type === 'member:changed' || entry.type === 'member:joined') && entry.user === this.me;
    if (own && this.role !== entry.role) this.stale = true;
  }

  #add(page: Page, anchor: Anchor, strand: Strand): void {
    strand.add(page, anchor, this.#recent);
    for (const item of page.items) {
      if (item.kind === 'message' && item.by === this.me) this.ownNonces.add(item.nonce);
    }
    this.takeQuotes(page.quoted, page.head);
  }

  #since(head: number): readonly Entry[] | undefined {
    return entriesSince(this.#recent, this.applied, head);
  }

  #counted(thread?: number): Counted {
    const room = this.room.id;
    return {
      reader: () => this.#reader(thread),
      live: () => (thread === undefined ? this.main : this.#threads.get(thread))?.live,
      applied: () => this.applied,
      since: (seq) => this.#since(seq),
      settle: (ask, marker) => {
        // Told again where it is, the server counts.
        if (thread !== undefined) return ask('thread:mark', { room, thread, seq: marker ?? 0 });
        return marker === undefined ? ask('read:get', { room }) : ask('read:mark', { room, seq: marker });
      },
    };
  }

  #reader(thread: number | undefined): Reader {
    const covers = (message: { in_room?: boolean; thread?: number }) =>
      thread === undefined
        ? message.in_room === undefined || this.stands({ in_room: message.in_room })
        : message.thread === thread;
    return { me: this.me, direct: this.room.kind === 'direct', covers };
  }
}

function stands(item: Item, room: Room): boolean {
  return item.kind === 'line' || item.in_room || room.style === 'flat';
}
