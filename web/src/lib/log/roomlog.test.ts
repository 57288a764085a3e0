import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Anchor, Entry, Item, Message, MyEntry, Page, Unread } from '../protocol.gen';
import { ModelServer } from '../testing/model';
import type { Push } from '../testing/views';
import { Random } from '../testing/random';
import { fold, itemOf, targets } from './fold';
import { RoomLog } from './roomlog';

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);

function byTarget(entries: readonly Entry[]): Map<number, Entry[]> {
  const changes = new Map<number, Entry[]>();
  for (const entry of entries) {
    for (const seq of targets(entry)) changes.set(seq, [...(changes.get(seq) ?? []), entry]);
  }
  return changes;
}

/** Whether an entry is an item of the room's timeline. */
function standsInRoom(entry: Entry): boolean {
  return itemOf(entry) !== null && (entry.type !== 'message:created' || entry.in_room);
}

/** A room with a long random history, in which ana watches what ben and she write. */
class Story {
  readonly server = new ModelServer();
  readonly pushed: Entry[] = [];
  readonly mine: MyEntry[] = [];

  constructor(readonly random: Random) {
    for (const user of ['ana', 'ben']) this.server.addUser(user);
    this.server.onPush = (to, push) => to === 'ana' && 'room' in push.payload && this.#heard(push);
    this.server.addRoom('lobby', ['ana', 'ben']);
  }

  #heard(push: Push): void {
    if (push.name.startsWith('my:')) this.mine.push(push.payload as MyEntry);
    else this.pushed.push(push.payload as Entry);
  }

  /** One thing that happens: mostly messages, and everything else that an entry can be. */
  step(): void {
    const { random, server } = this;
    const by = random.pick(['ana', 'ben', 'ben']);
    const known = server.items('lobby').flatMap((item) => (item.kind === 'message' ? [item] : []));
    const nonce = `${by}-${random.next()}`;
    const message = known.length > 0 ? random.pick(known.slice(-30)) : undefined;
    const own = known.filter((each) => each.by === by && !each.deleted).slice(-10);
    const dice = random.below(11);
    if (message && dice === 0)
      server.call(by, 'reaction:add', { room: 'lobby', seq: message.seq, nonce, emoji: random.pick(['👍', '🎉']) });
    else if (message && dice === 1)
      server.call(by, 'reaction:remove', { room: 'lobby', seq: message.seq, nonce, emoji: '👍' });
    else if (own.length > 0 && dice === 2)
      server.call(by, 'message:edit', {
        room: 'lobby',
        seq: random.pick(own).seq,
        nonce,
        text: random.pick(['edited', 'edited for @ana']),
      });
    else if (own.length > 0 && dice === 3)
      server.call(by, 'message:delete', { room: 'lobby', seq: random.pick(own).seq, nonce });
    else if (message && !message.deleted && dice === 10)
      server.append('lobby', by, {
        type: message.pinned ? 'message:unpinned' : 'message:pinned',
        message: message.seq,
      });
    else if (dice === 4)
      server.append('lobby', 'ben', { type: 'room:changed', change: { topic: `topic ${random.next()}` } });
    else
      server.say(
        'lobby',
        by,
        random.pick(['hi', 'hello @ana', '@room', 'text']),
        message && dice === 5 ? { reply_to: message.seq } : this.#inThread(message),
      );
  }

  /** Some messages are replies in the thread of another, or of the one that that is a reply to. */
  #inThread(message: Message | undefined): { thread?: number; also_in_room?: boolean } {
    if (!message || this.random.chance(0.6)) return {};
    return { thread: message.thread ?? message.seq, also_in_room: this.random.chance(0.3) };
  }

  history(from: Anchor, limit = 10): Page {
    return this.server.call('ana', 'room:history', { room: 'lobby', from, limit });
  }

  hearRoom = (log: RoomLog): void => {
    for (const entry of this.pushed.splice(0)) log.take(entry);
  };

  hearOwn = (log: RoomLog): void => {
    for (const entry of this.mine.splice(0)) {
      if (entry.type === 'my:thread_followed') log.follow(entry.thread, entry.marker);
      if (entry.type === 'my:thread_marked') log.confirmThread(entry.thread, entry.marker);
    }
  };

  start(items: number): RoomLog {
    const [part] = this.server.call('ana', 'sync', { rooms: {}, items }).rooms;
    if (part?.how !== 'reset') throw new Error('a new client gets a reset');
    return new RoomLog(part, 'ana');
  }

  /**
   * What is shown must be the fold of the log: every item up to the cursor, each with all of its changes up to the cursor, and
   * possibly with later ones, when a page had them.
   */
  check(log: RoomLog): void {
    const entries = this.server.rooms.get('lobby')?.log ?? [];
    const changes = byTarget(entries);
    const wrong = log.main.segments.list.flatMap(({ from, to, items }) => {
      const known = entries.slice(from - 1, to).filter(standsInRoom);
      const complete = known.length === items.length && known.every(({ seq }, index) => items[index]?.seq === seq);
      const mistold = items.filter((item) => !this.#isTrue(item, changes.get(item.seq) ?? [], log.applied));
      return complete ? mistold.map(({ seq }) => `wrong at ${seq}`) : [`incomplete from ${from} to ${to}`];
    });
    expect(wrong).toEqual([]);
  }

  #isTrue(item: Item, changes: readonly Entry[], applied: number): boolean {
    if (item.kind === 'line') return true;
    const written = this.server.rooms.get('lobby')?.log[item.seq - 1];
    const truth = changes
      .filter(({ seq }) => seq <= item.rev)
      .reduce(fold, (written && itemOf(written)) as typeof item);
    const forgotten = changes.some(({ seq }) => item.rev < seq && seq <= applied);
    const wentBack = item.rev < (this.#revs.get(item.seq) ?? 0);
    this.#revs.set(item.seq, item.rev);
    return !forgotten && !wentBack && isDeepStrictEqual(item, truth);
  }

  #revs = new Map<number, number>();
}

