import { expect, test } from 'vitest';
import { lobby } from '../testing/lobby';
import { messages, texts } from '../testing/read';

test('what others write appears in an open room, is counted and is heard', async () => {
  const { world, engine, room, ben } = await lobby();
  ben('hello @ana');
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['hello @ana']);
  expect([room.unread, room.mentions]).toEqual([1, 1]);
  expect(engine.connection.state).toBe('connected');
  expect(engine.connection.upToDate).toBe(true);
  expect(world.taps).toEqual([2]);
});

test('a message shows in the same moment and keeps its key when the log brings it', async () => {
  const { world, engine, room } = await lobby();
  room.send('one');
  const pending = room.timeline.rows.at(-1);
  expect(pending).toMatchObject({ text: 'one', delivery: 'queued', html: null, seq: null });
  await world.settle();
  const sent = room.timeline.rows.at(-1);
  expect(sent).toMatchObject({ text: 'one', delivery: 'sent', html: '<p>one</p>', key: pending?.key });
  expect(engine.connection.queued).toBe(0);
});

test('rows that nothing happened to stay the same objects', async () => {
  const { world, room, ben } = await lobby();
  const seq = ben('one');
  ben('two');
  await world.settle();
  const [one, two] = messages(room.timeline.rows);
  room.react(seq, '👍');
  await world.settle();
  const [oneThen, twoThen] = messages(room.timeline.rows);
  expect(oneThen?.reactions).toEqual([{ emoji: '👍', users: ['ana'] }]);
  expect(oneThen).not.toBe(one);
  expect(twoThen).toBe(two);
});

test('a push that comes twice shows once', async () => {
  const { world, engine, ben } = await lobby();
  world.copies = () => 3;
  ben('once');
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['once']);
});

test('a lost push is repaired when the next one shows the gap', async () => {
  const { world, engine, ben } = await lobby();
  world.copies = () => 0;
  ben('lost');
  world.copies = () => 1;
  ben('next');
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['lost', 'next']);
  expect(world.calls.at(-1)).toMatchObject({ name: 'sync', request: { only: true, rooms: { lobby: 3 } } });
});

test('a lost last push is repaired by word of where the log ends', async () => {
  const { world, engine, ben } = await lobby();
  world.copies = () => 0;
  const seq = ben('lost');
  world.copies = () => 1;
  world.deliver({ name: 'room:head', payload: { room: 'lobby', seq } });
  await world.settle();
  expect(texts(engine, 'lobby')).toEqual(['lost']);
});

test('a socket that fell behind asks for everything it missed, in as many answers as it takes', async () => {
  const { world, engine, ben } = await lobby();
  world.copies = () => 0;
  world.server.syncEntries = 3;
  for (let count = 0; count < 10; count += 1) ben(`lost ${count}`);
  world.copies = () => 1;
  world.deliver({ name: 'lagged', payload: {} });
  await world.settle();
  expect(texts(engine, 'lobby')).toHaveLength(10);
});

test('what was missed while away comes at the next connect, also when it is too much to replay', async () => {
  const { world, engine, room, ben } = await lobby();
  world.reachable = false;
  world.cut();
  await world.settle();
  expect(engine.connection.state).toBe('offline');
  for (let count = 0; count < 300; count += 1) ben(`text ${count}`);
  world.reachable = true;
  await world.pass(20_000);
  expect(engine.connection.state).toBe('connected');
  expect(room.unread).toBe(300);
  expect(texts(engine, 'lobby').at(-1)).toBe('text 299');
  for (let page = 0; page < 10 && room.timeline.moreBefore; page += 1) await room.timeline.loadBefore();
  expect(texts(engine, 'lobby')).toHaveLength(300);
});

test('another epoch voids everything but what waits in the outbox', async () => {
  const { world, engine, ben } = await lobby();
  const seq = ben('kept');
  ben('lost in the restore');
  await world.settle();
  world.reachable = false;
  world.cut();
  engine.room('lobby')?.send('mine', seq);
  engine.room('lobby')?.react(seq, '👍');
  await world.settle();
  world.server.restore('lobby', seq);
  world.reachable = true;
  await world.pass(20_000);
  await engine.room('lobby')?.timeline.openAt('latest');
  expect(texts(engine, 'lobby')).toEqual(['kept', 'mine']);
  expect(messages(engine.room('lobby')?.timeline.rows)[0]?.reactions).toEqual([]);
  expect(engine.connection.queued).toBe(0);
});

test('a room that the user joins elsewhere comes, and one that they leave goes', async () => {
  const { world, engine } = await lobby();
  world.server.addRoom('garden', ['ben']);
  world.server.join('garden', 'ana');
  await world.settle();
  expect(engine.rooms.rooms.map(({ title }) => title)).toEqual(['garden', 'lobby']);
  world.server.leave('garden', 'ana');
  await world.settle();
  expect(engine.rooms.rooms.map(({ title }) => title)).toEqual(['lobby']);
  expect(engine.room('garden')).toBeUndefined();
});

