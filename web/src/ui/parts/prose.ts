import { setHtml, type Engine } from '../../lib';
import { customEmoji, follow } from '../emoji/custom.svelte';
import type { Screen } from '../shell/screen.svelte';
import { copyText } from './clipboard';

/**
 * Shows a message's HTML in an element and brings to life what only the page can know: who reads it, which rooms they may
 * see, what scrolls. Everything that acts is a button or a link, so that it is reached by keyboard.
 */
export function prose(html: string, engine: Engine, screen: Screen): (element: HTMLElement) => void | (() => void) {
  const set = setHtml(html);
  return (element) => {
    const clear = set(element);
    for (const part of element.querySelectorAll<HTMLElement>('.mention')) mention(part, engine, screen);
    for (const part of element.querySelectorAll<HTMLElement>('.room')) room(part, engine);
    for (const part of element.querySelectorAll<HTMLElement>('.spoiler')) cover(part);
    for (const part of element.querySelectorAll<HTMLElement>('pre')) headed(part);
    for (const part of element.querySelectorAll<HTMLElement>('pre, table')) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    }
    const pictures = [...element.querySelectorAll<HTMLImageElement>('img.emoji')];
    const stop = pictures.length > 0 ? follow(pictures, customEmoji(engine)) : undefined;
    return () => {
      stop?.();
      clear?.();
    };
  };
}

/** A name opens its profile; where the user is meant it stands out among other names. */
function mention(part: HTMLElement, engine: Engine, screen: Screen): void {
  const me = engine.me?.id;
  const { user } = part.dataset;
  part.classList.toggle('mine', user === undefined || user === me);
  if (user === undefined) return;
  const opens = button(part.textContent, part.className, () => screen.open({ name: 'profile', user }));
  opens.dataset['user'] = user;
  part.replaceWith(opens);
}

/** A room's name leads there, for those who may see it: guests only where they are members. */
function room(part: HTMLElement, engine: Engine): void {
  const id = part.dataset['room'];
  if (id === undefined || (!engine.room(id) && engine.me?.role === 'guest')) return;
  const link = document.createElement('a');
  link.href = `/r/${id}`;
  link.textContent = part.textContent;
  part.replaceWith(link);
}

/** What a spoiler holds is not in the page until it is asked for. */
function cover(part: HTMLElement): void {
  const inside = [...part.childNodes];
  const shows = button('Spoiler', 'spoiler-cover', () => {
    part.replaceChildren(...inside);
    part.tabIndex = -1;
    part.focus();
  });
  shows.title = 'Show the spoiler';
  part.replaceChildren(shows);
}

/** Code has a head that names its language and copies it. */
function headed(pre: HTMLElement): void {
  const head = document.createElement('div');
  const language = document.createElement('span');
  const copy = button('Copy', 'code-copy', async () => {
    copy.textContent = (await copyText(pre.textContent)) ? 'Copied' : 'Not copied';
    setTimeout(() => (copy.textContent = 'Copy'), 2_000);
  });
  head.className = 'code-head';
  language.textContent = pre.dataset['lang'] ?? '';
  head.append(language, copy);
  pre.before(head);
}

function button(text: string, className: string, act: () => unknown): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className;
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}
