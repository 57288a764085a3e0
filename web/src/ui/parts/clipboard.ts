import type { Toasts } from '../../lib';

/** Puts a text on the clipboard; tells whether that worked. Plain HTTP in a local network has only the old way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies a text and says whether that worked. */
export async function copy(toasts: Toasts, what: 'link' | 'text', text: string): Promise<void> {
  const done = await copyText(text);
  toasts.show(`The ${what} ${done ? 'is on the clipboard' : 'could not be copied'}.`, done ? 'info' : 'error');
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  const before = document.activeElement;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
