import { SvelteMap } from 'svelte/reactivity';
import type { Drafts, DraftText } from '../api';
import type { Platform } from '../platform';
import type { Database, KeptDraft } from '../storage/database';

const KEEP_AFTER_MS = 500;
const NOTHING: DraftText = { text: '' };

/** What was begun to be written, per place: a room's id, or `room/seq` for a thread. */
export class DraftBook implements Drafts {
  /** Called when something changed here that the server has not heard; `soon` when the user goes on to something else. */
  changed: (soon: boolean) => void = () => undefined;
  #drafts = new Map<string, KeptDraft>();
  #rooms = new SvelteMap<string, true>();
  #arrived = new SvelteMap<string, number>();
  #dirty = new Set<string>();

  constructor(
    private readonly platform: Platform,
    private readonly database: Database,
  ) {
    platform.onLeave(() => void this.#keep());
  }

  get(key: string): DraftText | undefined {
    const draft = this.#drafts.get(key);
    if (!draft || isEmpty(draft)) return undefined;
    const { unsent: _, ...text } = draft;
    return text;
  }

  has(room: string): boolean {
    return this.#rooms.has(room);
  }

  arrivals(key: string): number {
    return this.#arrived.get(key) ?? 0;
  }

  set(key: string, draft: DraftText | null): void {
    if (!alike(this.#drafts.get(key), draft ?? NOTHING)) this.put(key, { ...(draft ?? NOTHING), unsent: true });
  }

  leave(): void {
    this.changed(true);
  }

  load(kept: ReadonlyMap<string, KeptDraft>): void {
    for (const [key, draft] of kept) if (!this.#drafts.has(key)) this.#hold(key, draft);
  }

  clear(): void {
    this.#drafts.clear();
    this.#rooms.clear();
    this.#dirty.clear();
  }

  /** All that are kept, those that are empty but not sent too. */
  all(): [string, KeptDraft][] {
    return [...this.#drafts];
  }

  kept(key: string): KeptDraft | undefined {
    return this.#drafts.get(key);
  }

  /** Another device has changed it to this. */
  arrived(key: string, draft: DraftText): void {
    this.put(key, draft);
    this.#arrived.set(key, this.arrivals(key) + 1);
  }

  put(key: string, draft: KeptDraft): void {
    this.#hold(key, draft);
    if (this.#dirty.size === 0) this.platform.after(KEEP_AFTER_MS, () => void this.#keep());
    this.#dirty.add(key);
    if (draft.unsent) this.changed(false);
  }

  #hold(key: string, draft: KeptDraft): void {
    if (isEmpty(draft) && !draft.unsent) this.#drafts.delete(key);
    else this.#drafts.set(key, draft);
    if (key.includes('/')) return;
    if (draft.text) this.#rooms.set(key, true);
    else this.#rooms.delete(key);
  }

  async #keep(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const records = dirty.flatMap((key) => {
      const draft = this.#drafts.get(key);
      return draft ? [[key, { ...draft }] as const] : [];
    });
    await this.database.put('drafts', records);
    for (const key of dirty) if (!this.#drafts.has(key)) await this.database.remove('drafts', key);
  }
}

function isEmpty({ text, replyTo }: DraftText): boolean {
  return text === '' && replyTo === undefined;
}

/** Whether two drafts say the same. */
export function alike(one: DraftText | undefined, other: DraftText): boolean {
  const { text, replyTo } = one ?? NOTHING;
  return text === other.text && replyTo === other.replyTo;
}
