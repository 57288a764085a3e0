import type { MessageRow, Reading } from '../../lib';
import { PlaceKeeper } from './keeper';
import { grown, placeOf, trimmed, type Held, type Span } from './span';

/** Posts that are in the page at first: they are taller than rows. */
const FIRST = 30;
/** Posts are put into the page when fewer than this many screens of them are left. */
const AHEAD_SCREENS = 1.5;
/** How close to the top counts as at the newest, in CSS pixels. */
const TOP_PX = 60;
/** Where on the screen a post comes to stand that was jumped to. */
const JUMP_PART = 0.2;

/** What is in the page: posts from one up to another, the newest first. */
interface View {
  readonly posts: readonly MessageRow[];
  readonly span: Span;
}

/** The sliding window of a feed: which of its posts are in the page, and where the reader stands in them. */
export class FeedWindow {
  view = $state.raw<View>({ posts: [], span: { start: 0, end: 0 } });
  /** The reader stands at the newest post, and stays there as more come. */
  newest = $state(true);
  /** The post that the last jump led to. */
  marked = $state<string>();

  #keeper: PlaceKeeper | undefined;
  #opened = -1;
  #jump: MessageRow | 'newest' | undefined;

  constructor(
    private readonly reading: Reading,
    /** Posts that must not leave the page, as places in the window. */
    private readonly holds: () => readonly number[],
  ) {}

  /** Attaches to the page. The returned function detaches. */
  watch(scroller: HTMLElement, list: HTMLElement): () => void {
    const keeper = new PlaceKeeper(scroller, list);
    this.#keeper = keeper;
    const sizes = new ResizeObserver(() => this.#keep(keeper));
    sizes.observe(scroller);
    sizes.observe(list);
    return () => sizes.disconnect();
  }

  /** Before the page changes: takes the posts and decides which of them to show. */
  take(posts: readonly MessageRow[], opened: number): void {
    if (opened !== this.#opened) {
      this.#opened = opened;
      this.#open(posts);
    } else if (posts !== this.view.posts) {
      const { posts: before, span } = this.view;
      const start = this.newest ? 0 : (placeOf(before, posts, span.start, span.end) ?? 0);
      const end = Math.min(posts.length, start + Math.max(FIRST, span.end - span.start));
      this.#show(posts, trimmed({ start, end }, 'after', this.#held()));
    }
  }

  /** After the page has changed: puts the reader back to where they were, or to where they jumped. */
  settle(): void {
    const keeper = this.#keeper;
    if (!keeper) return;
    const jump = this.#jump;
    this.#jump = undefined;
    if (jump === 'newest') keeper.toTop();
    else if (jump) keeper.toRow(jump.key, JUMP_PART);
    else this.#keep(keeper);
    keeper.remember();
    this.#fill(keeper);
  }

  /** The reader scrolled. */
  scrolled(): void {
    const keeper = this.#keeper;
    if (!keeper) return;
    if (!this.newest) keeper.follow();
    this.newest = this.view.span.start === 0 && keeper.above <= TOP_PX;
    keeper.remember();
    this.#fill(keeper);
  }

  /** The element of a post. */
  element(key: string): HTMLElement | undefined {
    return this.#keeper?.row(key);
  }

  #open(posts: readonly MessageRow[]): void {
    const { target } = this.reading.timeline;
    const at = target === 'end' || !target.marked ? -1 : posts.findIndex(({ seq }) => seq === target.seq);
    this.#jump = posts[at] ?? 'newest';
    this.marked = posts[at]?.key;
    this.newest = at < 0;
    const start = Math.max(0, at - FIRST / 2);
    this.#show(posts, { start, end: Math.min(posts.length, start + FIRST) });
  }

  /** At the newest post nothing is to be done: what comes on top is seen at once. */
  #keep(keeper: PlaceKeeper): void {
    if (!this.newest) keeper.restore();
  }

  /** Brings posts in on the side that is near; what is far away on the other side leaves. */
  #fill(keeper: PlaceKeeper): void {
    const ahead = keeper.height * AHEAD_SCREENS;
    const { posts, span } = this.view;
    const { timeline } = this.reading;
    if (keeper.below < ahead) {
      if (span.end < posts.length) return this.#show(posts, grown(span, 'after', posts.length, this.#held()));
      if (timeline.moreBefore && !timeline.problem) void timeline.loadBefore();
    } else if (keeper.above < ahead && span.start > 0) {
      this.#show(posts, grown(span, 'before', posts.length, this.#held()));
    } else if (keeper.above < ahead && timeline.moreAfter && !timeline.problem) void timeline.loadAfter();
  }

  #show(posts: readonly MessageRow[], span: Span): void {
    if (!this.newest) this.#keeper?.remember();
    this.view = { posts, span };
  }

  #held(): Held | undefined {
    const keeper = this.#keeper;
    if (!keeper) return undefined;
    const { first, last } = keeper.visible();
    const places = [first, last, ...this.holds()].filter((place) => place >= 0);
    const { start } = this.view.span;
    return { first: start + Math.min(...places), last: start + Math.max(...places) };
  }
}
