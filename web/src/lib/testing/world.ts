import 'fake-indexeddb/auto';
import type { Surface } from '../attention/attention';
import { ParlorEngine } from '../engine.svelte';
import { Failure } from '../failure';
// Loaded before the first page, so that its chunk comes without a wait.
import '../online';
import type { Wire, WireEvents } from '../net/wire';
import type { Platform } from '../platform';
import type { Calls } from '../protocol.gen';
import { ModelServer } from './model';
import type { Push } from './views';

/** What a browser keeps between pages: its clock, its locks, its channels, its database. */
export class World {
  readonly server = new ModelServer();
  /** Names the database, so that worlds do not meet. */
  readonly name = `world-${Math.random()}`;
  nowMs = 1_700_000_000_000;
  /** Whether the server can be reached at all. */
  reachable = true;
  /** Whether calls by this user over sockets or HTTP carry a session. */
  signedIn = true;
  /** Decides what becomes of a call before it reaches the server: nothing, lost before, or lost after it was done. */
  fate: (name: string, request: unknown) => 'done' | 'lost' | 'done but unanswered' | Failure = () => 'done';
  /** Decides what becomes of a push: how often it arrives. */
  copies: (push: Push) => number = () => 1;
  /** Names of calls whose answers, though given, stay on the way until the name is taken out. */
  readonly slow = new Set<string>();
  readonly taps: number[] = [];
  readonly calls: { name: string; request: unknown }[] = [];
  #timers: { at: number; run: () => void }[] = [];
  #locks = new Map<string, Promise<void>>();
  #channels = new Map<string, Set<(message: unknown) => void>>();
  #sockets = new Set<{ events: WireEvents; open: boolean; page: object }>();
  #nonces = 0;

  constructor(readonly user = 'ana') {
    this.server.addUser(user);
    this.server.onPush = (to, push) => to === this.user && this.deliver(push);
  }

