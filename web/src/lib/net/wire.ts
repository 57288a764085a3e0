import type { Calls, Pushes } from '../protocol.gen';

/** What a wire tells its owner, each at most once but `push`. After `closed` nothing more comes. */
export interface WireEvents {
  /** Pushes may come from now on, and calls may go. */
  opened(): void;
  push<K extends keyof Pushes>(name: K, payload: Pushes[K]): void;
  /** `refused`: the server knows no session of ours. */
  closed(why: 'lost' | 'refused'): void;
}

/** One connection to the server, from its opening to its end. A new one is opened for each attempt. */
export interface Wire {
  /** Throws a `Failure`: the server's refusal, or `offline` when no answer came. */
  call<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']>;
  close(): void;
}

export type OpenWire = (events: WireEvents) => Wire | Promise<Wire>;
