import { expect, test } from 'vitest';
import { Failure } from '../failure';
import { lobby } from '../testing/lobby';
import { Random } from '../testing/random';
import { messages, texts } from '../testing/read';
import type { World } from '../testing/world';

/** The texts that the server has, in the order of its log. */
function written(world: World): string[] {
  return world.server.items('lobby').flatMap((item) => (item.kind === 'message' ? [item.text] : []));
}

function disconnect(world: World): void {
  world.reachable = false;
  world.cut();
}

test('what is written offline waits, survives a restart, and goes out once and in order', async () => {
  const { world, engine, room } = await lobby();
  disconnect(world);
  for (const text of ['one', 'two', 'three']) room.send(text);
  await world.pass(2_000);
  expect(engine.connection).toMatchObject({ queued: 3, upToDate: false });
  expect(messages(room.timeline.rows).map(({ delivery }) => delivery)).toEqual(['queued', 'queued', 'queued']);
  world.crash(engine);
  const again = world.open();
  await world.pass(2_000);
  await again.room('lobby')?.timeline.openAt('latest');
  expect(again.session.state).toBe('signed_in');
  expect(texts(again, 'lobby')).toEqual(['one', 'two', 'three']);
  world.reachable = true;
  await world.pass(30_000);
  expect(written(world)).toEqual(['one', 'two', 'three']);
  expect(texts(again, 'lobby')).toEqual(['one', 'two', 'three']);
  expect(again.connection.queued).toBe(0);
});

test('whoever signs in again after a restore sends what they wrote, and changes nothing of what took its place', async () => {
  const { world, engine, room } = await lobby();
  const seq = world.server.say('lobby', 'ben', 'one');
  await world.settle();
  disconnect(world);
  room.react(seq, '👍');
  room.send('mine');
  await world.settle();
  world.server.restore('lobby', seq - 1);
  expect(world.server.say('lobby', 'ben', 'another')).toBe(seq);
  [world.signedIn, world.reachable] = [false, true];
  await world.pass(30_000);
  expect(engine.session.state).toBe('signed_out');
  await engine.session.signIn({ username: 'ana', password: 'correct horse' });
  await world.pass(5_000);
  expect(written(world)).toEqual(['another', 'mine']);
  await engine.room('lobby')?.timeline.openAt('latest');
  expect(messages(engine.room('lobby')?.timeline.rows)[0]?.reactions).toEqual([]);
  expect(engine.connection.queued).toBe(0);
});

test('an answer that is lost makes no second message and no second row', async () => {
  const { world, engine, room } = await lobby();
  world.fate = (name) => (name === 'message:send' ? 'done but unanswered' : 'done');
  room.send('once');
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['once']);
  world.fate = () => 'done';
  await world.pass(10_000);
  expect(written(world)).toEqual(['once']);
  expect(texts(engine, 'lobby')).toEqual(['once']);
  expect(engine.connection.queued).toBe(0);
});

test('a refusal is told on the row, which can be sent again, changed or dropped', async () => {
  const { world, engine, room } = await lobby();
  world.fate = (name) => (name === 'message:send' ? new Failure('too_large', 'Too long.') : 'done');
  for (const text of ['one', 'two', 'three']) room.send(text);
  await world.settle();
  const [one, two, three] = messages(room.timeline.rows);
  expect(one).toMatchObject({ delivery: 'failed', failure: 'Too long.' });
  expect(engine.connection).toMatchObject({ queued: 0, failed: 3 });
  world.fate = () => 'done';
  room.retry(one?.nonce ?? '');
  room.editFailed(two?.nonce ?? '', 'shorter');
  room.discard(three?.nonce ?? '');
  await world.settle();
  expect(written(world)).toEqual(['one', 'shorter']);
  expect(texts(engine, 'lobby')).toEqual(['one', 'shorter']);
  expect(engine.connection.failed).toBe(0);
});

test('when the server asks to wait, messages wait and none fails or overtakes', async () => {
  const { world, engine, room } = await lobby();
  let refusals = 5;
  world.fate = (name) => {
    if (name !== 'message:send' || refusals === 0) return 'done';
    refusals -= 1;
    return new Failure('rate_limited', 'Slow down.', 2_000);
  };
  for (const text of ['one', 'two', 'three']) room.send(text);
  await world.settle();
  expect(engine.connection).toMatchObject({ queued: 3, failed: 0 });
  await world.pass(60_000);
  expect(written(world)).toEqual(['one', 'two', 'three']);
});

test('a fault of the server is tried again under the same nonce, and told when it stays', async () => {
  const { world, engine, room } = await lobby();
  world.fate = (name) => (name === 'message:send' ? new Failure('internal', 'The server has a fault.') : 'done');
  room.send('one');
  await world.settle();
  expect(engine.connection).toMatchObject({ queued: 1, failed: 0 });
  await world.pass(300_000);
  expect(engine.connection).toMatchObject({ queued: 0, failed: 1 });
});

test('edits, deletes and reactions show in the same moment, also offline, and go out later', async () => {
  const { world, room } = await lobby();
  const [first, second] = [world.server.say('lobby', 'ana', 'one'), world.server.say('lobby', 'ana', 'two')];
  const third = world.server.say('lobby', 'ben', 'three');
  await world.settle();
  disconnect(world);
  room.edit(first, 'changed');
  room.delete(second);
  room.react(third, '🎉');
  const shown = messages(room.timeline.rows);
  expect(shown[0]).toMatchObject({ text: 'changed', html: null, changing: true });
  expect(shown[1]).toMatchObject({ deleted: true, changing: true });
  expect(shown[2]).toMatchObject({ reactions: [{ emoji: '🎉', users: ['ana'] }], changing: true });
  world.reachable = true;
  await world.pass(30_000);
  expect(written(world)).toEqual(['changed', '', 'three']);
  expect(messages(room.timeline.rows)[0]).toMatchObject({ text: 'changed', html: '<p>changed</p>', changing: false });
});

