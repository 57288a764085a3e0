import { expect, test } from 'vitest';
import type { Row } from './api';
import { World } from './testing/world';

function texts(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => (row.kind === 'message' ? [row.text] : []));
}

test('what others write appears in an open room', async () => {
  const world = new World('ana');
  world.server.addUser('ben');
  world.server.addRoom('lobby', ['ana', 'ben']);
  const engine = world.open();
  await world.pass(1_000);
  const lobby = engine.room('lobby');
  await lobby?.timeline.openAt('unread');
  world.server.say('lobby', 'ben', 'hello @ana');
  await world.settle();
  expect(texts(lobby?.timeline.rows ?? [])).toEqual(['hello @ana']);
  expect([lobby?.unread, lobby?.mentions]).toEqual([1, 1]);
  expect(engine.connection.state).toBe('connected');
  expect(world.taps).toEqual([2]);
});

test('a message shows in the same moment and keeps its key when the log brings it', async () => {
  const world = new World('ana');
  world.server.addRoom('lobby', ['ana']);
  const engine = world.open();
  await world.pass(1_000);
  const lobby = engine.room('lobby');
  await lobby?.timeline.openAt('latest');
  lobby?.send('one');
  const pending = lobby?.timeline.rows.at(-1);
  expect(pending).toMatchObject({ kind: 'message', text: 'one', delivery: 'queued', html: null });
  await world.settle();
  const sent = lobby?.timeline.rows.at(-1);
  expect(sent).toMatchObject({ text: 'one', delivery: 'sent', html: '<p>one</p>', key: pending?.key });
  expect(engine.connection.queued).toBe(0);
});
