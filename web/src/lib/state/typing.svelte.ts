import type { Ask } from '../net/ask';
import type { Platform } from '../platform';
import { TYPING_MS, type TypingChanged } from '../protocol.gen';

/** The server forgets that somebody types after `TYPING_MS`; saying it again at half of that keeps it true. */
const SAY_AGAIN_MS = TYPING_MS / 2;

/** Who types in a room, and telling that the user does. */
export class TypingView {
  users = $state.raw<readonly string[]>([]);
  #forget = new Map<string, () => void>();
  #saidAtMs = 0;

  constructor(
    private readonly room: string,
    private readonly platform: Platform,
    private readonly ask: Ask,
  ) {}

  /** The user pressed a key. */
  typed(): void {
    if (this.platform.now() - this.#saidAtMs < SAY_AGAIN_MS) return;
    this.#saidAtMs = this.platform.now();
    void this.ask('typing:start', { room: this.room }).catch(() => undefined);
  }

  /** The user emptied the composer or sent: a message ends typing by itself for those who get it. */
  stopped(): void {
    if (this.#saidAtMs === 0) return;
    this.#saidAtMs = 0;
    void this.ask('typing:stop', { room: this.room }).catch(() => undefined);
  }

  heard({ user, typing }: Pick<TypingChanged, 'user' | 'typing'>): void {
    this.#forget.get(user)?.();
    this.#forget.delete(user);
    if (typing)
      this.#forget.set(
        user,
        this.platform.after(TYPING_MS, () => this.heard({ user, typing: false })),
      );
    const users = [...this.#forget.keys()];
    if (users.join() !== this.users.join()) this.users = users;
  }
}
