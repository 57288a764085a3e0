import type { Reading, Row, Timeline } from '../../lib';
import { PlaceKeeper } from './keeper';
import { around, carried, grown, trimmed, type Held, type Span } from './span';

/** Rows are fetched and put into the page when fewer than this many screens of them are left. */
const AHEAD_SCREENS = 1.5;
/** A window that fills by itself, without being scrolled, stops at this many rows. */
const FULL = 160;
/** Scrolling counts as over after this time without it. */
const REST_MS = 150;
/** Where on the screen a row comes to stand that was jumped to, and the "New" line. */
const JUMP_PART = 0.3;
const NEW_PART = 0.2;

/** What is in the page: rows of the timeline from one up to another. */
interface View {
  readonly rows: readonly Row[];
  readonly span: Span;
}

/**
 * The sliding window of a timeline: which of its rows are in the page, and where the reader stands in them.
 * Its `before` and `after` belong around every change of the page.
 */
export class RowWindow {
  view = $state.raw<View>({ rows: [], span: { start: 0, end: 0 } });
  /** The reader stands at the newest row, and stays there as more come. */
  stuck = $state(true);
  /** The row that the last jump led to. */
  marked = $state<string>();

  #keeper: PlaceKeeper | undefined;
  #opened = -1;
  #jump: Timeline['target'] | undefined;
  #way: -1 | 0 | 1 = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly room: Reading,
    /** The rows of the timeline that are shown at all. */
    private readonly shown: () => readonly Row[],
    /** Rows that must not leave the page, as places in the window. */
    private readonly holds: () => readonly number[],
    /** Whether what is seen counts as read. */
    private readonly reads: () => boolean,
  ) {}

  get #timeline(): Timeline {
    return this.room.timeline;
  }

  /** Attaches to the page. The returned function detaches. */
  watch(scroller: HTMLElement, list: HTMLElement): () => void {
    const keeper = new PlaceKeeper(scroller, list);
    this.#keeper = keeper;
    const sizes = new ResizeObserver(() => (this.stuck ? keeper.toEnd() : keeper.restore()));
    sizes.observe(scroller);
    sizes.observe(list);
    const look = () => this.#rested();
    addEventListener('focus', look);
    return () => {
      sizes.disconnect();
      removeEventListener('focus', look);
      clearTimeout(this.#rest);
    };
  }

  /** Before the page changes: takes the timeline's rows and decides which of them to show. */
  take(rows: readonly Row[], opened: number): void {
    if (opened !== this.#opened) {
      this.#opened = opened;
      this.#open(rows);
    } else if (rows !== this.view.rows) {
      const atEnd = this.stuck && !this.#timeline.moreAfter;
      const span = carried(this.view.rows, rows, this.view.span, atEnd);
      this.#show(rows, atEnd ? trimmed(span, 'before', this.#held()) : this.#joined(rows, span));
    }
  }

  /** After the page has changed: puts the reader back to where they were, or to where they jumped. */
  settle(): void {
    const keeper = this.#keeper;
    if (!keeper) return;
    const jump = this.#jump;
    this.#jump = undefined;
    if (jump === 'end' || (!jump && this.stuck)) keeper.toEnd();
    else if (jump) this.#jumpTo(jump);
    else keeper.restore();
    keeper.remember();
    this.#fill();
    this.#restLater();
  }

  /** The reader scrolled. */
  scrolled(): void {
    const keeper = this.#keeper;
    if (!keeper) return;
    const way = keeper.moved();
    if (way !== 0) this.#way = way;
    // What changed in this frame is heard of after the scrolling: without this its place would be taken for the reader's.
    if (!this.stuck) keeper.follow();
    this.stuck = this.#atNewest();
    keeper.remember();
    this.#lookAt();
    this.#fill();
    this.#restLater();
  }

  /** The element of a row. */
  element(key: string): HTMLElement | undefined {
    return this.#keeper?.row(key);
  }

  #open(rows: readonly Row[]): void {
    const { target } = this.#timeline;
    const index = target === 'end' ? -1 : rows.findIndex(({ seq }) => seq !== null && seq >= target.seq);
    this.#jump = index < 0 ? 'end' : target;
    this.#way = 0;
    this.stuck = index < 0;
    this.marked = target !== 'end' && target.marked ? rows[index]?.key : undefined;
    this.#show(rows, around(rows.length, index < 0 ? 'end' : index));
  }

  #jumpTo(target: { seq: number; marked: boolean }): void {
    const row = this.view.rows.find(({ seq }) => seq !== null && seq >= target.seq);
    if (row) this.#keeper?.toRow(row.key, target.marked ? JUMP_PART : NEW_PART);
    // Who jumps to a message means to read on from there, with the keys as well.
    if (row && target.marked)
      this.element(row.key)?.querySelector<HTMLElement>('[data-row]')?.focus({ preventScroll: true });
    this.stuck = this.#atNewest();
  }

  #atNewest(): boolean {
    const { rows, span } = this.view;
    return this.#keeper?.atEnd === true && span.end === rows.length && !this.#timeline.moreAfter;
  }

  /** Brings rows in on the side that the reader moves to; on both sides only as long as none have to leave for them. */
  #fill(): void {
    const keeper = this.#keeper;
    if (!keeper || this.shown() !== this.view.rows) return;
    const ahead = keeper.height * AHEAD_SCREENS;
    const { rows, span } = this.view;
    // On a screen that holds more than the window, bringing rows in on one side would take them from the other for ever.
    if (this.#way === 0 && span.end - span.start >= FULL) return;
    if (this.#way <= 0 && keeper.above < ahead) {
      if (span.start > 0) return this.#show(rows, grown(span, 'before', rows.length, this.#held()));
      if (this.#timeline.moreBefore && !this.#timeline.problem) void this.#timeline.loadBefore();
    }
    if (this.#way >= 0 && keeper.below < ahead) {
      if (span.end < rows.length) return this.#show(rows, grown(span, 'after', rows.length, this.#held()));
      if (this.#timeline.moreAfter && !this.#timeline.problem) void this.#timeline.loadAfter();
    }
  }

  /**
   * Rows that come above the first one of the page take its day and name away. Close to the top there is nothing to scroll
   * back for that, unless they come into the page with the same change.
   */
  #joined(rows: readonly Row[], span: Span): Span {
    const keeper = this.#keeper;
    const came = this.view.span.start === 0 && span.start > 0;
    if (!keeper || !came || keeper.above >= keeper.height * AHEAD_SCREENS) return span;
    return grown(span, 'before', rows.length, this.#held(span.start));
  }

  #show(rows: readonly Row[], span: Span): void {
    if (!this.stuck) this.#keeper?.remember();
    this.view = { rows, span };
  }

  /** What must stay in the page, whose first row is at this place. */
  #held(start = this.view.span.start): Held | undefined {
    const keeper = this.#keeper;
    if (!keeper) return undefined;
    const { first, last } = keeper.visible();
    const places = [first, last, ...this.holds()].filter((place) => place >= 0);
    return { first: start + Math.min(...places), last: start + Math.max(...places) };
  }

  #restLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#rested(), REST_MS);
  }

  /** Tells the engine where the reader is: what is far from there it need not hold, and what is lost it finds again. */
  #lookAt(): void {
    const { rows, span } = this.view;
    const seq = rows[span.start + (this.#keeper?.visible().first ?? 0)]?.seq;
    if (seq) this.#timeline.lookAt(seq);
  }

  /** What was seen counts as read while somebody looks. */
  #rested(): void {
    const keeper = this.#keeper;
    const { rows, span } = this.view;
    if (!keeper || span.end === 0 || this.#timeline.loading === 'open') return;
    const { first, last } = keeper.visible();
    this.#lookAt();
    if (this.room.unread === 0 || !this.reads() || document.visibilityState !== 'visible' || !document.hasFocus())
      return;
    if (this.stuck) return this.room.markRead();
    const lastSeq = rows.slice(span.start, span.start + last + 1).findLast(({ seq }) => seq !== null)?.seq;
    if (lastSeq && lastSeq > this.room.marker && this.#readUpTo(span.start + first)) this.room.markRead(lastSeq);
  }

  /** Whether nothing unread stands above a row: a jump must not take for read what it has jumped over. */
  #readUpTo(index: number): boolean {
    const { rows } = this.view;
    const { marker } = this.room;
    const unread = rows.findIndex(({ seq }) => seq !== null && seq > marker);
    const known = unread > 0 || !this.#timeline.moreBefore || rows[0]?.seq === marker + 1;
    return unread >= index && known;
  }
}
