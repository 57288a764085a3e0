import { failureOf } from '../failure';
import type { Calls } from '../protocol.gen';
import type { Http } from './http';
import type { Link } from './link';

/**
 * These set, use up or clear the cookie, so they can't go over a socket. `unauthenticated` is about what was typed then, not
 * about a session that is over.
 */
const OVER_HTTP: ReadonlySet<string> = new Set<keyof Calls>([
  'lobby:get',
  'workspace:set_up',
  'session:create',
  'session:end',
  'guest:join',
  'invite:get',
  'invite:accept',
  'password:change',
]);
/** These are about the socket that makes them. */
const OVER_SOCKET: ReadonlySet<string> = new Set<keyof Calls>([
  'presence:set',
  'presence:watch',
  'typing:start',
  'typing:stop',
]);

/** Makes the calls of somebody who is signed in: over the socket when there is one, else over HTTP. */
export class Caller {
  constructor(
    private readonly http: Http,
    private readonly link: Link,
    /** Any call may be the one that learns that the session is over. */
    private readonly over: () => void,
  ) {}

  /** Throws a `Failure`. */
  call<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    if (OVER_HTTP.has(name)) return this.http.call(name, request);
    if (this.link.connected || OVER_SOCKET.has(name)) return this.live(name, request);
    return this.#watch(this.http.call(name, request));
  }

  /** Over the socket or not at all. Throws a `Failure`. */
  live<K extends keyof Calls>(name: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    return this.#watch(this.link.call(name, request));
  }

  /** Throws a `Failure`. */
  put<T>(path: string, picture: Blob): Promise<T> {
    return this.#watch(this.http.put<T>(path, picture));
  }

  async #watch<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (thrown) {
      if (failureOf(thrown).code === 'unauthenticated') this.over();
      throw thrown;
    }
  }
}
