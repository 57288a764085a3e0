import { failureOf, verdict } from '../failure';
import type { Platform } from '../platform';
import type { Calls, Entry, MyEntry, RoomHead, Sync } from '../protocol.gen';
import type { Need, Replica } from './replica';

/** Pushes kept while the first answer after a connect is on its way. More are fetched by another sync. */
const HELD_PUSHES = 5_000;
const WAIT_AFTER_TROUBLE_MS = 1_000;

export interface SyncerEvents {
  /** `upToDate` may have changed. */
  changed(): void;
  /** An entry came live and was not known before. */
  heard(entry: Entry): void;
  /** An entry came live of a room that is not here yet. */
  heardOfNew(entry: Entry): void;
}

type Ask = (name: 'sync', request: Sync) => Promise<Calls['sync']['reply']>;

/**
 * Keeps the replica equal to the server's logs: after each connect it syncs everything and merges what was pushed
 * meanwhile; later it repairs the rooms in which a gap showed. One request at a time.
 */
export class Syncer {
  #connected = false;
  #live = false;
  #full = false;
  #repairs = new Set<string>();
  #running = false;
  /** A push said that a room came or went since the request that is under way was made. */
  #overtaken = false;
  #held: (() => void)[] = [];
  #wake: () => void = () => undefined;

  constructor(
    private readonly replica: Replica,
    private readonly platform: Platform,
    private readonly ask: Ask,
    private readonly events: SyncerEvents,
  ) {}

  /** Whether everything that the server has told of is applied. */
  get upToDate(): boolean {
    return this.#live && !this.#running;
  }

  /** Whether the first sync of this connection is done. */
  get live(): boolean {
    return this.#live;
  }

  connected(): void {
    this.#connected = true;
    this.#live = false;
    this.#held = [];
    this.#need('sync');
    this.#wake();
  }

  lost(): void {
    this.#connected = false;
    this.#live = false;
    this.#held = [];
    this.events.changed();
  }

  /** The connection fell behind and lost pushes. */
  lagged(): void {
    this.#need('sync');
  }

  /** Everything shall be asked for again. */
  again(): void {
    if (this.#connected) this.#need('sync');
  }

  entry(entry: Entry): void {
    this.#when(() => this.#takeEntry(entry));
  }

  mine(entry: MyEntry): void {
    this.#when(() => {
      if (entry.type === 'my:room_left' || entry.type === 'my:room_joined') this.#overtaken = true;
      this.#need(this.replica.takeMine(entry));
    });
  }

  head({ room, seq }: RoomHead): void {
    this.#when(() => this.#need(this.replica.takeHead(room, seq), room));
  }

  #takeEntry(entry: Entry): void {
    const before = this.replica.rooms.get(entry.room)?.applied;
    if (before === undefined) this.events.heardOfNew(entry);
    this.#need(this.replica.take(entry), entry.room);
    const after = this.replica.rooms.get(entry.room)?.applied;
    if (before !== undefined && after !== undefined && before < entry.seq && after >= entry.seq) {
      this.events.heard(entry);
    }
  }

  #when(run: () => void): void {
    if (this.#live) run();
    else if (this.#held.length < HELD_PUSHES) this.#held.push(run);
  }

  #need(need: Need, room?: string): void {
    if (need === 'nothing') return;
    if (need === 'sync' || room === undefined) this.#full = true;
    else this.#repairs.add(room);
    if (!this.#running) void this.#run();
    this.events.changed();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#connected && (this.#full || this.#repairs.size > 0)) {
      const request = this.#full ? this.replica.request() : this.replica.request(this.#repairs);
      this.#full = false;
      this.#repairs.clear();
      this.#overtaken = false;
      const wait = await this.#ask(request);
      if (wait > 0) await this.#sleep(wait);
    }
    this.#running = false;
    this.events.changed();
  }

  /** Waits, but not beyond the next connect. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.platform.after(ms, resolve);
    });
  }

  /** One request and its answer. Returns how long to wait before the next one, in milliseconds. */
  async #ask(request: Sync): Promise<number> {
    let synced;
    try {
      synced = await this.ask('sync', request);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (verdict(failure.code) === 'signed_out') this.#connected = false;
      this.#full = true;
      return this.#connected ? (failure.retryAfterMs ?? WAIT_AFTER_TROUBLE_MS) : 0;
    }
    const overtaken = this.#overtaken;
    if (this.replica.takeSynced(synced, request) === 'sync' || overtaken) this.#full = true;
    if (synced.more) {
      if (request.only) for (const room of Object.keys(request.rooms)) this.#repairs.add(room);
      else this.#full = true;
      return synced.rooms.length > 0 ? 0 : WAIT_AFTER_TROUBLE_MS;
    }
    if (!request.only) this.#goLive();
    return this.#remainingGaps(request);
  }

  /** From now on pushes are applied as they come. */
  #goLive(): void {
    if (this.#live || !this.#connected) return;
    this.#live = true;
    const held = this.#held;
    this.#held = [];
    if (held.length >= HELD_PUSHES) this.#full = true;
    for (const run of held) run();
  }

  /** A gap that the answer did not close is asked for again, a little later. */
  #remainingGaps(request: Sync): number {
    let open = false;
    for (const [id, log] of this.replica.rooms) {
      if (!log.gap) continue;
      this.#repairs.add(id);
      open ||= id in request.rooms;
    }
    return open ? WAIT_AFTER_TROUBLE_MS : 0;
  }
}
