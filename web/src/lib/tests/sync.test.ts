import { expect, test } from 'vitest';
import type { Engine } from '../api';
import type { Item } from '../protocol.gen';
import { Random } from '../testing/random';
import { World } from '../testing/world';

const ROOMS = ['lobby', 'garden', 'ben-and-ana'];
const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);

/** What the rows of a room show, as the items of the log that they stand for. */
function shown(engine: Engine, room: string): unknown[] {
  return (engine.room(room)?.timeline.rows ?? []).map((row) =>
    row.kind === 'line'
      ? { seq: row.seq, type: row.entry.type }
      : {
          seq: row.seq,
          text: row.text,
          html: row.html,
          deleted: row.deleted,
          pinned: row.pinned,
          previews: row.previews,
          poll: row.poll,
          forwarded: row.forwarded,
          reactions: row.reactions,
        },
  );
}

function told(items: readonly Item[]): unknown[] {
  return items.map((item) =>
    item.kind === 'line'
      ? { seq: item.seq, type: item.type }
      : {
          seq: item.seq,
          text: item.text,
          html: item.html,
          deleted: item.deleted,
          pinned: item.pinned,
          previews: item.previews ?? [],
          poll: item.poll,
          forwarded: item.forwarded,
          reactions: item.reactions,
        },
  );
}

/** What a page says of itself. */
const about = (number: number) => ({ url: `https://pages.example/${number}`, title: 'Page', text: '', site: '' });

/** The server has followed the links of a message, or somebody took a preview off. */
function follow({ server }: World, random: Random): void {
  const room = random.pick(ROOMS);
  const known = server.items(room).flatMap((item) => (item.kind === 'message' && !item.deleted ? [item] : []));
  if (known.length === 0) return;
  const { seq, by } = random.pick(known.slice(-20));
  const previews = [1, 2, 3].slice(random.below(4)).map(about);
  server.append(room, by, { type: 'message:previewed', message: seq, previews });
}

/** Something happens on the server: somebody writes, changes, comes, goes or reads. */
function happen(world: World, random: Random): void {
  if (random.chance(0.06)) return follow(world, random);
  const { server } = world;
  const room = random.pick(ROOMS);
  const by = random.pick(['ana', 'ben', 'ben']);
  const nonce = `${by}-${random.next()}`;
  const here = server.rooms.get(room)?.members.has(by);
  const known = server.items(room).flatMap((item) => (item.kind === 'message' ? [item] : []));
  const message = known.length > 0 ? random.pick(known.slice(-20)) : undefined;
  const dice = random.below(20);
  const polls = known.filter(({ poll }) => poll && !poll.closed);
  const asked = polls.length > 0 ? random.pick(polls) : undefined;
  const options = ['tea', 'coffee', 'water'];
  if (!here) server.join(room, by);
  else if (message && !message.deleted && dice === 15)
    server.say(room, by, '', { forward: { room, seq: message.seq } });
  else if (dice === 16)
    server.say(room, by, 'Which?', { poll: { options, hidden: random.chance(0.5), multiple: true } });
  else if (asked && dice === 17)
    server.call(by, 'poll:vote', { room, seq: asked.seq, nonce, choices: random.pick([[], [0], [1, 2]]) });
  else if (asked && dice === 18 && random.chance(0.3)) server.call(by, 'poll:close', { room, seq: asked.seq, nonce });
  else if (dice === 0 && room === 'garden') server.leave(room, by);
  else if (dice === 1) server.call(by, 'read:mark', { room, seq: 1 + random.below(server.head(room)) });
  else if (message && dice === 2) server.call(by, 'reaction:add', { room, seq: message.seq, nonce, emoji: '👍' });
  else if (message && message.by === by && !message.deleted && dice === 3)
    server.call(by, 'message:edit', { room, seq: message.seq, nonce, text: 'edited @ana' });
  else if (message && message.by === by && !message.deleted && dice === 4)
    server.call(by, 'message:delete', { room, seq: message.seq, nonce });
  else if (message && !message.deleted && dice === 12)
    server.call(by, message.pinned ? 'message:unpin' : 'message:pin', { room, seq: message.seq, nonce });
  else if (message && dice === 13)
    server.call(by, random.pick(['message:save', 'message:unsave']), { room, seq: message.seq });
  else if (dice === 19) {
    const level = random.pick(['all', 'mentions', 'nothing'] as const);
    const folders = random.chance(0.5) ? {} : { folders: [{ id: nonce, name: nonce }] };
    server.call(by, 'room:prefer', { rooms: [{ room, level, favourite: random.chance(0.5) }], ...folders });
  } else if (dice === 14) server.call(by, 'read:rewind', { room, seq: random.below(server.head(room)) });
  else server.say(room, by, random.pick(['hi', 'hello @ana']), message && dice === 5 ? { reply_to: message.seq } : {});
}

