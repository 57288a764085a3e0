import { Failure } from '../failure';
import type { Platform } from '../platform';
import type { Calls } from '../protocol.gen';

/** The calls that go over HTTP. The session is in a cookie that scripts can't read. */
export class Http {
  constructor(private readonly platform: Platform) {}

  /** Makes a call; with `keepalive` one of at most 64 KiB that arrives although the page ends. Throws a `Failure`. */
  async call<K extends keyof Calls>(
    name: K,
    request: Calls[K]['request'],
    keepalive = false,
  ): Promise<Calls[K]['reply']> {
    return this.#ask(`/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
      keepalive,
    });
  }

  /** Uploads a picture to its place. Throws a `Failure`. */
  async put<T>(path: string, picture: Blob): Promise<T> {
    return this.#ask(path, { method: 'PUT', headers: { 'Content-Type': picture.type }, body: picture });
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await this.platform.fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
    } catch {
      throw Failure.offline();
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer as T;
    // Proxies answer for a server that is away with pages of their own.
    if ([502, 503, 504].includes(response.status) && answer === undefined) throw Failure.offline();
    throw Failure.of(answer);
  }
}
