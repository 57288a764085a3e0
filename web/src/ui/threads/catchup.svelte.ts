import type { Engine, Message, RoomView, ThreadListing } from '../../lib';
import { plainOf } from '../room/plain';
import type { Router } from '../router.svelte';
import type { Screen } from '../shell/screen.svelte';

const SNOOZED_MS = 3_600_000;
const THREADS = 50;

/** One thing that waits to be read. */
export interface Waiting {
  readonly key: string;
  readonly kind: 'mention' | 'thread' | 'room';
  readonly title: string;
  readonly text: string;
  /** How much is unread in it. */
  readonly count: number;
  readonly calls: boolean;
  open(): void;
  /** Marks it as read, or, for a mention in a room that has more to read, only takes it off the list. */
  done(): Promise<void>;
}

/** What waits to be read: mentions, then threads that are followed, then rooms. */
export class CatchUpList {
  problem = $state<string>();
  looked = $state(false);
  #mentions = $state.raw<readonly Message[]>([]);
  #threads = $state.raw<readonly ThreadListing[]>([]);
  /** Until when each thing stays away, in milliseconds since 1970. For as long as the page lives. */
  #away = $state.raw<ReadonlyMap<string, number>>(new Map());

  constructor(
    private readonly engine: Engine,
    private readonly screen: Screen,
    private readonly router: Router,
  ) {}

  get list(): readonly Waiting[] {
    const { rooms, direct } = this.engine.rooms;
    const all = [
      ...this.#mentions.flatMap((message) => this.#mention(message)),
      ...this.#threads.flatMap((listing) => this.#thread(listing)),
      ...[...direct, ...rooms].filter(({ counted }) => counted.unread > 0).map((room) => this.#room(room)),
    ];
    const now = Date.now();
    return all.filter(({ key }) => (this.#away.get(key) ?? 0) <= now);
  }

  /** Asks for what can't be told from what is here. */
  async look(): Promise<void> {
    try {
      const [{ messages }, { threads }] = await Promise.all([
        this.engine.call('mention:list', {}),
        this.engine.call('thread:list', { limit: THREADS }),
      ]);
      this.#mentions = messages;
      this.#threads = threads.filter(({ unread }) => unread.unread > 0);
      this.problem = undefined;
      this.looked = true;
    } catch (thrown) {
      this.problem = thrown instanceof Error ? thrown.message : 'This can not be told right now.';
    }
  }

  snooze(waiting: Waiting): void {
    this.#putAway(waiting.key, Date.now() + SNOOZED_MS);
  }

  async allRead(): Promise<void> {
    await Promise.all(this.list.filter(({ kind }) => kind === 'thread').map((waiting) => waiting.done()));
    for (const room of [...this.engine.rooms.rooms, ...this.engine.rooms.direct]) if (room.unread > 0) room.markRead();
    this.#mentions = [];
  }

  #putAway(key: string, until: number): void {
    this.#away = new Map(this.#away).set(key, until);
  }

  #mention(message: Message): Waiting[] {
    const room = this.engine.room(message.room);
    if (!room || message.seq <= room.marker) return [];
    const author = this.engine.users.get(message.by)?.name ?? '…';
    const key = `mention/${room.id}/${message.seq}`;
    return [
      {
        key,
        kind: 'mention',
        title: `${author} wants you in ${room.title}`,
        text: plainOf(message),
        count: 1,
        calls: true,
        open: () => this.router.go(`/r/${room.id}/${message.seq}`),
        done: () => Promise.resolve(this.#putAway(key, Infinity)),
      },
    ];
  }

  #thread({ root, last, unread }: ThreadListing): Waiting[] {
    const room = this.engine.room(root.room);
    if (!room) return [];
    const key = `thread/${room.id}/${root.seq}/${root.replies?.last_seq ?? 0}`;
    return [
      {
        key,
        kind: 'thread',
        title: `${plainOf(root) || 'A thread'} · ${room.title}`,
        text: last ? `${this.engine.users.get(last.by)?.name ?? '…'}: ${plainOf(last)}` : '',
        count: unread.unread,
        calls: unread.mentions > 0,
        open: () => this.screen.openThread(room, root.seq),
        done: async () => {
          await this.engine.call('thread:mark', { room: room.id, thread: root.seq, seq: unread.head });
          this.#putAway(key, Infinity);
        },
      },
    ];
  }

  #room(room: RoomView): Waiting {
    const { unread, mentions } = room.counted;
    return {
      key: `room/${room.id}`,
      kind: 'room',
      title: room.title,
      text: unread === 1 ? '1 unread message' : `${unread} unread messages`,
      count: unread,
      calls: mentions > 0,
      open: () => this.router.go(`/r/${room.id}`),
      done: () => Promise.resolve(room.markRead()),
    };
  }
}
