import type { Platform } from '../platform';
import type { Database } from '../storage/database';
import type { Change, OutboxItem } from './item';

/** What pages of one browser tell each other about the outbox they share. */
type News = { put: OutboxItem } | { drop: string };

/**
 * The changes that the user made here and the log has not brought yet. All pages of the browser hold the same list: each
 * change is in IndexedDB first, then told to the others. What sends them is `Flusher`.
 */
export class Outbox {
  #items = new Map<string, OutboxItem>();
  /** Nonces that are known to be in IndexedDB: the others live as long as this page. */
  #kept = new Set<string>();
  #lastOrder = 0;
  #renewing = false;
  #tell: (news: News) => void;

  constructor(
    private readonly platform: Platform,
    private readonly database: Database,
    private readonly logs: { readonly epoch: string | undefined },
    private readonly changed: (room: string) => void,
  ) {
    this.#tell = platform.channel('parlor-outbox', (news) => this.#hear(news as News));
  }

  /** All that is there, in the order in which the user made them. */
  all(): OutboxItem[] {
    return [...this.#items.values()].toSorted((a, b) => a.order - b.order);
  }

  /** What is there of a room, in order. */
  of(room: string): OutboxItem[] {
    return this.all().filter((item) => item.change.request.room === room);
  }

  get(nonce: string): OutboxItem | undefined {
    return this.#items.get(nonce);
  }

  count(state: 'waiting' | 'failed'): number {
    const states = state === 'failed' ? ['failed'] : ['queued', 'sending'];
    return this.all().filter((item) => states.includes(item.state)).length;
  }

  /** Takes over what was kept. What was being sent when the page ended is queued again, under the same nonce. */
  load(kept: readonly OutboxItem[]): void {
    for (const item of kept) {
      this.#kept.add(item.change.request.nonce);
      this.#set({ ...item, state: item.state === 'failed' ? 'failed' : 'queued' });
    }
  }

  /** Shows a change at once; resolved when it is kept and may be sent. */
  async add(change: Change, user: string, holdMs = 0): Promise<void> {
    const now = this.platform.now();
    const order = Math.max(this.#lastOrder + 1, now);
    const held = holdMs > 0 ? { heldUntil: now + holdMs } : {};
    const item: OutboxItem = {
      change,
      user,
      epoch: this.logs.epoch,
      order,
      createdAtMs: now,
      state: 'queued',
      ...held,
    };
    this.#set(item);
    await this.#keep(item);
  }

  /** Puts a failed change back in line under the same nonce. */
  async retry(nonce: string): Promise<void> {
    const item = this.#items.get(nonce);
    if (item?.state !== 'failed') return;
    const { failure: _, ...rest } = item;
    const again: OutboxItem = { ...rest, order: Math.max(this.#lastOrder + 1, this.platform.now()), state: 'queued' };
    this.#set(again);
    await this.#keep(again);
  }

  /** Shows that a change is on its way, or waits again. Not kept: after a restart all wait. */
  mark(nonce: string, state: 'queued' | 'sending'): void {
    const item = this.#items.get(nonce);
    if (!item || item.state === state || item.state === 'sent') return;
    this.#set({ ...item, state });
    this.#tell({ put: { ...item, state } });
  }

  async fail(nonce: string, failure: string): Promise<void> {
    const item = this.#items.get(nonce);
    if (!item) return;
    const failed: OutboxItem = { ...item, state: 'failed', failure };
    this.#set(failed);
    await this.#keep(failed);
  }

  /** The server has it at this place. It is shown until the log brings it. */
  async sent(nonce: string, seq: number): Promise<void> {
    const item = this.#items.get(nonce);
    if (!item) return;
    const sent: OutboxItem = { ...item, state: 'sent', seq };
    this.#set(sent);
    await this.database.remove('outbox', nonce);
    this.#tell({ put: sent });
  }

  /** Forgets a change: discarded, refused, or brought by the log. */
  async drop(nonce: string): Promise<void> {
    if (!this.#forget(nonce)) return;
    await this.database.remove('outbox', nonce);
    this.#tell({ drop: nonce });
  }

  /** Sent changes that the log has brought by now need not be shown any more. */
  settle(room: string, applied: number): void {
    for (const item of this.of(room)) {
      if (item.state === 'sent' && (item.seq ?? 0) <= applied) this.#forget(item.change.request.nonce);
    }
  }

  /**
   * The logs are of this epoch. The seqs of another one mean nothing, so its changes to messages are dropped, and what was
   * to be written stays, as an answer to nothing and in no thread.
   */
  async enter(epoch: string): Promise<void> {
    this.#renewing = true;
    for (const item of this.all()) {
      if (item.epoch === epoch) continue;
      const { nonce } = item.change.request;
      if (item.change.call !== 'message:send' || item.state === 'sent') {
        await this.drop(nonce);
        continue;
      }
      const { reply_to: _, thread: __, also_in_room: ___, ...request } = item.change.request;
      const orphan: OutboxItem = { ...item, epoch, change: { call: 'message:send', request } };
      this.#set(orphan);
      await this.#keep(orphan);
    }
    this.#renewing = false;
  }

  /** Whether what is there belongs to the present epoch, so that it may be sent. */
  get current(): boolean {
    return !this.#renewing;
  }

  clear(): void {
    for (const nonce of this.#items.keys()) this.#forget(nonce);
  }

  /**
   * Takes the state of things from IndexedDB, for the page that sends from now on: no other page sends, so nothing is on
   * its way, and what is gone there was sent by another page whose word may still come.
   */
  async refresh(): Promise<void> {
    const known = [...this.#kept];
    const kept = await this.database.readOutbox();
    if (!kept) return;
    const there = new Set(kept.map((item) => item.change.request.nonce));
    this.load(kept.filter((item) => !this.#items.has(item.change.request.nonce)));
    for (const nonce of known) {
      const state = this.#items.get(nonce)?.state;
      if (!there.has(nonce) && state !== 'sent') this.#forget(nonce);
      else if (state === 'sending') this.mark(nonce, 'queued');
    }
  }

  async #keep(item: OutboxItem): Promise<void> {
    const { nonce } = item.change.request;
    if (await this.database.put('outbox', [[nonce, item]])) this.#kept.add(nonce);
    this.#tell({ put: item });
  }

  #hear(news: News): void {
    if ('drop' in news) {
      this.#forget(news.drop);
      return;
    }
    this.#kept.add(news.put.change.request.nonce);
    this.#set(news.put);
  }

  #set(item: OutboxItem): void {
    this.#items.set(item.change.request.nonce, item);
    this.#lastOrder = Math.max(this.#lastOrder, item.order);
    this.changed(item.change.request.room);
  }

  #forget(nonce: string): boolean {
    const item = this.#items.get(nonce);
    if (!item || !this.#items.delete(nonce)) return false;
    this.#kept.delete(nonce);
    this.changed(item.change.request.room);
    return true;
  }
}
