import type { Engine } from '../../lib';
import type { Router } from '../router.svelte';
import { roomsInOrder } from '../side/plan';
import { focusNextRegion } from './regions';
import type { Screen } from './screen.svelte';

/** What keys act on. */
export interface Keyed {
  readonly engine: Engine;
  readonly router: Router;
  readonly screen: Screen;
}

/** The keys that work everywhere. */
export function handleKey(event: KeyboardEvent, keyed: Keyed): void {
  if (event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === 'k') {
    take(event, () => keyed.screen.open({ name: 'switcher' }));
  } else if (command && event.key === '/') {
    take(event, () => keyed.screen.open({ name: 'keys' }));
  } else if (event.key === 'F6') {
    take(event, () => focusNextRegion(event.shiftKey ? -1 : 1));
  } else if (event.altKey && !command && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    take(event, () => step(keyed, event.key === 'ArrowUp' ? -1 : 1, event.shiftKey));
  }
}

function take(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

/** Goes to the next room, or the next one with something unread, in the order of the side bar. */
function step({ engine, router, screen }: Keyed, by: 1 | -1, onlyUnread: boolean): void {
  if (screen.dialog) return;
  const all = roomsInOrder(engine);
  const at = all.findIndex((room) => room === screen.room);
  for (let far = 1; far <= all.length; far += 1) {
    const room = all.at((at + by * far + all.length * far) % all.length);
    if (room && room !== screen.room && (!onlyUnread || room.counted.unread > 0)) return router.go(`/r/${room.id}`);
  }
}
