import type { RoomList, RoomView } from '../../lib';

const KEPT = 'parlor-room';

/** The room that was on the screen last, else the first one. */
export function lastRoom(rooms: RoomList): RoomView | undefined {
  const all = [...rooms.rooms, ...rooms.direct];
  return all.find(({ id }) => id === remembered()) ?? all.find(({ room }) => room.name === 'lobby') ?? all[0];
}

export function rememberRoom(id: string): void {
  try {
    localStorage.setItem(KEPT, id);
  } catch {
    // Storage can be forbidden; the first room is a good start too.
  }
}

/** Whoever comes next on this device does not learn which room was read. */
export function forgetRoom(): void {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept either.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
