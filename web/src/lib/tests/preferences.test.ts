import { expect, test } from 'vitest';
import type { RoomPreference } from '../protocol.gen';
import { World } from '../testing/world';

const MUTED: RoomPreference = { room: 'lobby', level: 'nothing', favourite: true, folder: 'work' };
const FOLDERS = [{ id: 'work', name: 'Work' }];

/** ana's browser and ben, who writes from elsewhere. */
async function lobby() {
  const world = new World('ana');
  world.server.addUser('ben');
  world.server.addRoom('lobby', ['ana', 'ben']);
  const engine = world.open();
  await world.pass(2_000);
  const room = engine.room('lobby');
  if (!room) throw new Error('the lobby is there after the first sync');
  const hears = async (text: string, thread?: number) => {
    const seq = world.server.say('lobby', 'ben', text, thread === undefined ? {} : { thread });
    await world.pass(2_000);
    return seq;
  };
  const prefers = async (change: Partial<RoomPreference>) => {
    await engine.preferences.set([{ ...engine.preferences.of('lobby'), ...change }]);
    await world.pass(2_000);
  };
  return { world, engine, room, hears, prefers };
}

test('what is wanted of a room shows at once, on other devices, and after a reload without the network', async () => {
  const { world, engine } = await lobby();
  const other = world.open();
  await world.pass(2_000);
  void engine.preferences.set([MUTED], FOLDERS);
  expect(engine.preferences.of('lobby')).toEqual(MUTED);
  await world.pass(2_000);
  expect([other.preferences.of('lobby'), other.preferences.folders]).toEqual([MUTED, FOLDERS]);
  world.reachable = false;
  const later = world.open();
  await world.settle();
  expect([later.preferences.of('lobby'), later.preferences.folders]).toEqual([MUTED, FOLDERS]);
});

test('what does not reach the server is taken back, but not what the log has told meanwhile', async () => {
  const { world, engine } = await lobby();
  world.fate = (name) => (name === 'room:prefer' ? 'lost' : 'done');
  await expect(engine.preferences.set([MUTED], FOLDERS)).rejects.toThrow();
  expect([engine.preferences.of('lobby').level, engine.preferences.folders]).toEqual(['all', []]);
  world.fate = (name) => (name === 'room:prefer' ? 'done but unanswered' : 'done');
  await expect(engine.preferences.set([MUTED], FOLDERS)).rejects.toThrow();
  expect([engine.preferences.of('lobby'), engine.preferences.folders]).toEqual([MUTED, FOLDERS]);
});

test('a room that calls with mentions counts and sounds only by them, a muted one by nothing', async () => {
  const { world, engine, room, hears, prefers } = await lobby();
  await prefers({ level: 'mentions' });
  await hears('tea');
  expect([room.unread, room.counted, engine.rooms.unread]).toEqual([1, { unread: 0, mentions: 0 }, 0]);
  expect(world.taps).toEqual([]);
  await hears('tea, @ana');
  expect([room.unread, room.counted, engine.rooms.unread]).toEqual([2, { unread: 1, mentions: 1 }, 1]);
  expect(world.taps).toEqual([2]);
  await prefers({ level: 'nothing' });
  expect([room.counted, engine.rooms.unread, engine.rooms.mentions]).toEqual([{ unread: 0, mentions: 0 }, 0, 0]);
  await hears('cake, @ana');
  expect(world.taps).toEqual([2]);
  await prefers({ level: 'all' });
  expect([room.counted, engine.rooms.mentions]).toEqual([{ unread: 3, mentions: 2 }, 2]);
});

test('a followed thread calls in a room of mentions, and not in a muted one', async () => {
  const { world, engine, hears, prefers } = await lobby();
  const root = await hears('who comes?');
  world.server.say('lobby', 'ana', 'I do', { thread: root });
  await prefers({ level: 'mentions' });
  world.taps.length = 0;
  await hears('fine', root);
  expect([engine.rooms.threads.unread, world.taps]).toEqual([1, [1]]);
  await prefers({ level: 'nothing' });
  await hears('very fine', root);
  expect([engine.rooms.threads.unread, world.taps]).toEqual([0, [1]]);
});

test('who leaves a room and comes back begins as everybody does', async () => {
  const { world, engine, prefers } = await lobby();
  await prefers({ level: 'nothing' });
  world.server.leave('lobby', 'ana');
  world.server.join('lobby', 'ana');
  await world.pass(2_000);
  expect(engine.preferences.of('lobby').level).toBe('all');
});
