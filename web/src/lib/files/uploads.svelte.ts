import { Failure, failureOf, verdict } from '../failure';
import type { Online } from '../online';
import type { Change } from '../outbox/item';
import type { Outbox } from '../outbox/outbox';
import type { Platform } from '../platform';
import type { MessageSend, UploadMedia, UploadRoom } from '../protocol.gen';
import { FILES_PER_MESSAGE, FILE_BYTES } from '../protocol.gen';
import type { Database } from '../storage/database';
import type { KeptUpload, PendingFile } from './pending';
import { Transfer } from './transfer';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
const AT_ONCE = 2;
/** A sent message shows its files from here until the log has brought it. */
const SHOWN_ON_MS = 3_000;

/** What the book takes from the engine. */
export interface UploadParts {
  readonly platform: Platform;
  readonly database: Database;
  me(): string | undefined;
  /** What may be uploaded; undefined while it can't be asked. */
  limits(): Promise<UploadRoom | undefined>;
  /** Keys of files that messages in the outbox wait for. */
  awaited(): ReadonlySet<string>;
}

/** Opens the book with what is kept on this device. */
export async function openUploads(
  platform: Platform,
  database: Database,
  outbox: Outbox,
  online: Online,
  me: () => string | undefined,
): Promise<UploadBook> {
  const limits = () => online.caller.call('upload:limits', {}).catch(() => undefined);
  const book = new UploadBook({
    platform,
    database,
    me,
    limits: () => (online.syncer.live ? limits() : Promise.resolve(undefined)),
    awaited: () => new Set(outbox.all().flatMap(({ change }) => change.uploads ?? [])),
  });
  await book.load();
  return book;
}

/**
 * The files on their way: kept in IndexedDB with their bytes, sent in pieces as soon as they are there, and shown where they
 * are being put into a message. A chunk of its own, fetched when somebody writes.
 */
export class UploadBook {
  #files = $state.raw<readonly PendingFile[]>([]);
  #running = new Map<string, Promise<string>>();
  #sending = 0;
  #sleepers = new Set<() => void>();

