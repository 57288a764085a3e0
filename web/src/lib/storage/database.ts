import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { DraftText } from '../api';
import type { KeptUpload } from '../files/pending';
import type { Confirmed } from '../log/roomlog';
import type { OutboxItem } from '../outbox/item';
import type { RoomState, Settings, User, Workspace } from '../protocol.gen';

/** Whose copy this is, and where their own log stands. */
export interface Owner {
  epoch: string;
  me: string;
  cursor: number;
  settings: Settings;
  workspace: Workspace;
  /** Saved messages: `room/seq`. */
  saved: readonly string[];
  /** Whether the user wants not to be disturbed on this device. */
  presence: 'online' | 'dnd';
}

/** A room as it is kept: with the last of its items, which end at the cursor `state.page.head`. */
export interface KeptRoom {
  epoch: string;
  state: RoomState;
  confirmed: Confirmed;
}

/** A draft as it is kept. */
export interface KeptDraft extends DraftText {
  /** The server has not heard of it. */
  unsent?: boolean;
}

/** What is kept on this device, by store. */
export interface Schema extends DBSchema {
  /** One record at the key `owner`. */
  owner: { key: string; value: Owner };
  rooms: { key: string; value: KeptRoom };
  users: { key: string; value: User };
  /** By nonce. */
  outbox: { key: string; value: OutboxItem };
  /** By place: the room, or the room and the root of a thread. */
  drafts: { key: string; value: KeptDraft };
  /** By key; with their bytes, so they are read only when somebody writes. */
  uploads: { key: string; value: KeptUpload };
}

/** Number of the layout: one more whenever a record of the copy has another form. */
const LAYOUT = 3;

const STORES = ['owner', 'rooms', 'users', 'outbox', 'drafts', 'uploads'] as const;
export type StoreName = (typeof STORES)[number];
type Write = IDBPTransaction<Schema, readonly StoreName[], 'readwrite'>;

/** Everything that was kept, read at the start. */
export interface Kept {
  owner: Owner | undefined;
  rooms: KeptRoom[];
  users: User[];
  outbox: OutboxItem[];
  drafts: Map<string, KeptDraft>;
}

/**
 * IndexedDB, or nothing where the browser refuses it (some private windows): then all reads are empty, and what is written
 * lives as long as the page.
 */
export class Database {
  readonly #db: Promise<IDBPDatabase<Schema> | undefined>;

  constructor(name: string) {
    this.#db = openDB<Schema>(name, LAYOUT, {
      // What belongs to the user stays; the copy of what the server has is read again in its new form.
      upgrade(db, from, _to, tx) {
        for (const store of STORES) if (!db.objectStoreNames.contains(store)) db.createObjectStore(store);
        if (from > 0) for (const store of ['owner', 'rooms'] as const) void tx.objectStore(store).clear();
      },
      // Another page wants a newer layout: let it, this page lives on without.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    }).catch(() => undefined);
  }

  async read(): Promise<Kept> {
    const db = await this.#db;
    if (!db) return { owner: undefined, rooms: [], users: [], outbox: [], drafts: new Map() };
    const tx = db.transaction(STORES);
    const [owner, rooms, users, outbox, draftRooms, drafts] = await Promise.all([
      tx.objectStore('owner').get('owner'),
      tx.objectStore('rooms').getAll(),
      tx.objectStore('users').getAll(),
      tx.objectStore('outbox').getAll(),
      tx.objectStore('drafts').getAllKeys(),
      tx.objectStore('drafts').getAll(),
    ]);
    const byRoom = new Map(draftRooms.flatMap((room, index) => (drafts[index] ? [[room, drafts[index]]] : [])));
    return { owner, rooms, users, outbox, drafts: byRoom };
  }

  /** What waits in the outbox; undefined where nothing can be kept. */
  async readOutbox(): Promise<OutboxItem[] | undefined> {
    return this.#try((db) => db.getAll('outbox'));
  }

  /** Files that are on their way. */
  async readUploads(): Promise<KeptUpload[]> {
    return (await this.#try((db) => db.getAll('uploads'))) ?? [];
  }

  /** Puts records of one store, all or none. False if they could not be kept (full disk): the page goes on without. */
  put<S extends StoreName>(store: S, records: Iterable<readonly [string, Schema[S]['value']]>): Promise<boolean> {
    return this.#write([store], (tx) => Array.from(records, ([key, value]) => tx.objectStore(store).put(value, key)));
  }

  async remove(store: StoreName, key: string): Promise<void> {
    await this.#write([store], (tx) => [tx.objectStore(store).delete(key)]);
  }

  async clear(stores: readonly StoreName[] = STORES): Promise<void> {
    await this.#write(stores, (tx) => stores.map((store) => tx.objectStore(store).clear()));
  }

  async close(): Promise<void> {
    (await this.#db)?.close();
  }

  /**
   * Commits at once instead of when the answers are here: a page that is left hears no answers, and what it left open would
   * keep the next page's reads waiting for ever where the browser keeps left pages (WebKit does).
   */
  async #write(stores: readonly StoreName[], requests: (tx: Write) => Promise<unknown>[]): Promise<boolean> {
    const done = await this.#try(async (db) => {
      const tx = db.transaction(stores, 'readwrite');
      const asked = requests(tx);
      tx.commit();
      await Promise.all([...asked, tx.done]);
      return true;
    });
    return done ?? false;
  }

  async #try<T>(run: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
    const db = await this.#db;
    if (!db) return undefined;
    try {
      return await run(db);
    } catch {
      return undefined;
    }
  }
}
