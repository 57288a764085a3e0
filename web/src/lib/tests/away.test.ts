import { expect, test } from 'vitest';
import { Failure } from '../failure';
import { lobby } from '../testing/lobby';

const HOUR_MS = 3_600_000;
const LOBBY = { room: 'lobby' };

/** The lobby with the book of what ana has put away, as somebody has looked at it. */
async function away() {
  const stage = await lobby();
  const look = async (engine = stage.engine) => {
    const { away: book } = await engine.later();
    await Promise.all([book.load(), stage.world.settle()]);
    return book;
  };
  const another = async () => {
    const engine = stage.world.open();
    await stage.world.pass(2_000);
    return look(engine);
  };
  const inHours = (hours: number) => stage.world.nowMs + hours * HOUR_MS;
  return { ...stage, look, another, inHours, book: await look() };
}

test('what is put away is so at once, on other devices and after a reload, and comes back at its time', async () => {
  const { world, book, another, inHours } = await away();
  const other = await another();
  const until = inHours(1);
  book.put(LOBBY, until);
  expect(book.until(LOBBY)).toBe(until);
  await world.pass(2_000);
  const reloaded = await another();
  expect([other.until(LOBBY), reloaded.until(LOBBY)]).toEqual([until, until]);
  await world.pass(until - world.nowMs - 1);
  expect(reloaded.until(LOBBY)).toBe(until);
  await world.pass(1);
  expect([book, other, reloaded].map((each) => each.until(LOBBY))).toEqual([undefined, undefined, undefined]);
});

test('a mention is done for good, and a snoozed one is there although its room was read', async () => {
  const { world, room, ben, book, look, another, inHours } = await away();
  const [first, second] = [ben('@ana look'), ben('@ana again')];
  await world.settle();
  const other = await another();
  book.put({ ...LOBBY, message: first });
  book.put({ ...LOBBY, message: second }, inHours(1));
  room.markRead();
  await world.pass(2_000);
  expect(other.missed).toBe(1);
  await look();
  expect(book.messages.map(({ seq }) => seq)).toEqual([second]);
  await world.pass(400 * 24 * HOUR_MS);
  expect([first, second].map((message) => book.until({ ...LOBBY, message }))).toEqual([Infinity, undefined]);
  book.put({ ...LOBBY, message: second });
  await world.pass(2_000);
  expect((await look()).messages).toEqual([]);
});

test('what is put away offline survives a reload and reaches the server once', async () => {
  const { world, engine, book, inHours } = await away();
  world.reachable = false;
  world.cut();
  const until = inHours(5);
  book.put(LOBBY, until);
  await world.pass(2_000);
  world.crash(engine);
  const reloaded = world.open();
  await world.settle();
  expect((await reloaded.later()).away.until(LOBBY)).toBe(until);
  world.calls.length = 0;
  world.reachable = true;
  await world.pass(60_000);
  expect(world.calls.filter(({ name }) => name === 'catchup:put_away')).toHaveLength(1);
  expect(world.server.call('ana', 'catchup:list', {}).away).toEqual([{ ...LOBBY, until_ms: until }]);
});

test('what is refused is back when somebody looks again', async () => {
  const { world, engine, book, look, inHours } = await away();
  world.fate = (name) => (name === 'catchup:put_away' ? new Failure('bad_request', 'no') : 'done');
  book.put(LOBBY, inHours(1));
  await world.pass(2_000);
  expect(engine.toasts.list).toHaveLength(1);
  await look();
  expect(book.until(LOBBY)).toBeUndefined();
});

test('what another device did while the list was on its way is kept', async () => {
  const { world, book, inHours } = await away();
  const until = inHours(1);
  world.slow.add('catchup:list');
  const loading = book.load();
  await world.settle();
  world.server.call('ana', 'catchup:put_away', { ...LOBBY, nonce: 'elsewhere', until_ms: until });
  await world.settle();
  world.slow.clear();
  await loading;
  expect(book.until(LOBBY)).toBe(until);
});
