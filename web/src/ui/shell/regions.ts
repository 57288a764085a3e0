const FOCUSABLE =
  '[data-entry], [tabindex="0"], a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled)';

/** Moves the focus to the next part of the screen (F6), to the element in it that is its door. */
export function focusNextRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((part) => part.checkVisibility());
  const at = regions.findIndex((part) => part.contains(document.activeElement));
  const next = regions.at((at < 0 && by < 0 ? -1 : at + by) % regions.length);
  const door = next?.querySelector<HTMLElement>('[data-entry]') ?? next?.querySelector<HTMLElement>(FOCUSABLE);
  door?.focus();
}
