import type { Attachment } from 'svelte/attachments';

/** Makes a textarea as high as its text; its `max-block-size` is the end. Browsers that do so by CSS need no help. */
export function grow(textOf: () => string): Attachment<HTMLTextAreaElement> {
  return (area) => {
    if (CSS.supports('field-sizing: content')) {
      area.style.setProperty('field-sizing', 'content');
      return undefined;
    }
    fit(area, textOf());
    return undefined;
  };
}

function fit(area: HTMLTextAreaElement, text: string): void {
  if (text !== area.value) return;
  area.style.blockSize = 'auto';
  area.style.blockSize = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
