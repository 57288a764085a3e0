import { Failure } from '../failure';
import type { Platform } from '../platform';
import type { Calls, Pushes } from '../protocol.gen';
import type { Wire } from './wire';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** After so long without the server it is honest to say offline. */
const OFFLINE_AFTER_MS = 10_000;

/** What the link tells the engine. */
export interface LinkEvents {
  connected(): void;
  lost(): void;
  /** The server knows no session of ours: the link has stopped. */
  refused(): void;
  /** `state` may have changed. */
  changed(): void;
  push<K extends keyof Pushes>(name: K, payload: Pushes[K]): void;
}

/** Keeps one connection to the server: opens it, and opens it again with jittered back-off whenever it is lost. */
export class Link {
  #wire: Wire | undefined;
  #open = false;
  #running = false;
  #ever = false;
  #attempt = 0;
  #failures = 0;
  #downSince: number;
  #cancelWait: (() => void) | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly events: LinkEvents,
  ) {
    this.#downSince = platform.now();
    platform.onWake(() => {
      this.retry();
      this.events.changed();
    });
  }

  get connected(): boolean {
    return this.#open;
  }

  get state(): 'connecting' | 'connected' | 'reconnecting' | 'offline' {
    if (this.#open) return 'connected';
    if (!this.#running) return this.platform.online() ? 'connecting' : 'offline';
    if (!this.platform.online() || this.platform.now() - this.#downSince >= OFFLINE_AFTER_MS) return 'offline';
    return this.#ever ? 'reconnecting' : 'connecting';
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#ever = false;
    this.#failures = 0;
    this.#wentDown();
    this.#try();
  }

  stop(): void {
    this.#running = false;
    this.#attempt += 1;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#wire?.close();
    this.#wire = undefined;
    this.#open = false;
  }

  /** Tries now if it is waiting for its next attempt. */
  retry(): void {
    if (this.#cancelWait) this.#try();
  }

  /** Makes a call. Throws a `Failure`; `offline` when there is no connection. */
  async call<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    if (!this.#wire || !this.#open) throw Failure.offline();
    return this.#wire.call(name, request);
  }

  #try(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const current = (run: () => void) => () => attempt === this.#attempt && run();
    const opening = this.platform.openWire({
      opened: current(() => this.#opened()),
      closed: (why) => current(() => this.#closed(why))(),
      push: (name, payload) => current(() => this.events.push(name, payload))(),
    });
    Promise.resolve(opening).then(
      (wire) => (attempt === this.#attempt ? (this.#wire = wire) : wire.close()),
      // The chunk with the socket could not be loaded: the network is away.
      current(() => this.#closed('lost')),
    );
  }

  #opened(): void {
    this.#open = true;
    this.#ever = true;
    this.#failures = 0;
    this.events.changed();
    // The wire is handed over in a microtask at the latest; calls may go from then on.
    queueMicrotask(() => this.#open && this.events.connected());
  }

  #closed(why: 'lost' | 'refused'): void {
    const wasOpen = this.#open;
    this.#open = false;
    this.#wire = undefined;
    if (why === 'refused') {
      this.stop();
      this.events.refused();
      return;
    }
    if (wasOpen) {
      this.#wentDown();
      this.events.lost();
    }
    this.events.changed();
    if (this.#running) this.#wait();
  }

  #wait(): void {
    // Half of the wait is chance, so that a restarted server does not meet all of its clients at once.
    const longest = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
    this.#failures += 1;
    this.#cancelWait = this.platform.after(longest * (0.5 + this.platform.random() / 2), () => this.#try());
  }

  #wentDown(): void {
    this.#downSince = this.platform.now();
    this.platform.after(OFFLINE_AFTER_MS, () => this.events.changed());
  }
}