test('a room that the user leaves while a sync is under way does not come back with its answer', async () => {
  const { world, engine } = await lobby();
  world.server.addRoom('garden', ['ben']);
  world.copies = ({ name }) => (name.startsWith('my:') ? 1 : 0);
  world.slow.add('sync');
  world.server.join('garden', 'ana');
  await world.settle();
  world.server.leave('garden', 'ana');
  await world.settle();
  world.slow.clear();
  await world.settle();
  expect(engine.rooms.rooms.map(({ title }) => title)).toEqual(['lobby']);
});

test('pushes of a new connection wait for its first sync, for they may be of another epoch', async () => {
  const { world, engine, ben } = await lobby();
  ben('one');
  ben('two');
  await world.settle();
  world.server.restore('lobby', world.server.head('lobby') - 1);
  world.slow.add('sync');
  world.cut();
  await world.pass(2_000);
  ben('other two');
  ben('other three');
  await world.settle();
  expect(engine.connection).toMatchObject({ state: 'connected', upToDate: false });
  expect(texts(engine, 'lobby')).toEqual(['one', 'two']);
  world.slow.clear();
  await world.settle();
  await engine.room('lobby')?.timeline.openAt('latest');
  expect(texts(engine, 'lobby')).toEqual(['one', 'other two', 'other three']);
});

test('a sync tells what is unread where that can not be told from the entries', async () => {
  const { world, room, ben } = await lobby();
  const old = ben('old');
  for (let count = 0; count < 60; count += 1) ben(`text ${count}`);
  world.server.resetAfter = 10;
  world.cut();
  world.server.append('lobby', 'ben', { type: 'room:changed', change: {} });
  world.reachable = false;
  await world.pass(2_000);
  for (let count = 0; count < 20; count += 1) ben(`more ${count}`);
  world.reachable = true;
  await world.pass(20_000);
  expect(room.unread).toBe(81);
  world.reachable = false;
  world.cut();
  world.server.call('ben', 'message:delete', { room: 'lobby', seq: old, nonce: 'delete' });
  world.calls.length = 0;
  world.reachable = true;
  await world.pass(20_000);
  expect(room.unread).toBe(80);
  expect(world.calls.map(({ name }) => name)).not.toContain('read:get');
});

test('a pin shows at once, and what is saved is known after a reload', async () => {
  const { world, engine, room, ben } = await lobby();
  const seq = ben('one');
  await world.settle();
  room.pin(seq);
  expect(messages(room.timeline.rows)[0]).toMatchObject({ pinned: true, changing: true });
  await world.settle();
  expect(messages(room.timeline.rows)[0]).toMatchObject({ pinned: true, changing: false });
  expect(room.timeline.rows.at(-1)).toMatchObject({ kind: 'line', entry: { type: 'message:pinned', message: seq } });
  await engine.call('message:save', { room: 'lobby', seq });
  await world.pass(2_000);
  world.crash(engine);
  const again = world.open();
  await world.pass(1_000);
  expect(again.saved.has('lobby', seq)).toBe(true);
  await again.call('message:unsave', { room: 'lobby', seq });
  await world.settle();
  expect(again.saved.has('lobby', seq)).toBe(false);
});

test('a room opens at the first unread message, with the line above it', async () => {
  const { world, room, ben } = await lobby();
  for (let count = 0; count < 100; count += 1) ben(`text ${count}`);
  await world.settle();
  room.markRead();
  const first = ben('new');
  ben('newer');
  await world.settle();
  await room.timeline.openAt('unread');
  expect(room.timeline.newFrom).toBe(first);
  expect(room.timeline.target).toEqual({ seq: first, marked: false });
});

test('a jump far back shows that part alone, and the way to the newest is open again', async () => {
  const { world, engine, room, ben } = await lobby();
  const early = ben('early');
  for (let count = 0; count < 150; count += 1) ben(`text ${count}`);
  world.cut();
  world.server.resetAfter = 10;
  for (let count = 150; count < 200; count += 1) ben(`text ${count}`);
  await world.pass(20_000);
  expect(texts(engine, 'lobby')).not.toContain('early');
  await room.timeline.openAt({ seq: early });
  expect(room.timeline.target).toEqual({ seq: early, marked: true });
  expect(texts(engine, 'lobby')[0]).toBe('early');
  expect(room.timeline.moreAfter).toBe(true);
  for (let page = 0; page < 10 && room.timeline.moreAfter; page += 1) await room.timeline.loadAfter();
  expect(texts(engine, 'lobby').at(-1)).toBe('text 199');
  expect(texts(engine, 'lobby')).toHaveLength(201);
});

test('a room that is read at its end for weeks stays small, and can still be read back', async () => {
  const { world, engine, room, ben } = await lobby();
  for (let count = 0; count < 3_100; count += 1)
    world.server.append('lobby', 'ben', { type: 'room:changed', change: {} });
  ben('newest');
  await world.settle();
  expect(room.timeline.rows.length).toBeLessThan(2_200);
  expect(texts(engine, 'lobby')).toEqual(['newest']);
  expect([room.timeline.moreBefore, room.unread]).toEqual([true, 1]);
  const before = room.timeline.rows.length;
  room.timeline.lookAt(room.timeline.rows[0]?.seq ?? 0);
  await room.timeline.loadBefore();
  expect(room.timeline.rows.length).toBe(before + 50);
});

