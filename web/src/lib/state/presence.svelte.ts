import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { PresenceBook } from '../api';
import type { Ask } from '../net/ask';
import type { Platform } from '../platform';
import { type Presence, type PresenceChanged, WATCHED_USERS } from '../protocol.gen';

/** Scrolling changes who is on screen many times a second; the server is told once it rests. */
const WATCH_AFTER_MS = 300;
const AWAY_AFTER_MS = 5 * 60_000;

/** Who is there, of those on screen, and how present the user is. */
export class PresenceView implements PresenceBook {
  mine = $state.raw<Presence>('online');
  #known = new SvelteMap<string, PresenceChanged>();
  #owners = new Map<string, readonly string[]>();
  #watched = '';
  #scheduled = false;
  #chosen: 'online' | 'dnd' = 'online';
  #told: Presence | undefined;
  #cancelAway: (() => void) | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly ask: Ask,
    private readonly chose: () => void,
  ) {}

  /** What the user chose on this device; kept there. */
  get chosen(): 'online' | 'dnd' {
    return this.#chosen;
  }

  of(id: string): PresenceChanged | undefined {
    return this.#known.get(id);
  }

  watch(owner: string, users: readonly string[]): void {
    if (users.length > 0) this.#owners.set(owner, users);
    else this.#owners.delete(owner);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.platform.after(WATCH_AFTER_MS, () => {
      this.#scheduled = false;
      void this.#tellWatched();
    });
  }

  setMine(state: 'online' | 'dnd'): void {
    this.#chosen = state;
    this.active();
    this.chose();
  }

  /** The user does something. Cheap: called for every key and pointer. */
  active(): void {
    this.#cancelAway?.();
    this.#cancelAway = this.platform.after(AWAY_AFTER_MS, () => this.#set(this.#chosen === 'dnd' ? 'dnd' : 'away'));
    this.#set(this.#chosen);
  }

  /** Somebody came, went or looked away. */
  heard(changed: PresenceChanged): void {
    this.#known.set(changed.user, changed);
  }

  /** A new socket knows nothing of what the one before was told. */
  connected(): void {
    this.#watched = '';
    this.#told = undefined;
    void this.#tellMine();
    void this.#tellWatched();
  }

  /** Without a connection nobody's presence is known. */
  lost(): void {
    this.#known.clear();
  }

  #set(state: Presence): void {
    this.mine = state;
    void this.#tellMine();
  }

  async #tellMine(): Promise<void> {
    const state = untrack(() => this.mine);
    if (this.#told === state) return;
    this.#told = state;
    await this.ask('presence:set', { state }).catch(() => {
      if (this.#told === state) this.#told = undefined;
    });
  }

  async #tellWatched(): Promise<void> {
    const users = [...new Set([...this.#owners.values()].flat())].slice(0, WATCHED_USERS).toSorted();
    const watched = users.join();
    if (watched === this.#watched) return;
    this.#watched = watched;
    try {
      const { users: known } = await this.ask('presence:watch', { users });
      const kept = new Set(users);
      for (const id of this.#known.keys()) if (!kept.has(id)) this.#known.delete(id);
      for (const presence of known) this.#known.set(presence.user, presence);
    } catch {
      if (this.#watched === watched) this.#watched = '';
    }
  }
}
