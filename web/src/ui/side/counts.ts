// Where the counts of the side bar lead: to what they count. Not in the first chunk: it comes when one is followed.

import type { Engine, RoomView } from '../../lib';
import type { Keyed } from '../shell/keys';

/** Goes to the first message in a room that calls the user; to the first unread one where none does. */
export async function followRoom({ engine, router, screen }: Keyed, room: RoomView): Promise<void> {
  const seq = await firstCall(engine, room);
  if (seq !== undefined) return router.go(`/r/${room.id}/${seq}`);
  // A room that is opened takes the focus to where one writes. In the one that is open, the count with the focus goes.
  if (room === screen.room) document.querySelector<HTMLElement>('main textarea')?.focus({ preventScroll: true });
  router.go(`/r/${room.id}`);
}

/** Undefined where all of it calls, or none, or where it can't be told now. */
async function firstCall(engine: Engine, room: RoomView): Promise<number | undefined> {
  if (room.counted.mentions === 0 || room.room.kind === 'direct') return undefined;
  const found = await engine.call('mention:list', { room: room.id }).catch(() => undefined);
  // What was read here and not told yet is listed all the same.
  return found?.messages.find(({ seq }) => seq > room.marker)?.seq;
}

/** Opens the thread that has unread replies; the list of threads if there are several. */
export function followThreads({ engine, router, screen }: Keyed): void {
  const rooms = [...engine.rooms.rooms, ...engine.rooms.direct];
  const all = rooms.flatMap((room) => room.unreadThreads().map((root) => ({ room, root })));
  const [only, another] = all;
  if (only && !another) screen.openThread(only.room, only.root);
  else router.go('/threads');
}
