import { Failure } from '../failure';
import type { Platform } from '../platform';
import type { Upload } from '../protocol.gen';
import type { KeptUpload } from './pending';

/** Bytes of one piece: proxies take it, and a break costs little. */
const PIECE = 512 * 1024;

/** What a transfer tells on its way. */
export interface TransferEvents {
  /** The server has begun the upload under this name; null when it has forgotten it. */
  named(id: string | null): void;
  sent(bytes: number): void;
}

/** Sends what the server has not got yet of a file, in pieces. Throws a `Failure`; what has come then stays there. */
export class Transfer {
  constructor(
    private readonly platform: Platform,
    private readonly file: KeptUpload,
    private readonly events: TransferEvents,
    private readonly stopped: () => boolean,
  ) {}

  /** Resolves with what became of it once it is whole. */
  async run(): Promise<Upload> {
    const { id = await this.#begin() } = this.file;
    let offset = await this.#stands(id);
    for (;;) {
      if (this.stopped()) throw new Failure('not_found', 'It was taken away.');
      this.events.sent(offset);
      const upload = await this.#ask(`/api/uploads/${id}`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) },
        body: this.file.blob.slice(offset, offset + PIECE),
      });
      offset = upload.offset;
      if (upload.file) return upload;
    }
  }

  async #begin(): Promise<string> {
    const { room, name, blob, media } = this.file;
    const wish = { room, name, size: blob.size, type: blob.type.slice(0, 100), ...(media ? { media } : {}) };
    const headers = { 'Content-Type': 'application/json' };
    const { id } = await this.#ask('/api/uploads', { method: 'POST', headers, body: JSON.stringify(wish) });
    this.events.named(id);
    return id;
  }

  /** Where to go on. */
  async #stands(id: string): Promise<number> {
    if (this.file.id === undefined) return 0;
    try {
      return (await this.#ask(`/api/uploads/${id}`, { method: 'GET' })).offset;
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.code === 'not_found') this.events.named(null);
      throw thrown;
    }
  }

  async #ask(path: string, init: RequestInit): Promise<Upload> {
    let response: Response;
    try {
      response = await this.platform.fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
    } catch {
      throw Failure.offline();
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer as Upload;
    if (response.status >= 502 && answer === undefined) throw Failure.offline();
    throw Failure.of(answer);
  }
}
