import type { Platform } from '../platform';

/** Gathers what changed until the next frame, so that the screens are brought up to date once for all of it. */
export class Frames {
  #rooms = new Set<string>();
  #asked = false;

  constructor(
    private readonly platform: Platform,
    private readonly draw: (rooms: readonly string[]) => void,
  ) {}

  /** Something in a room changed. */
  touch(room: string): void {
    this.#rooms.add(room);
    this.ask();
  }

  /** Something changed. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.platform.frame(() => this.flush());
  }

  /** Does not wait for the frame. */
  flush(): void {
    this.#asked = false;
    const rooms = [...this.#rooms];
    this.#rooms.clear();
    this.draw(rooms);
  }
}