test.each(SEEDS)(
  'in any order, with duplicates and pages between, the view is the fold of the log (seed %i)',
  (seed) => {
    const random = new Random(seed);
    const story = new Story(random);
    for (let count = random.below(60); count > 0; count -= 1) story.step();
    const log = story.start(random.below(20));
    story.pushed.length = 0;
    const pages: { page: Page; anchor: Anchor }[] = [];
    const take = ({ page, anchor }: { page: Page; anchor: Anchor }) => {
      expect(log.takePage(page, anchor)).toBe(true);
      if (anchor === 'latest' && page.items.length > 0) expect(log.main.live).toBeDefined();
    };
    for (let turn = 0; turn < 150; turn += 1) {
      if (random.chance(0.7)) story.step();
      if (random.chance(0.3)) {
        const seq = 1 + random.below(story.server.head('lobby'));
        const { from, to } = random.pick([...log.main.segments.list, { from: seq, to: seq }]);
        const anchor = random.pick<Anchor>(['latest', { around: seq }, { before: from }, { after: to }]);
        pages.push({ page: story.history(anchor, 1 + random.below(15)), anchor });
      }
      if (random.chance(0.3) && pages.length > 0)
        for (const late of pages.splice(random.below(pages.length), 1)) take(late);
      // Pushes arrive out of order and more than once.
      const near = story.pushed.slice(0, 4);
      if (random.chance(0.9) && near.length > 0) log.take(random.pick(near));
      while (story.pushed[0] && story.pushed[0].seq <= log.applied && random.chance(0.8)) story.pushed.shift();
      story.check(log);
    }
    for (const entry of story.pushed) log.take(entry);
    for (const late of pages) take(late);
    expect(log.applied).toBe(story.server.head('lobby'));
    expect(log.gap).toBe(false);
    expect(log.room.members).toBe(2);
    story.check(log);
  },
);

test.each(SEEDS)('what is unread is what the server counts, or is asked for (seed %i)', (seed) => {
  const random = new Random(seed + 1_000);
  const story = new Story(random);
  for (let count = random.below(60); count > 0; count -= 1) story.step();
  const log = story.start(random.below(20));
  story.pushed.length = 0;
  const answers: Unread[] = [];
  for (let turn = 0; turn < 80; turn += 1) {
    if (random.chance(0.7)) story.step();
    for (const entry of story.pushed.splice(0)) log.take(entry);
    const from = log.main.segments.last?.from ?? 1;
    if (random.chance(0.1)) log.takePage(story.history({ before: from }), { before: from });
    if (random.chance(0.15)) {
      const seq = Math.min(log.unread.marker + 1 + random.below(20), log.applied);
      log.standing.mark(seq);
      answers.push(story.server.call('ana', 'read:mark', { room: 'lobby', seq }));
    }
    if (random.chance(0.2)) answers.push(story.server.call('ana', 'read:get', { room: 'lobby' }));
    // Answers come late, and in any order.
    if (random.chance(0.3) && answers.length > 0) {
      for (const late of answers.splice(random.below(answers.length), 1)) log.standing.take(late);
    }
    if (log.standing.uncertain) continue;
    const { unread, mentions, marker } = story.server.unread('lobby', 'ana');
    expect(log.unread).toMatchObject({ unread, mentions, marker });
  }
  log.standing.take(story.server.call('ana', 'read:get', { room: 'lobby' }));
  expect(log.standing.uncertain).toBe(false);
  expect(log.unread).toEqual(story.server.unread('lobby', 'ana'));
});

