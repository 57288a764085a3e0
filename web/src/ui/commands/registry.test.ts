import { describe, expect, test } from 'vitest';
import type { Engine, RoomView, User } from '../../lib';
import { commandIn } from '../composer/command';
import type { Place } from '../composer/place';
import type { Screen } from '../shell/screen.svelte';
import { type Asked, COMMANDS, commandNamed, Misuse, offered } from './registry';
import { fieldOf } from './when';

const NOW = new Date(2026, 10, 18, 14, 30).getTime();

/** A room in which the calls that commands make are written down. */
function world({
  role = 'member' as RoomView['role'],
  kind = 'public' as 'public' | 'direct',
  moderates = false,
} = {}) {
  const done: unknown[] = [];
  const ben: User = { id: '2', username: 'ben', name: 'Ben', role: 'member', bot: false, disabled: false, status: '' };
  const room = {
    id: '7',
    title: 'lobby',
    role,
    room: { kind },
    canModerate: moderates,
    addMembers: async (users: readonly string[]) => done.push(['add', ...users]),
    change: async (change: unknown) => done.push(['change', change]),
    leave: async () => done.push(['leave']),
  } as unknown as RoomView;
  const later = {
    remind: async (what: { atMs: number; text: string }) => done.push(['remind', fieldOf(what.atMs), what.text]),
    schedule: async (id: string, text: string, atMs: number) => done.push(['schedule', id, fieldOf(atMs), text]),
  };
  const engine = {
    me: { ...ben, id: '1', role },
    users: { find: async (query: string) => [ben].filter(({ username }) => username.startsWith(query)) },
    later: async () => later,
  } as unknown as Engine;
  const screen = { open: (dialog: unknown) => done.push(dialog) } as unknown as Screen;
  const asked: Asked = { engine, screen, place: { room } as Place, nowMs: NOW };
  const run = async (text: string) => {
    const command = commandIn(text);
    const found = command && commandNamed(command.name, room, engine);
    if (!command || !found) return 'unknown';
    return found.run(command.words, asked);
  };
  return { done, room, engine, run };
}

describe('telling a command from a message', () => {
  test.each(['/usr/bin/env', '/', '// comment', 'say /me', '/9 lives', '/ me'])('%s is a message', (text) =>
    expect(commandIn(text)).toBeNull(),
  );

  test('a name and what stands behind it, over several lines', () => {
    expect(commandIn('/me  puts\nthe kettle on ')).toEqual({ name: 'me', words: 'puts\nthe kettle on' });
    expect(commandIn('/help')).toEqual({ name: 'help', words: '' });
  });
});

describe('the table of commands', () => {
  test('names are unique and in order, and each says what it does', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
    for (const { help } of COMMANDS) expect(help).toMatch(/^[A-Z].*[^.]$/u);
  });

  test('what somebody may not do is not offered to them', () => {
    const { room, engine } = world({ role: 'guest', kind: 'direct' });
    const names = offered(room, engine).map(({ name }) => name);
    for (const name of ['topic', 'invite', 'leave', 'dm']) expect(names).not.toContain(name);
    expect(names).toContain('remind');
  });

  test('an unknown command does nothing', async () => {
    expect(await world().run('/frobnicate now')).toBe('unknown');
    expect(await world().run('/topic mine')).toBe('unknown');
  });
});

describe('what commands do', () => {
  test('words to send', async () => {
    expect(await world().run('/me puts the kettle on')).toEqual({ send: '_puts the kettle on_' });
    expect(await world().run('/shrug well')).toEqual({ send: 'well ¯\\\\\\_(ツ)\\_/¯' });
    await expect(world().run('/me')).rejects.toThrow(Misuse);
  });

  test('changes to the room', async () => {
    const { done, run } = world({ moderates: true });
    await run('/topic tea and cake');
    await run('/invite @ben');
    expect(done).toEqual([
      ['change', { topic: 'tea and cake' }],
      ['add', '2'],
    ]);
    await expect(run('/invite')).rejects.toThrow('Whom?');
    await expect(run('/invite @nobody')).rejects.toThrow('@nobody');
  });

  test('things for later', async () => {
    const { done, run } = world();
    await run('/remind me tomorrow 9:00 to water the roses');
    await run('/schedule in 20 minutes Good *afternoon*');
    expect(done).toEqual([
      ['remind', '2026-11-19T09:00', 'water the roses'],
      ['schedule', '7', '2026-11-18T14:50', 'Good *afternoon*'],
    ]);
    await expect(run('/remind me to water the roses')).rejects.toThrow('When?');
    await expect(run('/schedule tomorrow')).rejects.toThrow('Which message?');
  });
});
