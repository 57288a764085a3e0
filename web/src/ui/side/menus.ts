// What the menus of the side bar offer. Not in the first chunk: it comes when one is opened.

import { LATE_ICONS } from '../parts/lateicons';
import type { Engine, Folder, Level, RoomPreference, RoomView } from '../../lib';
import { copy } from '../parts/clipboard';
import type { Drawing } from '../parts/icons';
import type { Choice } from '../parts/Menu.svelte';
import { atLeast } from '../parts/people';
import type { Router } from '../router.svelte';
import type { Screen } from '../shell/screen.svelte';
import { AT, BELL, FOLDER, STAR, UP } from './icons';
import { prefer, stepped, swapped } from './order';
import { MUTED } from './roomicon';

/** How much a room can call: what it is called, what it means, and its icon. */
export const LEVELS: readonly { value: Level; label: string; hint: string; icon: Drawing }[] = [
  {
    value: 'all',
    label: 'Everything',
    hint: 'Every message counts and sounds.',
    icon: BELL,
  },
  {
    value: 'mentions',
    label: 'Mentions',
    hint: 'Messages for you, and threads you follow.',
    icon: AT,
  },
  {
    value: 'nothing',
    label: 'Nothing',
    hint: 'The room is muted, mentions of you too.',
    icon: MUTED,
  },
];

/** The levels that make a difference in a room: all of a direct one calls. */
export function levelsOf({ room }: RoomView) {
  return LEVELS.filter(({ value }) => room.kind !== 'direct' || value !== 'mentions');
}

/** What can be done with a room: how much of it calls, and where it stands. */
export function roomChoices(engine: Engine, screen: Screen, room: RoomView): Choice[] {
  const want = engine.preferences.of(room.id);
  const list: Choice[] = [];
  if (room.unread > 0) list.push({ label: 'Mark as read', icon: 'check', act: () => room.markRead() });
  for (const { value, label, icon } of levelsOf(room)) {
    const words = value === 'nothing' ? 'Mute' : `Notify of ${label.toLowerCase()}`;
    const level = want.level === 'mentions' && room.room.kind === 'direct' ? 'all' : want.level;
    const act = () => void prefer(engine, [{ ...want, level: value }]);
    list.push({ label: words, icon, checked: level === value, act });
  }
  if (!room.room.archived) list.push(...placeChoices(engine, screen, room, want));
  const link = `${location.origin}/r/${room.id}`;
  list.push({ label: 'Copy link', icon: 'link', act: () => void copy(engine.toasts, 'link', link) });
  if (room.room.kind !== 'direct')
    list.push({
      label: 'Leave the room…',
      icon: 'door',
      danger: true,
      act: () => screen.open({ name: 'leave', room }),
    });
  return list;
}

function placeChoices(engine: Engine, screen: Screen, room: RoomView, want: RoomPreference): Choice[] {
  const { place: _, ...kept } = want;
  const move = (label: string, icon: Drawing, rooms: RoomPreference[] | undefined): Choice[] =>
    rooms ? [{ label, icon, act: () => void prefer(engine, rooms) }] : [];
  return [
    {
      label: want.favourite ? 'Remove from favourites' : 'Add to favourites',
      icon: STAR,
      act: () => void prefer(engine, [{ ...kept, favourite: !want.favourite }]),
    },
    { label: 'Move to a folder', icon: FOLDER, act: () => screen.open({ name: 'preferences', room }) },
    ...move('Move up', UP, stepped(engine, room, -1)),
    ...move('Move down', 'arrowDown', stepped(engine, room, 1)),
  ];
}

/** What can be done with a folder. Its rooms go back to where they stood when it is removed. */
export function folderChoices(engine: Engine, screen: Screen, folder: Folder): Choice[] {
  const { folders } = engine.preferences;
  const remove = () => {
    void prefer(
      engine,
      [],
      folders.filter(({ id }) => id !== folder.id),
    );
    engine.toasts.show(`The folder ${folder.name} is gone.`, 'info', [
      { label: 'Undo', act: () => void prefer(engine, [], folders) },
    ]);
  };
  const move = (label: string, icon: Drawing, by: 1 | -1): Choice[] => {
    const order = swapped(folders, folder, by);
    return order ? [{ label, icon, act: () => void prefer(engine, [], order) }] : [];
  };
  return [
    { label: 'Rename', icon: 'edit', act: () => screen.open({ name: 'folder', folder }) },
    ...move('Move up', UP, -1),
    ...move('Move down', 'arrowDown', 1),
    { label: 'Remove the folder', icon: LATE_ICONS.trash, danger: true, act: remove },
  ];
}

/** What adds to the rooms. */
export function roomsChoices(engine: Engine, screen: Screen): Choice[] {
  const create: Choice = { label: 'Create a room', icon: 'plus', act: () => screen.open({ name: 'create-room' }) };
  return [
    ...(atLeast(engine.me?.role, 'member') ? [create] : []),
    { label: 'Browse rooms', icon: 'search', act: () => screen.open({ name: 'browse' }) },
    { label: 'New folder', icon: FOLDER, act: () => screen.open({ name: 'folder', folder: undefined }) },
  ];
}

/** What can be done with the workspace. */
export function workspaceChoices(engine: Engine, screen: Screen, router: Router): Choice[] {
  const forAdmins: Choice[] = [
    { label: 'Invite people', icon: 'invite', act: () => screen.open({ name: 'invite', room: undefined }) },
    { label: 'Workspace settings', icon: 'door', act: () => router.go('/settings/workspace') },
  ];
  return [
    ...(atLeast(engine.me?.role, 'admin') ? forAdmins : []),
    { label: 'Browse rooms', icon: 'search', act: () => screen.open({ name: 'browse' }) },
    { label: 'Your settings', icon: 'settings', act: () => router.go('/settings/profile') },
    { label: 'Keys', icon: 'keyboard', keys: 'Ctrl /', act: () => screen.open({ name: 'keys' }) },
  ];
}

/** What users can do about themselves. */
export function myChoices(engine: Engine, router: Router): Choice[] {
  const undisturbed = engine.presence.mine === 'dnd';
  const signOut = () => void engine.session.signOut().catch((error: unknown) => engine.toasts.fail(error));
  return [
    { label: 'Available', icon: 'person', checked: !undisturbed, act: () => engine.presence.setMine('online') },
    { label: 'Do not disturb', icon: 'clock', checked: undisturbed, act: () => engine.presence.setMine('dnd') },
    { label: 'Your settings', icon: 'settings', act: () => router.go('/settings/profile') },
    { label: 'Sign out', icon: 'door', act: signOut },
  ];
}
