import { untrack } from 'svelte';
import type { MessageRow, OpenAt, Row, Timeline } from '../api';
import { Failure, failureOf } from '../failure';
import { QuoteLookup } from '../log/quotes';
import type { RoomLog } from '../log/roomlog';
import { type RowContext, pendingRow, rowOf } from '../log/rows';
import { type Segment, lowerBound } from '../log/segments';
import { SettledRows, same } from '../log/settled';
import type { Strand } from '../log/strand';
import type { Ask } from '../net/ask';
import type { OutboxItem } from '../outbox/item';
import type { Outbox } from '../outbox/outbox';
import type { Anchor, Item, Message, User } from '../protocol.gen';

const PAGE_ITEMS = 50;
/** Rows kept of a room that is open, and of one that is not. */
const KEPT_OPEN = 2_000;
const KEPT_CLOSED = 200;
/** A page that was overtaken by more entries than are kept is read again, so often. */
const PAGE_TRIES = 3;

/** What a timeline takes from the engine. */
export interface TimelineParts {
  readonly me: string;
  readonly ask: Ask;
  readonly outbox: Outbox;
  learnUsers(users: readonly User[]): void;
  /** Asks for a `refresh` at the next frame. */
  changed(): void;
}

/**
 * The rows of a room, or of a thread, around the place where it was opened, as state. What the screen calls is untracked, so that it may be
 * called from an effect.
 */
export class TimelineView implements Timeline {
  rows = $state.raw<readonly Row[]>([]);
  moreBefore = $state.raw(false);
  moreAfter = $state.raw(false);
  loading = $state.raw<Timeline['loading']>('none');
  problem = $state.raw<Failure | null>(null);
  newFrom = $state.raw<number | null>(null);
  opened = $state.raw(0);
  target = $state.raw<Timeline['target']>('end');

  /** A seq in the part that is shown, or the newest part. */
  #at: number | 'end' = 'end';
  /** About where the reader is: the first visible seq, as the screen told, or the end at which it asked for more. */
  #look: number | undefined;
  #started = false;
  #opening = 0;
  readonly #strand: Strand;
  #settled: SettledRows;
  #beside: MessageRow | undefined;
  #pending = new Map<string, MessageRow>();
  /** The user's own changes to messages that the log has not brought yet, by seq. */
  #overlays = new Map<number, OutboxItem[]>();
  #quotes: QuoteLookup;

  constructor(
    private readonly log: RoomLog,
    private readonly parts: TimelineParts,
    /** The root of the thread that is shown; undefined for the room itself. */
    private readonly thread?: number,
  ) {
    this.#quotes = new QuoteLookup(log, parts.ask, () => parts.changed());
    this.#strand = thread === undefined ? log.main : log.thread(thread);
    this.#settled = new SettledRows(this.#context);
  }

