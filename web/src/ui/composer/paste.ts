import { inertDocument } from '../../lib';
import { changeText, insertText } from './caret';
import { looksLikeCode } from './code';
import { fenced, inFence, linked } from './markdown';
import type { NoteText } from './Note.svelte';

/**
 * Pastes: rich text as Markdown, an address onto what is selected as a link, anything else as it is. What looks like code
 * is offered a code block.
 */
export function pasteInto(area: HTMLTextAreaElement, event: ClipboardEvent, offer: (note: NoteText) => void): void {
  const { clipboardData: clip } = event;
  if (!clip || clip.files.length > 0) return;
  const plain = clip.getData('text/plain').replace(/\r\n?/gu, '\n');
  const html = clip.getData('text/html');
  const { value, selectionStart: start, selectionEnd: end } = area;
  if (inFence(value, start)) return;
  if (start !== end && /^https?:\/\/\S+$/u.test(plain.trim())) {
    event.preventDefault();
    changeText(area, (text) => linked(text, plain.trim()));
  } else if (looksLikeCode(plain)) {
    event.preventDefault();
    insertText(area, plain, start, end);
    offer(codeOffer(area, start, start + plain.length));
  } else if (html !== '') {
    event.preventDefault();
    void richText(html, plain).then((words) => insertText(area, words, start, end));
  }
}

async function richText(html: string, plain: string): Promise<string> {
  // Without its chunk (offline for the first time) the words alone are better than nothing.
  const chunk = await import('./richtext').catch(() => undefined);
  const { body } = inertDocument(html);
  if (!chunk?.isRich(body)) return plain === '' ? (body.textContent ?? '') : plain;
  return chunk.markdownOf(body) || plain;
}

function codeOffer(area: HTMLTextAreaElement, start: number, end: number): NoteText {
  const pasted = area.value.slice(start, end);
  const act = () => {
    // The writer may have gone on before they took the offer.
    const at = area.value.indexOf(pasted);
    if (at >= 0) changeText(area, ({ text }) => fenced({ text, start: at, end: at + pasted.length }));
  };
  return { words: 'That looks like code.', actions: [{ label: 'Make it a code block', act }] };
}
