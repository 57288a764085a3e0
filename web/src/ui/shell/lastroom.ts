import type { RoomList, RoomView } from '../../lib';
import { keep, readKept } from './kept';

const KEPT = 'rooms';
/** Rooms that are remembered. */
const REMEMBERED = 30;

/** The room that was on the screen last, else the first one. */
export function lastRoom(rooms: RoomList): RoomView | undefined {
  const all = [...rooms.rooms, ...rooms.direct];
  const last = recentFirst(all)[0];
  return last && remembered().includes(last.id) ? last : (all.find(({ room }) => room.name === 'lobby') ?? all[0]);
}

/** Those that were on the screen most lately first, then the others as they come. */
export function recentFirst(rooms: readonly RoomView[]): RoomView[] {
  const ranks = new Map(remembered().map((id, rank) => [id, rank]));
  const rank = ({ id }: RoomView) => ranks.get(id) ?? REMEMBERED;
  return rooms.toSorted((one, other) => rank(one) - rank(other));
}

export function rememberRoom(id: string): void {
  keep(KEPT, [id, ...remembered().filter((other) => other !== id)].slice(0, REMEMBERED).join(' '));
}

/** A room that was left is not what was on the screen last, also while word of its end is on the way. */
export function passOver(id: string): void {
  keep(
    KEPT,
    remembered()
      .filter((other) => other !== id)
      .join(' '),
  );
}

/** Whoever comes next on this device does not learn which rooms were read. */
export function forgetRoom(): void {
  keep(KEPT, null);
}

function remembered(): string[] {
  return (readKept(KEPT) ?? '').split(' ');
}
