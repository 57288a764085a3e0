import type { PreferenceBook } from '../api';
import type { Ask } from '../net/ask';
import type { Platform } from '../platform';
import type { Folder, Preferences, RoomPreference } from '../protocol.gen';

/** What the user wants of their rooms, as state: the fold of their own log, and of what they chose a moment ago. */
export class PreferenceSet implements PreferenceBook {
  folders = $state.raw<readonly Folder[]>([]);
  #rooms = $state.raw<ReadonlyMap<string, RoomPreference>>(new Map());

  constructor(
    private readonly ask: Ask,
    private readonly platform: Platform,
    /** Of these rooms something else is wanted. */
    private readonly changed: (rooms: Iterable<string>) => void,
  ) {}

  of(room: string): RoomPreference {
    return this.#rooms.get(room) ?? { room, level: 'all', favourite: false };
  }

  newFolder(name: string): Folder {
    return { id: this.platform.nonce(), name };
  }

  async set(rooms: readonly RoomPreference[], folders?: readonly Folder[]): Promise<void> {
    const before = { rooms: rooms.map(({ room }) => this.of(room)), folders: this.folders };
    this.put(rooms, folders);
    try {
      await this.ask('room:prefer', { rooms: [...rooms], ...(folders && { folders: [...folders] }) });
    } catch (thrown) {
      // What the log has told meanwhile stays.
      const taken = before.rooms.filter(({ room }) => rooms.includes(this.of(room)));
      this.put(taken, folders && this.folders === folders ? before.folders : undefined);
      throw thrown;
    }
  }

  /** As it is kept on this device. */
  get all(): Preferences {
    return { rooms: [...this.#rooms.values()], folders: [...this.folders] };
  }

  load({ rooms, folders }: Preferences): void {
    const before = this.#rooms;
    this.#rooms = new Map();
    this.put(rooms, folders);
    this.changed(before.keys());
  }

  put(rooms: readonly RoomPreference[], folders: readonly Folder[] = this.folders): void {
    this.#rooms = new Map([...this.#rooms, ...rooms.map((one) => [one.room, one] as const)]);
    this.folders = folders;
    this.changed(rooms.map(({ room }) => room));
  }
}
