import { failureOf, verdict } from '../failure';
import type { Ask } from '../net/ask';
import type { Platform } from '../platform';
import type { RoomLog } from './roomlog';

const TELL_AFTER_MS = 300;

/** Tells the server how far the user has read, and lets it count where that can't be told from what is here. */
export class ReadMarks {
  #rooms = new Set<RoomLog>();
  #scheduled = false;

  constructor(
    private readonly platform: Platform,
    private readonly ask: Ask,
    private readonly changed: (log: RoomLog) => void,
  ) {}

  /** A room's marker may have moved, or its count be open. */
  look(log: RoomLog): void {
    if (log.unread.marker <= log.confirmedMarker && !log.uncertain) return;
    this.#rooms.add(log);
    this.#schedule(TELL_AFTER_MS);
  }

  #schedule(ms: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.platform.after(ms, () => {
      this.#scheduled = false;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const rooms = [...this.#rooms];
    this.#rooms.clear();
    for (const log of rooms) {
      try {
        await this.#settle(log);
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (verdict(failure.code) !== 'wait') continue;
        this.#rooms.add(log);
        this.#schedule(failure.retryAfterMs ?? TELL_AFTER_MS);
      }
    }
  }

  async #settle(log: RoomLog): Promise<void> {
    const room = log.room.id;
    const { marker } = log.unread;
    if (marker > log.confirmedMarker) log.takeUnread(await this.ask('read:mark', { room, seq: marker }));
    else if (log.uncertain) log.takeUnread(await this.ask('read:get', { room }));
    this.changed(log);
  }
}
