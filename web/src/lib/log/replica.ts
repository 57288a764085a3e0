import type {
  Draft,
  Entry,
  Folder,
  MyEntry,
  Preferences,
  RoomPreference,
  RoomState,
  RoomSync,
  Settings,
  Sync,
  Synced,
  User,
  Workspace,
} from '../protocol.gen';
import { type Confirmed, RoomLog } from './roomlog';

/** Items that a room starts with. */
const FIRST_ITEMS = 40;
/** Entries kept of rooms that are not known yet; the sync that brings such a room is on its way. */
const EARLY_ENTRIES = 500;

/** What the replica tells about its changes. */
export interface ReplicaEvents {
  /** The first word of a database and a user, or of another one: then all that was known is void. */
  began(epoch: string): void;
  roomOpened(log: RoomLog): void;
  roomChanged(log: RoomLog): void;
  /** `left`: the user is no member any more. `void`: it may come again at once. */
  roomClosed(room: string, why: 'left' | 'void'): void;
  users(users: readonly User[]): void;
  workspace(workspace: Workspace): void;
  settings(settings: Settings): void;
  /** All drafts that the server has. */
  drafts(drafts: readonly Draft[]): void;
  /** Something that was put off until later changed: a draft, a scheduled message, a reminder. */
  later(entry: MyEntry): void;
  /** What the user wants of some rooms, and all their folders if they are others. */
  preferred(rooms: readonly RoomPreference[], folders?: readonly Folder[]): void;
  preferredAll(preferences: Preferences): void;
  /** A message is saved now, or not any more. */
  saved(room: string, seq: number, is: boolean): void;
  /** All that is saved, by room. */
  savedAll(seqs: Readonly<Record<string, readonly number[]>>): void;
}

/** What to ask the server for after something was taken. */
export type Need = 'nothing' | 'repair' | 'sync';

/** What this device holds of the server's logs: the user's own one and one for each of their rooms. */
export class Replica {
  epoch: string | undefined;
  me: string | undefined;
  /** Last applied seq of the user's own log. */
  cursor = 0;
  readonly rooms = new Map<string, RoomLog>();
  #early: Entry[] = [];

  constructor(private readonly events: ReplicaEvents) {}

  /** Forgets everything. */
  clear(): void {
    this.epoch = undefined;
    this.me = undefined;
    this.#forgetRooms();
  }

  /** What to send to learn everything that was missed; `only` for the repair of single rooms. */
  request(only?: Iterable<string>): Sync {
    const rooms: Sync['rooms'] = {};
    for (const id of only ?? this.rooms.keys()) {
      const log = this.rooms.get(id);
      if (log && !log.stale) rooms[id] = log.applied;
    }
    const request: Sync = { me: this.cursor, rooms, items: FIRST_ITEMS };
    if (this.epoch !== undefined) request.epoch = this.epoch;
    if (only) request.only = true;
    return request;
  }

