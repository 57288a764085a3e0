// The plan of the side bar: which rows stand in it, in which order. Everything that walks through rooms goes by it.

import type { Engine, Folder, RoomView } from '../../lib';

/** Rooms under one title. */
export interface SideSection {
  readonly id: string;
  readonly kind: 'favourites' | 'folder' | 'rooms' | 'direct' | 'archived';
  readonly title: string;
  readonly rooms: readonly RoomView[];
  /** The folder that it is. */
  readonly folder?: Folder;
}

/** What the plan is made from. */
export type Known = Pick<Engine, 'rooms' | 'preferences'>;

/** The sections of the side bar, from top to bottom. */
export function sectionsOf({ rooms: list, preferences }: Known): SideSection[] {
  const section = (kind: SideSection['kind'], title: string) => ({
    id: kind as string,
    kind,
    title,
    rooms: [] as RoomView[],
  });
  const favourites = section('favourites', 'Favourites');
  const [rooms, direct] = [section('rooms', 'Rooms'), section('direct', 'Direct messages')];
  const archived = section('archived', 'Archived');
  const folders = new Map(
    preferences.folders.map((folder) => [folder.id, { ...section('folder', folder.name), id: folder.id, folder }]),
  );
  for (const room of [...list.rooms, ...list.direct]) {
    const { favourite, folder = '' } = preferences.of(room.id);
    const usual = room.room.kind === 'direct' ? direct : rooms;
    const live = favourite ? favourites : (folders.get(folder) ?? usual);
    (room.room.archived ? archived : live).rooms.push(room);
  }
  const all = [favourites, ...folders.values(), rooms, direct, archived];
  for (const one of all) one.rooms = inOrder(one.rooms, preferences);
  return all.filter((one) => one.rooms.length > 0 || (one !== favourites && one !== archived));
}

/** Those that were given a place, by it; then the others as they come, the muted ones last. Places are below 2^32. */
function inOrder(rooms: readonly RoomView[], preferences: Known['preferences']): RoomView[] {
  const rank = ({ id }: RoomView) => {
    const { place, level } = preferences.of(id);
    return place ?? (level === 'nothing' ? 6e9 : 5e9);
  };
  return rooms.toSorted((one, other) => rank(one) - rank(other));
}

/** All rooms as they stand in the side bar. */
export function roomsInOrder(known: Known): RoomView[] {
  return sectionsOf(known).flatMap(({ rooms }) => rooms);
}
