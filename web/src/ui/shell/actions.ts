// What can be done from anywhere, by name: the rows of the switcher that are no rooms and no people.

import type { Engine, Theme } from '../../lib';
import type { Drawing } from '../parts/icons';
import { atLeast } from '../parts/people';
import type { Router, SettingsPage } from '../router.svelte';
import { SETTINGS_ICONS as icons } from '../settings/icons';
import type { Screen } from './screen.svelte';

/** Something to do. */
export interface Action {
  readonly label: string;
  /** Other words by which it is found. */
  readonly words: string;
  readonly icon: Drawing;
  act(): void;
}

/** What the user may do now, the most usual first. */
export function actionsOf(engine: Engine, router: Router, screen: Screen): Action[] {
  const role = engine.me?.role;
  const member = atLeast(role, 'member');
  const admin = atLeast(role, 'admin');
  const failed = (error: unknown) => engine.toasts.fail(error);
  const theme = (is: Theme) => () => void engine.changeSettings({ theme: is }).catch(failed);
  const quiet = engine.presence.mine === 'dnd';
  const sound = engine.settings.sound;
  const { room } = screen;
  const all: (Action | false | undefined)[] = [
    member && {
      label: 'Create a room',
      words: 'new add',
      icon: 'plus',
      act: () => screen.open({ name: 'create-room' }),
    },
    member && {
      label: 'Write to somebody',
      words: 'direct message dm new',
      icon: 'person',
      act: () => screen.open({ name: 'direct' }),
    },
    { label: 'Browse rooms', words: 'join find list', icon: 'search', act: () => screen.open({ name: 'browse' }) },
    admin && {
      label: 'Invite people',
      words: 'link add members',
      icon: 'invite',
      act: () => screen.open({ name: 'invite', room: undefined }),
    },
    { label: 'Mark everything as read', words: 'all unread clear', icon: 'check', act: () => markAllRead(engine) },
    room && {
      label: `Go to a date in ${room.title}`,
      words: 'jump day calendar',
      icon: 'clock',
      act: () => screen.open({ name: 'date', room }),
    },
    room &&
      room.room.kind !== 'direct' && {
        label: `Settings of ${room.title}`,
        words: 'room topic name archive leave',
        icon: 'settings',
        act: () => screen.open({ name: 'room-settings', room }),
      },
    { label: 'Saved messages', words: 'bookmarks later', icon: 'bookmark', act: () => router.go('/saved') },
    quiet
      ? {
          label: 'Be available',
          words: 'status online disturb',
          icon: 'person',
          act: () => engine.presence.setMine('online'),
        }
      : {
          label: 'Do not disturb',
          words: 'status quiet dnd pause',
          icon: 'clock',
          act: () => engine.presence.setMine('dnd'),
        },
    {
      label: sound ? 'Turn sound off' : 'Turn sound on',
      words: 'mute noise',
      icon: 'settings',
      act: () => void engine.changeSettings({ sound: !sound }).catch(failed),
    },
    { label: 'Light colours', words: 'theme bright day', icon: icons.palette, act: theme('light') },
    { label: 'Dark colours', words: 'theme night', icon: icons.palette, act: theme('dark') },
    { label: 'Colours as the system', words: 'theme auto', icon: icons.palette, act: theme('system') },
    ...pages(router, member, admin),
    { label: 'Keys', words: 'shortcuts help keyboard', icon: 'keyboard', act: () => screen.open({ name: 'keys' }) },
    { label: 'Sign out', words: 'log leave', icon: 'door', act: () => void engine.session.signOut().catch(failed) },
  ];
  return all.filter((one) => one !== false && one !== undefined);
}

function markAllRead(engine: Engine): void {
  for (const room of [...engine.rooms.rooms, ...engine.rooms.direct]) if (room.unread > 0) room.markRead();
}

/** The pages of the settings. */
function pages(router: Router, member: boolean, admin: boolean): (Action | false)[] {
  const go = (page: SettingsPage) => () => router.go(`/settings/${page}`);
  return [
    { label: 'Your profile', words: 'settings name picture avatar status', icon: 'person', act: go('profile') },
    { label: 'Look and sound', words: 'settings theme keys', icon: 'settings', act: go('look') },
    { label: 'Your devices', words: 'settings sessions sign out', icon: icons.devices, act: go('devices') },
    member && {
      label: 'Change your password',
      words: 'settings account',
      icon: icons.key,
      act: go('account'),
    },
    admin && { label: 'Workspace settings', words: 'name door', icon: 'door', act: go('workspace') },
    admin && { label: 'People of the workspace', words: 'settings users roles', icon: 'people', act: go('people') },
    admin && { label: 'Bots', words: 'settings tokens programs', icon: icons.bot, act: go('bots') },
  ];
}
