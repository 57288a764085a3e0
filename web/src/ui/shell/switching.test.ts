import { afterEach, expect, test, vi } from 'vitest';
import { World } from '../../lib/testing/world';
import type { Keyed } from './keys';
import { Switching } from './switching.svelte';

const MANY = 2_000;
/** Rooms, people, actions, and the search for the words. */
const SCREEN = 8 + 5 + 5 + 1;

afterEach(() => void vi.useRealTimers());

test('of two thousand rooms a screen of lines is offered, and only a rest in typing asks the server, once', async () => {
  const world = new World('ana');
  for (let room = 0; room < MANY; room += 1) world.server.addRoom(`room-${room}`, ['ana']);
  const engine = world.open();
  await world.pass(2_000);
  expect(engine.rooms.rooms).toHaveLength(MANY);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const switching = new Switching({ engine, router: {}, screen: {} } as unknown as Keyed);
  expect(switching.lines).toHaveLength(8);
  world.calls.length = 0;
  for (const typed of ['r', 'ro', 'room', 'room-1', 'room-19', 'room-199', 'room-1999']) {
    switching.query = typed;
    expect(switching.lines.length).toBeGreaterThan(1);
    expect(switching.lines.length).toBeLessThanOrEqual(SCREEN);
  }
  expect(switching.lines[0]?.label).toBe('room-1999');
  expect(world.calls).toEqual([]);
  vi.runAllTimers();
  await world.settle();
  expect(world.calls.map(({ name }) => name)).toEqual(['user:list']);
});
