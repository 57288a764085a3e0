import { failureOf, verdict } from '../failure';
import type { Ask } from '../net/ask';
import type { Platform } from '../platform';
import type { RoomLog } from './roomlog';
import type { Standing } from './standing';

const TELL_EVERY_MS = 300;

/**
 * Tells the server how far the user has read, and lets it count where that can't be told from what is here: at once, then what
 * came meanwhile every now and then, and what is left when the page is.
 */
export class ReadMarks {
  #open = new Map<Standing, RoomLog>();
  #scheduled = false;
  /** Nothing is told before this time, in milliseconds since 1970. */
  #notBefore = 0;

  constructor(
    private readonly platform: Platform,
    private readonly ask: Ask,
    askLast: Ask,
    private readonly changed: (log: RoomLog) => void,
  ) {
    platform.onLeave(() => {
      for (const standing of this.#open.keys()) if (standing.ahead) standing.settle(askLast).catch(() => undefined);
    });
  }

  /** Markers of a room or its threads may have moved, or their counts be open. */
  look(log: RoomLog): void {
    for (const standing of log.standings()) if (standing.open) this.#open.set(standing, log);
    if (this.#open.size > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.platform.after(Math.max(0, this.#notBefore - this.platform.now()), () => {
      this.#scheduled = false;
      this.#notBefore = this.platform.now() + TELL_EVERY_MS;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    for (const [standing, log] of open) {
      try {
        await standing.settle(this.ask);
        this.changed(log);
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (verdict(failure.code) !== 'wait') continue;
        this.#open.set(standing, log);
        this.#notBefore = this.platform.now() + (failure.retryAfterMs ?? TELL_EVERY_MS);
        this.#schedule();
      }
    }
  }
}
