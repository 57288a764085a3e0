import { expect, test } from 'vitest';
import type { RoomPreference, RoomView } from '../../lib';
import { placed, stepped, swapped } from './order';
import { sectionsOf, type Known, type SideSection } from './plan';

type Wants = Record<string, Partial<RoomPreference>>;
const FOLDERS = [
  { id: 'f1', name: 'Work' },
  { id: 'f2', name: 'Home' },
];

const view = (id: string, kind: string) => ({ id, title: id, room: { kind, archived: id === 'study' } }) as RoomView;

function known(wants: Wants): Known {
  const rooms = ['garden', 'kitchen', 'lobby', 'pantry', 'study'].map((id) => view(id, 'public'));
  const of = (id: string): RoomPreference => ({ room: id, level: 'all', favourite: false, ...wants[id] });
  return {
    rooms: { rooms, direct: [view('ben', 'direct')] },
    preferences: { folders: FOLDERS, of },
  } as unknown as Known;
}

const shown = (wants: Wants) =>
  sectionsOf(known(wants)).map(({ title, rooms }) => `${title}: ${rooms.map(({ id }) => id).join(' ')}`.trim());

function room(of: Known, id: string): RoomView {
  const found = [...of.rooms.rooms, ...of.rooms.direct].find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
}

function section(of: Known, title: string): SideSection {
  const found = sectionsOf(of).find((one) => one.title === title);
  if (!found) throw new Error(title);
  return found;
}

/** What the sections show once a room was put before the one at this index of a section. */
function move(wants: Wants, id: string, title: string, index: number): string[] {
  const of = known(wants);
  const changes = placed(of.preferences, room(of, id), section(of, title), index);
  return shown(Object.fromEntries([...Object.entries(wants), ...changes.map((change) => [change.room, change])]));
}

test('favourites and folders come first, muted rooms last, places before names', () => {
  const usual = ['Work:', 'Home:', 'Rooms: garden kitchen lobby pantry', 'Direct messages: ben', 'Archived: study'];
  expect(shown({})).toEqual(usual);
  const wants: Wants = {
    ben: { favourite: true, folder: 'f1' },
    pantry: { folder: 'f2' },
    garden: { level: 'nothing' },
    lobby: { place: 0 },
    kitchen: { folder: 'gone' },
    study: { favourite: true },
  };
  expect(shown(wants)).toEqual([
    'Favourites: ben',
    'Work:',
    'Home: pantry',
    'Rooms: lobby kitchen garden',
    'Direct messages:',
    'Archived: study',
  ]);
});

test('a room goes where it is put, and what stands before it stays before it', () => {
  expect(move({}, 'pantry', 'Rooms', 0)[2]).toBe('Rooms: pantry garden kitchen lobby');
  expect(move({}, 'garden', 'Rooms', 2)[2]).toBe('Rooms: kitchen lobby garden pantry');
  expect(move({ lobby: { place: 0 } }, 'lobby', 'Rooms', 3)[2]).toBe('Rooms: garden kitchen pantry lobby');
  expect(move({ ben: { favourite: true } }, 'kitchen', 'Favourites', 1)[0]).toBe('Favourites: ben kitchen');
  expect(move({ ben: { folder: 'f1' } }, 'kitchen', 'Work', 0)[0]).toBe('Work: kitchen ben');
  expect(move({ kitchen: { favourite: true, folder: 'f1' } }, 'kitchen', 'Rooms', 1)[2]).toBe(
    'Rooms: garden kitchen lobby pantry',
  );
});

test('nothing is wanted of rooms that stay where they are, and a favourite remembers its folder', () => {
  const of = known({ garden: { place: 0 }, kitchen: { place: 1 } });
  const changes = placed(of.preferences, room(of, 'lobby'), section(of, 'Rooms'), 2);
  expect(changes).toEqual([{ room: 'lobby', level: 'all', favourite: false, place: 2 }]);
  const other = known({ lobby: { folder: 'f1' }, ben: { favourite: true } });
  const [moved] = placed(other.preferences, room(other, 'lobby'), section(other, 'Favourites'), 0);
  expect(moved).toEqual({ room: 'lobby', level: 'all', favourite: true, folder: 'f1', place: 0 });
});

test('a step at the end of a section is none, and what is archived stays', () => {
  const of = known({});
  expect(stepped(of, room(of, 'garden'), -1)).toBeUndefined();
  expect(stepped(of, room(of, 'pantry'), 1)).toBeUndefined();
  expect(stepped(of, room(of, 'study'), 1)).toBeUndefined();
  expect(stepped(of, room(of, 'garden'), 1)).toHaveLength(2);
});

test('folders change places with their neighbours', () => {
  const [work, home] = FOLDERS as [(typeof FOLDERS)[0], (typeof FOLDERS)[0]];
  expect(swapped(FOLDERS, work, 1)).toEqual([home, work]);
  expect(swapped(FOLDERS, home, -1)).toEqual([home, work]);
  expect(swapped(FOLDERS, home, 1)).toBeUndefined();
});
