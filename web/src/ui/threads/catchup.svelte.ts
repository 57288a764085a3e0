import type { Away, Engine, Message, RoomView, ThreadListing, UnreadThing } from '../../lib';
import { plainOf } from '../room/plain';
import type { Router } from '../router.svelte';
import type { Screen } from '../shell/screen.svelte';

const THREADS = 50;

/** One thing that waits to be read. */
export interface Waiting {
  readonly key: string;
  readonly kind: 'mention' | 'thread' | 'room';
  readonly thing: UnreadThing;
  readonly title: string;
  readonly text: string;
  /** How much is unread in it. */
  readonly count: number;
  readonly calls: boolean;
  open(): void;
  /** Marks it as read, or, for a mention, only takes it off the list. */
  done(): Promise<void>;
}

/** What waits to be read: mentions, then threads that are followed, then rooms. */
export class CatchUpList {
  problem = $state<string>();
  looked = $state(false);
  #away = $state.raw<Away>();
  #mentions = $state.raw<readonly Message[]>([]);
  #threads = $state.raw<readonly ThreadListing[]>([]);
  #looking = false;
  #stale = false;

  constructor(
    private readonly engine: Engine,
    private readonly screen: Screen,
    private readonly router: Router,
  ) {}

  get list(): readonly Waiting[] {
    return this.#all.filter(({ thing }) => this.#away?.until(thing) === undefined);
  }

  /** What comes back by itself, the soonest first. */
  get snoozed(): readonly (Waiting & { readonly untilMs: number })[] {
    const away = this.#all.map((waiting) => ({ ...waiting, untilMs: this.#away?.until(waiting.thing) ?? Infinity }));
    return away.filter(({ untilMs }) => untilMs < Infinity).toSorted((a, b) => a.untilMs - b.untilMs);
  }

  /** State. Grows when there is something new to look for. */
  get missed(): number {
    return this.#away?.missed ?? 0;
  }

  get #all(): readonly Waiting[] {
    const { rooms, direct } = this.engine.rooms;
    return [
      ...this.#mentions.flatMap((message) => this.#mention(message)),
      ...this.#threads.flatMap((listing) => this.#thread(listing)),
      ...[...direct, ...rooms].flatMap((room) => this.#room(room)),
    ];
  }

  /** Unread messages in a room's timeline that stand on the list as mentions. */
  #mentionsIn(room: RoomView): readonly Message[] {
    return this.#mentions.filter(({ room: id, seq, in_room }) => id === room.id && seq > room.marker && in_room);
  }

  /** A mention is done. With the last thing that was unread in its room, the room is read. */
  #doneWith(room: RoomView, seq: number): void {
    this.#away?.put({ room: room.id, message: seq });
    const isDone = ({ seq: message }: Message) => this.#away?.until({ room: room.id, message }) === Infinity;
    if (this.#mentionsIn(room).filter(isDone).length >= room.unread) room.markRead();
  }

  /** Asks for what can't be told from what is here; asked again meanwhile, it asks once more after that. */
  async look(): Promise<void> {
    this.#stale = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#stale) {
      this.#stale = false;
      await this.#look();
    }
    this.#looking = false;
  }

  async #look(): Promise<void> {
    try {
      const { away } = await this.engine.later();
      this.#away = away;
      const [{ messages }, { threads }] = await Promise.all([
        this.engine.call('mention:list', {}),
        this.engine.call('thread:list', { limit: THREADS }),
        away.load(),
      ]);
      const unread = new Set(messages.map(({ room, seq }) => `${room}/${seq}`));
      this.#mentions = [...away.messages.filter(({ room, seq }) => !unread.has(`${room}/${seq}`)), ...messages];
      this.#threads = threads.filter(({ unread: left }) => left.unread > 0);
      this.problem = undefined;
      this.looked = true;
    } catch (thrown) {
      this.problem = thrown instanceof Error ? thrown.message : 'This can not be told right now.';
    }
  }

  snooze({ thing }: Waiting, untilMs: number): void {
    this.#away?.put(thing, untilMs);
  }

  wake({ thing }: Waiting): void {
    this.#away?.put(thing, 0);
  }

  /** Everything that is on the list; what is snoozed stays so. */
  async allRead(): Promise<void> {
    const away = (room: RoomView) => this.#away?.until({ room: room.id }) !== undefined;
    for (const room of [...this.engine.rooms.rooms, ...this.engine.rooms.direct]) {
      if (room.unread > 0 && !away(room)) room.markRead();
    }
    await Promise.all(this.list.map((waiting) => waiting.done()));
  }

  /** A mention waits until its room is read, or, once it was snoozed, until it is done. */
  #mention(message: Message): Waiting[] {
    const { room: id, seq, by } = message;
    const room = this.engine.room(id);
    const thing = { room: id, message: seq };
    const kept = this.#away?.messages.some((other) => other.room === id && other.seq === seq);
    const snoozed = (this.#away?.until(thing) ?? Infinity) < Infinity;
    if (!room || (seq <= room.marker && !kept && !snoozed)) return [];
    return [
      {
        key: `mention/${id}/${seq}`,
        kind: 'mention',
        thing,
        title: `${this.engine.users.get(by)?.name ?? '…'} mentioned you in ${room.title}`,
        text: plainOf(message),
        count: 1,
        calls: true,
        open: () => this.router.go(`/r/${id}/${seq}`),
        done: () => Promise.resolve(this.#doneWith(room, seq)),
      },
    ];
  }

  #thread(listing: ThreadListing): Waiting[] {
    const { root, last, unread } = listing;
    const room = this.engine.room(root.room);
    if (!room) return [];
    return [
      {
        key: `thread/${room.id}/${root.seq}`,
        kind: 'thread',
        thing: { room: room.id, thread: root.seq },
        title: `${plainOf(root) || 'A thread'} · ${room.title}`,
        text: last ? `${this.engine.users.get(last.by)?.name ?? '…'}: ${plainOf(last)}` : '',
        count: unread.unread,
        calls: unread.mentions > 0,
        open: () => this.screen.openThread(room, root.seq),
        done: async () => {
          await this.engine.call('thread:mark', { room: room.id, thread: root.seq, seq: unread.head });
          this.#threads = this.#threads.filter((other) => other !== listing);
        },
      },
    ];
  }

  /** What is unread in a room beside the mentions, which stand above. */
  #room(room: RoomView): Waiting[] {
    const { unread, mentions } = room.counted;
    const above = this.#mentionsIn(room).length;
    const left = unread - above;
    if (left <= 0) return [];
    return [
      {
        key: `room/${room.id}`,
        kind: 'room',
        thing: { room: room.id },
        title: room.title,
        text: left === 1 ? '1 unread message' : `${left} unread messages`,
        count: left,
        calls: mentions > above,
        open: () => this.router.go(`/r/${room.id}`),
        done: () => Promise.resolve(room.markRead()),
      },
    ];
  }
}