test.each(SEEDS)('threads that are followed count as the server counts them, or it is asked (seed %i)', (seed) => {
  const random = new Random(seed + 2_000);
  const story = new Story(random);
  for (let count = random.below(60); count > 0; count -= 1) story.step();
  const log = story.start(random.below(20));
  story.pushed.length = 0;
  story.mine.length = 0;
  for (let turn = 0; turn < 80; turn += 1) {
    if (random.chance(0.8)) story.step();
    // The two logs come in any order.
    for (const hear of random.chance(0.5) ? [story.hearRoom, story.hearOwn] : [story.hearOwn, story.hearRoom])
      hear(log);
    const roots = [...log.follows.keys()];
    if (roots.length > 0 && random.chance(0.2)) {
      const thread = random.pick(roots);
      const page = story.server.call('ana', 'thread:history', { room: 'lobby', thread, from: 'latest', limit: 5 });
      log.takePage(page, 'latest', log.thread(thread));
      const items = story.server.replies('lobby', thread);
      expect(log.thread(thread).live?.items).toEqual(items.slice(-(log.thread(thread).live?.items.length ?? 0)));
    }
    if (roots.length > 0 && random.chance(0.1))
      log.follows.get(random.pick(roots))?.mark(Math.max(1, log.applied - random.below(10)));
    for (const [thread, standing] of log.follows) {
      if (standing.open && random.chance(0.5)) {
        const seq = standing.unread.marker;
        standing.take(story.server.call('ana', 'thread:mark', { room: 'lobby', thread, seq }));
        story.hearOwn(log);
      }
      if (standing.open) continue;
      const { unread, mentions, marker } = story.server.unread('lobby', 'ana', thread);
      expect(standing.unread).toMatchObject({ unread, mentions, marker });
    }
  }
  expect([...log.follows.keys()].toSorted()).toEqual(
    [...(story.server.rooms.get('lobby')?.follows.get('ana')?.keys() ?? [])].toSorted(),
  );
});

test('a page that was read before entries came is brought up to date with them', () => {
  const story = new Story(new Random(1));
  const seq = story.server.say('lobby', 'ben', 'first');
  const log = story.start(10);
  story.pushed.length = 0;
  const page = story.history('latest');
  story.server.call('ben', 'message:edit', { room: 'lobby', seq, nonce: 'n', text: 'second' });
  story.server.say('lobby', 'ben', 'third');
  for (const entry of story.pushed) log.take(entry);
  expect(log.takePage(page, 'latest')).toBe(true);
  expect(log.message(seq)?.text).toBe('second');
  story.check(log);
});

test('the newest page, when entries have overtaken it, still reaches the end', () => {
  const story = new Story(new Random(1));
  const log = story.start(0);
  story.pushed.length = 0;
  const page = story.history('latest');
  const seq = story.server.say('lobby', 'ben', 'first');
  story.server.call('ben', 'message:edit', { room: 'lobby', seq, nonce: 'n', text: 'second' });
  for (const entry of story.pushed) log.take(entry);
  expect(log.main.live).toBeUndefined();
  log.takePage(page, 'latest');
  expect(log.main.live?.items).toEqual(story.server.items('lobby'));
});

test('a count that entries have overtaken, which are no longer kept, is asked for again', () => {
  const story = new Story(new Random(1));
  const log = story.start(0);
  const counted = story.server.call('ana', 'read:get', { room: 'lobby' });
  story.server.say('lobby', 'ben', 'hello');
  const [part] = story.server.call('ana', 'sync', { rooms: {}, items: 0 }).rooms;
  if (part?.how === 'reset') log.reset(part);
  log.standing.take(counted);
  expect(log.standing.uncertain).toBe(true);
});

test('a page that more entries have overtaken than are kept is refused', () => {
  const story = new Story(new Random(1));
  const log = story.start(10);
  story.pushed.length = 0;
  const page = story.history('latest');
  for (let count = 0; count < 2_000; count += 1)
    story.server.append('lobby', 'ben', { type: 'room:changed', change: {} });
  for (const entry of story.pushed) log.take(entry);
  expect(log.takePage(page, 'latest')).toBe(false);
});

test('a snapshot that is taken up again is the same room', () => {
  const story = new Story(new Random(3));
  for (let count = 0; count < 80; count += 1) story.step();
  const log = story.start(60);
  const again = new RoomLog(structuredClone(log.snapshot(30)), 'ana', log.confirmed);
  expect(again.applied).toBe(log.applied);
  expect(again.unread).toEqual(log.unread);
  expect(again.main.segments.last?.items).toEqual(log.main.segments.last?.items.slice(-30));
  story.check(again);
});
