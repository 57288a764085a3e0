import type { OpenWire } from './net/wire';

/** What the engine takes from its surroundings, so that tests can hand it a clock, a network and a disk of their own. */
export interface Platform {
  /** Milliseconds since 1970. For showing and for waiting, never for ordering a log. */
  now(): number;
  /** Evenly distributed in [0, 1), for jitter. */
  random(): number;
  /** A name for one user action, never used twice. */
  nonce(): string;
  /** Runs once after a while; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Runs before the next frame; soon, too, when the page is not painted. */
  frame(run: () => void): void;
  /** Whether the device thinks that it has a network. */
  online(): boolean;
  /** Whether the user looks at this page. */
  focused(): boolean;
  /** Calls when it is worth to look again: network back or gone, page shown or focused again. */
  onWake(run: () => void): void;
  /** Calls when the page may end without another word. */
  onLeave(run: () => void): void;
  /** One request to our own server. Throws `TypeError` when it can't be reached. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  openWire: OpenWire;
  /** Name of the IndexedDB database. */
  readonly database: string;
  /** Runs while no other page of this browser holds the lock of this name. */
  lock(name: string, run: () => Promise<void>): Promise<void>;
  /** Runs only if no other page holds the lock at this moment. */
  tryLock(name: string, run: () => Promise<void>): Promise<void>;
  /** Tells the other pages of this browser, and hears from them. */
  channel(name: string, hear: (message: unknown) => void): (message: unknown) => void;
}
