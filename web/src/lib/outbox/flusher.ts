import { type Failure, failureOf, verdict } from '../failure';
import type { Platform } from '../platform';
import type { Calls } from '../protocol.gen';
import type { Change, OutboxCall, OutboxItem } from './item';
import type { Outbox } from './outbox';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A fault of the server on the same change so often is reported instead of tried for ever. */
const FAULTS_UNTIL_FAILED = 8;

export interface FlusherEvents {
  /** Whether calls can be made at this moment. */
  ready(): boolean;
  /** A change to a message was refused and is rolled back. Messages stay as failed rows instead. */
  refused(item: OutboxItem, failure: Failure): void;
  /** Makes a change ready to go out. Throws a `Failure`. */
  prepare(change: Change): Promise<Prepared>;
}

/** A change as it goes out: with its files, once they are uploaded. */
export interface Prepared {
  readonly request: Change['request'];
  /** The server has taken it. */
  done(): void;
}

type Ask = <K extends OutboxCall>(name: K, request: Calls[K]['request']) => Promise<Calls[K]['reply']>;

/**
 * Sends what is in the outbox: in each room one change at a time, in the order in which they were made. One page of the
 * browser sends at a time (a lock); a change sent twice all the same is done once, by its nonce.
 */
export class Flusher {
  #running = false;
  #asked = false;
  /** Nothing goes out before this time, in milliseconds since 1970: the server asked for it. */
  #notBefore = 0;
  #faults = new Map<string, number>();
  #sleepers = new Set<() => void>();
  /** Rooms whose changes are being sent; undefined while this page does not hold the lock. */
  #busy: Map<string, Promise<void>> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly platform: Platform,
    private readonly ask: Ask,
    private readonly events: FlusherEvents,
  ) {}

  /** Something may go out now: a change was added, or the connection is back. */
  kick(): void {
    this.#asked = true;
    for (const wake of this.#sleepers) wake();
    if (this.#busy) this.#start(this.#busy);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#asked && this.events.ready()) {
        this.#asked = false;
        if (this.outbox.count('waiting') > 0) await this.platform.lock('parlor-outbox', () => this.#flush());
      }
    } finally {
      this.#running = false;
    }
  }

  async #flush(): Promise<void> {
    await this.outbox.refresh();
    this.#busy = new Map();
    this.#start(this.#busy);
    while (this.#busy.size > 0) await Promise.race(this.#busy.values());
    this.#busy = undefined;
  }

  /** Begins with the rooms that have something to send and are not at it. */
  #start(busy: Map<string, Promise<void>>): void {
    if (!this.events.ready()) return;
    for (const item of this.outbox.all()) {
      const { room } = item.change.request;
      if (item.state !== 'queued' || busy.has(room)) continue;
      const drained = this.#drain(room).finally(() => busy.delete(room));
      busy.set(room, drained);
    }
  }

  /** Sends a room's changes until none waits. */
  async #drain(room: string): Promise<void> {
    for (let tries = 0; this.events.ready();) {
      const item = this.#next(room);
      if (item === undefined) return;
      if (typeof item === 'number') {
        // Other pages must not wait for it meanwhile.
        this.platform.after(item - this.platform.now(), () => this.kick());
        return;
      }
      const wait = this.#notBefore - this.platform.now();
      if (wait > 0) {
        await this.#sleep(wait);
        continue;
      }
      const sent = await this.#send(item);
      tries = sent ? 0 : tries + 1;
      if (!sent && this.events.ready()) await this.#sleep(this.#backOff(tries));
    }
  }

  /** The next change of a room that may go out now, or when one may; a held message holds the messages after it. */
  #next(room: string): OutboxItem | number | undefined {
    let heldUntil: number | undefined;
    for (const item of this.outbox.of(room)) {
      if (item.state !== 'queued') continue;
      if (item.change.call === 'message:send') {
        if (heldUntil === undefined && (item.heldUntil ?? 0) > this.platform.now()) heldUntil = item.heldUntil;
        if (heldUntil !== undefined) continue;
      }
      return item;
    }
    return heldUntil;
  }

  /** Tries one change. False if it has to be tried again. */
  async #send(item: OutboxItem): Promise<boolean> {
    const { call, request } = item.change;
    this.outbox.mark(request.nonce, 'sending');
    try {
      const prepared = await this.events.prepare(item.change);
      const written = await this.ask(call, prepared.request as Calls[typeof call]['request']);
      prepared.done();
      this.#faults.delete(request.nonce);
      await this.outbox.sent(request.nonce, written.seq);
      return true;
    } catch (thrown) {
      return this.#failed(item, failureOf(thrown));
    }
  }

  async #failed(item: OutboxItem, failure: Failure): Promise<boolean> {
    const { nonce } = item.change.request;
    let what = verdict(failure.code);
    if (failure.code === 'internal') {
      const faults = (this.#faults.get(nonce) ?? 0) + 1;
      this.#faults.set(nonce, faults);
      if (faults >= FAULTS_UNTIL_FAILED) what = 'refused';
    }
    if (what !== 'refused') {
      if (failure.retryAfterMs) this.#notBefore = this.platform.now() + failure.retryAfterMs;
      this.outbox.mark(nonce, 'queued');
      return false;
    }
    this.#faults.delete(nonce);
    if (item.change.call === 'message:send') {
      await this.outbox.fail(nonce, failure.message);
    } else {
      await this.outbox.drop(nonce);
      this.events.refused(item, failure);
    }
    return true;
  }

  /** Milliseconds, half of them chance. */
  #backOff(tries: number): number {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
    return longest * (0.5 + this.platform.random() / 2);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      this.platform.after(ms, wake);
    });
  }
}