  /** The row of a message that stands elsewhere, such as the root of a thread; null while it is looked up. */
  rowOf(seq: number): MessageRow | null {
    const message = this.#context.quote(seq);
    this.#overlays = this.#changesBySeq();
    const row = message && rowOf({ kind: 'message', ...message }, this.#context);
    if (row?.kind !== 'message') return null;
    this.#beside = this.#beside && same(this.#beside, row) ? this.#beside : row;
    return this.#beside;
  }

  find(seq: number): Message | undefined {
    return this.log.message(seq);
  }

  /** A message as far as it is known; one that is not is looked up. */
  lookUp(seq: number): Message | undefined {
    const known = this.log.message(seq);
    if (!known) this.#quotes.want(seq);
    return known;
  }

  lookAt(seq: number): void {
    this.#look = seq;
  }

  openAt(where: OpenAt): Promise<void> {
    return untrack(() => this.#open(where, typeof where === 'object'));
  }

  loadBefore(): Promise<void> {
    const segment = this.#segment;
    if (!segment) return this.openAt('latest');
    this.#look = segment.items[0]?.seq;
    return segment.from > 1 ? untrack(() => this.#load('before', { before: segment.from })) : Promise.resolve();
  }

  loadAfter(): Promise<void> {
    const segment = this.#segment;
    if (!segment) return this.openAt('latest');
    this.#look = segment.items.at(-1)?.seq;
    return segment.to < this.log.applied
      ? untrack(() => this.#load('after', { after: segment.to }))
      : Promise.resolve();
  }

  /** Brings the rows up to date with log and outbox. Called at most once a frame, and at once for what the user does. */
  refresh(): void {
    this.#trim();
    if (!this.#started) return;
    const changes = this.#strand.takeChanges();
    if (changes === 'all') this.#findAgain();
    const segment = this.#segment;
    const overlaid = [...this.#overlays.keys()];
    this.#overlays = this.#changesBySeq();
    if (changes === 'all' || !this.#settled.shows(segment)) this.#settled.rebuild(segment);
    else this.#settled.update(new Set([...changes, ...overlaid, ...this.#overlays.keys()]));
    this.moreBefore = (segment?.from ?? 1) > 1;
    this.moreAfter = segment !== undefined && segment.to < this.log.applied;
    const pending = this.moreAfter ? [] : this.#pendingRows();
    this.rows = [...this.#settled.rows, ...pending];
  }

  get #segment(): Segment | undefined {
    return this.#at === 'end' ? this.#strand.live : this.#strand.segments.at(this.#at);
  }

  /** Only what is far out of sight goes: a page that lives for weeks must not grow, nor must one that reads back for years. */
  #trim(): void {
    if (this.thread !== undefined) return;
    const look = this.#look;
    const keep = this.#started ? KEPT_OPEN : KEPT_CLOSED;
    const { live } = this.#strand;
    if (look === undefined || (live && look >= (live.items.at(-keep / 2)?.seq ?? live.from))) {
      if (this.#segment === live) this.#at = 'end';
      if (this.#at === 'end') this.log.trim(keep);
    } else if (this.#started && this.log.trimAround(look, keep, KEPT_CLOSED)) this.#at = look;
  }

  #known(seq: number | undefined): boolean {
    return (seq === undefined ? this.#strand.live : this.#strand.segments.at(seq)) !== undefined;
  }

  async #open(where: OpenAt, marked: boolean): Promise<void> {
    this.#started = true;
    this.#opening += 1;
    const opening = this.#opening;
    this.problem = null;
    this.newFrom = null;
    const standing = this.thread === undefined ? this.log.standing : this.log.follows.get(this.thread);
    const { unread, marker } = standing?.unread ?? { unread: 0, marker: 0 };
    const fromUnread = where === 'unread' && unread > 0;
    const seq = fromUnread ? marker + 1 : typeof where === 'object' ? where.seq : undefined;
    this.loading = this.#known(seq) ? 'none' : 'open';
    if (this.loading === 'open') {
      this.refresh();
      try {
        await this.#fetch(seq === undefined ? 'latest' : { around: seq });
      } catch (thrown) {
        if (opening === this.#opening) this.problem = failureOf(thrown);
      }
      if (opening !== this.#opening) return;
      this.loading = 'none';
    }
    this.#show(seq, fromUnread, marked);
  }

  #show(seq: number | undefined, unread: boolean, marked: boolean): void {
    const segment = seq === undefined ? undefined : this.#strand.segments.at(seq);
    const items = segment?.items ?? [];
    const index = lowerBound(items, seq ?? 0);
    const { me } = this.parts;
    const isNew = (item: Item, at: number) => at >= index && item.kind === 'message' && item.by !== me && !item.deleted;
    const shown = unread ? items.find(isNew) : (items[index] ?? items.at(-1));
    this.#at = segment && segment !== this.#strand.live ? segment.from : 'end';
    this.newFrom = unread ? (shown?.seq ?? null) : null;
    this.target = shown ? { seq: shown.seq, marked } : 'end';
    this.#look = shown?.seq;
    this.refresh();
    this.opened += 1;
  }

  /** After a reset the part that was shown may be gone: back to the end if that was on screen, else it is fetched again. */
  #findAgain(): void {
    const look = this.#look;
    const segment = this.#segment;
    if (segment && (look === undefined || look >= segment.from)) return;
    this.#at = 'end';
    const { live } = this.#strand;
    if (look === undefined || (live && look >= live.from) || this.loading !== 'none') return;
    this.#look = undefined;
    void this.#open({ seq: look }, false);
  }

  async #load(side: 'before' | 'after', anchor: Anchor): Promise<void> {
    if (this.loading !== 'none') return;
    this.loading = side;
    this.problem = null;
    const opening = this.#opening;
    try {
      await this.#fetch(anchor);
    } catch (thrown) {
      if (opening === this.#opening) this.problem = failureOf(thrown);
    }
    if (opening !== this.#opening) return;
    this.loading = 'none';
    this.refresh();
  }

  async #fetch(anchor: Anchor): Promise<void> {
    const { thread } = this;
    const request = { room: this.log.room.id, from: anchor, limit: PAGE_ITEMS };
    for (let tries = 0; tries < PAGE_TRIES; tries += 1) {
      const { ask } = this.parts;
      const page = await (thread === undefined
        ? ask('room:history', request)
        : ask('thread:history', { ...request, thread }));
      this.parts.learnUsers(page.users);
      if (this.log.takePage(page, anchor, this.#strand)) return;
    }
    throw new Failure('unavailable', 'The room is too busy to read back right now. Try again.');
  }

  #pendingRows(): MessageRow[] {
    const before = this.#pending;
    this.#pending = new Map();
    for (const item of this.parts.outbox.of(this.log.room.id)) {
      if (!this.#belongs(item)) continue;
      const row = this.log.ownNonces.has(item.change.request.nonce) ? undefined : pendingRow(item, this.#context);
      const old = before.get(item.change.request.nonce);
      if (row) this.#pending.set(row.nonce, old && same(old, row) ? old : row);
    }
    return [...this.#pending.values()];
  }

  /** Whether a message in the outbox is to stand here. */
  #belongs({ change }: OutboxItem): boolean {
    if (change.call !== 'message:send') return false;
    const { thread, also_in_room = false } = change.request;
    if (this.thread !== undefined) return thread === this.thread;
    return this.log.stands({ in_room: thread === undefined || also_in_room });
  }

  #changesBySeq(): Map<number, OutboxItem[]> {
    const bySeq = new Map<number, OutboxItem[]>();
    for (const item of this.parts.outbox.of(this.log.room.id)) {
      const { request } = item.change;
      if ('seq' in request && item.state !== 'failed')
        bySeq.set(request.seq, [...(bySeq.get(request.seq) ?? []), item]);
    }
    return bySeq;
  }

  get #context(): RowContext {
    return {
      reader: { me: this.parts.me },
      thread: this.thread,
      quote: (seq) => this.lookUp(seq) ?? null,
      changes: (seq) => this.#overlays.get(seq) ?? [],
    };
  }
}