test('a change that is refused is rolled back and told', async () => {
  const { world, engine, room } = await lobby();
  const seq = world.server.say('lobby', 'ben', 'not yours');
  await world.settle();
  room.edit(seq, 'mine now');
  expect(texts(engine, 'lobby')).toEqual(['mine now']);
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['not yours']);
  expect(engine.toasts.list).toMatchObject([{ kind: 'error' }]);
});

test('two pages of one browser show the same queue and send it once', async () => {
  const { world, engine, room } = await lobby();
  const other = world.open();
  await world.pass(2_000);
  await other.room('lobby')?.timeline.openAt('latest');
  disconnect(world);
  room.send('from one page');
  await world.settle();
  other.room('lobby')?.send('from the other');
  await world.settle();
  for (const page of [engine, other]) expect(texts(page, 'lobby')).toEqual(['from one page', 'from the other']);
  world.reachable = true;
  world.calls.length = 0;
  await world.pass(30_000);
  expect(world.calls.filter(({ name }) => name === 'message:send')).toHaveLength(2);
  expect(written(world)).toEqual(['from one page', 'from the other']);
  for (const page of [engine, other]) {
    expect(texts(page, 'lobby')).toEqual(['from one page', 'from the other']);
    expect(page.connection.queued).toBe(0);
  }
});

test('when the page that sends ends, another one goes on', async () => {
  const { world, engine, room } = await lobby();
  const other = world.open();
  await world.pass(2_000);
  world.fate = (name) => (name === 'message:send' ? new Failure('unavailable', 'Later.', 60_000) : 'done');
  room.send('waits');
  await world.pass(1_000);
  world.crash(engine);
  world.fate = () => 'done';
  other.room('lobby')?.send('after it');
  await world.pass(5_000);
  expect(written(world)).toEqual(['waits', 'after it']);
});

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  'whatever is lost and whenever the page ends, each message arrives once, in order (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const { world, engine } = await lobby();
    world.fate = () =>
      random.pick(['done', 'done', 'lost', 'done but unanswered', new Failure('unavailable', 'busy', 500)]);
    world.copies = () => random.pick([0, 1, 1, 2]);
    let page = engine;
    const sent: string[] = [];
    for (let turn = 0; turn < 25; turn += 1) {
      const room = page.room('lobby');
      if (room && random.chance(0.6)) {
        sent.push(`text ${sent.length}`);
        room.send(sent.at(-1) ?? '');
        // What the user wrote is safe once it is on disk, which takes a moment.
        await world.settle();
      }
      if (random.chance(0.2)) world.cut();
      world.reachable = random.chance(0.8);
      if (random.chance(0.15)) {
        world.crash(page);
        page = world.open();
        await world.settle();
      }
      await world.pass(random.below(3_000));
    }
    world.fate = () => 'done';
    world.copies = () => 1;
    world.reachable = true;
    await world.pass(120_000);
    expect(written(world)).toEqual(sent);
    await page.room('lobby')?.timeline.openAt('latest');
    expect(texts(page, 'lobby')).toEqual(sent);
    expect(page.connection).toMatchObject({ queued: 0, failed: 0, state: 'connected' });
  },
);

test('a vote shows at once, survives a restart, and counts once when its answer is lost', async () => {
  const { world, engine, room } = await lobby();
  const poll = { options: ['tea', 'coffee'] };
  const seq = world.server.say('lobby', 'ben', 'Which?', { poll });
  await world.settle();
  const votes = (of = room) =>
    messages(of.timeline.rows)
      .at(-1)
      ?.poll?.options.map(({ users }) => users);
  disconnect(world);
  room.vote(seq, [0]);
  room.vote(seq, [1]);
  expect(votes()).toEqual([[], ['ana']]);
  await world.pass(2_000);
  world.crash(engine);
  const again = world.open();
  await world.pass(2_000);
  const reopened = again.room('lobby');
  if (!reopened) throw new Error('the lobby is there again');
  await reopened.timeline.openAt('latest');
  expect(votes(reopened)).toEqual([[], ['ana']]);
  world.fate = (name) => (name === 'poll:vote' ? 'done but unanswered' : 'done');
  world.reachable = true;
  await world.pass(5_000);
  world.fate = () => 'done';
  await world.pass(30_000);
  expect(again.connection.queued).toBe(0);
  expect(votes(reopened)).toEqual([[], ['ana']]);
  expect(world.server.message('lobby', seq).poll).toMatchObject({ voters: 1 });
});

test('what a message passes on shows while it waits, and goes with it', async () => {
  const { world, room } = await lobby();
  const seq = world.server.say('lobby', 'ben', 'Look at this');
  await world.settle();
  const { room: of, by, at_ms, text, html } = world.server.message('lobby', seq);
  disconnect(world);
  room.post({ text: '', forward: { room: of, seq } }, { room: of, seq, by, at_ms, text, html });
  expect(messages(room.timeline.rows).at(-1)?.forwarded?.text).toBe('Look at this');
  world.reachable = true;
  await world.pass(30_000);
  const passed = messages(room.timeline.rows).at(-1);
  expect([passed?.delivery, passed?.forwarded?.by]).toEqual(['sent', 'ben']);
  room.delete(passed?.seq ?? 0);
  await world.pass(5_000);
  expect(messages(room.timeline.rows).at(-1)).toMatchObject({ deleted: true, forwarded: undefined });
  expect(room.log.message(passed?.seq ?? 0)).not.toHaveProperty('forwarded');
});