  /** Takes the answer to a request. */
  takeSynced(synced: Synced, request: Sync): Need {
    if (synced.epoch !== this.epoch || synced.me !== this.me) {
      this.#forgetRooms();
      this.epoch = synced.epoch;
      this.me = synced.me;
      this.events.began(synced.epoch);
    }
    this.events.users(synced.users);
    this.events.workspace(synced.workspace);
    let need = this.#takeMySync(synced.mine, !request.only);
    for (const room of synced.gone) this.#close(room);
    for (const room of synced.rooms) if (this.#takeRoom(room) === 'sync') need = 'sync';
    if (synced.mine.how === 'reset' && this.#doubtThreads(synced)) need = 'sync';
    if (!synced.more && !request.only) this.#closeUnconfirmed(request, synced);
    this.#takeEarly();
    return need;
  }

  /** Takes a pushed entry of a room. */
  take(entry: Entry): Need {
    const log = this.rooms.get(entry.room);
    if (!log) {
      if (this.#early.length < EARLY_ENTRIES) this.#early.push(entry);
      return 'sync';
    }
    if (log.take(entry)) this.events.roomChanged(log);
    if (log.stale) return 'sync';
    return log.gap ? 'repair' : 'nothing';
  }

  /** Takes a pushed entry of the user's own log. */
  takeMine(entry: MyEntry): Need {
    if (entry.seq <= this.cursor) return 'nothing';
    if (entry.seq > this.cursor + 1) return 'sync';
    this.cursor = entry.seq;
    return this.#applyMine(entry, false);
  }

  /** Takes word of where a room's log ends. */
  takeHead(room: string, seq: number): Need {
    const log = this.rooms.get(room);
    if (!log) return 'nothing';
    return log.applied < seq ? 'repair' : 'nothing';
  }

  /** Puts a room there, or starts it again. */
  open(state: RoomState, confirmed?: Confirmed): RoomLog {
    const known = this.rooms.get(state.room.id);
    if (known) {
      known.reset(state);
      this.events.roomChanged(known);
      return known;
    }
    const log = new RoomLog(state, this.me ?? '', confirmed);
    this.rooms.set(state.room.id, log);
    this.events.roomOpened(log);
    return log;
  }

  #takeMySync(mine: Synced['mine'], full: boolean): Need {
    if (mine.how === 'reset') {
      this.cursor = mine.head;
      this.events.settings(mine.settings);
      this.events.savedAll(mine.saved);
      this.events.preferredAll(mine.preferences);
      this.events.drafts(mine.drafts);
      return 'nothing';
    }
    let need: Need = 'nothing';
    for (const entry of mine.entries) {
      if (entry.seq !== this.cursor + 1) continue;
      this.cursor = entry.seq;
      if (this.#applyMine(entry, full) === 'sync') need = 'sync';
    }
    return need;
  }

  /** What the user follows in rooms that did not come anew may have changed unheard. */
  #doubtThreads({ rooms }: Synced): boolean {
    const fresh = new Set(rooms.flatMap((room) => (room.how === 'reset' ? [room.room.id] : [])));
    const doubtful = [...this.rooms.values()].filter((log) => !fresh.has(log.room.id));
    for (const log of doubtful) log.stale = true;
    return doubtful.length > 0;
  }

  /** In the answer to a full sync, coming and going are in its `rooms` and `gone` already. */
  #applyMine(entry: MyEntry, full: boolean): Need {
    switch (entry.type) {
      case 'my:room_joined':
        return full || this.rooms.has(entry.room) ? 'nothing' : 'sync';
      case 'my:room_left':
        this.events.preferred([{ room: entry.room, level: 'all', favourite: false }]);
        if (!full) this.#close(entry.room);
        return 'nothing';
      case 'my:read_marked': {
        const log = this.rooms.get(entry.room);
        log?.standing.confirm(entry.marker, entry.back);
        if (log) this.events.roomChanged(log);
        return 'nothing';
      }
      case 'my:thread_followed':
      case 'my:thread_unfollowed':
      case 'my:thread_marked': {
        const log = this.rooms.get(entry.room);
        if (entry.type === 'my:thread_followed') log?.follow(entry.thread, entry.marker);
        else if (entry.type === 'my:thread_unfollowed') log?.unfollow(entry.thread);
        else log?.confirmThread(entry.thread, entry.marker);
        if (log) this.events.roomChanged(log);
        return 'nothing';
      }
      case 'my:message_saved':
      case 'my:message_unsaved':
        this.events.saved(entry.room, entry.message, entry.type === 'my:message_saved');
        return 'nothing';
      case 'my:rooms_preferred':
        this.events.preferred(entry.rooms, entry.folders);
        return 'nothing';
      case 'my:settings_changed':
        this.events.settings(entry.settings);
        return 'nothing';
      default:
        this.events.later(entry);
        return 'nothing';
    }
  }

  #takeRoom(sync: RoomSync): Need {
    if (sync.how === 'reset') {
      this.events.users(sync.page.users);
      this.open(sync);
      return 'nothing';
    }
    const log = this.rooms.get(sync.room);
    if (!log) return 'sync';
    for (const entry of sync.entries) log.take(entry);
    log.standing.take(sync.unread);
    this.events.roomChanged(log);
    return log.stale ? 'sync' : 'nothing';
  }

  /** A full answer brings every room of the user that was not named; one that stayed away is theirs no more. */
  #closeUnconfirmed(request: Sync, synced: Synced): void {
    const brought = new Set(synced.rooms.map((room) => (room.how === 'reset' ? room.room.id : room.room)));
    for (const [id, log] of this.rooms) {
      if (log.stale && !(id in request.rooms) && !brought.has(id)) this.#close(id);
    }
  }

  #takeEarly(): void {
    const early = this.#early;
    this.#early = [];
    for (const entry of early) {
      const log = this.rooms.get(entry.room);
      if (log?.take(entry)) this.events.roomChanged(log);
    }
  }

  #close(room: string, why: 'left' | 'void' = 'left'): void {
    if (this.rooms.delete(room)) this.events.roomClosed(room, why);
  }

  #forgetRooms(): void {
    this.cursor = 0;
    this.#early = [];
    for (const room of this.rooms.keys()) this.#close(room, 'void');
  }
}