test('who reads a long room back to its start and on to its end holds a small part of it at a time', async () => {
  const { world, engine, room, ben } = await lobby();
  ben('the very first');
  for (let count = 0; count < 12_000; count += 1)
    world.server.append('lobby', 'ben', { type: 'room:changed', change: {} });
  ben('newest');
  await world.settle();
  const { timeline } = room;
  let most = 0;
  for (let page = 0; page < 300 && timeline.moreBefore; page += 1) {
    await timeline.loadBefore();
    most = Math.max(most, timeline.rows.length);
  }
  expect(texts(engine, 'lobby')).toEqual(['the very first']);
  expect(timeline.moreAfter).toBe(true);
  ben('newer still');
  await world.settle();
  expect(room.unread).toBe(3);
  let seq = timeline.rows[0]?.seq ?? 0;
  for (let page = 0; page < 300 && timeline.moreAfter; page += 1) {
    await timeline.loadAfter();
    most = Math.max(most, timeline.rows.length);
    const next = timeline.rows.findIndex((row) => row.seq === seq);
    const rows = timeline.rows.slice(next);
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => seq + index));
    seq = rows.at(-1)?.seq ?? 0;
  }
  expect(texts(engine, 'lobby')).toEqual(['newest', 'newer still']);
  expect(most).toBeLessThan(3_200);
});

test('a reply shows what it answers, also when that is far away, and follows its changes', async () => {
  const { world, room, ben } = await lobby();
  const early = ben('early');
  for (let count = 0; count < 100; count += 1) ben(`text ${count}`);
  world.cut();
  world.server.resetAfter = 10;
  world.server.say('lobby', 'ben', 'answer', { reply_to: early });
  for (let count = 0; count < 20; count += 1) ben(`after ${count}`);
  await world.pass(20_000);
  const answer = () => messages(room.timeline.rows).find(({ text }) => text === 'answer');
  expect(answer()?.quote?.text).toBe('early');
  world.server.call('ben', 'message:edit', { room: 'lobby', seq: early, nonce: 'edit', text: 'earlier' });
  await world.settle();
  expect(answer()?.quote?.text).toBe('earlier');
});

test('a message that is linked to is looked up once, follows its changes, and is found again after a reset', async () => {
  const { world, room, ben } = await lobby();
  world.server.resetAfter = 10;
  world.reachable = false;
  world.cut();
  const early = ben('early');
  for (let count = 0; count < 100; count += 1) ben(`text ${count}`);
  world.reachable = true;
  await world.pass(20_000);
  world.calls.length = 0;
  const linked = await room.linked(early);
  const nothing = await room.linked(world.server.head('lobby') + 50);
  expect(linked.message).toBeUndefined();
  await world.settle();
  expect(linked.message?.text).toBe('early');
  expect(nothing.message).toBeUndefined();
  expect(world.calls.filter(({ name }) => name === 'message:get')).toHaveLength(2);
  world.server.call('ben', 'message:edit', { room: 'lobby', seq: early, nonce: 'edit', text: 'earlier' });
  await world.settle();
  expect(linked.message?.text).toBe('earlier');
  world.reachable = false;
  world.cut();
  world.server.call('ben', 'message:delete', { room: 'lobby', seq: early, nonce: 'delete' });
  for (let count = 0; count < 20; count += 1) ben(`after ${count}`);
  world.reachable = true;
  await world.pass(20_000);
  expect(linked.message).toMatchObject({ seq: early, deleted: true });
});

test('somebody who types is shown until they write or are silent for a while', async () => {
  const { world, room, ben } = await lobby();
  const typing = (on: boolean) =>
    world.deliver({ name: 'typing:changed', payload: { room: 'lobby', user: 'ben', typing: on } });
  typing(true);
  expect(room.typing).toEqual(['ben']);
  ben('done');
  expect(room.typing).toEqual([]);
  typing(true);
  await world.pass(7_000);
  expect(room.typing).toEqual([]);
});

test('the session ends: the screen asks to sign in and nothing of the user stays', async () => {
  const { world, engine } = await lobby();
  await world.pass(2_000);
  world.signedIn = false;
  world.deliver({ name: 'session:ended', payload: { why: 'disabled' } });
  await world.settle();
  expect(engine.session).toMatchObject({ state: 'signed_out', ended: 'disabled', lobby: { name: 'Model' } });
  expect([engine.me, engine.room('lobby'), engine.rooms.rooms]).toEqual([undefined, undefined, []]);
  const again = world.open();
  await world.pass(1_000);
  expect(again.session.state).toBe('signed_out');
  await again.session.signIn({ username: 'ana', password: 'correct horse' });
  await world.pass(1_000);
  expect(again.me?.name).toBe('ana');
  expect(again.room('lobby')?.title).toBe('lobby');
});