  /** Opens a page of the client and begins. */
  open(): ParlorEngine {
    const page = {};
    const surface: Surface = { tap: (taps) => this.taps.push(taps), badge: () => undefined };
    const engine = new ParlorEngine(this.#platform(page), surface);
    this.#pages.set(engine, page);
    engine.start();
    return engine;
  }

  #pages = new Map<ParlorEngine, object>();
  #leaving = new Map<object, (() => void)[]>();
  #closed = new WeakSet<object>();

  /** The page of an engine is left, and may end or not. */
  leave(engine: ParlorEngine): void {
    const page = this.#pages.get(engine);
    for (const run of (page && this.#leaving.get(page)) ?? []) run();
  }

  /** Ends a page without a word, as a crash does: nothing of it runs any more. */
  crash(engine: ParlorEngine): void {
    const page = this.#pages.get(engine);
    if (!page) return;
    this.#closed.add(page);
    for (const socket of this.#sockets) if (socket.page === page) this.#sockets.delete(socket);
    this.#releaseLocks(page);
  }

  /** Sends a push to every open socket, as often as `copies` says. */
  deliver(push: Push): void {
    for (const socket of this.#sockets) {
      if (!socket.open) continue;
      for (let copy = this.copies(push); copy > 0; copy -= 1) {
        socket.events.push(push.name, structuredClone(push.payload) as never);
      }
    }
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) {
      this.#sockets.delete(socket);
      if (!this.#closed.has(socket.page)) socket.events.closed('lost');
    }
  }

  /** Lets everything that is under way happen, without time passing. */
  async settle(): Promise<void> {
    // IndexedDB and promises take turns of the event loop; some dozens in a row without news mean that all is quiet.
    for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass, step by step, so that whatever a timer begins is done before the next one. */
  async pass(ms: number): Promise<void> {
    await this.settle();
    const until = this.nowMs + ms;
    for (;;) {
      const due = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (!due || due.at > until) break;
      this.#timers.splice(this.#timers.indexOf(due), 1);
      this.nowMs = Math.max(this.nowMs, due.at);
      due.run();
      await this.settle();
    }
    this.nowMs = until;
  }

  async #answer(name: string, request: unknown): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.reachable) throw Failure.offline();
    const fate = this.fate(name, request);
    if (fate === 'lost') throw Failure.offline();
    if (fate instanceof Failure) throw fate;
    if (!this.signedIn && name !== 'session:create' && name !== 'lobby:get') {
      throw new Failure('unauthenticated', 'sign in');
    }
    this.calls.push({ name, request });
    const reply = this.server.call(this.user, name as keyof Calls, request as never);
    if (name === 'session:create') this.signedIn = true;
    if (fate === 'done but unanswered') throw Failure.offline();
    while (this.slow.has(name)) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return reply;
  }

  #openWire(page: object, events: WireEvents): Wire {
    const socket = { events, open: false, page };
    setImmediate(() => {
      if (this.#closed.has(page)) return;
      if (!this.reachable) return events.closed('lost');
      if (!this.signedIn) return events.closed('refused');
      socket.open = true;
      this.#sockets.add(socket);
      events.opened();
    });
    return {
      call: async (name, request) => {
        const lost = () => !this.#sockets.has(socket);
        if (lost()) throw Failure.offline();
        const reply = (await this.#answer(name, request)) as never;
        if (lost()) return Promise.reject(Failure.offline());
        return reply;
      },
      close: () => this.#sockets.delete(socket),
    };
  }

  #platform(page: object): Platform {
    const alive = (run: () => void) => () => this.#closed.has(page) || run();
    return {
      now: () => this.nowMs,
      random: () => 0.5,
      nonce: () => `nonce-${(this.#nonces += 1)}`,
      after: (ms, run) => {
        const timer = { at: this.nowMs + ms, run: alive(run) };
        this.#timers.push(timer);
        return () => void this.#timers.splice(0, Infinity, ...this.#timers.filter((other) => other !== timer));
      },
      frame: (run) => void setImmediate(alive(run)),
      online: () => this.reachable,
      focused: () => false,
      onWake: () => undefined,
      onLeave: (run) => void this.#leaving.set(page, [...(this.#leaving.get(page) ?? []), alive(run)]),
      fetch: async (path, init) => {
        const reply = await this.#answer(path.replace('/api/', ''), JSON.parse(String(init.body))).catch((thrown) => {
          if (thrown instanceof Failure && thrown.code === 'offline') throw new TypeError('no network');
          return thrown as Failure;
        });
        if (!(reply instanceof Failure)) return Response.json(reply);
        return Response.json({ code: reply.code, message: reply.message }, { status: 400 });
      },
      openWire: (events) => this.#openWire(page, events),
      database: this.name,
      lock: (name, run) => this.#lock(page, name, run),
      tryLock: async (name, run) => (this.#locks.has(name) ? undefined : this.#lock(page, name, run)),
      channel: (name, hear) => this.#channel(page, name, hear),
    };
  }

  #holders = new Map<object, Set<() => void>>();

  async #lock(page: object, name: string, run: () => Promise<void>): Promise<void> {
    const before = this.#locks.get(name) ?? Promise.resolve();
    const { promise: held, release } = gate();
    const mine = before.then(() => held);
    this.#locks.set(name, mine);
    const holders = this.#holders.get(page) ?? new Set();
    this.#holders.set(page, holders.add(release));
    await before;
    if (this.#closed.has(page)) return new Promise(() => undefined);
    await run();
    release();
    if (this.#locks.get(name) === mine) this.#locks.delete(name);
  }

  #releaseLocks(page: object): void {
    for (const release of this.#holders.get(page) ?? []) release();
  }

  #channel(page: object, name: string, hear: (message: unknown) => void): (message: unknown) => void {
    const hearers = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, hearers);
    const own = (message: unknown) => this.#closed.has(page) || hear(message);
    hearers.add(own);
    return (message) => {
      for (const hearer of hearers) {
        if (hearer !== own) setImmediate(() => hearer(structuredClone(message)));
      }
    };
  }
}

function gate(): { promise: Promise<void>; release: () => void } {
  const parts: { release?: () => void } = {};
  const promise = new Promise<void>((resolve) => {
    parts.release = resolve;
  });
  return { promise, release: () => parts.release?.() };
}
