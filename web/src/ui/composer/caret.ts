import type { RoomView } from '../../lib';
import type { Edit, Written } from './markdown';

/**
 * Whether the composer may take the focus as a room opens: on a device without a touch keyboard that would come up, and
 * not from somebody who is at something else or came to read one message.
 */
export function mayTakeFocus(room: RoomView): boolean {
  if (!matchMedia('(hover: hover)').matches) return false;
  const { target } = room.timeline;
  if (target !== 'end' && target.marked) return false;
  return !document.activeElement?.closest('input, textarea, dialog, [data-region="pane"]');
}

/** Makes a change to the text, if there is one to make. Tells whether it did. */
export function changeText(area: HTMLTextAreaElement, make: (text: Written) => Edit | null): boolean {
  const edit = make({ text: area.value, start: area.selectionStart, end: area.selectionEnd });
  if (!edit) return false;
  insertText(area, edit.insert, edit.start, edit.end);
  area.setSelectionRange(...edit.select);
  return true;
}

/** Puts words where the caret is, as typing would, so that undo knows them. */
export function insertText(area: HTMLTextAreaElement, words: string, start: number, end: number): void {
  area.focus();
  area.setSelectionRange(start, end);
  if (words === '' && start === end) return;
  if (document.execCommand(words === '' ? 'delete' : 'insertText', false, words)) return;
  area.setRangeText(words, start, end, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
