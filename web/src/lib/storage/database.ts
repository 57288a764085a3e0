import type { DraftText } from '../api';
import type { KeptUpload } from '../files/pending';
import type { Confirmed } from '../log/roomlog';
import type { OutboxItem } from '../outbox/item';
import type { Preferences, RoomState, Settings, User, Workspace } from '../protocol.gen';

/** Whose copy this is, and where their own log stands. */
export interface Owner {
  epoch: string;
  me: string;
  cursor: number;
  settings: Settings;
  workspace: Workspace;
  /** Saved messages: `room/seq`. */
  saved: readonly string[];
  preferences: Preferences;
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
export interface Schema {
  /** One record at the key `owner`. */
  owner: Owner;
  rooms: KeptRoom;
  users: User;
  /** By nonce. */
  outbox: OutboxItem;
  /** By place: the room, or the room and the root of a thread. */
  drafts: KeptDraft;
  /** By key; with their bytes, so they are read only when somebody writes. */
  uploads: KeptUpload;
}

/** Number of the layout: one more whenever a record of the copy has another form. */
const LAYOUT = 4;

const STORES = ['owner', 'rooms', 'users', 'outbox', 'drafts', 'uploads'] as const;
export type StoreName = (typeof STORES)[number];

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
  readonly #db: Promise<IDBDatabase | undefined>;

  constructor(name: string) {
    this.#db = open(name).catch(() => undefined);
  }

  async read(): Promise<Kept> {
    const nothing: Kept = { owner: undefined, rooms: [], users: [], outbox: [], drafts: new Map() };
    const kept = await this.#try(async (db) => {
      const tx = db.transaction(STORES);
      const all = <S extends StoreName>(store: S) => answer<Schema[S][]>(tx.objectStore(store).getAll());
      const keys = answer(tx.objectStore('drafts').getAllKeys());
      const [[owner], rooms, users, outbox, places, drafts] = await Promise.all([
        all('owner'),
        all('rooms'),
        all('users'),
        all('outbox'),
        keys,
        all('drafts'),
      ]);
      const byPlace = new Map(drafts.map((draft, index) => [String(places[index]), draft]));
      return { owner, rooms, users, outbox, drafts: byPlace };
    });
    return kept ?? nothing;
  }

  /** What waits in the outbox; undefined where nothing can be kept. */
  async readOutbox(): Promise<OutboxItem[] | undefined> {
    return this.#all('outbox');
  }

  /** Files that are on their way. */
  async readUploads(): Promise<KeptUpload[]> {
    return (await this.#all('uploads')) ?? [];
  }

  /** Puts records of one store, all or none. False if they could not be kept (full disk): the page goes on without. */
  put<S extends StoreName>(store: S, records: Iterable<readonly [string, Schema[S]]>): Promise<boolean> {
    return this.#write([store], (tx) => {
      for (const [key, value] of records) tx.objectStore(store).put(value, key);
    });
  }

  async remove(store: StoreName, key: string): Promise<void> {
    await this.#write([store], (tx) => tx.objectStore(store).delete(key));
  }

  async clear(stores: readonly StoreName[] = STORES): Promise<void> {
    await this.#write(stores, (tx) => stores.forEach((store) => tx.objectStore(store).clear()));
  }

  async close(): Promise<void> {
    (await this.#db)?.close();
  }

  #all<S extends StoreName>(store: S): Promise<Schema[S][] | undefined> {
    return this.#try((db) => answer<Schema[S][]>(db.transaction(store).objectStore(store).getAll()));
  }

  /**
   * Commits at once instead of when the answers are here: a page that is left hears no answers, and what it left open would
   * keep the next page's reads waiting for ever where the browser keeps left pages (WebKit does).
   */
  async #write(stores: readonly StoreName[], requests: (tx: IDBTransaction) => void): Promise<boolean> {
    const done = await this.#try((db) => {
      const tx = db.transaction(stores, 'readwrite');
      requests(tx);
      tx.commit();
      return new Promise<true>((resolve, reject) => {
        tx.addEventListener('complete', () => resolve(true));
        tx.addEventListener('abort', () => reject(tx.error));
      });
    });
    return done ?? false;
  }

  async #try<T>(run: (db: IDBDatabase) => Promise<T>): Promise<T | undefined> {
    const db = await this.#db;
    if (!db) return undefined;
    try {
      return await run(db);
    } catch {
      return undefined;
    }
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, LAYOUT);
  request.addEventListener('upgradeneeded', ({ oldVersion }) => {
    const { result: db, transaction } = request;
    for (const store of STORES) if (!db.objectStoreNames.contains(store)) db.createObjectStore(store);
    // What belongs to the user stays; the copy of what the server has is read again in its new form.
    if (oldVersion > 0) for (const store of ['owner', 'rooms']) transaction?.objectStore(store).clear();
  });
  return answer(request).then((db) => {
    // Another page wants a newer layout: let it, this page lives on without.
    db.addEventListener('versionchange', () => db.close());
    return db;
  });
}

/** The answer to a request, as a promise. The whole of it is here because the first paint waits for this file. */
function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}
