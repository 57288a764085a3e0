// Putting rooms and folders in order: what has to be wanted for it. Not in the first chunk.

import { PREFERENCES_PER_CALL, type Engine, type Folder, type RoomPreference, type RoomView } from '../../lib';
import { sectionsOf, type Known, type SideSection } from './plan';

/** What is to be wanted so that a room stands in a section, before the room that stands at `index` there now. */
export function placed(
  preferences: Known['preferences'],
  room: RoomView,
  section: SideSection,
  index: number,
): RoomPreference[] {
  const others = section.rooms.filter((other) => other !== room);
  const order = others.toSpliced(index, 0, room);
  // Whoever stands before something with a place needs one too; the rest stays in its usual order.
  const last = order.findLastIndex((other) => other !== room && preferences.of(other.id).place !== undefined);
  const moved = moving(preferences, room, section);
  return order.slice(0, Math.max(last, index) + 1).flatMap((other, place) => {
    if (other === room) return [{ ...moved, place }];
    const known = preferences.of(other.id);
    return known.place === place ? [] : [{ ...known, place }];
  });
}

/** The room's preference once it stands in this section. A favourite remembers its folder. */
function moving(preferences: Known['preferences'], room: RoomView, section: SideSection): RoomPreference {
  const { folder, ...kept } = preferences.of(room.id);
  const favourite = section.kind === 'favourites';
  const into = favourite ? folder : section.folder?.id;
  return { ...kept, favourite, ...(into === undefined ? {} : { folder: into }) };
}

/** What is to be wanted to move a room up or down in its section; undefined at its end. */
export function stepped(known: Known, room: RoomView, by: 1 | -1): RoomPreference[] | undefined {
  const section = sectionsOf(known).find(({ rooms }) => rooms.includes(room));
  if (!section || section.kind === 'archived') return undefined;
  const index = section.rooms.indexOf(room) + by;
  if (index < 0 || index >= section.rooms.length) return undefined;
  return placed(known.preferences, room, section, index);
}

/** The folders once one of them has moved up or down; undefined at the end. */
export function swapped(folders: readonly Folder[], folder: Folder, by: 1 | -1): Folder[] | undefined {
  const at = folders.findIndex(({ id }) => id === folder.id);
  const other = folders[at + by];
  if (at < 0 || !other) return undefined;
  return folders.map((one, index) => (index === at ? other : index === at + by ? folder : one));
}

/** Wants something else, of some rooms at a time; tells the user when that fails. */
export async function prefer(
  engine: Engine,
  rooms: readonly RoomPreference[],
  folders?: readonly Folder[],
): Promise<void> {
  try {
    for (let from = 0; from === 0 || from < rooms.length; from += PREFERENCES_PER_CALL) {
      const some = rooms.slice(from, from + PREFERENCES_PER_CALL);
      await engine.preferences.set(some, from === 0 ? folders : undefined);
    }
  } catch (error) {
    engine.toasts.fail(error);
  }
}
