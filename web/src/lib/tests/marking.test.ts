import { expect, test } from 'vitest';
import { Failure } from '../failure';
import { lobby } from '../testing/lobby';

test('reading on another device is seen here, and what is read here is told once', async () => {
  const { world, room, ben } = await lobby();
  const seq = ben('one');
  ben('two');
  await world.settle();
  world.server.call('ana', 'read:mark', { room: 'lobby', seq });
  await world.settle();
  expect(room.unread).toBe(1);
  world.calls.length = 0;
  room.markRead();
  room.markRead();
  expect(room.unread).toBe(0);
  await world.pass(1_000);
  expect(world.calls.filter(({ name }) => name === 'read:mark')).toHaveLength(1);
  expect(world.server.unread('lobby', 'ana').unread).toBe(0);
});

test('a marker that is put back on another device goes back here, and nothing else moves it back', async () => {
  const { world, engine, room, ben } = await lobby();
  const seq = ben('one');
  ben('two');
  await world.settle();
  room.markRead();
  await world.pass(1_000);
  world.server.call('ana', 'read:rewind', { room: 'lobby', seq: seq - 1 });
  await world.settle();
  expect([room.unread, room.marker]).toEqual([2, seq - 1]);
  world.server.call('ana', 'read:mark', { room: 'lobby', seq });
  await world.settle();
  expect([room.unread, room.marker]).toEqual([1, seq]);
  world.calls.length = 0;
  await world.pass(2_000);
  expect(world.calls.filter(({ name }) => name === 'read:mark')).toEqual([]);
  await engine.call('read:rewind', { room: 'lobby', seq: seq - 1 });
  await world.settle();
  expect(room.unread).toBe(2);
});

test('what is made unread stays so, though it was read a moment before and the server has not heard of that', async () => {
  const { world, room, ben } = await lobby();
  const seq = ben('one');
  ben('two');
  await world.settle();
  world.server.call('ana', 'read:mark', { room: 'lobby', seq: seq - 1 });
  await world.settle();
  room.markRead();
  void room.markUnread(seq);
  expect([room.unread, room.marker]).toEqual([2, seq - 1]);
  await world.pass(2_000);
  expect([room.unread, room.marker]).toEqual([2, seq - 1]);
  expect(world.server.unread('lobby', 'ana').unread).toBe(2);
});

test('what could not be made unread is read as before, and the server hears how far', async () => {
  const { world, room, ben } = await lobby();
  const seq = ben('one');
  await world.settle();
  room.markRead();
  world.fate = (name) => (name === 'read:rewind' ? new Failure('rate_limited', 'slowly') : 'done');
  await expect(room.markUnread(seq)).rejects.toThrow('slowly');
  await world.pass(1_000);
  expect([room.unread, world.server.unread('lobby', 'ana').unread]).toEqual([0, 0]);
});

test('what was read a moment before the page is left is told on leaving, not over the socket that goes with it', async () => {
  const { world, engine, room, ben } = await lobby();
  ben('one');
  await world.settle();
  room.markRead();
  world.leave(engine);
  world.crash(engine);
  await world.settle();
  expect(world.server.unread('lobby', 'ana').unread).toBe(0);
});

test('what was read without a connection stays read through a reload, and is told when there is one', async () => {
  const { world, engine, room, ben } = await lobby();
  ben('one');
  await world.pass(2_000);
  world.reachable = false;
  world.cut();
  room.markRead();
  world.leave(engine);
  await world.settle();
  world.crash(engine);
  const again = world.open();
  await world.pass(1_000);
  expect(again.room('lobby')?.unread).toBe(0);
  expect(world.server.unread('lobby', 'ana').unread).toBe(1);
  world.reachable = true;
  await world.pass(60_000);
  expect(world.server.unread('lobby', 'ana').unread).toBe(0);
});
