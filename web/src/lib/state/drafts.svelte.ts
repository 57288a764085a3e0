import { SvelteSet } from 'svelte/reactivity';
import type { DraftText, Drafts } from '../api';
import type { Platform } from '../platform';
import type { Database } from '../storage/database';

const KEEP_AFTER_MS = 500;

/** What was begun to be written, per room. */
export class DraftBook implements Drafts {
  #drafts = new Map<string, DraftText>();
  #rooms = new SvelteSet<string>();
  #dirty = new Set<string>();

  constructor(
    private readonly platform: Platform,
    private readonly database: Database,
  ) {
    platform.onLeave(() => void this.#keep());
  }

  get(room: string): DraftText | undefined {
    return this.#drafts.get(room);
  }

  has(room: string): boolean {
    return this.#rooms.has(room);
  }

  set(room: string, draft: DraftText | null): void {
    if (draft) this.#drafts.set(room, draft);
    else this.#drafts.delete(room);
    if (draft?.text) this.#rooms.add(room);
    else this.#rooms.delete(room);
    if (this.#dirty.size === 0) this.platform.after(KEEP_AFTER_MS, () => void this.#keep());
    this.#dirty.add(room);
  }

  load(kept: ReadonlyMap<string, DraftText>): void {
    for (const [room, draft] of kept) {
      if (this.#drafts.has(room)) continue;
      this.#drafts.set(room, draft);
      if (draft.text) this.#rooms.add(room);
    }
  }

  clear(): void {
    this.#drafts.clear();
    this.#rooms.clear();
    this.#dirty.clear();
  }

  async #keep(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const records = dirty.flatMap((room) => {
      const draft = this.#drafts.get(room);
      return draft ? [[room, { ...draft }] as const] : [];
    });
    await this.database.put('drafts', records);
    for (const room of dirty) if (!this.#drafts.has(room)) await this.database.remove('drafts', room);
  }
}
