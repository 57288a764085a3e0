import { setHtml } from '../../lib';

/** Shows a message's HTML in an element, with what only the page can know: who reads it, and what scrolls. */
export function prose(html: string, me: string | undefined): (element: HTMLElement) => void | (() => void) {
  const set = setHtml(html);
  return (element) => {
    const clear = set(element);
    markMine(element, me);
    openToKeys(element);
    return clear;
  };
}

/** Marks where the user is named, so that it stands out among other names. */
function markMine(element: HTMLElement, me: string | undefined): void {
  for (const mention of element.querySelectorAll<HTMLElement>('.mention')) {
    const mine = mention.dataset['user'] === me || mention.classList.contains('mention-room');
    mention.classList.toggle('mine', mine);
  }
}

/** What scrolls by itself must be reachable by keyboard. */
function openToKeys(element: HTMLElement): void {
  for (const part of element.querySelectorAll<HTMLElement>('pre, table')) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
  }
}
