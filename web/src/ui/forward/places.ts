import type { Engine, RoomView, User } from '../../lib';
import { fitting } from '../search/match';
import { recentFirst } from '../shell/lastroom';

const ROOMS = 12;
const PEOPLE = 8;

/** Where a message can go: a room that one writes in, or somebody, in the direct room with them. */
export type Place = { readonly room: RoomView; readonly user?: never } | { readonly room?: never; readonly user: User };

export function keyOf(place: Place): string {
  return place.room ? place.room.id : `@${place.user.id}`;
}

export function nameOf(place: Place): string {
  return place.room ? place.room.title : place.user.name;
}

/** The places that fit what was typed: rooms, the most recent first, then people with whom there is no room yet. */
export function placesFor(engine: Engine, query: string, people: readonly User[]): Place[] {
  const asked = query.trim().replace(/^[#@]/, '');
  const all = recentFirst([...engine.rooms.rooms, ...engine.rooms.direct]).filter(({ canWrite }) => canWrite);
  const rooms = fitting(asked, all, ({ title }) => [title]).slice(0, ROOMS);
  const met = new Set(engine.rooms.direct.flatMap(({ others: [one, two] }) => (one && !two ? [one] : [])));
  const others = people.filter(({ id, disabled }) => id !== engine.me?.id && !disabled && !met.has(id));
  return [...rooms.map((room) => ({ room })), ...others.slice(0, PEOPLE).map((user) => ({ user }))];
}
