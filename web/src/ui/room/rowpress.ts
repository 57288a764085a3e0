import type { MessageRow, Row } from '../../lib';
import type { OpenPanel } from './panel';

const LONG_PRESS_MS = 450;
/** Where the browser's own menu has more to offer. */
const ITS_OWN = 'a, img, video, audio, input, textarea, pre';
/** A finger that moves further than this scrolls. */
const STILL_PX = 10;

type RowOf = (key: string) => Row | undefined;

/** Opens a message's menu by the right button, and its sheet by a long press. */
export class RowPress {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #from = { x: 0, y: 0 };
  #pressed = false;
  /** Something was selected before the button went down: on a Mac that by itself selects the word under it. */
  #selected = false;

  constructor(private readonly open: (panel: OpenPanel) => void) {}

  /** Listens on a list of rows. The returned function ends it. */
  watch(list: HTMLElement, rowOf: RowOf): () => void {
    const ending = new AbortController();
    const { signal } = ending;
    const stop = () => clearTimeout(this.#timer);
    list.addEventListener('pointerdown', (event) => this.#down(event, rowOf), { signal });
    list.addEventListener('pointermove', (event) => this.#far(event) && stop(), { signal });
    for (const over of ['pointerup', 'pointercancel', 'pointerleave']) list.addEventListener(over, stop, { signal });
    list.addEventListener('contextmenu', (event) => this.#asked(event, rowOf), { signal });
    // What the finger did was the long press: no click may follow, also not on the sheet that has come up under it.
    document.addEventListener('click', (event) => this.#swallow(event), { signal, capture: true });
    document.addEventListener('pointerdown', () => this.#begin(), { signal, capture: true });
    return () => {
      stop();
      ending.abort();
    };
  }

  #begin(): void {
    this.#pressed = false;
    this.#selected = getSelection()?.isCollapsed === false;
  }

  #down(event: PointerEvent, rowOf: RowOf): void {
    if (event.pointerType !== 'touch') return;
    const target = event.target as Element;
    const found = messageAt(target, rowOf);
    if (!found || target.closest('textarea')) return;
    this.#from = { x: event.clientX, y: event.clientY };
    this.#timer = setTimeout(() => {
      this.#pressed = true;
      this.open({ kind: 'sheet', ...found });
    }, LONG_PRESS_MS);
  }

  /** The browser wants to show its own menu, which with Shift it always may. After a long press the sheet is there. */
  #asked(event: MouseEvent, rowOf: RowOf): void {
    if (this.#pressed) return event.preventDefault();
    const target = event.target as Element;
    if (event.shiftKey || target.closest(ITS_OWN) || this.#selected) return;
    const found = messageAt(target, rowOf);
    if (!found) return;
    event.preventDefault();
    getSelection()?.removeAllRanges();
    this.open({ kind: 'menu', ...found, at: { x: event.clientX, y: event.clientY } });
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

function messageAt(target: Element, rowOf: RowOf): { row: MessageRow; anchor: HTMLElement } | undefined {
  const item = target.closest<HTMLElement>('[data-key]');
  const row = rowOf(item?.dataset['key'] ?? '');
  const anchor = item?.querySelector<HTMLElement>('[data-row]');
  return anchor && row?.kind === 'message' ? { row, anchor } : undefined;
}
