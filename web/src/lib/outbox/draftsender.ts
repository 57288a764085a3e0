import { failureOf, verdict } from '../failure';
import type { Platform } from '../platform';
import type { DraftText } from '../api';
import type { Calls, Draft } from '../protocol.gen';
import { alike, type DraftBook } from '../state/drafts.svelte';

/** A pause in typing after which a draft is sent. */
const PAUSE_MS = 1_500;
const AGAIN_MS = 10_000;

type Ask = (name: 'draft:set', request: Calls['draft:set']['request']) => Promise<unknown>;

/**
 * Sends drafts to the user's other devices: after a pause, on leaving, and what was typed offline when connected again. Takes
 * what the others sent.
 */
export class DraftSender {
  #timer: (() => void) | undefined;
  #running = false;

  constructor(
    private readonly book: DraftBook,
    private readonly platform: Platform,
    private readonly ask: Ask,
    private readonly ready: () => boolean,
  ) {
    book.changed = (soon) => this.later(soon ? 0 : PAUSE_MS);
  }

  /** Sends after so many milliseconds without another change. */
  later(ms: number): void {
    this.#timer?.();
    this.#timer = this.platform.after(ms, () => void this.flush());
  }

  /** One of the user's devices has written on. What was typed here and is not sent yet stays: it is newer. */
  heard({ room, thread, text, reply_to }: Draft): void {
    const key = thread === undefined ? room : `${room}/${thread}`;
    const now: DraftText = reply_to === undefined ? { text } : { text, replyTo: reply_to };
    const before = this.book.kept(key);
    if (alike(before, now)) {
      if (before?.unsent) this.book.put(key, now);
    } else if (!before?.unsent) this.book.arrived(key, now);
  }

  /** These are all drafts that the server has. */
  heardAll(drafts: readonly Draft[]): void {
    const known = new Set(drafts.map(({ room, thread }) => (thread === undefined ? room : `${room}/${thread}`)));
    for (const [key] of this.book.all()) {
      const [room = '', thread] = key.split('/');
      if (!known.has(key)) this.heard({ room, text: '', ...(thread === undefined ? {} : { thread: Number(thread) }) });
    }
    for (const draft of drafts) this.heard(draft);
  }

  async flush(): Promise<void> {
    if (this.#running || !this.ready()) return;
    this.#running = true;
    try {
      for (const [key, { unsent, ...draft }] of this.book.all()) {
        if (!unsent) continue;
        const [room = '', thread] = key.split('/');
        const request: Calls['draft:set']['request'] = { room, text: draft.text };
        if (thread !== undefined) request.thread = Number(thread);
        if (draft.replyTo !== undefined) request.reply_to = draft.replyTo;
        if (!(await this.#send(request))) return this.later(AGAIN_MS);
        // It may have been written on meanwhile.
        if (alike(this.book.kept(key), draft)) this.book.put(key, draft);
      }
    } finally {
      this.#running = false;
    }
    // What was typed while the others were sent has its own timer.
  }

  /** False if it has to be tried again. What is refused for good stays on this device. */
  async #send(request: Calls['draft:set']['request']): Promise<boolean> {
    try {
      await this.ask('draft:set', request);
      return true;
    } catch (thrown) {
      return verdict(failureOf(thrown).code) === 'refused';
    }
  }
}
