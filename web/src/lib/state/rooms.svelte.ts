import { SvelteMap } from 'svelte/reactivity';
import type { RoomList, UnreadSum } from '../api';
import { Failure } from '../failure';
import type { Platform } from '../platform';
import { type RoomState, sum } from './room.svelte';

const ARRIVES_WITHIN_MS = 10_000;

/** The rooms of the user, in the order of the side bar. */
export class RoomBook implements RoomList {
  rooms = $state.raw<readonly RoomState[]>([]);
  direct = $state.raw<readonly RoomState[]>([]);
  unread = $state.raw(0);
  mentions = $state.raw(0);
  threads = $state.raw<UnreadSum>(sum([]));
  loaded = $state.raw(false);
  #byId = new SvelteMap<string, RoomState>();
  #awaited = new Map<string, () => void>();

  get(id: string): RoomState | undefined {
    return this.#byId.get(id);
  }

  all(): RoomState[] {
    return [...this.#byId.values()];
  }

  put(room: RoomState): void {
    this.#byId.set(room.id, room);
    this.#awaited.get(room.id)?.();
  }

  /** Resolves when a room is here. Throws a `Failure` when it does not come. */
  arrival(id: string, platform: Platform): Promise<void> {
    if (this.#byId.has(id)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = platform.after(ARRIVES_WITHIN_MS, () => {
        this.#awaited.delete(id);
        reject(Failure.offline());
      });
      this.#awaited.set(id, () => {
        cancel();
        this.#awaited.delete(id);
        resolve();
      });
    });
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  clear(): void {
    this.#byId.clear();
    this.loaded = false;
    this.refresh();
  }

  /** Sorts and sums again. Lists that stay the same stay the same objects. */
  refresh(): void {
    const all = this.all();
    const rooms = all.filter(({ log }) => log.room.kind !== 'direct');
    const direct = all.filter(({ log }) => log.room.kind === 'direct');
    this.rooms = kept(this.rooms, rooms.toSorted(byName));
    this.direct = kept(this.direct, direct.toSorted(byActivity));
    ({ unread: this.unread, mentions: this.mentions } = sum(all.map((room) => room.counted)));
    this.threads = sum(all.map((room) => room.threads));
  }
}

function byName(a: RoomState, b: RoomState): number {
  return a.log.room.name.localeCompare(b.log.room.name) || (a.id < b.id ? -1 : 1);
}

function byActivity(a: RoomState, b: RoomState): number {
  return b.lastActivityMs - a.lastActivityMs || (a.id < b.id ? -1 : 1);
}

function kept(before: readonly RoomState[], now: readonly RoomState[]): readonly RoomState[] {
  return before.length === now.length && before.every((room, index) => room === now[index]) ? before : now;
}