  constructor(private readonly parts: UploadParts) {
    parts.platform.onWake(() => this.#wake());
  }

  /** Takes over what was kept, and goes on with it. What no message waits for any more is forgotten. */
  async load(): Promise<void> {
    const awaited = this.parts.awaited();
    for (const kept of await this.parts.database.readUploads()) {
      const waited = awaited.has(kept.key);
      if (kept.user !== this.parts.me() || (kept.place === null && !waited)) {
        await this.parts.database.remove('uploads', kept.key);
      } else if (!this.#find(kept.key)) {
        this.#take(waited ? { ...kept, place: null } : kept);
      }
    }
    for (const { key } of this.#files) this.#start(key);
  }

  /** State. Files that are being put into a message here, in their order. */
  at(place: string): readonly PendingFile[] {
    return this.#files.filter((file) => file.place === place).toSorted((a, b) => a.order - b.order);
  }

  /** State. A file of a message that is not sent yet. */
  get(key: string): PendingFile | undefined {
    return this.#find(key);
  }

  /** Adds files to the message that is being written at a place. Answers with what is wrong with those it leaves out. */
  async add(place: string, room: string, files: readonly File[], media?: UploadMedia): Promise<string[]> {
    const problems: string[] = [];
    const limits = await this.parts.limits();
    const most = limits?.file_bytes ?? FILE_BYTES;
    let left = limits ? limits.quota_bytes - limits.used_bytes : Infinity;
    for (const file of files) {
      const problem = this.#wrong(place, file, most, left);
      if (problem !== undefined) {
        problems.push(problem);
        continue;
      }
      left -= file.size;
      await this.#add(place, room, file, media);
    }
    return problems;
  }

  describe(key: string, alt: string): void {
    this.#change(key, { alt });
    this.#keep(key);
  }

  /** Takes a file away, here and on the server. */
  cancel(key: string): void {
    const file = this.#find(key);
    if (!file) return;
    this.#forget(key);
    if (file.id === undefined) return;
    // If this is lost, the server forgets the upload by itself.
    void this.parts.platform
      .fetch(`/api/uploads/${file.id}`, { method: 'DELETE', credentials: 'same-origin' })
      .catch(() => undefined);
  }

  retry(key: string): void {
    this.#start(key);
  }

  /** These files go into a message that is in the outbox from now on. */
  handOver(keys: readonly string[]): void {
    for (const key of keys) {
      this.#change(key, { place: null });
      this.#keep(key);
    }
  }

  /** The request with its files, once all of them are whole. Throws a `Failure`. */
  async attached(change: Change & { call: 'message:send' }): Promise<MessageSend> {
    const files = [];
    for (const key of change.uploads ?? []) {
      if (!this.#find(key)) await this.load();
      if (!this.#find(key)) throw new Failure('not_found', 'A file of it is not on this device any more.');
      const id = await this.#start(key);
      const alt = this.#find(key)?.alt ?? '';
      files.push(alt === '' ? { id } : { id, alt });
    }
    return { ...change.request, files };
  }

  /** The message is sent: its files need not be kept. */
  settled(keys: readonly string[]): void {
    for (const key of keys) {
      void this.parts.database.remove('uploads', key);
      this.parts.platform.after(SHOWN_ON_MS, () => this.#forget(key));
    }
  }

  #wrong(place: string, file: File, most: number, left: number): string | undefined {
    if (this.at(place).length >= FILES_PER_MESSAGE) {
      return `“${file.name}” was left out: a message has at most ${FILES_PER_MESSAGE} files.`;
    }
    if (file.size === 0) return `“${file.name}” is empty.`;
    if (file.size > most) return `“${file.name}” is too large: a file has at most ${most >> 20} MiB here.`;
    if (file.size > left) return `There is no room for “${file.name}”: your files may have no more bytes here.`;
    return undefined;
  }

  async #add(place: string, room: string, file: File, media: UploadMedia | undefined): Promise<void> {
    const { platform } = this.parts;
    const user = this.parts.me();
    if (user === undefined) return;
    const order = Math.max(platform.now(), ...this.#files.map((known) => known.order + 1));
    const key = platform.nonce();
    const name = file.name === '' ? 'file' : file.name;
    const kept: KeptUpload = { key, user, place, room, order, name, blob: file, alt: '', ...(media ? { media } : {}) };
    this.#take(kept);
    await this.parts.database.put('uploads', [[key, kept]]);
    this.#start(key);
  }

  #take(kept: KeptUpload): void {
    const shown: PendingFile = { ...kept, sent: 0, state: 'waiting', url: URL.createObjectURL(kept.blob) };
    this.#files = [...this.#files, shown];
  }

  /** Sends a file until the server has it whole; once for all who wait for it. */
  #start(key: string): Promise<string> {
    const running = this.#running.get(key) ?? this.#send(key).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    // Who waits hears of it; the screen shows it in any case.
    running.catch(() => undefined);
    return running;
  }

  async #send(key: string): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const file = this.#find(key);
      if (!file) throw new Failure('not_found', 'It was taken away.');
      if (file.state === 'done' && file.id !== undefined) return file.id;
      while (this.#sending >= AT_ONCE) await this.#sleep(FIRST_WAIT_MS);
      try {
        this.#sending += 1;
        return await this.#once(file);
      } catch (thrown) {
        const failure = failureOf(thrown);
        const forgotten = failure.code === 'not_found' && file.id !== undefined && tries < 3;
        const again = forgotten || failure.code === 'conflict' || verdict(failure.code) !== 'refused';
        if (!again) {
          this.#change(key, { state: 'failed', problem: failure.message });
          throw failure;
        }
        this.#change(key, { state: 'waiting' });
        const backOff = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
        await this.#sleep(forgotten ? 0 : (failure.retryAfterMs ?? backOff * (0.5 + this.parts.platform.random() / 2)));
      } finally {
        this.#sending -= 1;
      }
    }
  }

  async #once(file: PendingFile): Promise<string> {
    const { key } = file;
    this.#change(key, { state: 'sending' });
    const events = {
      named: (id: string | null) => this.#name(key, id),
      sent: (sent: number) => this.#change(key, { sent }),
    };
    const transfer = new Transfer(this.parts.platform, file, events, () => !this.#find(key));
    const { id, keeps_details: keepsDetails = false } = await transfer.run();
    this.#change(key, { state: 'done', sent: file.blob.size, keepsDetails });
    return id;
  }

  #name(key: string, id: string | null): void {
    this.#files = this.#files.map((file) => {
      if (file.key !== key) return file;
      const { id: _, ...rest } = file;
      return id === null ? rest : { ...rest, id };
    });
    this.#keep(key);
  }

  #find(key: string): PendingFile | undefined {
    return this.#files.find((file) => file.key === key);
  }

  #change(key: string, change: Partial<PendingFile>): void {
    this.#files = this.#files.map((file) => (file.key === key ? { ...file, ...change } : file));
  }

  #keep(key: string): void {
    const file = this.#find(key);
    if (!file) return;
    const { sent: _sent, state: _state, problem: _problem, keepsDetails: _details, url: _url, ...kept } = file;
    void this.parts.database.put('uploads', [[key, kept]]);
  }

  #forget(key: string): void {
    const file = this.#find(key);
    if (!file) return;
    URL.revokeObjectURL(file.url);
    this.#files = this.#files.filter((other) => other.key !== key);
    void this.parts.database.remove('uploads', key);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      this.parts.platform.after(ms, wake);
    });
  }

  #wake(): void {
    if (this.parts.platform.online()) for (const wake of this.#sleepers) wake();
  }
}
