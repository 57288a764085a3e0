import type { MessageRow, Row } from '../../lib';

const LONG_PRESS_MS = 450;
/** A finger that moves further than this scrolls. */
const STILL_PX = 10;

/** Opens a message's sheet by a long press. */
export class RowTouch {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #from = { x: 0, y: 0 };
  #pressed = false;

  constructor(private readonly open: (row: MessageRow, anchor: HTMLElement) => void) {}

  /** Listens on a list of rows. The returned function ends it. */
  watch(list: HTMLElement, rowOf: (key: string) => Row | undefined): () => void {
    const ending = new AbortController();
    const { signal } = ending;
    const stop = () => clearTimeout(this.#timer);
    list.addEventListener('pointerdown', (event) => this.#down(event, rowOf), { signal });
    list.addEventListener('pointermove', (event) => this.#far(event) && stop(), { signal });
    for (const over of ['pointerup', 'pointercancel', 'pointerleave']) list.addEventListener(over, stop, { signal });
    // What the finger did was the long press: neither the browser's own menu nor a click may follow, also not on the sheet
    // that has come up under the finger.
    list.addEventListener('contextmenu', (event) => this.#pressed && event.preventDefault(), { signal });
    document.addEventListener('click', (event) => this.#swallow(event), { signal, capture: true });
    document.addEventListener('pointerdown', () => (this.#pressed = false), { signal, capture: true });
    return () => {
      stop();
      ending.abort();
    };
  }

  #down(event: PointerEvent, rowOf: (key: string) => Row | undefined): void {
    if (event.pointerType !== 'touch') return;
    const target = event.target as Element;
    const item = target.closest<HTMLElement>('[data-key]');
    const row = rowOf(item?.dataset['key'] ?? '');
    const anchor = item?.querySelector<HTMLElement>('[data-row]');
    if (!anchor || row?.kind !== 'message' || target.closest('textarea')) return;
    this.#from = { x: event.clientX, y: event.clientY };
    this.#timer = setTimeout(() => {
      this.#pressed = true;
      this.open(row, anchor);
    }, LONG_PRESS_MS);
  }

  #far(event: PointerEvent): boolean {
    return Math.hypot(event.clientX - this.#from.x, event.clientY - this.#from.y) > STILL_PX;
  }

  #swallow(event: MouseEvent): void {
    if (!this.#pressed) return;
    this.#pressed = false;
    event.preventDefault();
    event.stopPropagation();
  }
}
