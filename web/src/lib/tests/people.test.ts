import { expect, test } from 'vitest';
import { World } from '../testing/world';

async function lobby() {
  const world = new World('ana');
  for (const user of ['ben', 'cleo']) world.server.addUser(user);
  world.server.addRoom('lobby', ['ana', 'ben']);
  const engine = world.open();
  await world.pass(2_000);
  const room = engine.room('lobby');
  if (!room) throw new Error('the lobby is there after the first sync');
  return { world, engine, room };
}

function requests(world: World, name: string): unknown[] {
  return world.calls.filter((call) => call.name === name).map(({ request }) => request);
}

test('who does nothing for a while is away, until they do something', async () => {
  const { world, engine } = await lobby();
  expect(engine.presence.mine).toBe('online');
  await world.pass(6 * 60_000);
  expect(engine.presence.mine).toBe('away');
  engine.presence.active();
  await world.settle();
  expect(requests(world, 'presence:set')).toEqual([{ state: 'online' }, { state: 'away' }, { state: 'online' }]);
});

test('who does not want to be disturbed is not, also after a reload', async () => {
  const { world, engine } = await lobby();
  engine.presence.setMine('dnd');
  await world.pass(6 * 60_000);
  expect(engine.presence.mine).toBe('dnd');
  world.crash(engine);
  const again = world.open();
  await world.pass(2_000);
  expect(again.presence.mine).toBe('dnd');
  world.server.say('lobby', 'ben', 'hello @ana');
  await world.settle();
  expect(world.taps).toEqual([]);
});

test('all parts of the screen together say who is watched, again after each connect', async () => {
  const { world, engine } = await lobby();
  engine.presence.watch('timeline', ['ben']);
  engine.presence.watch('members', ['cleo', 'ben']);
  await world.pass(1_000);
  engine.presence.watch('members', []);
  await world.pass(1_000);
  expect(requests(world, 'presence:watch')).toEqual([{ users: ['ben', 'cleo'] }, { users: ['ben'] }]);
  world.deliver({ name: 'presence:changed', payload: { user: 'ben', state: 'away' } });
  expect(engine.presence.of('ben')?.state).toBe('away');
  world.cut();
  await world.settle();
  expect(engine.presence.of('ben')).toBeUndefined();
  await world.pass(5_000);
  expect(requests(world, 'presence:watch').at(-1)).toEqual({ users: ['ben'] });
});

test('a member list that was looked at follows who comes and goes', async () => {
  const { world, room } = await lobby();
  const names = () => room.members.list.map(({ user }) => user.name);
  expect(names()).toEqual([]);
  await room.members.load();
  expect(names()).toEqual(['ana', 'ben']);
  world.server.join('lobby', 'cleo');
  await world.settle();
  expect(names()).toEqual(['ana', 'ben', 'cleo']);
  expect(room.room.members).toBe(3);
  world.server.leave('lobby', 'ben');
  await world.settle();
  expect(names()).toEqual(['ana', 'cleo']);
});

test('people who are not known are looked up together, once', async () => {
  const { world, engine } = await lobby();
  const [dora, eli] = [world.server.addUser('dora'), world.server.addUser('eli')];
  expect([engine.users.get('dora'), engine.users.get('eli'), engine.users.get('dora')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await world.settle();
  expect([engine.users.get('dora'), engine.users.get('eli')]).toEqual([dora, eli]);
  expect(requests(world, 'user:get')).toEqual([{ users: ['dora', 'eli'] }]);
});

test('a draft is kept over a reload and gone when it was taken back', async () => {
  const { world, engine } = await lobby();
  engine.drafts.set('lobby', { text: 'half a thou', replyTo: 3 });
  await world.pass(2_000);
  world.crash(engine);
  const again = world.open();
  await world.pass(2_000);
  expect(again.drafts.get('lobby')).toEqual({ text: 'half a thou', replyTo: 3 });
  expect(again.drafts.has('lobby')).toBe(true);
  again.drafts.set('lobby', null);
  await world.pass(2_000);
  world.crash(again);
  const third = world.open();
  await world.pass(2_000);
  expect(third.drafts.get('lobby')).toBeUndefined();
});

test('settings change at once and are rolled back when refused', async () => {
  const { world, engine } = await lobby();
  world.reachable = false;
  world.cut();
  const changed = engine.changeSettings({ theme: 'dark' });
  expect(engine.settings.theme).toBe('dark');
  await expect(changed).rejects.toMatchObject({ code: 'offline' });
  expect(engine.settings.theme).toBe('system');
});
