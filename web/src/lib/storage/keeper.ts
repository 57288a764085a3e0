import type { Replica } from '../log/replica';
import type { RoomLog } from '../log/roomlog';
import type { Platform } from '../platform';
import type { Preferences, Settings, User, Workspace } from '../protocol.gen';
import type { Database, Kept } from './database';

const KEEP_AFTER_MS = 1_000;
/** Items kept of each room: what a reload while offline shows. */
const KEPT_ITEMS = 100;

/** What the keeper reads beside the replica when it writes. */
export interface KeptState {
  readonly settings: Settings;
  readonly workspace: Workspace;
  readonly saved: { readonly keys: readonly string[] };
  readonly preferences: { readonly all: Preferences };
  readonly presence: { readonly chosen: 'online' | 'dnd' };
}

/** Writes what the replica holds to IndexedDB, a moment after it changed and when the page may end. */
export class Keeper {
  #rooms = new Set<RoomLog>();
  #users = new Map<string, User>();
  #scheduled = false;
  #owner = false;

  constructor(
    private readonly database: Database,
    private readonly platform: Platform,
    private readonly replica: Replica,
    private readonly state: KeptState,
  ) {
    platform.onLeave(() => void this.write());
  }

  /** Puts the replica back as it was kept. True if there was something of a user. */
  restore(kept: Kept): boolean {
    const { owner } = kept;
    if (!owner) return false;
    this.replica.epoch = owner.epoch;
    this.replica.me = owner.me;
    this.replica.cursor = owner.cursor;
    for (const room of kept.rooms) {
      if (room.epoch === owner.epoch) this.replica.open(room.state, room.confirmed);
    }
    return true;
  }

  room(log: RoomLog): void {
    this.#rooms.add(log);
    this.owner();
  }

  roomClosed(room: string): void {
    for (const log of this.#rooms) if (log.room.id === room) this.#rooms.delete(log);
    void this.database.remove('rooms', room);
  }

  users(users: readonly User[]): void {
    for (const user of users) this.#users.set(user.id, user);
    this.#schedule();
  }

  /** Settings, workspace or the user's own log changed. */
  owner(): void {
    this.#owner = true;
    this.#schedule();
  }

  /** Forgets what was to be written: it belongs to somebody who is gone. */
  clear(): void {
    this.#rooms.clear();
    this.#users.clear();
    this.#owner = false;
  }

  async write(): Promise<void> {
    this.#scheduled = false;
    const { epoch, me, cursor } = this.replica;
    if (epoch === undefined || me === undefined) return;
    const rooms = [...this.#rooms].map((log) => {
      const record = { epoch, state: log.snapshot(KEPT_ITEMS), confirmed: log.confirmed };
      return [log.room.id, record] as const;
    });
    const users = [...this.#users];
    const { settings, workspace } = this.state;
    const presence = this.state.presence.chosen;
    const saved = this.state.saved.keys;
    const preferences = this.state.preferences.all;
    const record = { epoch, me, cursor, settings, workspace, saved, preferences, presence };
    const owner = this.#owner ? [['owner', record] as const] : [];
    this.clear();
    await Promise.all([
      this.database.put('rooms', rooms),
      this.database.put('users', users),
      this.database.put('owner', owner),
    ]);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.platform.after(KEEP_AFTER_MS, () => void this.write());
  }
}
