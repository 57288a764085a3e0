// The plan of the side bar: which rows stand in it, in which order. Everything that walks through rooms goes by it.

import type { RoomList, RoomView } from '../../lib';

/** Rooms under one title. */
export interface SideSection {
  readonly id: string;
  readonly kind: 'rooms' | 'direct' | 'archived';
  readonly title: string;
  readonly rooms: readonly RoomView[];
}

/** The sections of the side bar, from top to bottom. */
export function sectionsOf(list: RoomList): SideSection[] {
  const live = list.rooms.filter(({ room }) => !room.archived);
  const archived = list.rooms.filter(({ room }) => room.archived);
  const sections: SideSection[] = [
    { id: 'rooms', kind: 'rooms', title: 'Rooms', rooms: live },
    { id: 'direct', kind: 'direct', title: 'Direct messages', rooms: list.direct },
  ];
  if (archived.length > 0) sections.push({ id: 'archived', kind: 'archived', title: 'Archived', rooms: archived });
  return sections;
}

/** All rooms as they stand in the side bar. */
export function roomsInOrder(list: RoomList): RoomView[] {
  return sectionsOf(list).flatMap(({ rooms }) => rooms);
}
