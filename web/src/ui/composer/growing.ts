import type { Attachment } from 'svelte/attachments';

/** Lets a textarea be as high as its text in browsers whose CSS can't. Its greatest height stands in the CSS. */
export function growing(text: string): Attachment<HTMLTextAreaElement> {
  return (area) => {
    if (CSS.supports('field-sizing: content')) return;
    area.style.blockSize = 'auto';
    // Read for the text as it is now: the attachment runs again with every change of it.
    area.style.blockSize = text === '' ? 'auto' : `${area.scrollHeight}px`;
  };
}

/** Puts a text in the place of a part of another, as if typed: undo takes it back, and `input` is told. */
export function typeOver(area: HTMLTextAreaElement, start: number, end: number, text: string): void {
  area.focus();
  area.setSelectionRange(start, end);
  // The only way that keeps the browser's own undo; deprecated, and without a successor.
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, start, end, 'end');
  area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
}
