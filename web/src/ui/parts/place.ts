/** Room left between a panel and the edges of the screen, in CSS pixels. */
const MARGIN = 8;

/** A spot on the screen, in CSS pixels from its upper left corner. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Keeps a panel at a spot, as far as the screen has room there. The returned function ends it. */
export function placeAt(panel: HTMLElement, at: Spot): () => void {
  return keep(panel, () => ({ left: at.x, top: at.y }));
}

/**
 * Keeps a panel beside its anchor in browsers that have no CSS anchor positioning; elsewhere it does nothing.
 * The returned function ends it.
 */
export function placeBeside(panel: HTMLElement, anchor: HTMLElement, side: 'below' | 'above' | 'beside'): () => void {
  if (CSS.supports('position-area: block-end')) return () => undefined;
  return keep(panel, (size) => spotFor(anchor.getBoundingClientRect(), size, side));
}

function keep(panel: HTMLElement, corner: (size: DOMRect) => { left: number; top: number }): () => void {
  const place = () => {
    const size = panel.getBoundingClientRect();
    const { width, height } = size;
    const spot = corner(size);
    panel.style.left = `${clamp(spot.left, innerWidth - width)}px`;
    panel.style.top = `${clamp(spot.top, innerHeight - height)}px`;
    panel.style.margin = '0';
  };
  place();
  const watcher = new ResizeObserver(place);
  watcher.observe(panel);
  addEventListener('resize', place);
  return () => {
    watcher.disconnect();
    removeEventListener('resize', place);
  };
}

function spotFor(at: DOMRect, size: { width: number; height: number }, side: 'below' | 'above' | 'beside') {
  if (side === 'beside') return { left: at.right + MARGIN, top: at.top };
  const fitsBelow = at.bottom + size.height + MARGIN < innerHeight;
  const below = side === 'below' ? fitsBelow : at.top - size.height < MARGIN && fitsBelow;
  return {
    left: side === 'below' ? at.left : at.right - size.width,
    top: below ? at.bottom + MARGIN : at.top - size.height - MARGIN,
  };
}

function clamp(value: number, most: number): number {
  return Math.max(MARGIN, Math.min(value, most - MARGIN));
}