/** Something happens on the way: pushes are lost, doubled or late, the connection lags or breaks, the database is restored. */
function disturb(world: World, random: Random): void {
  const dice = random.below(20);
  if (dice === 0) world.cut();
  else if (dice === 1) world.deliver({ name: 'lagged', payload: {} });
  else if (dice === 2) world.server.restore('lobby', Math.max(3, world.server.head('lobby') - random.below(20)));
  if (dice === 2) world.cut();
  world.copies = dice < 8 ? () => random.pick([0, 1, 1, 2]) : () => 1;
  world.server.syncEntries = random.pick([3, 20, 500]);
  world.server.resetAfter = random.pick([5, 50, 500]);
}

/** The user looks around: opens, scrolls, jumps, reads. */
function look(engine: Engine, world: World, random: Random): void {
  const id = random.pick(ROOMS);
  const room = engine.room(id);
  if (!room) return;
  const dice = random.below(6);
  if (dice === 0) void room.timeline.openAt('unread');
  else if (dice === 1) void room.timeline.openAt({ seq: 1 + random.below(world.server.head(id)) });
  else if (dice === 2) void room.timeline.loadBefore();
  else if (dice === 3) void room.timeline.loadAfter();
  else if (dice === 4) room.markRead(random.below(world.server.head(id)));
}

test.each(SEEDS)(
  'whatever happens on the way, in the end the screen shows what the logs say (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const world = new World('ana');
    world.server.addUser('ben');
    for (const id of ['lobby', 'garden']) world.server.addRoom(id, ['ana', 'ben']);
    world.server.addRoom('ben-and-ana', ['ana', 'ben'], 'direct');
    for (let count = 0; count < 80; count += 1) happen(world, random);
    let engine = world.open();
    await world.pass(1_000);
    for (let turn = 0; turn < 40; turn += 1) {
      disturb(world, random);
      for (let count = random.below(8); count > 0; count -= 1) {
        happen(world, random);
        if (random.chance(0.4)) look(engine, world, random);
        if (random.chance(0.3)) await world.settle();
      }
      if (random.chance(0.05)) {
        world.crash(engine);
        engine = world.open();
      }
      await world.pass(random.below(2_500));
    }
    world.copies = () => 1;
    await world.pass(60_000);
    for (const [id, { log }] of world.server.rooms) {
      world.deliver({ name: 'room:head', payload: { room: id, seq: log.length } });
    }
    // A user's own log has no beacon: what is lost of it comes with the next connect.
    world.cut();
    await world.pass(60_000);
    await check(engine, world);
  },
);

async function check(engine: Engine, world: World): Promise<void> {
  expect(engine.connection).toMatchObject({ state: 'connected', upToDate: true });
  for (const id of ROOMS) {
    const room = engine.room(id);
    expect(room !== undefined, id).toBe(world.server.rooms.get(id)?.members.has('ana'));
    if (!room) continue;
    await room.timeline.openAt('latest');
    for (let page = 0; page < 20 && room.timeline.moreBefore; page += 1) await room.timeline.loadBefore();
    expect(shown(engine, id)).toEqual(told(world.server.items(id)));
    const { unread, mentions, marker } = world.server.unread(id, 'ana');
    expect(room).toMatchObject({ unread, mentions, marker });
    const saved = world.server.own('ana').saved[id] ?? [];
    for (const { seq } of world.server.items(id)) expect(engine.saved.has(id, seq)).toBe(saved.includes(seq));
    expect(room.room.members).toBe(world.server.rooms.get(id)?.room.members);
  }
  const { rooms, folders } = world.server.own('ana').preferences;
  expect(engine.preferences.folders).toEqual(folders);
  let calling = 0;
  for (const id of ROOMS.filter((one) => engine.room(one))) {
    const wanted = rooms.find(({ room }) => room === id) ?? { room: id, level: 'all', favourite: false };
    expect(engine.preferences.of(id)).toEqual(wanted);
    const { unread, mentions } = world.server.unread(id, 'ana');
    calling += { all: unread, mentions, nothing: 0 }[wanted.level];
  }
  expect(engine.rooms.unread).toBe(calling);
}
