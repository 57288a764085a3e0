/** Room left between a panel and the edges of the screen, in CSS pixels. */
const MARGIN = 8;

/**
 * Keeps a panel beside its anchor in browsers that have no CSS anchor positioning; elsewhere it does nothing.
 * The returned function ends it.
 */
export function placeBeside(panel: HTMLElement, anchor: HTMLElement, side: 'below' | 'above' | 'beside'): () => void {
  if (CSS.supports('position-area: block-end')) return () => undefined;
  const place = () => {
    const at = anchor.getBoundingClientRect();
    const { width, height } = panel.getBoundingClientRect();
    const spot = spotFor(at, { width, height }, side);
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
