/** How close to the end counts as at the end, in CSS pixels. */
const END_PX = 60;

/**
 * Keeps what the reader sees in its place while rows come and go around it. The first visible row is remembered whenever
 * the reader scrolls and put back after every change. Of that row the lower edge counts, since it may lose the day or the
 * name above it once the row before it is known; the upper one only when the lower is not on the screen.
 */
export class PlaceKeeper {
  #row: HTMLElement | undefined;
  #upper = false;
  /** Where the edge of the row is from the top of the screen, and from the top of everything. */
  #offset = 0;
  #place = 0;
  #top = 0;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly list: HTMLElement,
  ) {}

  get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight <= END_PX;
  }

  /** Space left above and below what is visible. */
  get above(): number {
    return this.scroller.scrollTop;
  }

  get below(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  get height(): number {
    return this.scroller.clientHeight;
  }

  /** Which way the reader moved since this was asked last: -1 up, 1 down, 0 not by themselves. */
  moved(): -1 | 0 | 1 {
    const { scrollTop } = this.scroller;
    const way = Math.sign(scrollTop - this.#top) as -1 | 0 | 1;
    this.#top = scrollTop;
    return way;
  }

  remember(): void {
    const { scrollTop, clientHeight } = this.scroller;
    const row = this.list.children[this.visible().first] as HTMLElement | undefined;
    this.#row = row;
    if (!row) return;
    this.#upper = row.offsetTop + row.offsetHeight > scrollTop + clientHeight;
    this.#place = this.#edge(row);
    this.#offset = this.#place - scrollTop;
  }

  /** Puts the remembered row back to where it was on the screen. */
  restore(): void {
    this.#move((row, scrollTop) => this.#edge(row) - scrollTop - this.#offset);
  }

  /** Takes back what a change above has moved, and leaves what the reader has scrolled since. */
  follow(): void {
    this.#move((row) => this.#edge(row) - this.#place);
  }

  toTop(): void {
    this.#put(0);
  }

  toEnd(): void {
    this.#put(this.scroller.scrollHeight);
  }

  /** Brings a row to a part of the screen's height from its top. */
  toRow(key: string, part: number): void {
    const row = this.row(key);
    if (row) this.#put(row.offsetTop - this.scroller.clientHeight * part);
    this.remember();
  }

  row(key: string): HTMLElement | undefined {
    return this.list.querySelector<HTMLElement>(`:scope > [data-key="${CSS.escape(key)}"]`) ?? undefined;
  }

  /** Indexes of the first and the last row of which something, or for the last everything, is on the screen. */
  visible(): { first: number; last: number } {
    const { scrollTop, clientHeight } = this.scroller;
    const rows = this.list.children;
    const first = this.#search((row) => row.offsetTop + row.offsetHeight > scrollTop + 1);
    const beyond = this.#search((row) => row.offsetTop + row.offsetHeight > scrollTop + clientHeight + 4);
    return { first: Math.min(first, rows.length - 1), last: beyond - 1 };
  }

  #edge(row: HTMLElement): number {
    return row.offsetTop + (this.#upper ? 0 : row.offsetHeight);
  }

  #move(by: (row: HTMLElement, scrollTop: number) => number): void {
    if (!this.#row?.isConnected) return;
    const { scrollTop } = this.scroller;
    const distance = by(this.#row, scrollTop);
    if (distance !== 0) this.#put(scrollTop + distance);
  }

  #put(top: number): void {
    this.scroller.scrollTop = top;
    this.#top = this.scroller.scrollTop;
  }

  /** Index of the first row for which this holds, when it holds for all after it as well. */
  #search(holds: (row: HTMLElement) => boolean): number {
    const rows = this.list.children;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(rows[middle] as HTMLElement)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
