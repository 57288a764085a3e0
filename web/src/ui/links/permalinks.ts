import { inertDocument } from '../../lib';
import { routeOf } from '../router.svelte';

/** Cards under one message at most: the links themselves are all there. */
const MOST = 3;

/** A message that a link leads to. */
export interface Permalink {
  readonly room: string;
  readonly seq: number;
}

/** The messages of this workspace that a message's HTML links to, each once; not those that are under a spoiler. */
export function permalinksIn(html: string): Permalink[] {
  const found = new Map<string, Permalink>();
  for (const link of inertDocument(html).querySelectorAll<HTMLAnchorElement>('a[href]')) {
    if (link.origin !== location.origin || link.closest('.spoiler')) continue;
    const route = routeOf(link.pathname);
    if (route.name !== 'room' || route.seq === undefined) continue;
    found.set(`${route.room}/${route.seq}`, { room: route.room, seq: route.seq });
  }
  return [...found.values()].slice(0, MOST);
}
